"""Text in, text of exactly the same length out, with full-width letters, digits and brackets made half-width. Pure.

Every pattern of this package reads folded text; offsets hold in the text as written because no character is added or dropped.
The comma `，` stays as it is: in half-width it would look like the one between thousands.
"""

import re

_FOLD: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，"}
_FOLD |= {
    ord(written): meant for meant, variants in {"[": "［", "]": "］", " ": "\u3000\xa0", "-": "‐‑−", "—": "–―─"}.items() for written in variants
}

_VARIANT = re.compile(f"[{''.join(map(re.escape, map(chr, _FOLD)))}]")


def fold(text: str) -> str:
    """`text` with variants of the same sign made equal; `len(fold(text)) == len(text)`."""
    for sign in set(_VARIANT.findall(text)):  # a few of a hundred: faster than to look every character up; no sign is made one of the others
        text = text.replace(sign, _FOLD[ord(sign)])
    return text
