"""The bytes of a PDF's stream and its filters → how many bytes they unpack to, as far as that is asked. Pure.

Never more than what is asked for is unpacked (ISO 32000-1, 7.4). Run lengths and LZW are counted and not unpacked: nothing that writes PDFs
today uses them for what pages are drawn with.
"""

import base64
import re
import zlib
from collections.abc import Sequence

_NAMES = {b"Fl": b"FlateDecode", b"LZW": b"LZWDecode", b"A85": b"ASCII85Decode", b"AHx": b"ASCIIHexDecode", b"RL": b"RunLengthDecode"}
_A85 = re.compile(rb"[!-uz\x00\t\n\x0c\r ]*")
_HEX = re.compile(rb"[0-9A-Fa-f\x00\t\n\x0c\r ]*")
_WHITE = b"\x00\t\n\x0c\r "

CHAIN = 4
"""Filters of one stream: programs write one, or a second that makes it printable."""

_CHUNK = 65_536

_END_OF_LZW, _CLEAR_OF_LZW, _TABLE_OF_LZW = 257, 256, 4096


class Unknown(Exception):
    """Nobody can say what this unpacks to without unpacking it."""


def unpacked_size(packed: bytes | memoryview, filters: Sequence[bytes], most: int) -> int:
    """How many bytes come out, `most` + 1 where they are more than `most`; raises Unknown."""
    size = 0
    names = [_NAMES.get(name, name) for name in filters if name not in (b"Crypt", b"")]
    if len(names) > CHAIN:
        raise Unknown
    for place, name in enumerate(names):
        if name == b"FlateDecode":
            packed = _inflated(packed, most)
        elif name == b"ASCII85Decode":
            packed = _a85(packed)
        elif name == b"ASCIIHexDecode":
            packed = _hex(packed)
        elif name in (b"LZWDecode", b"RunLengthDecode"):
            if place + 1 < len(names):
                raise Unknown
            return (_lzw if name == b"LZWDecode" else _run_lengths)(packed, most)
        else:
            break  # a picture's filter, or none at all: what comes before it is what is unpacked
        size = max(size, len(packed))
        if size > most:
            break
    return size


def _inflated(packed: bytes | memoryview, most: int) -> bytes:
    """What comes out before the end, an error or `most` + 1 bytes."""
    inflater, out, size = zlib.decompressobj(), [], 0
    view = memoryview(packed)
    for at in range(0, len(view), _CHUNK):
        try:
            piece = inflater.decompress(view[at : at + _CHUNK], most + 1 - size)
        except zlib.error:
            break  # what came before it is what is read of it
        out.append(piece)
        size += len(piece)
        if size > most or inflater.eof:
            break
    return b"".join(out)


def _a85(packed: bytes | memoryview) -> bytes:
    found = _A85.match(packed)
    try:
        return base64.a85decode(found[0] if found else b"", ignorechars=_WHITE)
    except ValueError:
        raise Unknown from None


def _hex(packed: bytes | memoryview) -> bytes:
    found = _HEX.match(packed)
    digits = (found[0] if found else b"").translate(None, _WHITE)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _run_lengths(packed: bytes | memoryview, most: int) -> int:
    """PackBits: a length below 128 and so many bytes and one, a length above 128 and one byte 257 - length times, 128 at the end."""
    size = at = 0
    end = len(packed)
    while at < end and packed[at] != 128 and size <= most:
        length = packed[at]
        size += length + 1 if length < 128 else 257 - length
        at += length + 2 if length < 128 else 2
    return min(size, most + 1)


def _lzw(packed: bytes | memoryview, most: int) -> int:
    """The sum of the lengths of all codes' strings; a code's string is one longer than the string of the code before it."""
    lengths = [1] * _CLEAR_OF_LZW + [0, 0]
    size = bits = held = before = 0
    width = 9
    for byte in packed:
        held, bits = (held << 8 | byte) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & (1 << width) - 1
        if code == _CLEAR_OF_LZW:
            del lengths[_CLEAR_OF_LZW + 2 :]
            width, before = 9, 0
            continue
        if code == _END_OF_LZW or code > len(lengths):
            break
        if before and len(lengths) < _TABLE_OF_LZW:
            lengths.append(before + 1)
        before = lengths[code] if code < len(lengths) else before + 1
        size += before
        if size > most:
            break
        # One early, as PDF's EarlyChange is by default; where it is not, the count goes wrong by some codes and not by their size.
        width = min(12, max(9, (len(lengths) + 1).bit_length()))
    return min(size, most + 1)
