"""Units → the contents list: where it lies, its titles, and the unit that each stands for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.enrich.split.boilerplate import tail_kind
from services.enrich.split.entries import Entry, entries_of, is_header
from services.enrich.split.units import SHORT, Unit, key

REACH = 12
"""Units that may stand between a list's header and its first line, or between two lines that are said again."""
OPENING = 500
"""Characters that may stand before a contents list that nothing announces: a title, a greeting."""
CLOSING = 0.8
"""Share of the lines behind a header that must have been said before to make a contents list at the end: the rest is a page's foot."""
STORY = 100
"""Characters of a line that is a story's text and no entry any more; the longest entries join three headlines of thirty."""
NEAR = 400
"""Units within which a contents list begins: it stands at a digest's beginning, or as far from its end."""


Said = dict[str, list[int]]
"""Where each line of a digest stands, by what `key` leaves of it."""


@dataclass(frozen=True)
class Contents:
    """A contents list: units [first, after) and its entries."""

    first: int
    after: int
    entries: tuple[Entry, ...]

    @property
    def closes(self) -> bool:
        """It stands behind the stories."""
        return any(entry.target is not None and entry.target < self.first for entry in self.entries)

    @property
    def targets(self) -> dict[int, Entry]:
        """The entry for each unit that one stands for."""
        return {entry.target: entry for entry in self.entries if entry.target is not None}

    @property
    def certain(self) -> frozenset[int]:
        """The units that an entry names word by word: these head items, whatever they look like."""
        return frozenset(entry.target for entry in self.entries if entry.target is not None and entry.equal)


def find(units: Sequence[Unit]) -> Contents | None:
    """The contents list of a digest, or None; a line belongs to it when what it says is said again further down, or was said above."""
    return _opening(units) or _closing(units)


def _opening(units: Sequence[Unit]) -> Contents | None:
    said = _said(units)
    near = min(NEAR, len(units))
    header = next((index for index in range(near) if is_header(units[index].text)), None)
    table = next((index for index in range(near) if _heads_table(units, index)), None)
    if table is not None and (header is None or table < header):
        return _table(units, table, said)
    equal, border = _repeated(units, near, 0 if header is None else header + 1, said)
    entries = sorted(equal)
    announced = header is not None and bool(entries) and entries[0] - header <= REACH
    if not announced:
        if header is not None and (inline := _inline(units, header)) is not None:
            return inline
        before = sum(len(unit.text) for unit in units[: entries[0]]) if entries else 0
        rest = len(units) - max((at for _, at in equal.values()), default=0)
        headed = all(units[at].heading for _, at in equal.values())
        if len(entries) < (2 if headed else 3) or before > OPENING or rest > 0.5 * len(units):
            return None
    elif len(entries) < 2 and header is not None and entries[0] - header > 2:
        return None
    inner = [index for index in range(entries[0], entries[-1] + 1) if not units[index].empty]
    if len(entries) < (0.4 if announced else 0.6) * len(inner):
        return None
    first = header if announced and header is not None else entries[0]
    if not announced and first > 0 and is_header(units[first - 1].text):
        first -= 1
    after = _extended(units, first, entries[-1] + 1, border)
    return Contents(first, after, tuple(entries_of(units, first, after, equal)))


def _repeated(units: Sequence[Unit], near: int, start: int, said: Said) -> tuple[dict[int, tuple[str, int]], int]:
    """The lines from `start` on that are said again, up to where the first of them is."""
    entries: dict[int, tuple[str, int]] = {}
    targets: set[int] = set()
    border = len(units)
    last = None
    for index in range(start, len(units)):
        if index >= border or index - (near if last is None else last + REACH) > 0:
            break
        if entries and _tells(units[index]):
            break  # a story begins: what is said again from here on are links to other issues
        again = _again(units[index], index, said) if _line(units[index]) else None
        if again is None or again[1] in targets:  # a label that is said again and again names nothing
            continue
        targets.add(again[1])
        entries[index] = again
        last = index
        border = min(border, again[1])
    return entries, border


