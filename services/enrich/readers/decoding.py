"""Bytes of a text → clean text with its way back to the source. Pure.

Cleaning is all that normalisation does to a text: one kind of line end, no invisible characters, ideographs for radicals.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from services.enrich.blocks import Document
from services.enrich.readers.align import aligned
from services.enrich.source import SourceMap
from shared.charset import decide, decode
from shared.text.letters import ideographs, levelled

# Zero-width space, joiners that no Chinese or emoji needs at its side, marks of direction, soft hyphen, BOM inside a text.
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x0000])
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\u0085")
_UNSEEN = "[" + "".join(map(chr, _INVISIBLE)) + "]"
# What cleaning changes the length of: a line end of two characters (with unseen ones between), and unseen characters.
_CHANGED = re.compile(f"\r{_UNSEEN}*\n|{_UNSEEN}+")


def cleaned(decoded: str) -> str:
    """`decoded` with one kind of line end, ideographs for radicals, and without invisible characters: what normalisation does and no more."""
    return _LINE_ENDS.sub("\n", ideographs(decoded.translate(_INVISIBLE)))


def decode_text(data: bytes, charset: str | None) -> tuple[str, int]:
    """The text of `data` and how many characters of it could not be read; `charset` as it was declared, else by content.

    Raises Rejected("undecodable").
    """
    if charset:
        try:
            decoded, broken = decode(data, charset)
        except (LookupError, UnicodeError):
            broken = -1
        if broken == 0:
            return decoded, 0
    # The charset that came with it does not fit: what the content says is tried in its place.
    return decode(data, decide(data, charset))


def back_to(decoded: str) -> SourceMap:
    """From `cleaned(decoded)` back to `decoded`."""
    whole = SourceMap()
    at = size = 0
    for match in _CHANGED.finditer(decoded):
        whole.add(size, match.start() - at, at)
        size += match.start() - at
        if match[0][0] == "\r":
            whole.add(size, 1, match.start(), match.end() - match.start())
            size += 1
        at = match.end()
    whole.add(size, len(decoded) - at, at)
    return whole


def located(document: Document, decoded: str, source: str, *, kind: str, broken: int, facts: tuple[tuple[str, str], ...] | None = None) -> Document:
    """`document` with the way back from its text to `decoded`, found when it is asked for; `source` is the cleaned text that was read."""
    mapping: Callable[[], SourceMap] = (
        (lambda: back_to(decoded))
        if kind == "text" or document.text is source
        else (lambda: aligned(levelled(document.text), levelled(source), kind=kind).through(back_to(decoded)))
    )
    return replace(document, broken=broken, facts=document.facts if facts is None else facts, mapping=mapping)
