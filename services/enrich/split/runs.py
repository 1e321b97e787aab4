"""Units → runs of numbering: 1, 2, 3, … in one style, told from the lists within a story. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.enrich.split.units import Unit

# Publishers slip between these within one digest: 1、 2. 3． 4 5:
_FAMILY = {"comma": "plain", "dot": "plain", "tight": "plain", "space": "plain", "colon": "plain", "alone": "plain", "padded": "plain"}
LONELY = ("tight", "letter", "decimal")
"""Styles of which one member is no numbering: 3.5亿元, A. Smith."""
LOOKAHEAD = 400
"""Units that are looked ahead to see whether a number goes on: longer than any list within a story."""
GAP = 3
"""Numbers that may be missing in a run: typists skip one, exporters lose one; more is another list."""


@dataclass(frozen=True)
class Run:
    """Members of one numbering, in order."""

    family: str
    prominent: bool
    members: tuple[int, ...]
    """Indices of units."""


def family(unit: Unit) -> str | None:
    """The family of the unit's numbering, or None."""
    if unit.marker is None or unit.marker.number is None or unit.block.kind in ("row", "code"):
        return None
    style = unit.marker.style
    if style in ("padded", "alone") and len(unit.marker.text) == 2:
        return "padded"
    return _FAMILY.get(style, style)


def find(units: Sequence[Unit], lo: int, hi: int) -> list[Run]:
    """The runs in units[lo:hi] of the family and prominence that each begins with, in the order of their beginnings.

    A unit is in one run at most. A run begins with 0 or 1, or with any number that the next member follows.
    """
    numbered = [index for index in range(lo, hi) if family(units[index])]
    runs: list[Run] = []
    free = set(numbered)
    for position, index in enumerate(numbered):
        if index not in free:
            continue
        members = _follow(units, numbered, position, free)
        number = units[index].number
        marker = units[index].marker
        alone = marker is not None and marker.style in LONELY
        if (number in (0, 1) and (len(members) > 1 or not alone)) or len(members) >= 2:
            free.difference_update(members)
            runs.append(Run(family(units[index]) or "", units[index].prominent, tuple(members)))
    return runs


def _follow(units: Sequence[Unit], numbered: Sequence[int], position: int, free: set[int]) -> list[int]:
    first = units[numbered[position]]
    style = family(first)
    members = [numbered[position]]
    expected = (first.number or 0) + 1
    at = position + 1
    while at < len(numbered):
        index = numbered[at]
        unit = units[index]
        number = unit.number or 0
        if index not in free or family(unit) != style or not alike(first, unit):
            at += 1
        elif unit.marker and first.marker and unit.marker.style != first.marker.style and _stricter(units, numbered, at, expected, first):
            at += 1  # a list within a story that is numbered almost alike: 1. under 1、
        elif number == expected:
            members.append(index)
            expected += 1
            at += 1
        elif number in (0, 1):
            resumed = _resumes(units, numbered, at, expected, first)
            if resumed is None:
                break
            at = resumed
        elif expected < number <= expected + GAP and unit.marker and unit.marker.style != "tight":
            members.append(index)
            expected = number + 1
            at += 1
        else:
            at += 1
    return members


def alike(first: Unit, unit: Unit) -> bool:
    """Printed alike: a run of bold titles does not go on in a plain line, nor a run of paragraphs in a nested list."""
    if first.prominent != unit.prominent or (first.block.kind == "quote") != (unit.block.kind == "quote"):
        return False
    return not (first.block.kind == "list" and unit.block.kind == "list" and first.block.level != unit.block.level)


def _stricter(units: Sequence[Unit], numbered: Sequence[int], at: int, expected: int, first: Unit) -> bool:
    """Whether the number that is expected comes later in the very style of the first member."""
    for position in range(at + 1, min(len(numbered), at + LOOKAHEAD)):
        unit = units[numbered[position]]
        if unit.marker and first.marker and unit.marker.style == first.marker.style and unit.number == expected and alike(first, unit):
            return True
    return False


def _resumes(units: Sequence[Unit], numbered: Sequence[int], at: int, expected: int, first: Unit) -> int | None:
    """Where the run goes on behind the list 1, 2, … that begins at `at` within one of its members; None where that list is a new beginning."""
    inner = units[numbered[at]].number or 0
    before = units[numbered[at] - 1] if numbered[at] else None
    if before is not None and (before.heading or (before.titular and len(before.text) <= 15 and before.number is None)):
        return None  # a heading stands between
    for position in range(at + 1, min(len(numbered), at + LOOKAHEAD)):
        unit = units[numbered[position]]
        if family(unit) != family(first) or not alike(first, unit):
            continue
        number = unit.number or 0
        if number == inner + 1:
            inner = number
        elif number == expected:
            return position
        elif number <= 1:
            return None
    return None
