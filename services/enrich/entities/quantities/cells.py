"""Folded text in, what stands in the cells of the tables that it holds out: a number's row and column tell what it measures. Pure.

A table is two lines or more, one after the other, whose cells `|` parts; its first line is the head if no cell of it holds a figure, and so are
further lines that begin with the same cell or name the columns below one head. What reaches over several columns or rows is said again in each.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from services.enrich.entities.quantities.units import UNITS

_LINES = re.compile(r"(?:^|(?<=\n))[^\n|]*\|[^\n]*(?:\n[^\n|]*\|[^\n]*)+")
_FIGURE = re.compile(r"\d")
_TIME = re.compile(r"(?:19|20)\d{2}(?:年(?:\d{1,2}月)?)?|\d{1,2}月|\d{1,2}季度|[QH]\d|第?\d+[期轮号批]")
"""Digits in a head that are no figure: 2024年, Q3."""
_LETTER = re.compile(r"[A-Za-z一-鿿]")
_SAYS_NOTHING = frozenset(("数值", "数据", "值", "指标值", "金额", "数量", "备注", "单位", "计量单位"))
"""Heads of columns that don't say what the numbers below measure."""
_UNITS = frozenset(("单位", "计量单位"))
MOST = 24
"""Characters of a cell that holds a number and its unit; what is longer is a sentence that names what it measures itself."""
MOST_HEADS = 3
"""Lines of a head."""

_OPENING = re.compile(r"\(")
_CAPTION = re.compile(r"单位:?\s*(?=\S)")
_CAPTION_ENDS = re.compile(r"\)?\s*")
_NUMBER = re.compile(r"\s*(?:[↑↓]\s*)?(-?\d+(?:,\d{3})*(?:\.\d+)?)\s*")


class Bare(NamedTuple):
    """A number alone in its cell, whose unit its column, its row or the table's caption says: 80.55 below 价格(美元/桶)."""

    start: int
    end: int
    number: float
    unit: str
    indicator: str


class _Row(NamedTuple):
    starts: list[int]
    """Of its cells, and where it ends"""
    cells: list[str]
    heads: list[str]
    """Of its columns, '' where there is none"""
    unit: str
    """Of the whole table, '' where none is said"""


class Cells:
    """The cells of the tables of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._rows: list[_Row] = []
        for table in _LINES.finditer(text) if "|" in text else ():
            lines = [[cell.strip() for cell in line.split("|")] for line in table[0].split("\n")]
            heads, count = _heads(lines)
            caption = _caption(text, max(0, table.start() - 30), table.start())
            at = table.start()
            for number, line in enumerate(table[0].split("\n")):
                starts = [at]
                for cell in line.split("|"):
                    starts.append(starts[-1] + len(cell) + 1)
                self._rows.append(_Row(starts, lines[number], [] if number < count else heads, caption))
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
        head = row.heads[column] if column < len(row.heads) and row.heads[column] not in _SAYS_NOTHING else ""
        return _row_head(row, column) + head or None

    def bare(self) -> Iterator[Bare]:
        """Numbers without a unit of their own, in the order of the text."""
        for row in self._rows:
            said = next((row.cells[n] for n, head in enumerate(row.heads[: len(row.cells)]) if head in _UNITS), "")
            whole = said if UNITS.fullmatch(said) else ""
            first = _bracketed(row.cells[0])
            for column in range(1, len(row.cells)):
                cell = _NUMBER.fullmatch(self._text, row.starts[column], row.starts[column + 1] - 1)
                if cell is None:
                    continue
                above = _bracketed(row.heads[column]) if column < len(row.heads) else ""
                unit = above or whole or first or row.unit
                measured = self.measured(cell.start(1)) if unit else None
                if measured:
                    indicator = measured.replace(f"({unit})", "")
                    yield Bare(*cell.span(1), float(cell[1].replace(",", "")), unit, indicator)


def _bracketed(head: str) -> str:
    """The unit in brackets at the end of a head: 价格(美元/桶); '' where there is none."""
    opened = _OPENING.finditer(head) if head.endswith(")") else ()
    return next((unit[0] for at in opened if (unit := UNITS.fullmatch(head, at.end(), len(head) - 1))), "")


def _caption(text: str, first: int, after: int) -> str:
    """The unit that a line above the table says for all of it: 单位：万元; '' where there is none."""
    for said in _CAPTION.finditer(text, first, after):
        unit = UNITS.match(text, said.end(), after)
        if unit and _CAPTION_ENDS.fullmatch(text, unit.end(), after):
            return unit[0]
    return ""


def _heads(lines: list[list[str]]) -> tuple[list[str], int]:
    """The heads of the columns, of several lines joined, and how many lines they are."""
    count = 0
    while count < min(len(lines) - 1, MOST_HEADS) and not any(_FIGURE.search(_TIME.sub("", cell)) for cell in lines[count]):
        if count and not (lines[count][0] in ("", lines[0][0]) or len(lines[count]) > len(lines[count - 1])):
            break
        count += 1
    wide = max((len(line) for line in lines[:count]), default=0)
    heads = [""] * wide
    for line in lines[:count]:
        left = ""
        for column in range(wide):
            cell = line[column] if column < len(line) else ""
            # Over several columns a head stands in the first of them; the line below has a name for each.
            left = cell or (left if count > 1 and column else "")
            if left and left not in heads[column]:
                heads[column] += left
    # 装机(万千瓦)风电: the unit goes behind the whole.
    return [_unit_last(head) for head in heads], count


def _unit_last(head: str) -> str:
    for at in _OPENING.finditer(head):
        unit = UNITS.match(head, at.end())
        if unit and head[unit.end() : unit.end() + 1] == ")" and unit.end() + 1 < len(head):
            return f"{head[: at.start()]}{head[unit.end() + 1 :]}({unit[0]})"
    return head


def _row_head(row: _Row, column: int) -> str:
    """The words that a row begins with, those of its second cell too where that has no figure: 甲区 | B厂 | 7."""
    found = ""
    for n, cell in enumerate(row.cells[: min(column, 2)]):
        nothing = n < len(row.heads) and row.heads[n] in _SAYS_NOTHING and n
        if len(cell) <= MOST and _LETTER.search(cell) and not nothing and not (n and _FIGURE.search(cell)) and cell != found:
            found += cell
    return found
