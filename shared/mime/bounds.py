"""The bytes of a MIME message → nothing, or Rejected where taking it apart would cost more than any real one does. Pure.

The standard library's parser makes an object of each part and each field, and holds each line against each boundary of the parts around it.
"""

import re

from shared.errors import Rejected

LINES = 500_000
"""Lines of the message: 8 MiB of base64 have 110,000. A line of its head takes 2 µs and 150 bytes."""

PARTS = 20_000
"""Lines that may begin a part: a page has a picture in each, some hundreds, and may hold CSS variables, which begin so too."""

WORK = 20_000_000
"""Lines times the boundaries that each is held against: some 5 s. A page has one, a page within a mail three."""

FIELD, PARAMETERS = 4_000, 100
"""Characters of a field with more parameters than that: each is cut off the rest of them, so that their number counts squared. A name of 255
characters in pieces, as RFC 2231 has it, takes thirty."""

_TYPED = re.compile(rb"^content-(?:type|disposition)[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)


def check(data: bytes) -> None:
    """Raise Rejected("too_large") for a message of more lines, parts or boundaries than one has."""
    lines = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    # `-->` ends a comment of a page; the parameter `boundary` is what parts are told apart by.
    parts = sum(data.count(end + b"--") - data.count(end + b"-->") for end in (b"\n", b"\r"))
    boundaries = data.lower().count(b"boundary")
    if lines > LINES or parts > PARTS or lines * boundaries > WORK:
        what = f"{lines} lines, some {parts} parts and {boundaries} boundaries"
        raise Rejected("too_large", f"this message has {what}, more than a saved page or a mail has: send the text itself")
    if any(len(field[0]) > FIELD and field[0].count(b";") > PARAMETERS for field in _TYPED.finditer(data)):
        raise Rejected("too_large", "a field of this message has more parameters than any mailer writes: send the text itself")
