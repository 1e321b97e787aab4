"""Characters that mean something in a query: quotation marks, parentheses, and what is left out. Pure."""

import unicodedata
from collections.abc import Sequence

QUOTES = {'"': '"', "“": "”", "„": "”“", "「": "」", "『": "』", "＂": "＂"}
"""Opening quotation mark → those that close it"""

CLOSING = {"”": "“", "」": "「", "』": "『"}
"""A mark that only closes → the one that opens"""

UNLIKE = {'"': "”“＂", "“": '"＂', "„": '"＂', "＂": '"”“'}
"""Opening mark → marks that are typed by mistake to close it"""

OPEN, CLOSE = "(（", ")）"


def clean(q: str) -> tuple[str, Sequence[int]]:
    """The query without what nobody sees and so nobody means, white space of any kind as blanks; and where in the query each character stood."""
    kept = [(" " if character.isspace() else character, at) for at, character in enumerate(q) if character.isspace() or not invisible(character)]
    return "".join(character for character, _ in kept), [at for _, at in kept]


def invisible(character: str) -> bool:
    """Whether a character is a control, a format mark, half of a pair, or none at all."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn", "Co")


def closed_at(text: str, at: int) -> int | None:
    """Where the quotation mark at `at` is closed; a pair of unlike marks may hold another of its kind."""
    opening, depth = text[at], 0
    closing = QUOTES[opening]
    for end in range(at + 1, len(text)):
        if text[end] in closing:
            if not depth:
                return end
            depth -= 1
        elif text[end] == opening:
            depth += 1
    return None


def quoted(text: str) -> str | None:
    """Text in quotation marks that don't occur in it; None where all of them do, or where there is nothing to quote."""
    for opening in ('"', "「", "『", "“"):
        closing = QUOTES[opening]
        if opening not in text and closing not in text:
            return f"{opening}{text}{closing}" if text.strip() else None
    return None
