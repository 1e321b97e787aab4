"""The bytes of a PDF → Rejected where what its pages are drawn with unpacks beyond the limits; looked at before PDFium unpacks it all. Pure.

A few kilobytes of Flate unpack to gigabytes of drawing, for which PDFium takes minutes. Pictures and fonts are left out: they are never drawn here.
"""

import base64
import re
import zlib

from shared.errors import Rejected
from shared.settings import ReadLimits

STREAM = 8 * 2**20
"""Bytes of one stream once unpacked: a page of text has 50 KiB, a map drawn in lines some MiB; 8 MiB take PDFium 0.6 s and 200 MB."""

OBJECTS = 200_000
"""Pieces that one page is drawn with: a page set character by character has some thousands."""

CHARACTERS = 200_000
"""Characters of one page: the fullest newspaper pages have 20,000."""

_STREAM = re.compile(rb"stream\r?\n")
_OTHER = re.compile(rb"/Image\b|/Length1\b|/Type1C\b|/CIDFontType0C\b|/OpenType\b|/XRef\b")
_FILTER = re.compile(rb"/(ASCII85Decode|A85|FlateDecode|Fl)\b")
_DICTIONARY = 1000
"""Bytes before a stream that are looked at for what it is."""


def check(data: bytes, limits: ReadLimits) -> None:
    """Raise Rejected("too_large") where a stream, or all together, unpack to more than is read."""
    room = limits.unpacked_bytes
    view = memoryview(data)
    for match in _STREAM.finditer(data):
        said = data[max(0, match.start() - _DICTIONARY) : match.start()].rpartition(b" obj")[2]
        if b"/Fl" not in said or _OTHER.search(said):
            continue
        try:
            unpacked = len(_unpacked(view[match.end() :], _FILTER.findall(said), min(STREAM, room) + 1))
        except (zlib.error, ValueError):
            continue  # PDFium reads what it can of it
        room -= unpacked
        if unpacked > STREAM or room < 0:
            raise too_large()


def _unpacked(packed: bytes | memoryview, filters: list[bytes], most: int) -> bytes | memoryview:
    """At most `most` bytes of a stream after its filters, in their order; raises zlib.error and ValueError."""
    for one in filters[:4]:
        packed = zlib.decompressobj().decompress(packed, most) if one.startswith(b"Fl") else base64.a85decode(bytes(packed).partition(b"~>")[0])
    return packed


def too_large() -> Rejected:
    """The refusal of pages that are drawn with more than any digest is."""
    return Rejected("too_large", "a page of this PDF is drawn with more than is read; send its text")
