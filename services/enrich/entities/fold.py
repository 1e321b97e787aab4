"""Text in, text of exactly the same length out, in half-width letters, digits and brackets and in simplified characters. Pure.

Every pattern of this package reads folded text; offsets hold in the text as written because no character is added or dropped.
The comma `，` stays as it is: in half-width it would look like the one between thousands. 「」 become “”, as which they are used where
characters are traditional. Case stays, other than in `shared.text.folding`, whose table of characters (OpenCC's) is used here too.
"""

import re

from shared.text.folding import TABLE

_STANDARD_AGAIN = frozenset("瞭昇甦陞邨氾")
"""Characters that the Table of General Standard Chinese Characters (2013) has beyond GB 2312: 瞭望, 毕昇."""


def _simplified() -> dict[int, str]:
    """Traditional characters that texts in simplified ones never have: 著 of 著名 and 乾 of 乾隆 are in GB 2312, and stay."""
    han = {chr(code): meant for code, meant in TABLE.items() if 0x3400 <= code <= 0x9FFF}
    return {ord(written): meant for written, meant in han.items() if written not in _STANDARD_AGAIN and not _in_gb2312(written)}


def _in_gb2312(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


_TRADITIONAL = _simplified()
_FOLD: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，"}
_FOLD |= {
    ord(written): meant
    for meant, variants in {"[": "［", "]": "］", " ": "\u3000\xa0", "-": "‐‑−", "—": "–―─", "“": "「", "”": "」", "‘": "『", "’": "』"}.items()
    for written in variants
}
_FOLD |= _TRADITIONAL

_VARIANT = re.compile(f"[{''.join(map(re.escape, map(chr, _FOLD)))}]")
_FEW = 40
"""Different signs up to which replacing one after the other is faster than to look every character up: a simplified text has some ten."""
_TRADITIONAL_SHARE = 0.05
"""Of a text in traditional characters some 30 to 40 % are in the table, of one in simplified characters next to none: a name, a quotation."""


def fold(text: str) -> str:
    """`text` with variants of the same sign made equal; `len(fold(text)) == len(text)`."""
    signs = set(_VARIANT.findall(text))
    if len(signs) > _FEW:
        return text.translate(_FOLD)
    for sign in signs:  # no sign is made one of the others
        text = text.replace(sign, _FOLD[ord(sign)])
    return text


def is_traditional(text: str, folded: str) -> bool:
    """Whether `text`, which folding made `folded`, is written in traditional characters."""
    if text == folded:
        return False
    changed = sum(1 for written, read in zip(text, folded, strict=True) if written != read and ord(written) in _TRADITIONAL)
    return changed > _TRADITIONAL_SHARE * len(text)


def as_written(part: str, text: str, folded: str, near: int) -> str:
    """`part` of `folded`, in the characters that `text` has where it stands, at `near` or before, else anywhere; width stays folded."""
    at = folded.rfind(part, 0, near + len(part))
    at = at if at >= 0 else folded.find(part)
    if at < 0:
        return part
    return "".join(written if ord(written) in _TRADITIONAL else read for written, read in zip(text[at : at + len(part)], part, strict=True))
