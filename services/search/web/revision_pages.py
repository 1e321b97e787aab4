"""A digest's revisions as a Chinese page: what changed from one to another."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from services.search.answer.revisions import Revisions
from services.search.models.revision import Piece
from services.search.web.api import DigestId
from services.search.web.pages import render
from services.search.web.revision_api import From, Version

AROUND = 40
"""Characters of an unchanged run that are shown beside a change: a clause or two."""


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


def router(revisions: Revisions) -> APIRouter:
    """The page's route."""
    site = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @site.get("/digests/{digest_id}/diff")
    async def diff(digest_id: DigestId, from_: From = None, to: Version = None) -> Response:
        return render("diff.html", diff=await revisions.diff(digest_id, from_, to), clipped=clipped)

    return site
