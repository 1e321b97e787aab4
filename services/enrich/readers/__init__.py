"""Bytes of a media type → Document of blocks: decode, clean, and the reader of that type. Pure."""

import re

from services.enrich.blocks import Document
from services.enrich.readers import html, markdown, text
from shared.charset import decide, decode
from shared.errors import Rejected
from shared.records import MediaType

# Zero-width space, joiners that no Chinese or emoji needs at its side, marks of direction, soft hyphen, BOM inside a text.
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x0000])
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\u0085")
_TAG = re.compile(r"<(?:!doctype|html|head|body|div|p|section|table|span)\b", re.IGNORECASE)
_MARKDOWN = re.compile(r"^(?:#{1,6} |---$|\* |- |> |!\[)|\*\*[^*\n]{1,200}\*\*|\]\(https?://", re.MULTILINE)


def cleaned(decoded: str) -> str:
    """`decoded` with one kind of line end and without invisible characters: what normalisation does and no more."""
    return _LINE_ENDS.sub("\n", decoded.translate(_INVISIBLE))


def read(data: bytes, *, media_type: MediaType, charset: str | None = None) -> Document:
    """The Document that `data` is; `charset` as ingest decided, else by content.

    Raises Rejected("undecodable") for what is no text, Rejected("empty") for a text with nothing to read.
    """
    decoded, broken = _decoded(data, charset)
    reader = {"text/plain": text.read, "text/markdown": markdown.read, "text/html": html.read}[media_type]
    document = reader(cleaned(decoded))
    if not any(block.text for block in document.blocks):
        raise Rejected("empty", "the digest has no text; send one that has")
    if not broken:
        return document
    return Document(document.text, document.blocks, document.title, document.publisher, document.date, broken, document.facts)


def media_type_of(data: bytes) -> MediaType:
    """The media type by content, for what comes without a telling name."""
    head = data[:65536].decode(decide(data), "replace")
    if _TAG.search(head):
        return "text/html"
    return "text/markdown" if len(_MARKDOWN.findall(head)) >= 3 else "text/plain"


def _decoded(data: bytes, charset: str | None) -> tuple[str, int]:
    if charset:
        try:
            decoded, broken = decode(data, charset)
        except (LookupError, UnicodeError):
            broken = -1
        if broken == 0:
            return decoded, 0
    # The charset that came with it does not fit: what the content says is tried in its place.
    return decode(data, decide(data, charset))
