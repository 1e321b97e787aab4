"""A page's characters → which of them are bold: by font, or by the fonts beside it where a font does not say. Only this and `glyphs` know PDFium.

Browsers embed Chinese fonts that are no TrueType as drawings (Type 3 fonts): those have neither name nor weight that PDFium would tell, and
what is bold is another such font. But they stand between figures and punctuation of fonts that have a name, on the same line.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

_BOLD = re.compile(r"bold|black|heavy|semib|heiti|simhei|(?:^|[+_-])hei|黑体|粗", re.IGNORECASE)
_FILL_AND_STROKE = 2
"""Bold made by drawing outlines too (ISO 32000-1, table 106)."""


Font = tuple[int, bool | None]
"""Its address (0: none, as at a line's end), and whether it is bold; None where it does not say."""


def of(textpage: Any, count: int) -> Callable[[int], bool]:
    """Whether the character at an index is bold; `count` is how many the page has. Holds while the page is open."""
    drawn: dict[int, Font] = {}
    fonts = [_font(pdfium.FPDFText_GetTextObject(textpage, index), drawn) for index in range(count)]
    bold = settled(fonts)
    return lambda index: bold.get(fonts[index], False)


def settled(fonts: Sequence[Font]) -> dict[Font, bool]:
    """Whether each font is bold, those of a page's characters given in order: ones that don't say are what most beside them are.

    A browser parts one font into several of 256 characters each, so what is found of one goes on to those that stand beside that.
    """
    bold = {font: font[1] for font in fonts if font[1] is not None}
    beside = Counter(pair for pair in pairwise(fonts) if pair[0] != pair[1] and pair[0][0] and pair[1][0])
    while True:
        votes: Counter[Font] = Counter()
        for pair, times in beside.items():
            for font, other in (pair, pair[::-1]):
                if font not in bold and other in bold:
                    votes[font] += times if bold[other] else -times
        if not votes:
            return bold
        bold |= {font: total > 0 for font, total in votes.items()}


def _font(text: Any, drawn: dict[int, Font]) -> Font:
    """The font that a piece of text is drawn with; `drawn` remembers it."""
    key = _address(text)
    if not key:
        return 0, None
    if key not in drawn:
        font = pdfium.FPDFTextObj_GetFont(text)
        stroked = pdfium.FPDFTextObj_GetTextRenderMode(text) == _FILL_AND_STROKE
        drawn[key] = _address(font), True if stroked else _is_bold(font)
    return drawn[key]


def _address(pointer: Any) -> int:
    return int(ctypes.cast(pointer, ctypes.c_void_p).value or 0) if pointer else 0


def _is_bold(font: Any) -> bool | None:
    """By the font's name or weight."""
    if not font:
        return False
    name, weight = _name(font), pdfium.FPDFFont_GetWeight(font)
    if not name and weight <= 0:
        return None
    return bool(_BOLD.search(name)) or weight >= 600


def _name(font: Any) -> str:
    size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    if not 0 < size < 1000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
    return buffer.value.decode("utf-8", "replace")
