"""A digest's content → its fingerprint: the same for a text in other white space, width or charset. Pure.

Stricter than `shared.ids.content_identity`, which is for identities and takes 10² for 102: what counts as fed
before is not written. Simplified and traditional characters, case and other punctuation are other content.
"""

import hashlib
import re
import unicodedata

_WIDTHS = {
    chr(code): "".join(chr(int(part, 16)) for part in decomposition.split()[1:])
    for code in (0x3000, *range(0xF000, 0x10000))  # where all of them are
    if (decomposition := unicodedata.decomposition(chr(code))).startswith(("<wide>", "<narrow>"))
}
"""Full and half width forms to the usual ones, as Unicode's table of characters has them"""

_UNSEEN = dict.fromkeys("\u200b\u2060\ufeff", "")
"""Spaces without width: editors and web pages leave them, and a byte order mark is one."""

_FOLDED = _WIDTHS | _UNSEEN


_USUAL = {one: _FOLDED[one] for one in "，：；（）！？％～＋／" if one in _FOLDED} | {one: other for one, other in _FOLDED.items() if one < "\uf000"}
"""What Chinese news is full of, and all below U+F000"""

_HIGH = b"\xef"
"""With which U+F000 to U+FFFF begin in UTF-8, where all other forms are"""

_APART = re.compile(r" (?<=[0-9A-Za-z] )(?=[0-9A-Za-z])")
"""A blank that says something: 1 23 is not 12 3."""


def folded(text: str) -> str:
    """`text`, its characters in their usual width and composed, with white space only between two of ASCII's
    letters and digits, one blank.
    """
    for one, other in _USUAL.items():  # a few of them: faster than to look each character up
        text = text.replace(one, other)
    if _HIGH in text.encode("utf-8", "surrogatepass"):
        for one in _FOLDED.keys() & set(text):
            text = text.replace(one, _FOLDED[one])
    spaced = _APART.sub("\n", " ".join(text.split()))  # in which no line end is left
    return unicodedata.normalize("NFC", spaced.replace(" ", "").replace("\n", " "))


def fingerprint(content: bytes | str) -> str:
    """32 hex digits: of a text as it is folded, of binaries as their bytes are."""
    data = content if isinstance(content, bytes) else folded(content).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).hexdigest()
