"""Units → the contents list: where it lies, its titles, and the unit that each stands for. Pure."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.enrich.split.units import SHORT, Unit, bare, key
from shared.records import DigestWarning

_HEADER = re.compile(
    r"(?:目录|目次|概览|导读|导览|导视|导航|提要|新闻摘要|内容摘要|主要内容|速览|看点|要点|快览|索引|摘要目录|内容预览|头条预告)$"
    r"|^(?:contents|toc|table of contents|overview|highlights)$",
    re.IGNORECASE,
)
SIMILAR = 0.8
"""Likeness (difflib) from which two titles are taken for one: a word changed or left out in one of twenty characters keeps 0.9,
other news stays under 0.5."""
REACH = 12
"""Units that may stand between a list's header and its first line, or between two lines that are said again."""
OPENING = 500
"""Characters that may stand before a contents list that nothing announces: a title, a greeting."""
STORY = 100
"""Characters of a line that is a story's text and no entry any more; the longest entries join three headlines of thirty."""
NEAR = 400
"""Units looked at for a contents list: it stands at a digest's beginning."""


Said = dict[str, list[int]]
"""Where each line of a digest stands, by what `key` leaves of it."""


@dataclass(frozen=True)
class Entry:
    """A line of the contents list."""

    at: int
    """Index of its unit."""
    title: str
    number: str | None
    section: str | None
    target: int | None
    """Index of the unit that it stands for; None where the body has none."""
    equal: bool = True


@dataclass(frozen=True)
class Contents:
    """A contents list: units [first, after) and its entries."""

    first: int
    after: int
    entries: tuple[Entry, ...]

    @property
    def targets(self) -> dict[int, Entry]:
        """The entry for each unit that one stands for."""
        return {entry.target: entry for entry in self.entries if entry.target is not None}

    @property
    def certain(self) -> frozenset[int]:
        """The units that an entry names word by word: these head items, whatever they look like."""
        return frozenset(entry.target for entry in self.entries if entry.target is not None and entry.equal)


def is_header(text: str) -> bool:
    """A short line that announces a contents list."""
    shown = bare(text).strip("【】[]「」*—-–·•#|｜ :：")
    return 1 < len(shown) <= 20 and bool(_HEADER.search(shown))


def find(units: Sequence[Unit]) -> Contents | None:
    """The contents list of a digest, or None; a line belongs to it when what it says is said again further down."""
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
        if len(entries) < 3 or before > OPENING or rest > 0.5 * len(units):
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
    return Contents(first, after, tuple(_entries(units, first, after, equal)))


def _repeated(units: Sequence[Unit], near: int, start: int, said: Said) -> tuple[dict[int, tuple[str, int]], int]:
    """The lines from `start` on that are said again, up to where the first of them is."""
    entries: dict[int, tuple[str, int]] = {}
    targets: set[int] = set()
    border = len(units)
    for index in range(start, near):
        if index >= border or (entries and index - max(entries) > REACH):
            break
        if entries and len(units[index].text) > STORY:
            break  # a story begins: what is said again from here on are links to other issues
        again = _again(units[index], index, said) if _line(units[index]) else None
        if again is None or again[1] in targets:  # a label that is said again and again names nothing
            continue
        targets.add(again[1])
        entries[index] = again
        border = min(border, again[1])
    return entries, border


def _extended(units: Sequence[Unit], first: int, after: int, border: int) -> int:
    """Where a list ends whose last lines are worded otherwise than the body, or stand there not at all."""
    styles = {unit.marker.style for unit in units[first:after] if unit.marker}
    while after < border:
        unit = units[after]
        goes_on = unit.marker is not None and unit.marker.style in styles
        announced = units[after - 1].text.endswith(("：", ":")) and after - 1 > first
        if unit.prominent or len(unit.text) > 2 * SHORT or not (goes_on or announced):
            break
        after += 1
    return after


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
    return Contents(first, after, tuple(_entries(units, first, after, equal)))


def _said(units: Sequence[Unit]) -> Said:
    """Where each line stands; lines that are said more than three times name nothing."""
    places: Said = {}
    for index, unit in enumerate(units):
        for text in _texts(unit):
            if len(line := key(text)) >= 5:
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
    found = [(at, text) for text in _texts(unit) for at in said.get(key(text), ()) if at > index]
    if not found:
        return None
    at, text = min(found)
    return text, at


def _entries(units: Sequence[Unit], first: int, after: int, equal: dict[int, tuple[str, int]]) -> list[Entry]:
    entries: list[Entry] = []
    section: str | None = None
    taken = {at for _, at in equal.values()}
    numbered = sum(1 for index in equal if units[index].marker) * 2 > len(equal)
    for index in range(first, after):
        unit = units[index]
        if unit.empty:
            continue
        number = unit.marker.text if unit.marker else None
        if index in equal:
            title, target = equal[index]
            entries.append(Entry(index, title, number, section, target))
        elif unit.heading and not is_header(unit.text):
            section = bare(unit.text)
        elif unit.titular and not is_header(unit.text) and (unit.marker or not numbered) and unit.block.kind != "row" and len(unit.text) >= 6:
            similar = _similar(units, unit, after, taken)
            if similar is not None:
                taken.add(similar)
            entries.append(Entry(index, unit.text, number, section, similar, equal=False))
    return entries


def _similar(units: Sequence[Unit], unit: Unit, after: int, taken: set[int]) -> int | None:
    """The unit behind the contents list whose title is most like this one."""
    wanted = key(unit.text)
    matcher = difflib.SequenceMatcher(None, "", wanted, autojunk=False)
    best, likeness = None, SIMILAR
    for index in range(after, min(len(units), after + 2000)):
        other = units[index]
        if index in taken or not other.titular:
            continue
        matcher.set_seq1(key(other.text))
        if matcher.real_quick_ratio() > likeness and matcher.quick_ratio() > likeness and (found := matcher.ratio()) > likeness:
            best, likeness = index, found
    return best


def warnings(contents: Contents, titles: Sequence[str]) -> list[DigestWarning]:
    """What a person should look at: entries that differ from the body's titles, that the body lacks, and titles that the list lacks."""
    found: list[DigestWarning] = []
    for entry in contents.entries:
        if entry.target is None:
            found.append(DigestWarning(kind="contents_extra", message=f"the contents list names what the digest lacks: {entry.title}"))
        elif not entry.equal:
            found.append(DigestWarning(kind="contents_differs", message=f"the contents list words it otherwise: {entry.title}"))
    listed = {key(entry.title) for entry in contents.entries}
    unequal = [key(entry.title) for entry in contents.entries if not entry.equal]
    missing = []
    for title in titles:
        said = key(title)
        if said not in listed and not any(difflib.SequenceMatcher(None, said, other, autojunk=False).ratio() > SIMILAR for other in unequal[:50]):
            missing.append(title)
    if len(missing) > 0.5 * len(titles):  # highlights rather than a contents list
        message = f"the contents list names {len(titles) - len(missing)} of {len(titles)} titles"
        return [*found, DigestWarning(kind="contents_missing", message=message)]
    return found + [DigestWarning(kind="contents_missing", message=f"the contents list does not name: {title}") for title in missing]
