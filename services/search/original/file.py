"""An original → its file name, the headers that it is sent with, and its text. Pure.

Whatever it holds, a browser saves it, or shows it in a frame in which nothing runs.
"""

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

from services.search.original.records import Original
from shared.charset import decode
from shared.media import SUFFIXES
from shared.records import PDF, TEXT_TYPES, RawDigest

MOST_NAME = 150
"""Characters of a file name: file systems take 255 bytes, and a Chinese character has three; its suffix comes on top."""

DOWNLOAD = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
"""It is saved, never shown."""

# By header alone: with the frame's own attribute `sandbox` Chromium shows no PDF.
FRAMED = DOWNLOAD | {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'self'"}
"""A text or PDF in a frame of our own page: no script, no form, no window of its own, nothing loaded."""

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')


def media_type(raw: RawDigest) -> str:
    """Its media type with the charset of a text."""
    return f"{raw.media_type}; charset={raw.charset}" if raw.media_type in TEXT_TYPES and raw.charset else raw.media_type


def name(raw: RawDigest) -> str:
    """The name to save it under: as it was fed, else its title or id; with the suffix of what it is."""
    given = _plain(PurePosixPath((raw.file_name or "").replace("\\", "/")).name)
    suffix = PurePosixPath(given).suffix.lower()
    if given and SUFFIXES.get(suffix) == raw.media_type:
        return given[: -len(suffix)][:MOST_NAME] + given[-len(suffix) :]
    stem = (given or _plain(raw.title or "") or raw.digest_id)[:MOST_NAME]
    return stem + next(ending for ending, known in SUFFIXES.items() if known == raw.media_type)


def _plain(text: str) -> str:
    """Without what names of files can't have, or what hides their end: controls and marks of direction."""
    seen = "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return _NOT_IN_NAMES.sub("_", seen).strip(" .")


def disposition(file_name: str) -> str:
    """The Content-Disposition of a file to be saved: in ASCII for old programs, and in full as RFC 5987 has it."""
    plain = file_name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def shown_as(raw: RawDigest) -> str | None:
    """How it can be shown: `text`, `pdf`, or not at all."""
    return "text" if raw.media_type in TEXT_TYPES else "pdf" if raw.media_type == PDF else None


def text(original: Original) -> str:
    """The text of one that is a text, as its charset has it."""
    found, _ = decode(original.content, original.raw.charset or "utf-8")
    return found.removeprefix("\ufeff")
