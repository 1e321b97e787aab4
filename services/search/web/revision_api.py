"""JSON routes of a digest's revisions."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.search.answer.revisions import Revisions
from services.search.models.revision import DiffAnswer, RevisionsAnswer
from services.search.models.search import ErrorAnswer
from services.search.web.api import AWAY, INVALID, MISSING, DigestId

Version = Annotated[
    str | None,
    Query(pattern=r"^\d{1,13}(-\d{1,7})?$", description="修订的 version;只给接收版本号时取其最新的加工版本", examples=["1770336000000-12"]),
]
From = Annotated[
    str | None, Query(alias="from", pattern=r"^\d{1,13}(-\d{1,7})?$", description="同 to;不给则取 to 之前的一版", examples=["1770336000000-11"])
]
REFUSED: dict[int | str, dict[str, object]] = {400: {"model": ErrorAnswer, "description": "没有这一版"}}


def router(revisions: Revisions) -> APIRouter:
    """The routes under /api/digests."""
    api = APIRouter(prefix="/api/digests")

    @api.get("/{digest_id}/revisions", summary="一份简报的各版修订", tags=["检索"], responses=AWAY | MISSING | INVALID)
    async def listed(digest_id: DigestId) -> RevisionsAnswer:
        """最近的各版(至多 20 版,新的在前),以及 Kafka 中是否还留有原记录。"""
        return await revisions.list(digest_id)

    @api.get("/{digest_id}/diff", summary="两版修订之间的差异", tags=["检索"], responses=AWAY | MISSING | INVALID | REFUSED)
    async def diff(digest_id: DigestId, from_: From = None, to: Version = None) -> DiffAnswer:
        """逐条目比较两版:新增、删去、改动(标出改动的文字)与未变的条数。Kafka 中已不存的版本无法比较,答 404。"""
        return await revisions.diff(digest_id, from_, to)

    return api
