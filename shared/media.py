"""A name's ending and the bytes of a file → its media type where it is one that only a reader opens (DOCX, PDF, MHTML), or Rejected. Pure.

Ingest and `jianbao parse` decide by the same rule; texts (plain, Markdown, HTML) each tells apart in its own way.
"""

import io
import re
import zipfile
from pathlib import PurePath

from shared.errors import Rejected
from shared.records import DOCX, MEDIA_TYPES, MHTML, PDF, MediaType

SUFFIXES: dict[str, MediaType] = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".mhtml": MHTML,
    ".mht": MHTML,
    ".eml": MHTML,
    ".pdf": PDF,
    ".docx": DOCX,
}

# Other names of what we read.
ALIASES: dict[str, MediaType] = {
    "text/x-markdown": "text/markdown",
    "application/xhtml+xml": "text/html",
    "message/rfc822": MHTML,
    "application/x-mimearchive": MHTML,
    "application/x-pdf": PDF,
}

READABLE = ", ".join(MEDIA_TYPES)

# First bytes of files that people do send: https://www.iana.org/assignments/media-types and the formats' own specifications.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file, or a DOCX with a password,"),
    (b"{\\rtf", "a rich text file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
)
_NAMES = {MHTML: "a page saved as MHTML", PDF: "a PDF", DOCX: "a Word file (DOCX)"}

PDF_WITHIN = 1024
"""Bytes within which `%PDF-` stands: readers of PDF accept so much before it (ISO 32000-1, annex H.3.4.1)."""

HEAD = 64 * 1024
"""Bytes within which a mail says what it holds: servers on its way write their own fields before."""

# The head of a MIME message: fields up to an empty line, with the type of a page and its pictures among them. Pages saved by browsers begin so.
_MHTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s{0,8}(?:[A-Za-z-]{1,60}:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n){0,20}){0,40}?content-type:\s*multipart/related\b", re.I
)


# `From a@example.org Thu Feb  5 18:30:00 2026` and then a field: files of many mails begin so.
_MBOX = re.compile(rb"From \S[^\n]{0,200}\d:\d\d[^\n]{0,60}\b(?:19|20)\d\d\b[^\n]{0,40}\n>?[!-9;-~]{1,80}:")


def unsupported(what: str) -> Rejected:
    """The refusal of what can't be read, with what can."""
    return Rejected("unsupported_media_type", f"{what} can't be read; send one of {READABLE}")


def by_suffix(name: str | None) -> MediaType | None:
    """The media type that a file's name says."""
    return SUFFIXES.get(PurePath(name or "").suffix.lower())


def by_signature(content: bytes) -> MediaType | None:
    """The media type that the first bytes show beyond doubt, None for texts; raises Rejected for files that are neither."""
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    for signature, what in _OTHERS:
        if content.startswith(signature):
            raise unsupported(what)
    if content.startswith(b"%PDF-"):
        return PDF
    if _MBOX.match(content):
        raise Rejected("unsupported_media_type", "a mailbox (mbox) is no digest but holds many: `jianbao feed` of the file takes it apart")
    return MHTML if _MHTML.match(content[: 16 * 1024]) else None


def held(content: bytes, media_type: MediaType) -> MediaType:
    """`media_type` where `content` can be that; raises Rejected("undecodable") for a PDF, DOCX or MHTML that isn't one."""
    shown = by_signature(content)
    if shown is not None:
        return shown  # a PDF is a PDF whatever it was called
    if media_type == MHTML and any(field in content[:HEAD].lower() for field in (b"content-type:", b"message-id:")):
        return MHTML  # a mail with one part
    if media_type == PDF and b"%PDF-" in content[:PDF_WITHIN]:
        return PDF
    if media_type in _NAMES:
        raise Rejected("undecodable", f"this is called {_NAMES[media_type]} and isn't one: its first bytes are another file's; send the file itself")
    return media_type


def _zipped(content: bytes) -> MediaType:
    """DOCX, where the zip file's list of contents has its text; nothing is unpacked. Raises Rejected for others."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except Exception as error:  # zipfile raises whatever hostile bytes make it stumble over
        raise Rejected("undecodable", "this Word or zip file is damaged: its list of contents can't be read; send it again") from error
    if "word/document.xml" in names or ("[Content_Types].xml" in names and any(name.startswith("word/") for name in names)):
        return DOCX
    raise unsupported("an Excel, PowerPoint or zip file")
