"""One item, and items like it: as JSON and as a page."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.search.answer import entity_markup as marked
from services.search.answer.answers import Answers
from services.search.answer.journeys import Journeys
from services.search.answer.targets import targets
from services.search.errors import NotFound, SearchError
from services.search.models.related import SimilarAnswer
from services.search.models.search import ItemAnswer
from services.search.stories.related import Related
from services.search.web.journey import words
from services.search.web.parameters import AWAY, INVALID, MISSING, PAGE, ItemId
from services.search.web.rendering import render

NEAR = 8
"""Items like an item, on its page"""

Size = Annotated[int, Query(ge=1, le=50, description="条数,最多 50", examples=[10])]


def router(answers: Answers, related: Related, journeys: Journeys) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get("/api/items/{item_id}", summary="一个条目", tags=["检索"], responses=AWAY | MISSING | INVALID)
    async def item(item_id: ItemId) -> ItemAnswer:
        """一个条目的全部内容:正文、实体及其位置、前后条目。"""
        return await answers.item(item_id)

    @made.get("/api/items/{item_id}/similar", summary="相似条目", tags=["检索"], responses=AWAY | MISSING | INVALID)
    async def similar(item_id: ItemId, size: Size = 10) -> SimilarAnswer:
        """先是同一报道(文字几乎相同,same_story),旧的在前;再是内容相近的,附共同提到的文件、企业、人物等。"""
        return await related.similar(item_id, size=size)

    @made.get("/items/{item_id}", **PAGE)
    async def page(item_id: ItemId) -> Response:
        try:
            found, near = await asyncio.gather(answers.item(item_id), _near(related, item_id))
        except NotFound as error:
            way = await journeys.of(item_id)  # raises NotFound too
            said = f"这个条目不在检索结果中。它所在的简报：{words.WHERE[way.where].label}。"
            return render(
                "error.html",
                status=error.status,
                code=error.status,
                chinese=said,
                detail=str(error),
                way=way.digest_id,
            )
        title = marked.lines(found.title or "", found.entities, field="title")
        return render(
            "item.html",
            item=found,
            title=title[0].html if title else None,
            lines=marked.lines(found.body, found.entities, field="body"),
            mentions=marked.by_kind(found.entities),
            targets=targets(found.entities),
            near=near,
        )

    return made


async def _near(related: Related, item_id: str) -> SimilarAnswer | None:
    """Items like the item; None where they can't be told, as the item itself can be shown all the same."""
    try:
        return await related.similar(item_id, size=NEAR)
    except SearchError:
        return None
