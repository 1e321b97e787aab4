"""GET /v1/digests → what was fed, the newest first, a page at a time: of the sources that the key may feed."""

import asyncio
import re
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.ingest import fields
from services.ingest.again import listing
from services.ingest.again.fed import Fed
from services.ingest.again.listing import MOST, MOST_IDS, Page, Wanted
from services.ingest.again.take import Memory
from services.ingest.http import examples
from services.ingest.http.guard import admit
from services.ingest.http.routes import Ingest
from shared.errors import Rejected
from shared.keys.key import Key

LIMIT = 50
"""Digests of a page, where nobody says how many."""

_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_DIGEST_ID = re.compile(r"[0-9a-f]{32}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_NAMES = ("source", "day", "key", "digest_id", "cursor", "limit")

_DIGEST: dict[str, Any] = {
    "type": "object",
    "required": ["digest_id", "revision", "source", "received_at", "media_type", "withdrawn", "released", "same_content"],
    "properties": {
        "digest_id": _ID,
        "revision": {"type": "integer"},
        "source": {"type": "string"},
        "title": _TEXT | {"description": "As it was given; null where none was, and of what was erased"},
        "url": _TEXT,
        "external_id": _TEXT,
        "file_name": _TEXT,
        "published_on": _TEXT | {"description": "As it was given"},
        "received_at": {"type": "string", "format": "date-time", "description": "When it came last; its withdrawal has a time of its own"},
        "media_type": {"type": "string"},
        "key_name": _TEXT | {"description": "Name of the API key that fed it; null where none was asked for"},
        "withdrawn": {"type": "boolean"},
        "withdrawn_by": _TEXT | {"description": "Name of the API key that took it back"},
        "withdrawn_at": {"type": ["string", "null"], "format": "date-time"},
        "released": {"type": "boolean", "description": "Let out of quarantine by a person"},
        "released_by": _TEXT,
        "same_content": {
            "type": "array",
            "description": "Other digests of the same content, under another source or identity; ten at most",
            "items": {"type": "object", "properties": {"digest_id": _ID, "source": {"type": "string"}}},
        },
    },
}
_PARAMETERS: dict[str, tuple[dict[str, Any], str]] = {
    "source": ({"type": "string", "pattern": r"^(\w[\w.\-]{0,63})?$"}, "Of this source alone; empty, of all"),
    "day": ({"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2})?$"}, "Received on this day in Asia/Shanghai"),
    "key": ({"type": "string"}, "Fed by the API key of this name"),
    "digest_id": ({"type": "array", "items": _ID, "maxItems": MOST_IDS}, "These alone; repeat it for several"),
    "cursor": ({"type": "string", "pattern": "^(-?[0-9]{1,15}-[0-9a-f]{32})?$"}, "`next` of the page before, with all else as it was"),
    "limit": ({"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}, "Digests of a page"),
}
OPERATION: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "query", "schema": schema, "description": description}
        for name, (schema, description) in _PARAMETERS.items()
    ],
    "security": [{}, {"bearer": []}, {"key": []}],
    "responses": {
        "200": {
            "description": "A page of what was fed",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["digests", "next", "complete"],
                        "properties": {
                            "digests": {"type": "array", "items": _DIGEST},
                            "next": _TEXT | {"description": "Cursor of the next page; null on the last"},
                            "complete": {
                                "type": "boolean",
                                "description": "False while the archive is still being read, so that older digests are missing",
                            },
                        },
                    }
                }
            },
        },
        **{status: examples.OPERATION["responses"][status] for status in ("401", "403", "422", "429")},
    },
}  # fmt: skip


def router(ingest: Ingest, memory: Memory) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.get("/v1/digests", summary="What was fed", openapi_extra=OPERATION, response_model=None)
    async def listed(request: Request) -> Response:
        """The 100,000 digests that were fed last, the newest first, each with its last revision.

        Whoever has a key for some sources sees these. What became of each is told by the search service's
        `GET /api/digests`.
        """
        key = await admit(request, ingest.door)
        wanted = _wanted(request.query_params.multi_items())
        if wanted.source is not None:
            ingest.door.check_source(key, wanted.source)
        # In a thread: a table of 100,000 takes some 50 ms, in which others are answered.
        found = await asyncio.to_thread(_page, memory.table.all(), wanted, key)
        following = str(found.following) if found.following else None
        return JSONResponse({"digests": listing.answer(found), "next": following, "complete": memory.complete})

    return routes


def _page(known: list[Fed], wanted: Wanted, key: Key | None) -> Page:
    may: dict[str, bool] = {}  # asked once for each source, of which there are few

    def allowed(source: str) -> bool:
        if source not in may:
            may[source] = key is None or key.may_write(source)
        return may[source]

    return listing.page(known, wanted, may=allowed)


def _wanted(given: list[tuple[str, str]]) -> Wanted:
    """The parameters of a request; raises Rejected."""
    said: dict[str, str] = {}
    digest_ids = []
    for name, value in given:
        fields.only_known([name], _NAMES, what="query parameter")
        if name == "digest_id":
            digest_ids.append(value)
        elif name in said:
            raise Rejected("bad_field", f"{name} came twice: send it once")
        elif value:  # an empty field of a form asks for nothing
            said[name] = value
    if not all(_DIGEST_ID.fullmatch(one) for one in digest_ids):
        raise Rejected("bad_id", "digest_id is 32 hex digits, as feeding answered it")
    if len(digest_ids) > MOST_IDS:
        raise Rejected("bad_field", f"digest_id came {len(digest_ids)} times: ask for {MOST_IDS} at once")
    return Wanted(
        source=fields.source(said["source"]) if "source" in said else None,
        day=_day(said.get("day")),
        key=said.get("key"),
        digest_ids=frozenset(digest_ids),
        behind=listing.cursor(said.get("cursor")),
        limit=_limit(said.get("limit")),
    )


def _day(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Rejected("bad_date", "day must be a day as YYYY-MM-DD, such as 2026-02-06")


def _limit(value: str | None) -> int:
    number = LIMIT if value is None else int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 0
    if not 1 <= number <= MOST:
        raise Rejected("bad_field", f"limit is a number from 1 to {MOST}")
    return number
