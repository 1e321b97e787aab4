"""A page of PDFium's → pieces of lines in the order in which the file draws them."""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium

from services.enrich.blocks import Anchor
from services.enrich.readers.pages import weights
from services.enrich.readers.pages.piece import Piece
from shared.text.letters import ideographs

GAP = 1.6
"""Widths of a character that part two pieces on a line: words have 0.3, justified ones up to 1, table columns and gutters more."""

LINKS = 500
"""Of one page that are looked at: a contents page has some tens."""

_HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})
"""What PDFium gives for a hyphen at a line's end that belongs to no word."""


def pieces(page: Any, textpage: Any, base: int) -> tuple[list[Piece], int, int]:
    """The pieces of a page, how many characters it has in PDFium's count, and how many of them no font says the letter of.

    `base` is the source offset of the page's first character.
    """
    count = max(0, pdfium.FPDFText_CountChars(textpage))
    weight = weights.of(textpage, count)
    found: list[Piece] = []
    current: _Growing | None = None
    unknown = 0
    box = _Box()
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if 0xDC00 <= code < 0xE000 and current is not None and current.high:
            current.pair(code)
            continue
        if code in (0x0A, 0x0D):
            continue
        if code in _HYPHENS:
            if current is not None:
                current.add("\u00ad", base + index, strong=current.bold)
            continue
        if code == 0 or code == 0xFFFD or 0xE000 <= code < 0xF900:
            unknown += 1
            code = 0xFFFD
        if code < 0x20 and code != 0x09:
            continue
        generated = pdfium.FPDFText_IsGenerated(textpage, index) == 1
        if code in (0x20, 0x09, 0xA0, 0x3000):
            if current is not None:
                current.space(base + index, generated)
            continue
        if not box.of(textpage, index):
            continue
        bold = weight(index)
        size = pdfium.FPDFText_GetFontSize(textpage, index)
        size = size if 1 < size <= 400 else max(1.0, box.height)
        # Fonts scaled by the page's matrix say 1: what is seen counts.
        size = max(size, 0.7 * box.height) if size < 4 else size
        if current is None or not current.goes_on(box, size):
            if current is not None:
                found.append(current.piece())
            current = _Growing(box, size)
        character = chr(code) if code < 0xD800 or code >= 0xE000 else "\ufffd"
        current.high = code if 0xD800 <= code < 0xDC00 else 0
        current.add(character, base + index, strong=bold, box=box, size=size)
    if current is not None:
        found.append(current.piece())
    return [piece for piece in found if piece.text], count, unknown


class _Box:
    """A character's box, read into the same four numbers again and again."""

    def __init__(self) -> None:
        self._rect = pdfium.FS_RECTF()
        self.left = self.right = self.bottom = self.top = self.height = 0.0

    def of(self, textpage: Any, index: int) -> bool:
        """Read the box of a character, as high as its font is; False where it has none."""
        rect = self._rect
        if not pdfium.FPDFText_GetLooseCharBox(textpage, index, rect):
            return False
        self.left, self.right, self.bottom, self.top = rect.left, rect.right, min(rect.bottom, rect.top), max(rect.bottom, rect.top)
        self.height = self.top - self.bottom
        return abs(self.left) < 1e6 and abs(self.top) < 1e6


class _Growing:
    def __init__(self, box: _Box, size: float) -> None:
        self.characters: list[str] = []
        self.places: list[int] = []
        self.left, self.right, self.bottom, self.top = box.left, box.right, box.bottom, box.top
        self.middle = (box.bottom + box.top) / 2
        self.sizes: dict[float, int] = {}
        self.size = size
        self.strong = 0
        self.bold = False
        self.open = True
        self.high = 0
        self.pending: tuple[int, bool] | None = None

    def goes_on(self, box: _Box, size: float) -> bool:
        """The character stands on the same line, behind the last one and near it."""
        if abs((box.bottom + box.top) / 2 - self.middle) > 0.5 * max(min(size, self.size), 1.0):
            return False
        em = max(size, self.size)
        return -1.0 * em < box.left - self.right < GAP * em

    def space(self, place: int, generated: bool) -> None:
        """A blank, kept only where words have one between them."""
        self.pending = (place, generated)

    def pair(self, low: int) -> None:
        """The second half of a character beyond 16 bits."""
        self.characters[-1] = chr(0x10000 + ((self.high - 0xD800) << 10) + (low - 0xDC00))
        self.high = 0

    def add(self, character: str, place: int, *, strong: bool, box: _Box | None = None, size: float = 0) -> None:
        """Append a character."""
        if self.pending and self.characters:
            at, generated = self.pending
            # PDFium puts a space wherever a gap is wide, between Chinese characters of justified lines too.
            if not generated or (self.characters[-1].isascii() and character.isascii()):
                self.characters.append(" ")
                self.places.append(-1 if generated else at)
                self.strong += self.open
        self.pending = None
        self.characters.append(character)
        self.places.append(place)
        self.bold = strong
        if self.open and strong:
            self.strong = len(self.characters)
        elif not strong:
            self.open = False
        if box is not None:
            self.right = max(self.right, box.right)
            self.bottom, self.top = min(self.bottom, box.bottom), max(self.top, box.top)
            self.sizes[round(size, 1)] = self.sizes.get(round(size, 1), 0) + 1

    def piece(self) -> Piece:
        """What has grown."""
        text = ideographs("".join(self.characters))
        size = max(self.sizes, key=lambda one: self.sizes[one], default=self.size)
        strong = len(text[: min(self.strong, len(text))].rstrip())
        return Piece(text, self.places, self.left, self.right, self.bottom, self.top, size, strong)


def anchors(document: Any, page: Any) -> Iterator[tuple[float, float, float, float, str]]:
    """Boxes (left, bottom, right, top) of a page's links, and where they point."""
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    rect = pdfium.FS_RECTF()
    for _ in range(LINKS):
        if not pdfium.FPDFLink_Enumerate(page, position, link):
            return
        action = pdfium.FPDFLink_GetAction(link)
        if not action or not pdfium.FPDFLink_GetAnnotRect(link, rect):
            continue
        size = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
        if not 1 < size <= 4000:
            continue
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFAction_GetURIPath(document, action, buffer, size)
        yield (
            min(rect.left, rect.right),
            min(rect.bottom, rect.top),
            max(rect.left, rect.right),
            max(rect.bottom, rect.top),
            buffer.value.decode("utf-8", "replace"),
        )


def linked(found: list[Piece], boxes: list[tuple[float, float, float, float, str]]) -> None:
    """Give each link to the piece that it lies on most."""
    for left, bottom, right, top, url in boxes:
        on = [piece for piece in found if bottom <= piece.middle <= top and piece.left < right and piece.right > left]
        if not on:
            continue
        piece = max(on, key=lambda one: min(one.right, right) - max(one.left, left))
        # Characters of a line of Chinese are of one width, so their share of the line is their share of the text.
        share = len(piece.text) / max(piece.width, 0.1)
        lo, hi = round((left - piece.left) * share), round((right - piece.left) * share)
        piece.links = (*piece.links, Anchor(piece.text[max(0, lo) : max(0, hi)].strip(), url))
