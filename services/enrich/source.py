"""Offsets in a document's normalised text ↔ places in the source that it was read from. Pure.

A SourceMap is a few arrays of runs, never an object for each character: most texts have a run for each line at most. What a reader wrote
itself (the number of a list that only markup counts, ` | ` between cells) lies in no run and has no place.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["text", "paragraph", "page"]


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of the source: [start, end) in characters, of the whole text or of one part of it."""

    start: int
    end: int
    part: int | None = None
    """Page (PDF) or paragraph (DOCX), from 1; None where the source is one text."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters [start, start + length) of the text that stand in one piece at `source`, `width` characters wide there.

    `width` differs from `length` only where a few characters stand for others, such as `&amp;` for `&`.
    """

    start: int
    length: int
    source: int
    width: int


@dataclass(frozen=True)
class SourceMap:
    """Runs in the order of the text; `parts` are the offsets at which pages or paragraphs begin when all are laid end to end."""

    unit: Unit = "text"
    parts: tuple[int, ...] = ()
    # In quotes, as Python 3.11's array takes no parameter.
    _starts: "array[int]" = field(default_factory=lambda: array("q"))
    _lengths: "array[int]" = field(default_factory=lambda: array("q"))
    _sources: "array[int]" = field(default_factory=lambda: array("q"))
    _widths: "array[int]" = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, start: int, length: int, source: int, width: int | None = None) -> None:
        """Append a run behind all others; one that goes on where the last one ended lengthens it."""
        width = length if width is None else width
        if length <= 0:
            return
        last = len(self._starts) - 1
        if last >= 0 and width == length and self._lengths[last] == self._widths[last]:
            before = self._lengths[last]
            same_part = not self.parts or bisect_right(self.parts, source) == bisect_right(self.parts, self._sources[last])
            if self._starts[last] + before == start and self._sources[last] + before == source and same_part:
                self._lengths[last] += length
                self._widths[last] += length
                return
        self._starts.append(start)
        self._lengths.append(length)
        self._sources.append(source)
        self._widths.append(width)

    def runs(self, start: int = 0, end: int | None = None) -> Iterator[Run]:
        """The runs that [start, end) of the text meets, cut to it."""
        index = max(0, bisect_right(self._starts, start) - 1)
        for at in range(index, len(self._starts)):
            begun, length, source, width = self._starts[at], self._lengths[at], self._sources[at], self._widths[at]
            if end is not None and begun >= end:
                return
            lo, hi = max(begun, start), begun + length if end is None else min(begun + length, end)
            if lo >= hi:
                continue
            yield Run(lo, hi - lo, source + lo - begun, hi - lo) if width == length else Run(lo, hi - lo, source, width)

    def places(self, start: int, end: int) -> list[Place]:
        """Where [start, end) of the text stands in the source, in the text's order; pieces that touch are one."""
        found: list[Place] = []
        for run in self.runs(start, end):
            part, base = self._part(run.source)
            at = run.source - base
            if found and found[-1].part == part and found[-1].end == at:
                found[-1] = Place(found[-1].start, at + run.width, part)
            else:
                found.append(Place(at, at + run.width, part))
        return found

    def _part(self, source: int) -> tuple[int | None, int]:
        if not self.parts:
            return None, 0
        index = max(1, bisect_right(self.parts, source))
        return index, self.parts[index - 1]

    def through(self, outer: "SourceMap") -> "SourceMap":
        """This map's sources are offsets in a text that `outer` maps further back: both in one."""
        whole = SourceMap(outer.unit, outer.parts)
        for run in self.runs():
            if run.width != run.length:
                reached = list(outer.runs(run.source, run.source + run.width))
                if reached:
                    whole.add(run.start, run.length, reached[0].source, reached[-1].source + reached[-1].width - reached[0].source)
                continue
            for piece in outer.runs(run.source, run.source + run.length):
                whole.add(run.start + piece.start - run.source, piece.length, piece.source, piece.width)
        return whole


def of_runs(runs: Iterable[tuple[int, int, int]], *, unit: Unit, parts: Iterable[int] = ()) -> SourceMap:
    """A map of (start, length, source), in the order of the text."""
    whole = SourceMap(unit, tuple(parts))
    for start, length, source in runs:
        whole.add(start, length, source)
    return whole
