"""JSON routes: parameters in, an answer of models.py out, or an error in the one shape."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from services.search.answer.answers import Answers
from services.search.answer.finder import Finder
from services.search.models.search import DigestAnswer, ErrorAnswer, FacetsAnswer, ItemAnswer, SearchAnswer, StatusAnswer
from services.search.pipeline.monitor import Monitor
from services.search.pipeline.verdict import PipelineAnswer
from services.search.query.request import SearchRequest
from services.search.web.helping import Helping

ItemId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="条目编号", examples=["3f0c9a5d1e7b4c2a8f6e0d9b7a5c3e1f"])]
DigestId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="简报编号", examples=["b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1"])]
# 2^43 ms: where the versions made from revisions end (shared.ids.version).
Revision = Annotated[int | None, Query(ge=0, lt=2**43, description="接收时答复的版本号;不给则看现有的", examples=[1770336000000])]

AWAY: dict[int | str, dict[str, Any]] = {503: {"model": ErrorAnswer, "description": "Elasticsearch 没有回应"}}
MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ErrorAnswer, "description": "没有这一条"}}
UNREAD: dict[str, Any] = {"model": ErrorAnswer, "description": "查询读不懂(附位置与改法),或游标不对"}
INVALID: dict[int | str, dict[str, Any]] = {422: {"model": ErrorAnswer, "description": "参数不对"}}


def router(helping: Helping, finder: Finder, answers: Answers, monitor: Monitor) -> APIRouter:
    """The routes under /api."""
    api = APIRouter(prefix="/api")

    @api.get(
        "/search",
        summary="检索条目",
        tags=["检索"],
        responses=AWAY | INVALID | {400: UNREAD, 410: {"model": ErrorAnswer, "description": "游标已过期"}},
    )
    async def search(request: Annotated[SearchRequest, Query()]) -> SearchAnswer:
        """按词语与筛选条件检索条目,附各筛选项的计数、高亮与下一页的游标。同一筛选项可重复给出,任一符合即可;不同筛选项须同时符合。"""
        return await helping.search(request)

    @api.get("/facets", summary="各筛选项的计数", tags=["检索"], responses=AWAY | INVALID | {400: UNREAD})
    async def facets(request: Annotated[SearchRequest, Query()]) -> FacetsAnswer:
        """与检索相同的参数,只答各筛选项的计数与总数,不列条目;facets 指定要哪几项。"""
        return await finder.facets(request)

    @api.get("/items/{item_id}", summary="一个条目", tags=["检索"], responses=AWAY | MISSING | INVALID)
    async def item(item_id: ItemId) -> ItemAnswer:
        """一个条目的全部内容:正文、实体及其位置、前后条目。"""
        return await answers.item(item_id)

    @api.get("/digests/{digest_id}", summary="一份简报", tags=["检索"], responses=AWAY | MISSING | INVALID)
    async def digest(digest_id: DigestId) -> DigestAnswer:
        """一份简报及其条目(按原顺序)、目录、拆分时的提醒。"""
        return await answers.digest(digest_id)

    @api.get("/digests/{digest_id}/status", summary="一份简报的处理状态", tags=["流水线"], responses=AWAY | INVALID)
    async def status(digest_id: DigestId, revision: Revision = None) -> StatusAnswer:
        """waiting 等待处理,searchable 可以检索,superseded 已有新版,withdrawn 已撤回,dead 无法处理。尚未见到的简报也答 waiting。"""
        return await answers.status(digest_id, revision)

    @api.get("/pipeline", summary="流水线状况", tags=["流水线"])
    async def pipeline() -> PipelineAnswer:
        """各环节的收、发、死信、积压(条数与秒数)与判断,直接由 Kafka 与 Elasticsearch 测得,服务停了也准确。"""
        return monitor.pipeline()

    return api
