"""Bytes of a media type → Document of blocks: the reader of that type, within limits. Pure."""

import re
from importlib import import_module

from services.enrich.blocks import Document
from services.enrich.readers import html, markdown, text
from services.enrich.readers.decoding import cleaned, decode_text, located
from shared.charset import decide
from shared.errors import Rejected
from shared.media import by_signature, held
from shared.records import DOCX, MHTML, PDF, TEXT_TYPES, MediaType
from shared.settings import ReadLimits

__all__ = ["LIMITS", "cleaned", "media_type_of", "read"]

LIMITS = ReadLimits.model_construct()
"""The defaults, whatever the environment says; services pass their own."""

# Imported when the first of them comes: python-docx and PDFium take 0.2 s and 30 MB that a text does not need.
_PACKED = {MHTML: "mhtml", DOCX: "docx", PDF: "pdf"}
_READERS = {"text/plain": text.read, "text/markdown": markdown.read, "text/html": html.read}
_KINDS = {"text/plain": "text", "text/markdown": "markdown", "text/html": "html"}

_TAG = re.compile(r"<(?:!doctype|html|head|body|div|p|section|table|span)\b", re.IGNORECASE)
_MARKDOWN = re.compile(r"^(?:#{1,6} |---$|\* |- |> |!\[)|\*\*[^*\n]{1,200}\*\*|\]\(https?://", re.MULTILINE)


def read(data: bytes, *, media_type: MediaType, charset: str | None = None, limits: ReadLimits = LIMITS) -> Document:
    """The Document that `data` is; `charset` as ingest decided, else by content.

    Raises Rejected: `undecodable` for what is no text or no such file, `empty` for a text with nothing to read, `too_large` and `too_deep`
    beyond `limits`, `encrypted` and `no_text` for PDFs with a password and those that are pictures of pages.
    """
    if media_type in TEXT_TYPES:
        decoded, broken = decode_text(data, charset)
        _check(len(decoded), limits)
        source = cleaned(decoded)
        document = located(_READERS[media_type](source, limits.lines), decoded, source, kind=_KINDS[media_type], broken=broken)
    else:
        document = import_module(f"services.enrich.readers.{_PACKED[held(data, media_type)]}").read(data, limits)
    _check(len(document.text), limits)
    if not any(block.text for block in document.blocks):
        raise Rejected("empty", "the digest has no text; send one that has")
    return document


def media_type_of(data: bytes) -> MediaType:
    """The media type by content, for what comes without a telling name; raises Rejected for files that we don't read."""
    if (shown := by_signature(data)) is not None:
        return shown
    head = data[:65536].decode(decide(data), "replace")
    if _TAG.search(head):
        return "text/html"
    return "text/markdown" if len(_MARKDOWN.findall(head)) >= 3 else "text/plain"


def _check(characters: int, limits: ReadLimits) -> None:
    if characters > limits.characters:
        raise Rejected("too_large", f"the digest's text has {characters} characters, more than the {limits.characters} that are read")
