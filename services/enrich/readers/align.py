"""The text that a reader made of Markdown or HTML, and its source → SourceMap between both. Pure.

Readers keep words in order and only take markup away, so both are walked once from the beginning: each line is looked for as a whole among
the source's visible characters, and where it does not stand in one piece, piece by piece in what follows.
"""

import re
from html import unescape

from services.enrich.source import SourceMap

NEAR = 4096
"""Characters ahead that are searched for a piece of a line that does not stand in the source as a whole; bounds hostile input."""

FAR = 40
"""Times the visible text may be searched to its end for lines that are not in it (a page's menu may be long); then only nearby."""

BESIDE = 8
"""Characters ahead that are searched for one or two: the full stop of a list's number, which only markup counts, stands in any text."""

PIECE = 16
"""Characters of a piece at first; halved until one is found."""

_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?"
_TAG = r"</?[a-zA-Z][^<>]{0,20000}>"
_HTML = re.compile(
    rf"(?P<entity>{_ENTITY})|<!--.{{0,20000}}?-->|<(?P<raw>script|style)\b[^>]{{0,2000}}>.{{0,200000}}?</(?P=raw)\s*>|<!\w[^>]{{0,200}}>|{_TAG}|\s+",
    re.IGNORECASE | re.DOTALL,
)
# Emphasis, code and link marks stand for themselves often enough; they are compared afterwards, with what lies between two pieces.
_MARKDOWN = re.compile(
    rf"(?P<entity>{_ENTITY})|!\[[^\[\]\n]{{0,300}}\]\([^()\s]{{0,3000}}[^()\n]{{0,300}}\)|\]\([^()\s]{{0,3000}}(?:\s[^()\n]{{0,300}})?\)|<!--.{{0,20000}}?-->|{_TAG}|[\s*_`~\\#>\[\]|]+",
    re.IGNORECASE | re.DOTALL,
)
_LOOSE = {"html": re.compile(r"\s+"), "markdown": re.compile(r"[\s*_`~\\#>\[\]|]+")}
_MARKUP = {"html": _HTML, "markdown": _MARKDOWN}


def aligned(text: str, source: str, *, kind: str) -> SourceMap:
    """Where each character of `text` stands in `source`; `kind` is `html` or `markdown`."""
    visible, back = _visible(source, _MARKUP[kind])
    words, forth = _without(text, _LOOSE[kind])
    met = SourceMap()
    walk = _Walk(visible, met)
    begun = 0
    for line in text.split("\n"):
        lo, hi = forth.between(begun, begun + len(line))
        walk.line(words, lo, hi)
        begun += len(line) + 1
    return _filled(met, text, source, forth.back, back)


def _visible(source: str, markup: re.Pattern[str]) -> tuple[str, SourceMap]:
    """The characters that are no markup, without white space, and where each stands."""
    pieces: list[str] = []
    back = SourceMap()
    at = size = 0

    def keep(words: str, start: int, width: int) -> None:
        nonlocal size
        if words:
            pieces.append(words)
            back.add(size, len(words), start, width)
            size += len(words)

    for match in markup.finditer(source):
        keep(source[at : match.start()], at, match.start() - at)
        if match["entity"]:
            meant = unescape(match[0])
            keep("" if meant.isspace() else meant, match.start(), len(match[0]))
        at = match.end()
    keep(source[at:], at, len(source) - at)
    return "".join(pieces), back


class _Words:
    """Offsets of a text among the characters that are left of it."""

    def __init__(self) -> None:
        self.back = SourceMap()
        self._ends: list[tuple[int, int]] = []
        self._next = 0

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The left characters of [start, end), asked for in order."""
        lo = hi = None
        while self._next < len(self._ends):
            source, kept = self._ends[self._next]
            length = (self._ends[self._next + 1][1] if self._next + 1 < len(self._ends) else self.size) - kept
            if source >= end:
                break
            lo = kept if lo is None else lo
            hi = kept + length
            self._next += 1
        return (lo, hi) if lo is not None and hi is not None else (0, 0)

    size = 0


def _without(text: str, loose: re.Pattern[str]) -> tuple[str, _Words]:
    words = _Words()
    pieces: list[str] = []
    at = size = 0
    for start, end in [*((match.start(), match.end()) for match in loose.finditer(text)), (len(text), len(text))]:
        if start > at:
            pieces.append(text[at:start])
            words._ends.append((at, size))
            words.back.add(size, start - at, at)
            size += start - at
        at = end
    words.size = size
    return "".join(pieces), words


class _Walk:
    def __init__(self, visible: str, met: SourceMap) -> None:
        self.visible = visible
        self.met = met
        self.at = 0
        self.budget = FAR * len(visible)

    def line(self, words: str, lo: int, hi: int) -> None:
        """Find words[lo:hi] at or behind where the last line ended."""
        if lo >= hi:
            return
        found = self._find(words[lo:hi])
        if found >= 0:
            self.met.add(lo, hi - lo, found)
            self.at = found + hi - lo
            return
        while lo < hi:
            size = min(PIECE, hi - lo)
            while size and (found := self.visible.find(words[lo : lo + size], self.at, self.at + (NEAR if size > 2 else BESIDE))) < 0:
                size //= 2
            if not size:
                lo += 1
                continue
            while lo + size < hi and found + size < len(self.visible) and words[lo + size] == self.visible[found + size]:
                size += 1
            self.met.add(lo, size, found)
            self.at = found + size
            lo += size

    def _find(self, line: str) -> int:
        ahead = len(self.visible) if self.budget > 0 else self.at + NEAR
        found = self.visible.find(line, self.at, ahead)
        self.budget -= (found if found >= 0 else ahead) - self.at
        return found


def _filled(met: SourceMap, text: str, source: str, forth: SourceMap, back: SourceMap) -> SourceMap:
    """Runs of the left characters as runs of both texts, with what lies between two of them where it is the same in both."""
    whole = SourceMap()
    text_at = source_at = 0
    for run in met.runs():
        for there in back.runs(run.source, run.source + run.length):
            begin = run.start + there.start - run.source
            for here in forth.runs(begin, begin + there.length):
                offset = here.start - begin
                exact = there.width == there.length
                target = there.source + offset if exact else there.source
                gap = source[source_at:target]
                if text[text_at : here.source] and text[text_at : here.source] == gap:
                    whole.add(text_at, len(gap), source_at)
                whole.add(here.source, here.length, target, here.length if exact else there.width)
                text_at, source_at = here.source + here.length, target + (here.length if exact else there.width)
    return whole
