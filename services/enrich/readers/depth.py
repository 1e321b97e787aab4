"""HTML nested without end → HTML that a parser can take, or Rejected where it has more elements than are read. Pure."""

import re

from shared.errors import Rejected

OPEN = 1000
"""Tags that may be open at once: building the tree takes the square of it (100,000 nested divs took 100 s, 1,000 take none)."""

ELEMENTS = 1_000_000
"""Of a page: they take 3 s and 250 MB. The largest pages saved, with all their scripts, have some 50,000."""

EMPHASIS = 50
"""Tags of emphasis that may be open at once: each is made anew behind every block that closes within it. Pages that close them have ten."""

ATTRIBUTES = 1000
"""Of one element: each is compared with those before it (300,000 take a minute)."""

OPTIONS = 2000
"""Of forms, which are never read: the parser looks at all of a list for each new one (500,000 take minutes)."""

LONG = 5000
"""Characters of a tag from which its attributes are counted."""

# Every tag however it is named, as a parser takes it; quoted values are passed over, as they may hold tags too.
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)((?:[^<>=]++|=\s*\"[^\"]*\"|=\s*'[^']*'|=)*+>)?")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_SEPARATED = re.compile(r"[^\s/=]+")
# These close themselves, or hold nothing.
_LOOSE = frozenset(
    ["area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "source", "td", "th", "tr", "wbr"]
)
# The HTML Standard's "list of active formatting elements", 13.2.4.3.
_EMPHASIS = frozenset(["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])


def shallow(text: str) -> str:
    """`text` without the opening tags beyond the first OPEN that are open at once; raises Rejected("too_large") beyond ELEMENTS."""
    tags = text.count("<")
    if tags <= OPEN and len(text) < LONG:
        return text
    depth = count = options = 0
    emphasis: dict[str, int] = {}

    def kept(match: re.Match[str]) -> str:
        nonlocal depth, count, options
        name, rest = match[2].lower(), match[3] or ""
        closes = bool(match[1])
        # Where a block ends, or a paragraph or a cell begins, what is still open as emphasis is made again.
        count += 1 - closes + (sum(emphasis.values()) if name in _LOOSE or (closes and name not in _EMPHASIS) else 0)
        if count > ELEMENTS:
            raise Rejected("too_large", f"this page has more than the {ELEMENTS} elements that are read; send its text")
        if closes:
            if name in emphasis:
                emphasis[name] = max(0, emphasis[name] - 1)
            if name not in _LOOSE:
                depth = max(0, depth - 1)
            return match[0]
        if name == "option":
            options += 1
            if options > OPTIONS:
                return ""
        if name not in _LOOSE:
            if depth >= OPEN or (name in _EMPHASIS and sum(emphasis.values()) >= EMPHASIS):
                return ""
            depth += 1
            if name in _EMPHASIS:
                emphasis[name] = emphasis.get(name, 0) + 1
        # A value may hold a picture as text, which is one attribute however long.
        if len(rest) > LONG and len(_SEPARATED.findall(_QUOTED.sub("", rest))) > 2 * ATTRIBUTES:
            return f"<{match[2]}>"
        return match[0]

    return _TAG.sub(kept, text)
