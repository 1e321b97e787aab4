"""The columns of all pages → the same without page numbers and the lines that pages repeat at head and foot, and those lines once. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from services.enrich.readers.pages.piece import Column, Line

REPEATED = 0.5
"""Share of the pages on which a line stands at the same end; left and right pages may differ."""

PAGES = 3
"""Pages on which a line is repeated before it is taken for furniture wherever it stands; within the margin two are enough."""

MARGIN = 0.09
"""Share of a page's height at head and foot that is margin: 2.5 cm of 29.7, where Word begins its text."""

ENDS = 2
"""Lines at head and foot of a page that are looked at."""

_NUMBER = re.compile(r"^[-—–·|/\s]*(?:第\s*|page\s*|p\.?\s*)?\d{1,4}\s*(?:页)?(?:\s*(?:/|of|共)?\s*\d{1,4}\s*页?)?[-—–·|/\s]*$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+|\s+")


def without(pages: Sequence[list[Column]], heights: Sequence[float]) -> tuple[list[list[Column]], list[str]]:
    """Each page's columns without furniture, and what was taken off, each line once; `heights` are those of the pages, in points."""
    ends = [_ends(columns) for columns in pages]
    keys = Counter(key for at_ends in ends for key in {_key(line) for line in at_ends})
    repeated = {key for key, count in keys.items() if count >= max(2, REPEATED * len(pages))}
    taken: dict[str, None] = {}
    left: list[list[Column]] = []
    for columns, at_ends, height in zip(pages, ends, heights, strict=True):
        off = {
            id(line)
            for line in at_ends
            if (_key(line) in repeated and (keys[_key(line)] >= PAGES or _at_edge(line, height)))
            or (_NUMBER.match(line.text) and _at_edge(line, height))
        }
        for line in at_ends:
            if id(line) in off and not _NUMBER.match(line.text):
                taken.setdefault(line.text)
        kept = [Column([line for line in column.lines if id(line) not in off]) for column in columns]
        left.append([column for column in kept if column.lines])
    # The same line with another page number says nothing more.
    once = {_DIGITS.sub("", text): text for text in reversed(taken)}
    return left, list(reversed(once.values()))


def _ends(columns: list[Column]) -> list[Line]:
    lines = sorted((line for column in columns for line in column.lines), key=lambda line: -line.top)
    return lines if len(lines) <= 2 * ENDS else [*lines[:ENDS], *lines[-ENDS:]]


def _key(line: Line) -> str:
    """A line without digits and white space, and how high it stands, so that a repeated title within the text is none."""
    return f"{_DIGITS.sub('', line.text)}@{round(line.bottom / 12)}"


def _at_edge(line: Line, height: float) -> bool:
    return line.bottom > (1 - MARGIN) * height or line.top < MARGIN * height
