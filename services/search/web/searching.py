"""Searching: /api/search and /api/facets as JSON, /search as a page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict
from starlette.responses import Response

from services.search.answer.finder import Finder
from services.search.models.search import ErrorAnswer, FacetsAnswer, SearchAnswer
from services.search.pipeline.behind import behind
from services.search.query.request import MAX_SIZE, SearchRequest
from services.search.suggest.zero_results import HelpedSearch
from services.search.web.parameters import AWAY, INVALID, PAGE, UNREAD, given_once
from services.search.web.rendering import render


class PageRequest(SearchRequest):
    """As the API's, but a browser may bring parameters that others put on a link."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    # Who reads a page wants each story once; a program wants every item.
    fold: bool = True


def router(helped: HelpedSearch, finder: Finder) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get(
        "/api/search",
        summary="检索条目",
        tags=["检索"],
        responses=AWAY | INVALID | {400: UNREAD, 410: {"model": ErrorAnswer, "description": "游标已过期"}},
        dependencies=[Depends(given_once)],
    )
    async def search(request: Annotated[SearchRequest, Query()]) -> SearchAnswer:
        """按词语与筛选条件检索条目,附各筛选项的计数、高亮与下一页的游标。同一筛选项可重复给出,任一符合即可;不同筛选项须同时符合。

        不属于任何条目的文字(目录、栏目、声明等)另在 others 中按简报列出,不计入 total。
        """
        return (await helped.search(request)).model_copy(update={"behind": behind()})

    @made.get("/api/facets", summary="各筛选项的计数", tags=["检索"], responses=AWAY | INVALID | {400: UNREAD}, dependencies=[Depends(given_once)])
    async def facets(request: Annotated[SearchRequest, Query()]) -> FacetsAnswer:
        """与检索相同的参数,只答各筛选项的计数与总数,不列条目;facets 指定要哪几项。"""
        return await finder.facets(request)

    @made.get("/search", **PAGE)
    async def page(request: Annotated[PageRequest, Query()]) -> Response:
        answer = await helped.search(request)
        return render("search.html", request=await finder.resolved(request), answer=answer, most_others=MAX_SIZE)

    return made
