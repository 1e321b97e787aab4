"""A failure's message → its shape: the same words for the same cause, whatever the numbers, names and ids in it. Pure."""

import re

LENGTH = 160
"""Characters that are compared: causes differ in their first words, and a library's dump of values does not make them others."""

_VARIES = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b"  # a UUID
    r"|\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b"  # an id or a hash
    r"|https?://\S+"
    r"|'[^']*'|\"[^\"]*\"|“[^”]*”"  # a quoted value; what stands in brackets names a field, and so a cause
    r"|\d[\d,._:]*(?<=\d)"
)


def shape(message: str) -> str:
    """`message` with … for what varies, at most LENGTH characters."""
    return " ".join(_VARIES.sub("…", message[: 3 * LENGTH]).split())[:LENGTH]
