"""A request's stream → its bytes or its multipart parts, bounded in size and memory; in time, shared.connections does."""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile

from services.ingest.http.room import Held
from shared.connections.multipart import parts
from shared.errors import Rejected

OVERRUN_BYTES = 32 * 2**20
"""Bytes beyond the limit that are read and thrown away before 413: a client that still writes would see a reset connection, not the answer."""

MAX_FILES = 1000
"""Of one multipart request: a folder of some years of weeklies."""

MAX_FORM_FIELDS = 20
"""Far more than there are fields."""

MAX_FIELD_BYTES = 64 * 1024
"""Of one form field: titles and urls."""


def _declared(request: Request) -> int:
    """Content-Length; 0 where there is none or where it is no number, which the server itself refuses."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


async def stream(request: Request, limit: int, held: Held) -> AsyncGenerator[bytes, None]:
    """The body in chunks, held as they arrive.

    Raises Rejected("too_large") beyond `limit` bytes, and Unavailable when there is no room.
    """
    # A client that asks first (`Expect: 100-continue`, curl with large files) gets its 413 before it sends anything.
    asks = request.headers.get("expect", "").lower() == "100-continue"
    if _declared(request) > limit + (0 if asks else OVERRUN_BYTES):
        raise _too_large(limit)
    held.expect(min(_declared(request), limit))
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit + OVERRUN_BYTES:
            break
        if received <= limit:
            held.add(len(chunk))
            yield chunk
    if received > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> Rejected:
    return Rejected("too_large", f"the request is larger than the {limit / 2**20:g} MiB that are taken")


async def read(request: Request, limit: int, held: Held) -> bytes:
    """The whole body; raises as `stream` does."""
    parts = [chunk async for chunk in stream(request, limit, held)]
    return b"".join(parts)


@dataclass(frozen=True)
class Form:
    """The parts of a multipart request."""

    files: tuple[UploadFile, ...]
    fields: tuple[tuple[str, str], ...]


@contextlib.asynccontextmanager
async def form(request: Request, limit: int, held: Held) -> AsyncGenerator[Form, None]:
    """The multipart form in a request, its files closed afterwards; raises Rejected("bad_form") where it is none or was cut off."""
    body = stream(request, limit, held)
    async with parts(request.headers, body, files=MAX_FILES, fields=MAX_FORM_FIELDS, field_bytes=MAX_FIELD_BYTES) as found:
        yield Form(
            tuple(value for _, value in found if isinstance(value, UploadFile)),
            tuple((name, value) for name, value in found if isinstance(value, str)),
        )
