"""Cells that reach over columns and rows → rows in which every cell stands in its column. Pure."""

from collections.abc import Iterable
from typing import Generic, TypeVar

Cell = TypeVar("Cell")

REACH = 100
"""Columns and rows that a cell may reach over; more are a mistake or worse."""

WIDEST = 1000
"""Columns of a row beyond which cells count as one column each, so that a page of spans stays as small as it was sent."""


def reach(written: str | None) -> int:
    """The number of rows or columns that a cell says that it reaches over, from 1 to `REACH`."""
    return min(max(int(written), 1), REACH) if written and written.isascii() and written.isdigit() and len(written) < 9 else 1


class Spanned(Generic[Cell]):
    """The rows of one table, in order. What reaches down is said again in each row: a row is read by itself."""

    def __init__(self, empty: Cell) -> None:
        """`empty` fills the further columns of a cell that reaches over several."""
        self._empty = empty
        self._below: dict[int, tuple[int, Cell]] = {}

    def row(self, cells: Iterable[tuple[Cell, int, int]]) -> list[Cell]:
        """The next row of (cell, rows, columns), each cell in its column; columns that are filled up are left out at the end."""
        found: list[Cell] = []
        real = 0
        for cell, rows, columns in cells:
            self._from_above(found)
            columns = columns if len(found) < WIDEST else 1
            for offset in range(columns):
                one = self._empty if offset else cell
                if rows > 1:
                    self._below[len(found)] = (rows - 1, one)
                found.append(one)
            real = len(found) - columns + 1
        before = len(found)
        self._from_above(found)
        return found if len(found) > before else found[:real]

    def _from_above(self, found: list[Cell]) -> None:
        """Add the cells that reach down into the columns that come next."""
        while len(found) in self._below:
            rows, cell = self._below.pop(len(found))
            if rows > 1:
                self._below[len(found)] = (rows - 1, cell)
            found.append(cell)
