"""Sections that hold one story beside others that hold several → their story: one title is no habit but that of its neighbours. Pure."""

from collections import Counter
from collections.abc import Sequence

from services.enrich.split import lines, runs
from services.enrich.split.parts import FIELD, Part
from services.enrich.split.units import Unit, section_name

Inner = tuple[int, int, tuple[Part, ...]]
"""The head of a part, where the part ends, and what it was parted into."""
LOOKS = ("emphasis", "bullet", "short")
NUMBERED = 6
"""Characters of the shortest title that a number alone may stand before; names of fields have fewer."""


def completed(inner: list[Inner], units: Sequence[Unit], labels: set[str]) -> list[Inner]:
    """`inner`, with the one story of each part that its neighbours say must have one."""
    by = _habit(inner, units, labels)
    if by is None:
        return inner
    result: list[Inner] = []
    last: Unit | None = None
    for head, after, found in inner:
        member = None if found else _member(by, head + 1, after, units, labels, last)
        parts = (Part(member, member, after, (), by),) if member is not None else found
        last = next((units[part.head] for part in reversed(parts) if part.head is not None), last)
        result.append((head, after, parts))
    return result


def _habit(inner: Sequence[Inner], units: Sequence[Unit], labels: set[str]) -> str | None:
    """How most parts are parted, or how one is, where every other begins so too."""
    ways = Counter(next((part.by for part in found if part.head is not None), "") for _, _, found in inner)
    fields = all(len(section_name(units[head].text)) <= FIELD for head, _, _ in inner)
    for way, count in ways.most_common():
        if way in LOOKS and count >= 2 and count >= 0.5 * len(inner):
            return way
        if way.startswith("number") and fields:
            return way
    for way in ("emphasis", "short"):
        if ways[way] and (way == "emphasis" or fields) and all(_opens(way, head + 1, after, units, labels) for head, after, _ in inner):
            return way
    return None


def _heads(by: str, lo: int, hi: int, units: Sequence[Unit], labels: set[str]) -> tuple[int, ...]:
    if by == "bullet":
        return lines.bulleted(units, lo, hi)
    return (lines.bold if by == "emphasis" else lines.short)(units, labels, lo, hi)


def _opens(by: str, lo: int, hi: int, units: Sequence[Unit], labels: set[str]) -> bool:
    """Such a title is the first thing to read."""
    heads = _heads(by, lo, hi, units, labels)
    return bool(heads) and not any(unit.text for unit in units[lo : heads[0]])


def _member(by: str, lo: int, hi: int, units: Sequence[Unit], labels: set[str], last: Unit | None) -> int | None:
    """The only title of a part, if nothing stands before it."""
    if not by.startswith("number"):
        heads = _heads(by, lo, hi, units, labels)
        return heads[0] if len(heads) == 1 and not any(unit.text for unit in units[lo : heads[0]]) else None
    first = next((index for index in range(lo, hi) if not units[index].empty), None)
    if first is None or last is None or f"number {runs.family(units[first])}" != by or len(units[first].text) < NUMBERED:
        return None
    goes_on = units[first].number in (0, 1, (last.number or 0) + 1) and runs.alike(last, units[first])
    return first if goes_on else None
