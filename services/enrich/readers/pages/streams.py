"""The bytes of a PDF → the same without what costs and is never read, or Rejected where its pages unpack beyond the limits. Pure.

A few kilobytes of Flate unpack to gigabytes of drawing, for which PDFium takes minutes. Pictures are never drawn here, so their bytes are
blanked: what only calls itself one costs nothing either. So are fonts of a size that no digest needs (what is printed in them says its letters
elsewhere) and streams that nobody can judge. Nothing moves: all offsets stay.
"""

from services.enrich.readers.pages.dictionary import Stream, names_at, streams
from services.enrich.readers.pages.packing import Unknown, unpacked_size
from shared.errors import Rejected
from shared.settings import ReadLimits

STREAM = 8 * 2**20
"""Bytes of one stream once unpacked: a page of text has 50 KiB, a map drawn in lines some MiB; 8 MiB take PDFium 0.6 s and 200 MB."""

FONT = 16 * 2**20
"""Bytes of one font once unpacked, and FONTS of all: a part of a font that holds a digest's characters has 1 MiB, a whole Chinese one 10 to 15."""

FONTS = 64 * 2**20

OBJECTS = 200_000
"""Pieces that one page is drawn with: a page set character by character has some thousands."""

CHARACTERS = 200_000
"""Characters of one page: the fullest newspaper pages have 20,000."""

_PICTURE_FILTERS = frozenset([b"DCTDecode", b"DCT", b"JPXDecode", b"CCITTFaxDecode", b"CCF", b"JBIG2Decode"])
_FONT_KEYS = frozenset([b"Length1", b"Length2", b"Length3"])
_FONT_KINDS = frozenset([b"Type1C", b"CIDFontType0C", b"OpenType"])


def safe(data: bytes, limits: ReadLimits) -> bytes:
    """`data` with blanks for what is never read; raises Rejected("too_large") where what is read unpacks to more than the limits."""
    room, fonts = limits.unpacked_bytes, FONTS
    blanked, end = bytearray(), 0
    view = memoryview(data)
    for stream in streams(data):
        if stream.begins < end:
            continue  # within what is blanked
        said = stream.said
        filters = _filters(data, said) if said is not None else None
        size = 0
        if said is None or filters is None or b"Image" in said.get(b"Subtype", ()) or _PICTURE_FILTERS.intersection(filters):
            size = -1
        elif filters:
            font = bool(_FONT_KEYS.intersection(said)) or bool(_FONT_KINDS.intersection(said.get(b"Subtype", ())))
            most = min(FONT, fonts) if font else min(STREAM, room)
            try:
                size = unpacked_size(view[stream.begins :], filters, most)
            except Unknown:
                size = -1
            if font:
                fonts -= max(0, min(size, most))
                size = -1 if size > most else 0
            elif size > most:
                raise too_large()
        if size < 0:
            blanked = blanked or bytearray(data)
            end = _end(data, stream)
            blanked[stream.begins : end] = bytes(end - stream.begins)
        else:
            room -= size
    return bytes(blanked) if blanked else data


def _filters(data: bytes, said: dict[bytes, tuple[bytes, ...]]) -> tuple[bytes, ...] | None:
    """The names of a stream's filters in their order; None where they are not to be found."""
    written = said.get(b"Filter", ())
    if len(written) >= 3 and written[2] == b"R":
        return names_at(data, written[0], written[1]) if len(written) == 3 else None
    return written


def _end(data: bytes, stream: Stream) -> int:
    """Where a stream ends: behind the length that is said, where that is true, else at the next `endstream`."""
    length = (stream.said or {}).get(b"Length", (b"",))
    if len(length) == 1 and length[0].isdigit() and len(length[0]) < 10:
        end = stream.begins + int(length[0])
        if b"endstream" in data[end : end + 20]:
            return end
    found = data.find(b"endstream", stream.begins)
    return found if found >= 0 else len(data)


def too_large() -> Rejected:
    """The refusal of pages that are drawn with more than any digest is."""
    return Rejected("too_large", "a page of this PDF is drawn with more than is read; send its text")
