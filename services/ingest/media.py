"""What is said of a file and its first bytes → its media type, or Rejected when it is none that we read. Pure."""

import re

from shared import media
from shared.media import READABLE, unsupported
from shared.records import MEDIA_TYPES, MediaType

__all__ = ["READABLE", "by_content", "charset_of", "decide", "named"]

# What programs say when they don't know.
_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/unknown"})

# Seen from the start, after white space, a byte order mark, an XML declaration and comments.
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|div|table|article)\b",
    re.I | re.S,
)

# A heading as Markdown's; one alone may be a hash tag or a number sign, so it takes two.
_HEADING = re.compile(rb"^#{1,6} +\S", re.M)

_LOOK_AT = 64 * 1024
"""Bytes that are looked at: headings stand near the start."""


def named(declared: str) -> MediaType | None:
    """The media type that a declaration such as `text/html; charset=gbk` means, None where it says nothing; raises Rejected for others."""
    name = declared.partition(";")[0].strip().lower()
    if name in _UNKNOWN:
        return None
    for known in MEDIA_TYPES:
        if name == known:
            return known
    if name in media.ALIASES:
        return media.ALIASES[name]
    raise unsupported(f"media type {name[:80]!r}")


def charset_of(declared: str | None) -> str | None:
    """The charset that a declaration names, in lower case; None where it names none."""
    for parameter in (declared or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower() or None
    return None


def by_content(content: bytes) -> MediaType:
    """The media type that the first bytes show, text/plain where they show none; raises Rejected for files that we don't read."""
    if (shown := media.by_signature(content)) is not None:
        return shown
    if _HTML.match(content[:_LOOK_AT]):
        return "text/html"
    if b"#" in content[:_LOOK_AT] and len(_HEADING.findall(content[:_LOOK_AT])) >= 2:
        return "text/markdown"
    return "text/plain"


def decide(content: bytes, *, declared: str | None = None, filename: str | None = None) -> MediaType:
    """What is declared, else what the file's suffix says, else what the content shows; raises Rejected for what we don't read.

    Content that is plainly another kind of file is that kind, whatever is declared: a PDF called `a.txt` is a PDF, a picture is refused.
    What is called a PDF, DOCX or MHTML and isn't one is refused too.
    """
    shown = by_content(content)
    return media.held(content, named(declared or "") or media.by_suffix(filename) or shown)
