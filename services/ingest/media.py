"""What is said of a file and its first bytes → its media type, or Rejected when it is none that we read. Pure."""

import re
from pathlib import PurePath

from shared.errors import Rejected
from shared.records import MEDIA_TYPES, MediaType

SUFFIXES: dict[str, MediaType] = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
}

# Other names of what we read.
_ALIASES: dict[str, MediaType] = {"text/x-markdown": "text/markdown", "application/xhtml+xml": "text/html"}

# What programs say when they don't know.
_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/unknown"})

# First bytes of files that people do send: https://www.iana.org/assignments/media-types and the formats' own specifications.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file"),
    (b"{\\rtf", "a rich text file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
)

# Seen from the start, after white space, a byte order mark, an XML declaration and comments.
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|div|table|article)\b",
    re.I | re.S,
)

# A heading as Markdown's; one alone may be a hash tag or a number sign, so it takes two.
_HEADING = re.compile(rb"^#{1,6} +\S", re.M)

_LOOK_AT = 64 * 1024
"""Bytes that are looked at: headings stand near the start."""

READABLE = ", ".join(MEDIA_TYPES)


def _unsupported(what: str) -> Rejected:
    return Rejected("unsupported_media_type", f"{what} can't be read; send one of {READABLE}")


def named(declared: str) -> MediaType | None:
    """The media type that a declaration such as `text/html; charset=gbk` means, None where it says nothing; raises Rejected for others."""
    name = declared.partition(";")[0].strip().lower()
    if name in _UNKNOWN:
        return None
    for known in MEDIA_TYPES:
        if name == known:
            return known
    if name in _ALIASES:
        return _ALIASES[name]
    raise _unsupported(f"media type {name[:80]!r}")


def charset_of(declared: str | None) -> str | None:
    """The charset that a declaration names, in lower case; None where it names none."""
    for parameter in (declared or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower() or None
    return None


def by_content(content: bytes) -> MediaType:
    """The media type that the first bytes show, text/plain where they show none; raises Rejected for files that are no text."""
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            raise _unsupported(what)
    if _HTML.match(content[:_LOOK_AT]):
        return "text/html"
    if len(_HEADING.findall(content[:_LOOK_AT])) >= 2:
        return "text/markdown"
    return "text/plain"


def decide(content: bytes, *, declared: str | None = None, filename: str | None = None) -> MediaType:
    """What is declared, else what the file's suffix says, else what the content shows; raises Rejected for what we don't read.

    Content that is plainly another kind of file is refused whatever is declared: a PDF called `a.txt` has no text to split.
    """
    shown = by_content(content)
    return named(declared or "") or SUFFIXES.get(PurePath(filename or "").suffix.lower()) or shown
