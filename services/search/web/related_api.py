"""JSON routes of what belongs together: items like one item, all items on one document."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.search.models.related import SimilarAnswer, TrailAnswer
from services.search.models.search import ErrorAnswer
from services.search.web.api import AWAY, INVALID, MISSING, ItemId
from services.search.web.related import Related

Size = Annotated[int, Query(ge=1, le=50, description="条数,最多 50", examples=[10])]
Name = Annotated[str, Query(min_length=1, max_length=500, description="文件名;书名号、空格、全半角、繁简不影响", examples=["甘肃省零碳园区建设方案"])]
REFUSED: dict[int | str, dict[str, object]] = {400: {"model": ErrorAnswer, "description": "文件名里没有字"}}


def router(related: Related) -> APIRouter:
    """The routes under /api."""
    api = APIRouter(prefix="/api")

    @api.get("/items/{item_id}/similar", summary="相似条目", tags=["检索"], responses=AWAY | MISSING | INVALID)
    async def similar(item_id: ItemId, size: Size = 10) -> SimilarAnswer:
        """先是同一报道(文字几乎相同,same_story),旧的在前;再是内容相近的,附共同提到的文件、企业、人物等。"""
        return await related.similar(item_id, size=size)

    @api.get("/documents/trail", summary="一份文件的沿革", tags=["检索"], responses=AWAY | INVALID | REFUSED)
    async def trail(name: Name) -> TrailAnswer:
        """提到这份文件(或只提到它的文号)的全部条目,按日期从旧到新,附各条目所说的动作(印发、征求意见、废止等)、文号与发文机关。"""
        return await related.document_trail(name)

    return api
