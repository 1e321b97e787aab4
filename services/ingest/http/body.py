"""A request's stream → its bytes or its multipart parts, bounded in size and memory; in time, shared.connections does."""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.ingest.http.room import Held
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


class _Parser(MultiPartParser):
    """starlette's, which takes a form that was cut off for a whole one and leaves its last file open."""

    ended = False

    spool_max_size = 2**40
    """Bytes from which a file would lie on disk: never. What a form takes is held as memory already (a container's
    /tmp is memory too), and files by the dozen would be open for each, which are Kafka's."""

    def on_end(self) -> None:
        """The last boundary came."""
        self.ended = True

    def close_files(self) -> None:
        """Close every file, those too that are no part of the form."""
        for file in self._files_to_close_on_error:
            file.close()


@contextlib.asynccontextmanager
async def form(request: Request, limit: int, held: Held) -> AsyncGenerator[Form, None]:
    """The multipart form in a request, its files closed afterwards; raises Rejected("bad_form") where it is none or was cut off."""
    parser = _Parser(request.headers, stream(request, limit, held), max_files=MAX_FILES, max_fields=MAX_FORM_FIELDS, max_part_size=MAX_FIELD_BYTES)
    try:
        items = await _items(parser)
        yield Form(
            tuple(value for _, value in items if isinstance(value, UploadFile)),
            tuple((name, value) for name, value in items if isinstance(value, str)),
        )
    finally:
        parser.close_files()


async def _items(parser: _Parser) -> list[tuple[str, UploadFile | str]]:
    try:
        items = (await parser.parse()).multi_items()
    except MultiPartException as error:
        raise Rejected("bad_form", f"the multipart form can't be read: {error.message}") from None
    except ValueError as error:  # a charset that Python knows and that decodes no text, such as idna
        raise Rejected("bad_form", "the multipart form names a charset that it can't be read under; leave the charset out") from error
    if not parser.ended:
        raise Rejected("bad_form", "the multipart form was cut off: its last boundary is missing; send it again")
    return items
