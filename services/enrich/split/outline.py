"""Units → the outline of a digest: nested parts, each with the unit that heads it; the leaves are its items. Pure.

A region of units is parted by its outermost class of heads: titles that the contents list names, real headings of one level, a
numbering, emphasised lines, rows of a table, short lines. Whichever begins first is outermost. Each part is then looked at again;
where it can be parted too its head is a section, else it is an item. What may part a part is decided by how the digest does it
elsewhere, so that lists, captions and sub-headings within a story stay with it.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.enrich.split import boilerplate, lines, runs
from services.enrich.split.contents import Contents
from services.enrich.split.tables import head_row
from services.enrich.split.units import Unit, bare, key

SECTION = 20
"""Characters of the longest plain line that heads a section by standing before a new beginning of numbers: 重点数据泄露事件 has 8."""
FIELD = 8
"""Characters of the longest name of a field of news (人工智能, 地方动态); headlines have ten and more."""
POINT = 12
"""Characters below which all lines of a list are points of a story rather than stories."""
LABEL = 10
"""Characters of the longest bold label of a point (原油→气价:); bold titles of stories are longer."""
LEAD = 60
"""Characters of an introduction that may stand between a section's heading and its first item."""


@dataclass(frozen=True)
class Part:
    """Units [first, after); `head` heads it (None: what stands before the first head), `parts` are its own parts (none: an item)."""

    head: int | None
    first: int
    after: int
    parts: tuple["Part", ...] = ()
    by: str = ""
    """The class of heads that it was found by, for people who ask why."""


@dataclass(frozen=True)
class _Heads:
    """One class of heads in a region."""

    by: str
    members: tuple[int, ...]
    restarts: frozenset[int] = field(default=frozenset())
    """Members that begin a numbering anew."""


