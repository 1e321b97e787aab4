"""Folded text in, what stands in the cells of the tables that it holds out: a number's row and column tell what it measures. Pure.

A table is two lines or more, one after the other, whose cells `|` parts; its first line is the head if no cell of it has a digit.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from services.enrich.entities.units import UNIT

_LINES = re.compile(r"(?:^|(?<=\n))[^\n|]*\|[^\n]*(?:\n[^\n|]*\|[^\n]*)+")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[A-Za-z一-鿿]")
_SAYS_NOTHING = frozenset(("数值", "数据", "值", "指标值", "金额", "数量", "备注", "单位"))
"""Heads of columns that don't say what the numbers below measure."""
MOST = 24
"""Characters of a cell that holds a number and its unit; what is longer is a sentence that names what it measures itself."""


_UNIT = re.compile(rf"\(({UNIT})\)$")
_NUMBER = re.compile(r"\s*(?:[↑↓]\s*)?(-?\d+(?:,\d{3})*(?:\.\d+)?)\s*")


class Bare(NamedTuple):
    """A number alone in its cell, whose unit the head of its column says: 80.55 below 价格(美元/桶)."""

    start: int
    end: int
    number: float
    unit: str
    indicator: str


class _Row(NamedTuple):
    starts: list[int]
    """Of its cells, and where it ends"""
    heads: list[str]
    """Of its columns, '' where there is none"""


class Cells:
    """The cells of the tables of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._rows: list[_Row] = []
        for table in _LINES.finditer(text) if "|" in text else ():
            heads: list[str] = []
            at = table.start()
            for number, line in enumerate(table[0].split("\n")):
                cells = line.split("|")
                if number == 0 and not _DIGIT.search(line):
                    heads = [cell.strip() for cell in cells]
                starts = [at]
                for cell in cells:
                    starts.append(starts[-1] + len(cell) + 1)
                self._rows.append(_Row(starts, heads))
                at = starts[-1]
        self._starts = [row.starts[0] for row in self._rows]

    def measured(self, position: int) -> str | None:
        """The heads of row and column of the cell at `position`; None where it lies in no cell, or these say nothing."""
        n = bisect_right(self._starts, position) - 1
        if n < 0 or position >= self._rows[n].starts[-1]:
            return None
        row = self._rows[n]
        column = bisect_right(row.starts, position) - 1
        if column == 0 or row.starts[column + 1] - row.starts[column] > MOST:
            return None
        first = self._text[row.starts[0] : row.starts[1] - 1].strip()
        head = row.heads[column] if column < len(row.heads) and row.heads[column] not in _SAYS_NOTHING else ""
        if len(first) > MOST or not _LETTER.search(first):
            first = ""
        return first + head or None

    def bare(self) -> Iterator[Bare]:
        """Numbers without a unit of their own, in the order of the text."""
        for row in self._rows:
            for column, head in enumerate(row.heads[: len(row.starts) - 1]):
                unit = _UNIT.search(head) if column else None
                cell = _NUMBER.fullmatch(self._text, row.starts[column], row.starts[column + 1] - 1) if unit else None
                measured = self.measured(cell.start(1)) if cell else None
                if unit and cell and measured:
                    yield Bare(*cell.span(1), float(cell[1].replace(",", "")), unit[1], measured.removesuffix(unit[0]))