def _extended(units: Sequence[Unit], first: int, after: int, border: int) -> int:
    """Where a list ends whose last lines are worded otherwise than the body, or stand there not at all."""
    styles = {unit.marker.style for unit in units[first:after] if unit.marker}
    outer = next((unit.marker.style for unit in units[first:after] if unit.marker), None)
    highest = max((unit.number or 0 for unit in units[first:after] if unit.marker and unit.marker.style == outer), default=0)
    listed = {unit.said for unit in units[first:after] if unit.said}
    while after < border:
        unit = units[after]
        goes_on = unit.marker is not None and unit.marker.style in styles
        if unit.marker is not None and unit.marker.style == outer:
            if (unit.number or 0) <= highest:
                break  # the digest begins, with an entry that its list words otherwise
            highest = unit.number or 0
        announced = units[after - 1].text.endswith(("：", ":")) and after - 1 > first
        if unit.said in listed:
            break  # the digest begins with the name that its list began with
        if unit.prominent or _tells(unit) or not (goes_on or announced):
            break
        after += 1
    return after


def _tells(unit: Unit) -> bool:
    """A story's text: long, and of more than one sentence or without a number before it."""
    return len(unit.text) > STORY and ("。" in unit.text[:-1] or unit.number is None)


def _heads_table(units: Sequence[Unit], index: int) -> bool:
    """The first row of a table that is announced as a contents list."""
    cells = [cell for cell in units[index].block.cells if cell]
    return 0 < len(cells) <= 2 and is_header(cells[0]) and (index == 0 or units[index - 1].block.kind != "row")


def _inline(units: Sequence[Unit], header: int) -> Contents | None:
    """The contents list that is one line: every title of the digest, one behind the other."""
    for index in range(header + 1, min(header + 3, len(units))):
        line = key(units[index].text)
        found = [
            Entry(index, unit.text, unit.marker.text if unit.marker else None, None, other)
            for other, unit in enumerate(units[index + 1 : index + 1 + NEAR], index + 1)
            if unit.titular and len(title := key(unit.text)) >= 6 and title in line and len(title) < len(line)
        ]
        if len(found) >= 2 and sum(len(key(entry.title)) for entry in found) >= 0.5 * len(line):
            return Contents(header, index + 1, tuple({entry.title: entry for entry in reversed(found)}.values())[::-1])
    return None


def _table(units: Sequence[Unit], first: int, said: Said) -> Contents:
    """The contents list that a table is whose first cells say so."""
    after = first
    while after < len(units) and (units[after].block.kind == "row" or units[after].empty):
        after += 1
    equal = {index: again for index in range(first, after) if (again := _again(units[index], index, said)) and again[1] >= after}
    return Contents(first, after, tuple(entries_of(units, first, after, equal)))


def _said(units: Sequence[Unit]) -> Said:
    """Where each line stands; lines that are said more than three times name nothing."""
    places: Said = {}
    for index, unit in enumerate(units):
        for text in _texts(unit):
            if len(line := unit.said if unit.block.kind != "row" else key(text)) >= 5:
                places.setdefault(line, []).append(index)
    return {line: where for line, where in places.items() if 1 < len(where) <= 3}


def _texts(unit: Unit) -> tuple[str, ...]:
    if unit.block.kind == "row":
        return tuple(cell for cell in unit.block.cells if 6 <= len(cell) <= 2 * SHORT)
    return (unit.text,) if len(unit.text) <= 2 * SHORT and unit.block.kind != "code" else ()


def _line(unit: Unit) -> bool:
    """Rows name what comes below only in a table that says so: figures and badges are said again anywhere."""
    return unit.block.kind != "row"


def _again(unit: Unit, index: int, said: Said) -> tuple[str, int] | None:
    """What is said again first, and where: the next place behind `index`."""
    found = [(at, text) for text in _texts(unit) for at in said.get(unit.said if unit.block.kind != "row" else key(text), ()) if at > index]
    if not found:
        return None
    at, text = min(found)
    return text, at


def _closing(units: Sequence[Unit]) -> Contents | None:
    """The contents list that stands behind the stories: what follows its header has been said before, to the digest's end or its foot."""
    header = next((index for index in range(len(units) - 1, max(0, len(units) - NEAR), -1) if is_header(units[index].text)), None)
    if header is None:
        return None
    before = {unit.said: index for index, unit in reversed(list(enumerate(units[:header]))) if len(unit.said) >= 5 and _line(unit)}
    foot = next((index for index in range(header + 1, len(units)) if tail_kind(units[index].text)), len(units))
    rest = [index for index in range(header + 1, foot) if not units[index].empty]
    equal = {index: (units[index].text, before[units[index].said]) for index in rest if units[index].said in before}
    if len(equal) < 2 or len(equal) < CLOSING * len(rest):
        return None
    after = max(equal) + 1
    return Contents(header, after, tuple(entries_of(units, header, after, equal)))