class Outline:
    """Parts a digest; made once for each."""

    def __init__(self, units: Sequence[Unit], contents: Contents | None) -> None:
        self.units = units
        self.targets = contents.certain if contents else frozenset()
        self.listed = len(self.targets) >= 2
        said = Counter(key(unit.text) for unit in units if unit.titular)
        self.labels = {text for text, count in said.items() if count >= 3}
        self.body_size = max(1, sum(len(unit.text) for unit in units))

    def parts(self, lo: int, hi: int) -> tuple[Part, ...]:
        """The parts of the whole digest; empty when nothing heads anything."""
        return self._divide(lo, hi, inside=None, depth=0)

    def _divide(self, lo: int, hi: int, *, inside: str | None, depth: int) -> tuple[Part, ...]:
        if depth > 6:
            return ()
        heads = self._outermost(lo, hi, inside)
        if heads is None:
            return ()
        if heads.by == "contents":
            end = self._beyond(heads.members, hi)
            if end < hi:
                further = self._divide(end, hi, inside=None, depth=depth + 1)
                if further and further[0].head is not None:
                    return (*self._divide(lo, end, inside=inside, depth=depth + 1), *further)
        borders = [*heads.members, hi]
        parts: list[Part] = []
        if heads.members[0] > lo:
            parts.append(Part(None, lo, heads.members[0]))
        inner: list[tuple[int, int, tuple[Part, ...]]] = []
        for head, after in itertools.pairwise(borders):
            inner.append((head, after, self._divide(head + 1, after, inside=heads.by, depth=depth + 1)))
        allowed = self._allowed(heads, inner)
        for (head, after, found), allow in zip(inner, allowed, strict=True):
            parts.append(Part(head, head, after, found if allow else (), heads.by))
        return tuple(self._sectioned(parts, heads))

    def _allowed(self, heads: _Heads, inner: Sequence[tuple[int, int, tuple[Part, ...]]]) -> list[bool]:
        """For each head whether its own parts are items rather than a list or sub-headings within one story."""
        parted = [bool(found) for _, _, found in inner]
        filled = [after - head > 1 for head, after, _ in inner]
        regular = sum(parted) * 2 >= max(1, sum(filled)) and sum(parted) > 0
        often = regular and sum(parted) * 3 >= 2 * sum(filled)
        named = sum(len(bare(self.units[head].text)) <= FIELD for head, _, _ in inner) > 0.5 * len(inner)
        answers = []
        for (head, _after, found), has in zip(inner, parted, strict=True):
            if not has:
                answers.append(False)
                continue
            lead = self._length(found[0].first, found[0].after) if found[0].head is None else 0
            by = next(part.by for part in found if part.head is not None)
            if (
                boilerplate.commentary(self.units[head].text)
                or self._points(found)
                or (self.listed and head in self.targets and not any(part.head in self.targets for part in found))
            ):
                answers.append(False)
            elif by in ("contents", "table"):
                answers.append(True)
            elif by == "bullet":
                # Points below a headline are its story; what stands below the name of a field (大模型, 芯片) are stories.
                answers.append(lead == 0 and heads.by.startswith(("heading", "emphasis")) and named)
            elif by == "short":
                answers.append(lead == 0 and len(inner) == 1)
            elif by == "emphasis" and not heads.by.startswith("emphasis"):
                # Bold lines within one story of several are its sub-headings.
                answers.append(lead <= LEAD and regular and (sum(parted) > 1 or len(inner) == 1))
            elif heads.by.startswith("heading"):
                answers.append(lead == 0 or (often and lead <= 4 * LEAD) or (by.startswith("heading") and lead <= LEAD))
            elif heads.by == "emphasis":
                answers.append(lead <= LEAD and by != "short")
            else:
                title = self.units[head].text
                announces = title.endswith(("：", ":")) and len(title) <= SECTION
                answers.append(lead == 0 and (announces or (regular and len(title) <= 2 * SECTION)))
        return answers

    def _outermost(self, lo: int, hi: int, inside: str | None) -> _Heads | None:
        found = [heads for heads in self._classes(lo, hi, inside) if heads.members]
        if not found:
            short = lines.short(self.units, self.labels, lo, hi) if inside is None or inside.startswith(("emphasis", "heading")) else ()
            return _Heads("short", short) if len(short) >= 2 else None
        return min(found, key=lambda heads: heads.members[0])  # the first of those that begin together: they come by strength

    def _classes(self, lo: int, hi: int, inside: str | None) -> list[_Heads]:
        units = self.units
        classes: list[_Heads] = []
        targets = tuple(index for index in range(lo, hi) if index in self.targets)
        levels = sorted(
            {units[index].heading for index in range(lo, hi) if units[index].heading and units[index].number is None and units[index].text}
        )
        if levels:
            classes.append(
                _Heads(
                    f"heading {levels[0]}",
                    tuple(i for i in range(lo, hi) if units[i].heading == levels[0] and units[i].number is None and units[i].text),
                )
            )
        numbered = self._numbered(lo, hi)
        if numbered:
            classes.append(numbered)
        if targets and not any(len(set(targets) & set(heads.members)) >= 0.8 * len(targets) for heads in classes):
            classes.insert(0, _Heads("contents", targets))
        rows = tuple(index for index in range(lo, hi) if units[index].block.kind == "row" and not units[index].block.header)
        if rows and (header := head_row(units, lo, hi)) is not None and len(rows) > 1:
            classes.append(_Heads("table", tuple(row for row in rows if row > header)))
        for by, members in (("bracket", lines.bracketed(units, lo, hi)), ("bullet", lines.bulleted(units, lo, hi))):
            if len(members) >= 3 or (len(members) >= 2 and inside is not None):
                classes.append(_Heads(by, members))
        bold = lines.bold(units, self.labels, lo, hi)
        if len(bold) >= 2 or (bold and inside is None):
            classes.append(_Heads("emphasis", bold))
        return classes

    def _numbered(self, lo: int, hi: int) -> _Heads | None:
        found = runs.find(self.units, lo, hi)
        if not found:
            return None
        first = found[0]
        begun = self.units[first.members[0]]
        alike = [run for run in found if run.family == first.family and runs.alike(begun, self.units[run.members[0]])]
        members = [first.members]
        for run in alike[1:]:
            if run.members[0] > members[-1][-1]:
                members.append(run.members)
        kept = [run for run in members if len(run) > 1 or len(members) > 1 or first.prominent or self.units[run[0]].number in (0, 1)]
        if not kept:
            return None
        flat = tuple(index for run in kept for index in run)
        return _Heads(f"number {first.family}", flat, frozenset(run[0] for run in kept))

    def _sectioned(self, parts: list[Part], heads: _Heads) -> list[Part]:
        """Parts under the short lines that stand before a member: `楼市` before the 1、 that begins anew."""
        if heads.by == "emphasis":
            return self._under_bare(parts)
        if heads.by.startswith("heading") or heads.by == "table":
            return parts
        openings: dict[int, int] = {}
        for position, part in enumerate(parts):
            if position + 1 < len(parts) and (line := self._opening(part, parts[position + 1].first, heads)) is not None:
                openings[position + 1] = line
        if not openings:
            return parts
        result: list[Part] = []
        current: list[Part] = []
        head: int | None = None
        for position, part in enumerate(parts):
            cut = openings.get(position + 1)
            if position in openings:
                result.extend([Part(head, head, current[-1].after, tuple(current), "line")] if head is not None and current else current)
                head, current = openings[position], []
            kept = part if cut is None else Part(part.head, part.first, cut, part.parts, part.by)
            if kept.first < kept.after:
                current.append(kept)
        result.extend([Part(head, head, current[-1].after, tuple(current), "line")] if head is not None and current else current)
        return result

    def _under_bare(self, parts: list[Part]) -> list[Part]:
        """Parts under emphasised lines that nothing but the next one follows: names of fields above titles of stories."""
        bare_heads = [
            part.head is not None and not part.parts and len(self.units[part.head].text) <= SECTION and self._length(part.first + 1, part.after) == 0
            for part in parts
        ]
        if not any(bare_heads) or not any(part.head is not None and not empty for part, empty in zip(parts, bare_heads, strict=True)):
            return parts
        result: list[Part] = []
        for part, empty in zip(parts, bare_heads, strict=True):
            above = result[-1] if result and result[-1].by == "line" else None
            if empty:
                result.append(Part(part.head, part.first, part.after, (), "line"))
            elif above is not None and part.head is not None:
                result[-1] = Part(above.head, above.first, part.after, (*above.parts, part), "line")
            else:
                result.append(part)
        return result

    def _opening(self, part: Part, following: int, heads: _Heads) -> int | None:
        """The last line of `part` that heads what follows, if it does."""
        units = self.units
        index = following - 1
        while index > part.first and units[index].empty:
            index -= 1
        if index < part.first or (part.head is not None and index == part.head):
            return None
        unit = units[index]
        above = next((units[other].text for other in range(index - 1, part.first - 1, -1) if units[other].text), "")
        if above.endswith(("：", ":")):
            return None  # what the line above announces: 来源：
        if not unit.titular or len(unit.text) > SECTION or unit.text.endswith(("：", ":")) or key(unit.text) in self.labels:
            return None
        anew = following in heads.restarts
        if unit.block.links or not (anew or unit.prominent or heads.by in ("contents", "short")):
            return None
        if unit.prominent and not anew and not (unit.heading or heads.by == "contents"):
            return None
        if not anew and part.head is not None and not unit.heading and len(unit.text) > 12:
            return None
        return index

    def _beyond(self, members: tuple[int, ...], hi: int) -> int:
        """Where parts begin that the contents list does not name: a prominent line behind the last named story, where no other story has one."""
        units = self.units

        def marks(first: int, after: int) -> Iterator[int]:
            return (i for i in range(first, after) if units[i].prominent and units[i].titular and units[i].number is None)

        inside = any(True for first, after in itertools.pairwise(members) for _ in marks(first + 1, after))
        return hi if inside else next(marks(members[-1] + 1, hi), hi)

    def _points(self, found: Sequence[Part]) -> bool:
        """Numbered points of one argument rather than stories: each begins with a bold label of a few characters."""
        heads = [self.units[part.head] for part in found if part.head is not None]
        labels = sum(1 for unit in heads if 0 < unit.block.strong - (len(unit.block.text) - len(unit.text)) <= LABEL and not unit.prominent)
        sizes = [self._length(part.first, part.after) for part in found if part.head is not None]
        return (len(heads) >= 2 and labels == len(heads)) or max(sizes, default=0) < POINT

    def _length(self, first: int, after: int) -> int:
        return sum(len(self.units[index].text) for index in range(first, after))
