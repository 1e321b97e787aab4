"""What an extractor found: its kind, where, and its value. Pure.

Offsets are in the one text that extractors read, title, newline, body; `extract` turns them into those of the fields.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any, NamedTuple

from shared.records import EntityType, QuantityValue


class Found(NamedTuple):
    """One mention; see `shared.records.Entity` for what `value` and `canonical` hold."""

    type: EntityType
    start: int
    end: int
    value: str | QuantityValue | None
    canonical: dict[str, Any] | None = None
    inferred: bool = False
    rule: str = ""


class Spans:
    """Pieces of the text, [start, end), answering quickly what lies in them."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(pairs):
            if ends and start < ends[-1]:
                ends[-1] = max(end, ends[-1])
            else:
                starts.append(start)
                ends.append(end)
        self._starts, self._ends = starts, ends

    def cover(self, position: int) -> bool:
        """Whether `position` lies in one of them."""
        n = bisect_right(self._starts, position) - 1
        return n >= 0 and position < self._ends[n]

    def touch(self, start: int, end: int) -> bool:
        """Whether [start, end) shares a character with one of them."""
        n = bisect_left(self._starts, end) - 1
        return n >= 0 and self._ends[n] > start
