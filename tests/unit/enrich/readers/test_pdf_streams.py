"""What is blanked and what is refused before PDFium sees a PDF."""

import base64
import zlib

import pytest

from services.enrich.readers import LIMITS
from services.enrich.readers.pages import dictionary
from services.enrich.readers.pages.packing import Unknown, unpacked_size
from services.enrich.readers.pages.streams import STREAM, safe
from shared.errors import Rejected

PACKED = zlib.compress(bytes(2 * STREAM), 9)
"""A stream that unpacks beyond the limit, in 16 kB."""
MOST = 1000


def pdf(said: bytes, packed: bytes, *, between: bytes = b"\n", opened: bytes = b"stream\n") -> bytes:
    """One object with a stream, which is all that is looked at."""
    return b"%PDF-1.7\n4 0 obj\n<<" + said + b" /Length %d>>" % len(packed) + between + opened + packed + b"\nendstream\nendobj\n"


def lzw(codes: list[int]) -> bytes:
    """Codes as bits, wider as the table grows, one early."""
    bits, table = "", 258
    for place, code in enumerate(codes):
        bits += f"{code:0{min(12, max(9, (table + 1).bit_length()))}b}"
        table = min(4096, table + (place > 1))
    return int(bits + "0" * (-len(bits) % 8), 2).to_bytes((len(bits) + 7) // 8, "big")


REFUSED = {
    "plainly": pdf(b"/Filter/FlateDecode", PACKED),
    "abbreviated": pdf(b"/Filter /Fl", PACKED),
    "written in hex": pdf(b"/#46ilter /#46late#44ecode", PACKED),
    "in an array": pdf(b"/Filter[/FlateDecode]/DecodeParms[<</Predictor 12>>]", PACKED),
    "twice": pdf(b"/Filter [/Fl/FlateDecode]", zlib.compress(PACKED)),
    "printable": pdf(b"/Filter [/A85 /Fl]", base64.a85encode(PACKED) + b"~>"),
    "in hex digits": pdf(b"/Filter [/ASCIIHexDecode/Fl]", PACKED.hex().encode() + b">"),
    "the last of two filters counts": pdf(b"/Filter /None /Filter /Fl", PACKED),
    "a comment between": pdf(b"/Filter/FlateDecode", PACKED, between=b"%" + b"x" * 5000 + b"\n"),
    "blanks between": pdf(b"/Filter/FlateDecode", PACKED, between=b" " * 5000),
    "a comment that ends an object": pdf(b"/Filter/FlateDecode %endobj stream\n", PACKED),
    "a string that ends it": pdf(rb"/A (>> endobj \) stream ) /Filter/FlateDecode", PACKED),
    "a line that goes on": pdf(b"/Filter/FlateDecode", PACKED, opened=b"stream %\r"),
    "a filter in another object": pdf(b"/Filter 5 0 R", PACKED) + b"5 0 obj [/FlateDecode] endobj",
    "objects in a stream": pdf(b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode", PACKED),
    "a table of places": pdf(b"/Type/XRef/W[1 1 1]/Filter/FlateDecode", PACKED),
    "run lengths": pdf(b"/Filter/RL", b"\x81a" * (STREAM // 128 + 1)),
    "LZW": pdf(b"/Filter/LZWDecode", lzw([256, 97, *range(258, 4094), *[4093] * 300])),
    "together": b"".join(pdf(b"/Filter/Fl", zlib.compress(bytes(STREAM - 1))) for _ in range(3)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_unpacks_to_more_than_is_read_is_refused(name: str) -> None:
    """However it is written."""
    with pytest.raises(Rejected) as refused:
        safe(REFUSED[name], LIMITS)
    assert refused.value.kind == "too_large"


@pytest.mark.parametrize("piece", [b"obj<<", b"obj<<(", b"obj%", b"obj<<>>stream%", b"obj " + b" " * 5000])
def test_pieces_without_end_are_refused(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that each would have the rest of the file read once more."""
    monkeypatch.setattr(dictionary, "WORK", 20_000)
    with pytest.raises(Rejected) as refused:
        safe(b"%PDF-1.7\n" + piece * 30_000, LIMITS)
    assert refused.value.kind == "too_large"


BLANKED = {
    "a picture": b"/Subtype /Image/Filter/FlateDecode",
    "what calls itself one": b"/Type/XObject/Subtype/#49mage/Filter[/Fl/Fl]",
    "a photograph": b"/Filter /DCTDecode",
    "a font that is too large": b"/Length1 5/Filter/FlateDecode",
    "filters that are nowhere": b"/Filter 9 0 R",
    "filters without end": b"/Filter [/Fl/Fl/Fl/Fl/Fl]",
    "LZW within Flate": b"/Filter [/LZW/Fl]",
}
FONT = zlib.compress(bytes(17 * 2**20))


@pytest.mark.parametrize("name", BLANKED)
def test_what_is_never_read_is_blanked(name: str) -> None:
    """Its bytes alone: nothing moves."""
    whole = pdf(BLANKED[name], FONT)
    begins = whole.index(FONT)
    assert safe(whole, LIMITS) == whole[:begins] + bytes(len(FONT)) + whole[begins + len(FONT) :]


KEPT = {
    "text": pdf(b"/Filter/FlateDecode", zlib.compress("文字".encode())),
    "a font": pdf(b"/Length1 5/Filter/FlateDecode", zlib.compress(bytes(12 * 2**20))),
    "text cut off": pdf(b"/Filter/FlateDecode", zlib.compress(bytes(5000))[:-4]),
    "without a filter": pdf(b"", PACKED),
    "no object": b"stream\n" + PACKED,
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_read_is_kept(name: str) -> None:
    """As it is, byte by byte."""
    assert safe(KEPT[name], LIMITS) is KEPT[name]


SIZES = [
    ((b"FlateDecode",), zlib.compress(bytes(500)), 500),
    ((b"Fl",), zlib.compress(bytes(5000)), MOST + 1),
    ((b"Fl",), b"none", 0),
    ((b"RunLengthDecode",), b"\x02abc\xfea\x80\x02", 6),
    # ISO 32000-1, 7.4.4.2, example 1: 45 45 45 45 45 65 45 45 45 66.
    ((b"LZWDecode",), bytes.fromhex("800B6050220C0C8501"), 10),
    ((b"LZW",), lzw([256, 97, 258, 259, 256, 97, 97, 257, 97]), 8),
    ((b"AHx",), b"61 62 6>", 3),
    ((b"DCTDecode",), bytes(5000), 0),
    ((b"Crypt", b"Fl"), zlib.compress(bytes(70)), 70),
]


@pytest.mark.parametrize(("filters", "packed", "size"), SIZES)
def test_sizes(filters: tuple[bytes, ...], packed: bytes, size: int) -> None:
    """Of what comes out, or one more than is asked for."""
    assert unpacked_size(packed, filters, MOST) == size


def test_what_nobody_can_say() -> None:
    """LZW or run lengths that are unpacked again."""
    with pytest.raises(Unknown):
        unpacked_size(b"", [b"RL", b"Fl"], MOST)
