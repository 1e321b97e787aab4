"""Text with marks of writing direction → the same with them shown, so that they turn nothing around. Pure.

Unicode's explicit marks (UAX #9, 2) let `abc` be printed as `cba` and a line's end as its beginning: a title could show another than it is, and
on a page or a terminal what stands beside it too. Chinese needs none of them; where a digest has one, people see that it has.
"""

import re

MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

_MARK = re.compile(f"[{MARKS}]")
_ENCODED = re.compile(b"|".join(mark.encode() for mark in MARKS))


def visible(text: str) -> str:
    """Each mark as its number, `‹U+202E›`."""
    return _MARK.sub(lambda mark: f"‹U+{ord(mark[0]):04X}›", text) if _MARK.search(text) else text


def escaped(line: bytes) -> bytes:
    """JSON in UTF-8 with each mark as `\\u202e`: the same value to every reader, and nothing for a terminal to turn around."""
    return _ENCODED.sub(lambda mark: f"\\u{ord(mark[0].decode()):04x}".encode(), line)
