"""/v1/sources: what is known of sources, and changes to it of which none is lost when two people make them at once."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.ingest import fields
from services.ingest.http import body
from services.ingest.http.guard import admit_editor
from services.ingest.http.routes import Ingest
from services.ingest.registry import asked, examples
from services.ingest.registry.desk import SourceDesk
from shared import log
from shared.errors import Rejected
from shared.keys.key import Key
from shared.registry.edit import edited, patched
from shared.registry.entry import Entry

_log = log.get(__name__)

MAX_BODY = 256 * 1024
"""An entry has some hundred bytes; a hundred patterns of files at most."""


_STATE = {"at", "fed_at", "next_at", "failures", "error", "paused", "refused"}
"""What is shown of fetching; what was taken is long"""


def router(ingest: Ingest, desk: SourceDesk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/v1/sources", summary="Sources", openapi_extra=examples.LIST, response_model=None)
    async def listed(request: Request) -> Response:
        """All sources that the key may feed, by their ids; also those that are off."""
        key = await admit_editor(request, ingest.door)
        names = [name for name in sorted(desk.listing.entries) if key is None or key.may_write(name)]
        found = [_shown(desk.listing.entries[name], desk) for name in names]
        return JSONResponse({"sources": found, "complete": desk.listing.complete})

    @routes.get("/v1/sources/{source}", summary="A source", openapi_extra=examples.GET, response_model=None)
    async def one(source: str, request: Request) -> Response:
        """What people said of it, and how fetching it goes. Its ETag is its edition."""
        _, source = await _admitted(source, request, ingest)
        entry = desk.listing.entries.get(source)
        if entry is None:
            raise Rejected("unknown_source", f"there is no source {source}: make it with PUT, or feed its first digest")
        return _answer(entry, desk)

    @routes.put("/v1/sources/{source}", summary="Make or replace a source", openapi_extra=examples.PUT, response_model=None)
    async def put(source: str, request: Request) -> Response:
        """Fields that are not sent are as for a source of which nothing is said. With the edition that was seen, as
        If-Match or in the body: 409 `source_changed` with the present source where it is another by now.
        """
        return await _changed(source, request, ingest, desk, whole=True)

    @routes.patch("/v1/sources/{source}", summary="Change fields", openapi_extra=examples.PATCH, response_model=None)
    async def patch(source: str, request: Request) -> Response:
        """Only the fields that are sent change; null takes one back. `{"on": false}` switches a source off: it is not
        fetched any more, and its digests are refused (409 `source_off`); what was fed stays.
        """
        return await _changed(source, request, ingest, desk, whole=False)

    return routes


async def _changed(source: str, request: Request, ingest: Ingest, desk: SourceDesk, *, whole: bool) -> Response:
    key, source = await _admitted(source, request, ingest)
    with ingest.entered(request, key) as held:
        values = asked.fields(await body.read(request, MAX_BODY, held))
    edition = asked.edition(values, request.headers.get("if-match"))
    by = f"key {key.name}" if key else "api"
    change = edited if whole else patched

    def made(before: Entry | None) -> Entry:
        after = change(before, source, values, edition=edition, by=by, at=datetime.now(UTC))
        asked.check_rights(key, before, after, ingest.door)
        return after

    entry = await desk.edit(source, made, by=by)
    _log.info("source_changed", source=source, edition=entry.edition, key=key.name if key else None)
    return _answer(entry, desk, status=201 if entry.edition == 1 else 200)


async def _admitted(source: str, request: Request, ingest: Ingest) -> tuple[Key | None, str]:
    """The key and the source's id; raises KeyRefused, Refusal and Rejected (`bad_source`)."""
    key = await admit_editor(request, ingest.door)
    name = fields.source(source)
    ingest.door.check_source(key, name)
    return key, name


def _answer(entry: Entry, desk: SourceDesk, *, status: int = 200) -> Response:
    return JSONResponse(_shown(entry, desk), status_code=status, headers={"ETag": f'"{entry.edition}"'})


def _shown(entry: Entry, desk: SourceDesk) -> dict[str, Any]:
    """The entry with the state of its fetching."""
    state = desk.listing.fetched.get(entry.source) if entry.fetch else None
    said = state.model_dump(mode="json", include=_STATE) if state else None
    return entry.model_dump(mode="json") | {"state": said}
