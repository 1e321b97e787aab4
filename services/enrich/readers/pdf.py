"""The bytes of a PDF with text → Document: printed lines as paragraphs, larger ones as headings, page numbers and running heads at the end. Pure.

Read by PDFium (pypdfium2: Apache 2.0 or BSD, PDFium BSD), the library that Chrome opens PDFs with: it is fuzzed day and night, repairs
damaged files, and gives each character's place, size and font. Measured on 27 pages (37,000 characters) of Chinese text, importing included:
PDFium 0.6 s, pdfminer.six 1.3 s, pdfplumber 1.6 s; of a file cut off after its first half PDFium read the pages that were left; characters
beyond 16 bits (emoji in titles) came out right with PDFium only. It is C++ and may crash: the worker's child is there for that.
"""

import io
import re
from contextlib import closing

import pypdfium2

from services.enrich.blocks import Builder, Document
from services.enrich.readers.pages import furniture, glyphs, paragraphs, streams
from services.enrich.readers.pages.columns import columns
from services.enrich.readers.pages.piece import Column
from shared.errors import Rejected
from shared.settings import ReadLimits

UNREADABLE = 0.3
"""Share of characters whose letters the fonts do not say, beyond which a PDF has no text but drawings of it."""

_PASSWORD = re.compile("password", re.IGNORECASE)


def read(data: bytes, limits: ReadLimits) -> Document:
    """Blocks of all pages; source offsets count PDFium's characters from page to page.

    Raises Rejected: `undecodable` for what is no PDF, `encrypted`, `no_text` for pages that are pictures, `too_large` beyond `limits`.
    """
    opened = _opened(streams.safe(data, limits))
    if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(opened.raw) >= 0:
        opened = _opened(streams.safe(_decrypted(opened), limits))
    with closing(opened) as document:
        try:
            return _document(document, limits)
        except pypdfium2.PdfiumError as error:
            raise Rejected("undecodable", "this PDF is damaged: one of its pages can't be read; send it again, or its text") from error


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if _PASSWORD.search(str(error)) or b"/Encrypt" in data[-4096:]:
            raise Rejected("encrypted", "this PDF needs a password to be opened; send one without") from None
        raise Rejected("undecodable", "this PDF is damaged or isn't one: it can't be opened; send it again, or its text") from None


def _decrypted(opened: pypdfium2.PdfDocument) -> bytes:
    """A copy that anybody may change, as its bytes can be judged only so; `opened` is closed."""
    copy = io.BytesIO()
    with closing(opened) as document:
        try:
            document.save(copy, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
        except pypdfium2.PdfiumError as error:
            raise Rejected("undecodable", "this PDF is damaged: it can't be decrypted; send it again, or its text") from error
    return copy.getvalue()


def _document(document: pypdfium2.PdfDocument, limits: ReadLimits) -> Document:
    count = len(document)
    if count > limits.pages:
        raise Rejected("too_large", f"this PDF has {count} pages, more than the {limits.pages} that are read")
    pages: list[list[Column]] = []
    heights: list[float] = []
    parts: list[int] = []
    base = shown = unknown = 0
    for number in range(count):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            continue  # a page that is missing from a damaged file costs itself only
        # Both in this order: a page of millions of pieces is not to be laid out as text.
        if pypdfium2.raw.FPDFPage_CountObjects(page.raw) > streams.OBJECTS:
            raise streams.too_large()
        with closing(page), closing(page.get_textpage()) as textpage:
            if textpage.count_chars() > streams.CHARACTERS:
                raise streams.too_large()
            found, length, unread = glyphs.pieces(page.raw, textpage.raw, base)
            glyphs.linked(found, list(glyphs.anchors(document.raw, page.raw)))
            heights.append(page.get_height())
        parts.append(base)
        base += length
        if base > limits.characters:
            raise Rejected("too_large", f"this PDF's text has more than the {limits.characters} characters that are read")
        shown += sum(len(piece.text) for piece in found)
        unknown += unread
        pages.append(columns(found))
    if not shown:
        raise Rejected("no_text", "this PDF holds pictures of pages and no text; send one with text, or run text recognition (OCR) over it first")
    if unknown > UNREADABLE * shown:
        raise Rejected("no_text", "this PDF's fonts do not say which letters they draw, so its text can't be read; send it in another format")
    return _laid_out(document, pages, heights, parts, unknown, limits)


def _laid_out(
    document: pypdfium2.PdfDocument, pages: list[list[Column]], heights: list[float], parts: list[int], unknown: int, limits: ReadLimits
) -> Document:
    left, running = furniture.without(pages, heights)
    builder = Builder(limits.lines)
    paragraphs.into(builder, left)
    for text in running:
        builder.add(text, source=0, kind="rule")  # no story's: a rule is in no body and heads nothing
    facts = tuple((name.lower(), value.strip()) for name, value in document.get_metadata_dict(skip_empty=True).items() if value.strip())
    return Document(
        builder.text(),
        tuple(builder.blocks),
        title=_printed(dict(facts).get("title"), builder),
        broken=unknown,
        facts=(*facts, *(("running", text) for text in running)),
        mapping=lambda: builder.source_map(unit="page", parts=parts),
    )


def _printed(title: str | None, builder: Builder) -> str | None:
    """The title of the metadata where the first page prints it: programs put file names and `untitled` there."""
    if not title or len(title) < 2:
        return None
    wanted = "".join(title.split())
    return title if any(wanted in "".join(block.text.split()) for block in builder.blocks[:10]) else None
