"""The trail of a document through all items: as JSON and as a page."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.search.models.related import TrailAnswer
from services.search.models.search import ErrorAnswer
from services.search.stories.related import Related
from services.search.web.parameters import AWAY, INVALID, PAGE
from services.search.web.rendering import render

Name = Annotated[str, Query(min_length=1, max_length=500, description="文件名;书名号、空格、全半角、繁简不影响", examples=["甘肃省零碳园区建设方案"])]
REFUSED: dict[int | str, dict[str, object]] = {400: {"model": ErrorAnswer, "description": "文件名里没有字"}}


def router(related: Related) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get("/api/documents/trail", summary="一份文件的沿革", tags=["检索"], responses=AWAY | INVALID | REFUSED)
    async def trail(name: Name) -> TrailAnswer:
        """提到这份文件(或只提到它的文号)的全部条目,按日期从旧到新,附各条目所说的动作(印发、征求意见、废止等)、文号与发文机关。"""
        return await related.document_trail(name)

    @made.get("/documents", **PAGE)
    async def page(name: Name) -> Response:
        return render("trail.html", trail=await related.document_trail(name))

    return made
