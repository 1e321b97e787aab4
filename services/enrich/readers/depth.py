"""HTML nested without end → HTML that a parser can take, or Rejected where it has more elements than are read. Pure."""

import re
from collections import Counter

from shared.errors import Rejected

OPEN = 1000
"""Tags that may be open at once: building the tree takes the square of it (100,000 nested divs took 100 s, 1,000 take none)."""

ELEMENTS = 1_000_000
"""Of a page: they take 3 s and 250 MB. The largest pages saved, with all their scripts, have some 50,000."""

EMPHASIS = 50
"""Tags of emphasis that may be open at once: each is made anew behind every block that closes within it. Pages that close them have ten."""

ALIKE = 3
"""Tags of emphasis with the same attributes that are made again: the HTML Standard's "Noah's Ark clause"."""

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
    if text.count("<") <= OPEN and len(text) < LONG:
        return text
    return _TAG.sub(_Counting().kept, text)


class _Counting:
    """What the tags so far make of a tree."""

    def __init__(self) -> None:
        self.elements = self.depth = self.options = self.again = 0
        """`again`: tags of emphasis that a new block would be given."""
        self.emphasis: dict[str, list[str]] = {}
        self.same: Counter[str] = Counter()

    def kept(self, match: re.Match[str]) -> str:
        """What remains of a tag."""
        name, rest, closes = match[2].lower(), match[3] or "", bool(match[1])
        # Where a block ends, or a paragraph or a cell begins, what is still open as emphasis is made again.
        self.elements += (not closes) + (self.again if name in _LOOSE or (closes and name not in _EMPHASIS) else 0)
        if self.elements > ELEMENTS:
            raise Rejected("too_large", f"this page has more than the {ELEMENTS} elements that are read; send its text")
        if closes:
            self._close(name)
            return match[0]
        if name == "option":
            self.options += 1
            if self.options > OPTIONS:
                return ""
        if name not in _LOOSE and not self._open(name, match[0]):
            return ""
        # A value may hold a picture as text, which is one attribute however long.
        if len(rest) > LONG and len(_SEPARATED.findall(_QUOTED.sub("", rest))) > 2 * ATTRIBUTES:
            return f"<{match[2]}>"
        return match[0]

    def _open(self, name: str, tag: str) -> bool:
        """Whether there is room for another tag within those that are open."""
        if self.depth >= OPEN or (name in _EMPHASIS and self.again >= EMPHASIS):
            return False
        self.depth += 1
        if name in _EMPHASIS:
            self.emphasis.setdefault(name, []).append(tag)
            self.same[tag] += 1
            self.again += self.same[tag] <= ALIKE
        return True

    def _close(self, name: str) -> None:
        if self.emphasis.get(name):
            tag = self.emphasis[name].pop()
            self.again -= self.same[tag] <= ALIKE
            self.same[tag] -= 1
        if name not in _LOOSE:
            self.depth = max(0, self.depth - 1)
