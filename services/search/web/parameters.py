"""What several routes take and answer with besides 200: ids of items and digests, and errors as OpenAPI describes them."""

from typing import Annotated, Any

from fastapi import Path, Query, Request
from starlette.responses import HTMLResponse

from services.search.errors import Invalid
from services.search.models.search import ErrorAnswer

ItemId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="条目编号", examples=["3f0c9a5d1e7b4c2a8f6e0d9b7a5c3e1f"])]
DigestId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="简报编号", examples=["b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1"])]
# 2^43 ms: where the versions made from revisions end (shared.ids.version).
Revision = Annotated[int | None, Query(ge=0, lt=2**43, description="接收时答复的版本号;不给则看现有的", examples=[1770336000000])]

AWAY: dict[int | str, dict[str, Any]] = {503: {"model": ErrorAnswer, "description": "Elasticsearch 没有回应"}}
MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ErrorAnswer, "description": "没有这一条"}}
UNREAD: dict[str, Any] = {"model": ErrorAnswer, "description": "查询读不懂(附位置与改法),或游标不对"}
INVALID: dict[int | str, dict[str, Any]] = {422: {"model": ErrorAnswer, "description": "参数不对"}}

_SINGLE = ("q", "find", "date_from", "date_to", "undated", "sort", "synonyms", "relax", "fold", "size", "others", "cursor")
"""Parameters of a search that take one value"""


def given_once(request: Request) -> None:
    """Refuse a search that gives one of them twice, as another of the values would be asked for than somebody may think. Raises Invalid."""
    for name in _SINGLE:
        if len(request.query_params.getlist(name)) > 1:
            raise Invalid(f"{name}: it takes one value; give it once")


PAGE: dict[str, Any] = {"include_in_schema": False, "response_class": HTMLResponse}
"""A route whose answer is a page for people"""
