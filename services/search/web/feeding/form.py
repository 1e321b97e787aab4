"""A form of the page 送入 that a browser sent → what is to be fed and what is said of it, bounded in size and in number."""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from services.search.errors import BadRequest, SearchError
from services.search.query.sources import ids
from shared.connections.multipart import Part, parts
from shared.errors import Rejected
from shared.records import MAX_DIGEST_BYTES

FIELDS = 20
"""Far more than the form has."""

MAX_FIELD = MAX_DIGEST_BYTES * 4 // 3 + 8
"""Bytes of a field: a digest that comes again does so as base64."""

MAX_FORM = MAX_FIELD + 256 * 1024
"""Bytes of a form: the digest once, and what is said of it."""

OVERRUN = 32 * 2**20
"""Bytes beyond it that are read and thrown away: a browser that still writes would see a reset connection, not the answer."""

BEGINNING = 64 * 1024
"""Bytes of a form that are kept until all of it is there: the fields before the file are some hundred."""

_FIELD = re.compile(rb'form-data; name="(source|title|published_on)"\r\n\r\n([^\r\n]{0,2000})\r\n')

LARGE = 2**20
"""Bytes from which a form is a large one: real digests are under 1 MiB, nearly all under 100 kB."""

LARGE_AT_ONCE, AT_ONCE = 2, 16
"""Large forms, and others, that are received and answered at once. The largest takes some 150 MiB until its page is made (measured), of the 512
that docker-compose.yml gives."""

WAIT_SECONDS = 15.0
"""That a form waits for one before it, unread."""


class OneOfBoth(SearchError):
    """A file was chosen and text was pasted, too."""

    status = 422
    code = "file_and_text"
    chinese = "文件和粘贴的文字只能选一种：请重新选择文件并清空粘贴的文字，或不选文件、只留粘贴的文字。"


class Busy(SearchError):
    """As many forms as are taken at once are being received."""

    status = 503
    code = "busy"
    chinese = "正在送入的文件较多，请稍候再试。"


@dataclass(frozen=True)
class Given:
    """What somebody said of a digest: as it stands in the form, unless they left it as it was found."""

    source: str = ""
    title: str = ""
    published_on: str = ""
    found_title: str = ""
    """What stood in the field when the page was made, where it was found and not given"""
    found_published_on: str = ""

    def said(self) -> dict[str, str]:
        """What ingest is told. What was only found is not said, so that it stays known as found."""
        pairs = (("title", self.title, self.found_title), ("published_on", self.published_on, self.found_published_on))
        told = {name: value.strip() for name, value, found in pairs if value.strip() and value.strip() != found}
        return {"source": self.source.strip()} | told


class TooLarge(SearchError):
    """The form holds more than one digest may have."""

    status = 413
    code = "too_large"
    chinese = "文件太大，一份简报最多 8 MiB。"

    def __init__(self, message: str, given: Given) -> None:
        super().__init__(message)
        self.given = given
        """What was said of it"""


@dataclass(frozen=True)
class Feeding:
    """A digest on its way."""

    content: bytes = b""
    file_name: str = ""
    """Empty for what was pasted"""
    media_type: str = ""
    """As the browser declared it"""
    given: Given = field(default_factory=Given)
    token: str = ""
    beside: str = ""
    """What was pasted where a file was chosen, too"""

    @property
    def pasted(self) -> str:
        """The text that somebody pasted, as the first step shows it again."""
        return self.beside or ("" if self.file_name or self.media_type else self.content.decode("utf-8", "replace"))

    @property
    def kept(self) -> str:
        """The content as the page sends it again."""
        return base64.b64encode(self.content).decode("ascii")

    @property
    def file(self) -> tuple[str, bytes, str]:
        """As ingest takes it; what was pasted has a name for the form alone."""
        return self.file_name or "pasted", self.content, self.media_type or "application/octet-stream"

    def said(self) -> dict[str, str]:
        """What ingest is told of it; a source may be given by the name that people read, where that is one's alone."""
        said = self.given.said()
        _, *named = ids(said["source"])
        return said | {"file_name": self.file_name} | ({"source": named[0]} if len(named) == 1 else {})


class Forms:
    """Receives forms, some at once."""

    def __init__(self, *, large: int = LARGE_AT_ONCE, others: int = AT_ONCE, wait_seconds: float = WAIT_SECONDS) -> None:
        self._large, self._others, self._wait_seconds = asyncio.Semaphore(large), asyncio.Semaphore(others), wait_seconds

    @asynccontextmanager
    async def received(self, request: Request) -> AsyncIterator[Feeding]:
        """What a request brings, held while the block runs; raises TooLarge, Busy, and BadRequest where it is no form of ours."""
        length = request.headers.get("content-length", "")  # h11 holds a body to it
        places = self._others if length.isdecimal() and int(length) < LARGE else self._large
        try:
            async with asyncio.timeout(self._wait_seconds):
                await places.acquire()
        except TimeoutError:
            raise Busy("other forms are being received; try again soon") from None
        try:
            async with parts(request.headers, _bounded(request), files=FIELDS, fields=FIELDS, field_bytes=MAX_FIELD) as found:
                feeding = await _read(found)
            yield feeding
        except Rejected as error:
            raise BadRequest(error.message) from error
        except ClientDisconnect as error:
            raise BadRequest("the connection ended before the form was there") from error
        finally:
            places.release()


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    size, beginning = 0, bytearray()
    async for piece in request.stream():
        size += len(piece)
        beginning += piece[: max(0, BEGINNING - len(beginning))]
        if size > MAX_FORM + OVERRUN:
            break
        if size <= MAX_FORM:
            yield piece
    if size > MAX_FORM:
        raise TooLarge(f"the form has more than {MAX_FORM:,} bytes", _said(bytes(beginning)))


def _said(beginning: bytes) -> Given:
    """What is said of a digest in the fields before its file, where the form is read no further."""
    found = {name.decode(): value.decode("utf-8", "replace") for name, value in _FIELD.findall(beginning)}
    return Given(**{name: found[name] for name in ("source", "title", "published_on") if name in found})


async def _read(found: list[Part]) -> Feeding:
    """A file that was chosen, else what was pasted, else what came before."""
    fields = {name: value for name, value in found if isinstance(value, str)}
    said = Given(**{name: fields.get(name, "") for name in Given.__dataclass_fields__})
    token = fields.get("token", "")
    text = fields.get("text", "").strip()
    for name, value in found:
        if name == "file" and isinstance(value, UploadFile) and (value.filename or value.size):
            return Feeding(await value.read(), _printable(value.filename), value.content_type or "", said, token, text)
    if text:
        return Feeding(text.replace("\r\n", "\n").encode("utf-8", "replace"), "", "", said, token)
    try:
        content = base64.b64decode(fields.get("content", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("this is no form of ours") from error
    return Feeding(content, fields.get("file_name", ""), fields.get("media_type", ""), said, token)


def _printable(name: str | None) -> str:
    """A file's name without what is no text: some charsets make lone surrogates."""
    return (name or "").encode("utf-8", "replace").decode()
