"""A digest's original: as a download, and on a page that shows texts and PDFs in a frame in which nothing runs."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.search.original import file
from services.search.original.finder import NotIndexed, OriginalFinder
from services.search.original.records import Original
from services.search.threads import quick
from services.search.web.access import SECURITY
from services.search.web.fed.own import Known
from services.search.web.parameters import AWAY, INVALID, MISSING, PAGE, DigestId, Revision
from services.search.web.rendering import render

BINARY: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}, "description": "收到时的原始字节"}}

WITH_FRAME = {"Content-Security-Policy": f"{SECURITY['Content-Security-Policy']}; frame-src 'self'"}
"""As every page's, and a frame of our own"""


def router(originals: OriginalFinder, known: Known) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    async def find(request: Request, digest_id: str, revision: int | None) -> Original:
        """Without a revision that of the index; before there is one, what was received last."""
        try:
            return await originals.find(digest_id, revision)
        except NotIndexed:
            row = await known(request, digest_id)
            if row is None or row.revision is None:
                raise
            return await originals.find(digest_id, row.revision)

    @made.get(
        "/api/digests/{digest_id}/original",
        summary="一份简报的原文",
        tags=["检索"],
        responses=AWAY | MISSING | INVALID | BINARY,
        response_class=Response,
    )
    async def original(request: Request, digest_id: DigestId, revision: Revision = None) -> Response:
        """收到时的原始字节，一字不改，只作为文件下载。已撤回、已抹除的没有原文，答 404 并说明原因。"""
        return _download(await find(request, digest_id, revision))

    @made.get("/digests/{digest_id}/original", **PAGE)
    async def download(request: Request, digest_id: DigestId, revision: Revision = None) -> Response:
        return _download(await find(request, digest_id, revision))

    @made.get("/digests/{digest_id}/source", **PAGE)
    async def page(request: Request, digest_id: DigestId, revision: Revision = None) -> Response:
        found = await find(request, digest_id, revision)
        facts: dict[str, Any] = {"raw": found.raw, "size": len(found.content), "file_name": file.name(found.raw), "how": file.shown_as(found.raw)}
        return render("source.html", headers=WITH_FRAME, **facts)

    @made.get("/digests/{digest_id}/source/frame", **PAGE)
    async def frame(request: Request, digest_id: DigestId, revision: Revision = None) -> Response:
        """What the page's frame shows: a text as plain text, whatever it says of itself; else the bytes of a PDF."""
        found = await find(request, digest_id, revision)
        how = file.shown_as(found.raw)
        if how is None:
            return _download(found)
        text = (await quick(file.text, found)).encode("utf-8", "replace") if how == "text" else None
        content, kind = (found.content, found.raw.media_type) if text is None else (text, "text/plain; charset=utf-8")
        return Response(content, headers=file.FRAMED | {"Content-Type": kind})

    return made


def _download(found: Original) -> Response:
    headers = file.DOWNLOAD | {"Content-Disposition": file.disposition(file.name(found.raw))}
    return Response(found.content, headers=headers | {"Content-Type": file.media_type(found.raw)})
