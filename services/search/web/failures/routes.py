"""Failures: dead letters by kind, the quarantine and failing fetches beside them; as JSON, as a page, and as files to save."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict
from starlette.responses import Response, StreamingResponse

from services.search.failures import lines, words
from services.search.failures.grouped import Failures
from services.search.models.dead_letters import DeadFilter
from services.search.models.failures import FailuresAnswer
from services.search.models.sources import KINDS
from services.search.quarantine.words import label
from services.search.web.dead.requests import DOWNLOAD
from services.search.web.dead.service import DeadLetterService
from services.search.web.parameters import INVALID, PAGE
from services.search.web.rendering import render

TAGS: list[Any] = ["死信"]
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}, "application/x-ndjson": {}}, "description": "文件"}}

FEW = 5
"""Groups that are all shown open; of more the first is, so that the page stays a list."""


class ExportQuery(DeadFilter):
    """Which letters, and in which form."""

    format: Literal["csv", "jsonl"] = "csv"


class PageQuery(DeadFilter):
    """As the API's, but a browser may bring parameters that others put on a link."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def router(failures: Failures, desk: DeadLetterService) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get("/api/failures", tags=TAGS, summary="未能处理的，按原因", responses=INVALID)
    async def grouped(query: Annotated[DeadFilter, Query()]) -> FailuresAnswer:
        """未能处理的简报按环节与错误分组：份数、首次与最近的时间、来源、含义、怎么办、重新处理是否有用，以及一个样本。

        另有隔离区的份数，和抓取失败的来源。
        """
        return await failures.answer(query)

    @made.get("/api/failures/export", tags=TAGS, summary="导出清单", responses=INVALID | FILE, response_class=Response)
    async def exported(query: Annotated[ExportQuery, Query()]) -> Response:
        """符合条件的死信，一行一封，不含原文：CSV（带 BOM，Excel 可直接打开）或 JSON Lines。原文见 /api/dead/export。"""
        register, letters = desk.chosen(query)
        rows = lines.csv_lines(letters, register) if query.format == "csv" else lines.json_lines(letters, register)
        media_type = "text/csv; charset=utf-8" if query.format == "csv" else "application/x-ndjson"
        headers = DOWNLOAD | {"Content-Disposition": f'attachment; filename="failures.{query.format}"'}
        return StreamingResponse(rows, media_type=media_type, headers=headers)

    @made.get("/failures", **PAGE)
    async def page(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
        answer = await failures.answer(query)
        given = query.given

        def link(path: str, **more: object) -> str:
            fields = {name: value for name, value in (given | more).items() if value not in (None, "")}
            return f"{path}?{urlencode(fields)}" if fields else path

        return render(
            "failures.html",
            answer=answer,
            query=query,
            given=given,
            link=link,
            may=request.state.operator is not None,
            running=desk.runs.under_way,
            stages=words.STAGES,
            hopes=words.HOPES,
            kinds=KINDS,
            few=FEW,
            held_label=label,
        )

    return made
