"""The revisions of a digest, and what changed from one to another: as JSON and as a page."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.search.answer.revisions import Revisions
from services.search.models.revision import DiffAnswer, Piece, RevisionsAnswer
from services.search.models.search import ErrorAnswer
from services.search.web.parameters import AWAY, INVALID, MISSING, PAGE, DigestId
from services.search.web.rendering import render

Version = Annotated[
    str | None,
    Query(pattern=r"^\d{1,13}(-\d{1,7})?$", description="修订的 version;只给接收版本号时取其最新的加工版本", examples=["1770336000000-12"]),
]
From = Annotated[
    str | None, Query(alias="from", pattern=r"^\d{1,13}(-\d{1,7})?$", description="同 to;不给则取 to 之前的一版", examples=["1770336000000-11"])
]
REFUSED: dict[int | str, dict[str, object]] = {400: {"model": ErrorAnswer, "description": "没有这一版"}}

AROUND = 40
"""Characters of an unchanged run that are shown beside a change: a clause or two."""


def router(revisions: Revisions) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get("/api/digests/{digest_id}/revisions", summary="一份简报的各版修订", tags=["检索"], responses=AWAY | MISSING | INVALID)
    async def listed(digest_id: DigestId) -> RevisionsAnswer:
        """最近的各版(至多 20 版,新的在前),以及 Kafka 中是否还留有原记录。"""
        return await revisions.list(digest_id)

    @made.get("/api/digests/{digest_id}/diff", summary="两版修订之间的差异", tags=["检索"], responses=AWAY | MISSING | INVALID | REFUSED)
    async def diff(digest_id: DigestId, from_: From = None, to: Version = None) -> DiffAnswer:
        """逐条目比较两版:新增、删去、改动(标出改动的文字)与未变的条数。Kafka 中已不存的版本无法比较,答 404。"""
        return await revisions.diff(digest_id, from_, to)

    @made.get("/digests/{digest_id}/diff", **PAGE)
    async def page(digest_id: DigestId, from_: From = None, to: Version = None) -> Response:
        return render("diff.html", diff=await revisions.diff(digest_id, from_, to), clipped=clipped)

    return made


def clipped(pieces: tuple[Piece, ...]) -> list[Piece]:
    """The same with long unchanged runs cut to what stands beside a change."""
    found = []
    for at, piece in enumerate(pieces):
        text = piece.text
        head, tail = (AROUND if at else 0), (AROUND if at < len(pieces) - 1 else 0)
        if piece.kind == "same" and len(text) > head + tail + 20:
            text = f"{text[:head]} … {text[len(text) - tail :]}"
        found.append(Piece(kind=piece.kind, text=text))
    return found
