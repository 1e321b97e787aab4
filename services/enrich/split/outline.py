"""Units → the outline of a digest: nested parts, each with the unit that heads it; the leaves are its items. Pure.

A region of units is parted by its outermost class of heads: titles that the contents list names, real headings of one level, a
numbering, emphasised lines, rows of a table, short lines. Whichever begins first is outermost. Each part is then looked at again;
where it can be parted too its head is a section, else it is an item. What may part a part is decided by how the digest does it
elsewhere, so that lists, captions and sub-headings within a story stay with it.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from services.enrich.split import boilerplate, lines, runs, sections, single
from services.enrich.split.contents import Contents
from services.enrich.split.parts import FIELD, Heads, Part
from services.enrich.split.sections import SECTION
from services.enrich.split.tables import head_row
from services.enrich.split.units import Unit, bare, section_name

POINT = 12
"""Characters below which all lines of a list are points of a story rather than stories."""
HEADLINE = 7
"""Characters that headlines without text have at least on average: 全国两会闭幕 has six, most have ten; names have fewer."""
LABEL = 10
"""Characters of the longest bold label of a point (原油→气价:); bold titles of stories are longer."""
NAME = 5
"""Characters that names of sections have at most on average; under longer ones, which are titles, brackets that are said again are labels."""
LABELLED = 0.6
"""Share of the bracketed beginnings below the heads of a digest that are said below another head too: labels are, titles are not."""
TAG = 4
"""Characters of the longest line that is a label when it is said twice (新增, 处置办法); longer ones may be two stories of one name."""
NOTE = 20
"""Characters of a note that may stand between the name of a field and its stories: 三星级动态摘要."""
LEAD = 60
"""Characters of an introduction that may stand between a section's heading and its first item."""


class _Sign:
    """What a line may be a head by: a region is looked at only for what it has, as a hostile digest has a hundred thousand regions."""

    NONE, HEADING, NUMBER, TARGET, ROW, OTHER, BOLD = 0, 1, 2, 4, 8, 16, 32


def _signs(unit: Unit) -> int:
    signs = _Sign.NONE
    if unit.heading and unit.number is None and unit.text:
        signs |= _Sign.HEADING
    if unit.number is not None:
        signs |= _Sign.NUMBER
    if unit.block.kind == "row":
        signs |= _Sign.ROW
    if lines.signed(unit):
        signs |= _Sign.OTHER
    if unit.prominent and unit.block.emphasised:
        signs |= _Sign.BOLD
    return signs


class Outline:
    """Parts a digest; made once for each."""

    def __init__(self, units: Sequence[Unit], contents: Contents | None, *, briefs: bool = False) -> None:
        """`briefs`: the digest's title says that each of its paragraphs is a story."""
        self.units = units
        self.briefs = briefs
        self.targets = contents.certain if contents else frozenset()
        self.listed = len(self.targets) >= 2
        listed = range(contents.first, contents.after) if contents else range(0)
        said = Counter(unit.said for index, unit in enumerate(units) if unit.titular and index not in listed)
        self.labels = {text for text, count in said.items() if count >= (2 if len(text) <= TAG else 3)}
        self.signs = [_signs(unit) | (_Sign.TARGET if index in self.targets else _Sign.NONE) for index, unit in enumerate(units)]

    def parts(self, lo: int, hi: int) -> tuple[Part, ...]:
        """The parts of the whole digest; empty when nothing heads anything."""
        return self._divide(lo, hi, inside=None, depth=0)

    def _divide(self, lo: int, hi: int, *, inside: str | None, depth: int) -> tuple[Part, ...]:
        if lo >= hi or depth > 6:
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
        inner = single.completed(inner, self.units, self.labels)
        allowed = self._allowed(heads, inner)
        for (head, after, found), allow in zip(inner, allowed, strict=True):
            parts.append(Part(head, head, after, found if allow else (), heads.by))
        return tuple(sections.grouped(parts, heads, self.units, self.labels))

    def _allowed(self, heads: Heads, inner: Sequence[tuple[int, int, tuple[Part, ...]]]) -> list[bool]:
        """For each head whether its own parts are items rather than a list or sub-headings within one story."""
        parted = [bool(found) for _, _, found in inner]
        filled = [after - head > 1 for head, after, _ in inner]
        regular = sum(parted) * 2 >= max(1, sum(filled)) and sum(parted) > 0
        often = regular and sum(parted) * 3 >= 2 * sum(filled)
        named = sum(len(bare(self.units[head].text)) <= FIELD for head, _, _ in inner) > 0.5 * len(inner)
        titled = sum(len(bare(self.units[head].text)) for head, _, _ in inner) > NAME * len(inner)
        labelled = titled and self._labelled(inner)
        answers = []
        for (head, _after, found), has in zip(inner, parted, strict=True):
            if not has:
                answers.append(False)
                continue
            lead = self._length(found[0].first, found[0].after) if found[0].head is None else 0
            by = next(part.by for part in found if part.head is not None)
            if (
                ((labelled or (titled and self._sub_heads(found))) and not any(part.parts for part in found))
                or (lead and titled and by.startswith(("number", "bullet")) and self._announces(found[0]))
                or boilerplate.commentary(self.units[head].text)
                or self._points(found, fields=regular and len(inner) > 1 and len(section_name(self.units[head].text)) <= FIELD)
                or (self.listed and head in self.targets and not any(part.head in self.targets for part in found))
            ):
                answers.append(False)
            elif by in ("contents", "table"):
                answers.append(True)
            elif by in ("bullet", "date", "lead", "subject"):
                # Points below a headline are its story; what stands below the name of a field (大模型, 芯片) are stories.
                named_fields = heads.by.startswith(("heading", "emphasis", "bracket", "bullet", "frame", "number")) and named
                answers.append(named_fields and (lead == 0 or (lead <= NOTE and not self._announces(found[0]))))
            elif by == "short":
                answers.append(lead == 0 and (len(inner) == 1 or (named and regular)))
            elif by == "emphasis" and not heads.by.startswith("emphasis"):
                # Bold lines within one story of several are its sub-headings.
                answers.append(lead <= LEAD and regular and (sum(parted) > 1 or len(inner) == 1))
            elif heads.by.startswith(("heading", "frame")):
                answers.append(lead == 0 or (often and lead <= 4 * LEAD) or (by.startswith("heading") and lead <= LEAD))
            elif heads.by == "emphasis":
                answers.append(lead <= LEAD and by != "short")
            else:
                title = self.units[head].text
                announces = title.endswith(("：", ":")) and len(title) <= SECTION
                answers.append(lead == 0 and (announces or (regular and len(title) <= 2 * SECTION)))
        return answers

    def _outermost(self, lo: int, hi: int, inside: str | None) -> Heads | None:
        found = sorted((heads for heads in self._classes(lo, hi, inside) if heads.members), key=lambda heads: heads.members[0])
        again = next((heads for heads in found[:1] if self._again(heads)), None)
        if again is None:
            return found[0] if found else self._by_looks(lo, hi, inside)
        return next(iter(found[1:]), None) or self._above(again, lo) or self._by_looks(lo, hi, inside) or again

    def _again(self, heads: Heads) -> bool:
        """Numbers or brackets that say the same words again and again: 1、为什么制定 2、管什么, 【价格】…… are parts of each story."""
        if not (len(heads.restarts) > 1 or heads.by == "bracket"):
            return False
        often = Counter(self._tag(index) for index in heads.members)
        return sum(count for text, count in often.items() if text and count > 1) >= LABELLED * len(heads.members)

    def _above(self, again: Heads, lo: int) -> Heads | None:
        """The titles that stand right above each new beginning of such numbers."""
        titles = tuple(restart - 1 for restart in sorted(again.restarts) if restart > lo and self.units[restart - 1].titular)
        words = sum(len(self.units[title].text) for title in titles)
        return Heads("short", titles) if len(titles) == len(again.restarts) > 1 and words > FIELD * len(titles) else None

    def _tag(self, index: int) -> str:
        """What a head says, if only in brackets at its beginning; empty for a text."""
        unit = self.units[index]
        return match[0] if (match := lines.BRACKETED.match(unit.text)) else unit.said

    def _by_looks(self, lo: int, hi: int, inside: str | None) -> Heads | None:
        """Heads that have neither number nor emphasis: behind rules, with a day or time, or just short."""
        if inside is not None and not inside.startswith(("emphasis", "heading", "bracket", "bullet", "frame", "contents", "number")):
            return None
        if ruled := lines.ruled(self.units, lo, hi) if inside is None else ():
            return Heads("rule", ruled)
        if led := lines.led(self.units, lo, hi):
            return Heads("lead", led)
        if dated := lines.dated(self.units, lo, hi):
            return Heads("date", dated)
        if subjects := lines.subjects(self.units, lo, hi) if inside is None or inside.startswith(("heading", "frame")) else ():
            return Heads("subject", subjects)
        short = lines.short(self.units, self.labels, lo, hi)
        if len(short) < 2 and inside is None and (flashes := lines.flashes(self.units, lo, hi, told=self.briefs)):
            return Heads("flash", flashes)
        return Heads("short", short) if len(short) >= 2 else None

    def _classes(self, lo: int, hi: int, inside: str | None) -> list[Heads]:
        units = self.units
        signs = _Sign.NONE
        for index in range(lo, hi):
            signs |= self.signs[index]
        classes: list[Heads] = []
        if signs & _Sign.HEADING:
            headed = [index for index in range(lo, hi) if self.signs[index] & _Sign.HEADING]
            level = min(units[index].heading for index in headed)
            classes.append(Heads(f"heading {level}", tuple(index for index in headed if units[index].heading == level)))
        if signs & _Sign.NUMBER and (numbered := self._numbered(lo, hi)):
            classes.append(numbered)
        if signs & _Sign.TARGET:
            targets = tuple(index for index in range(lo, hi) if index in self.targets)
            if not any(len(set(targets) & set(heads.members)) >= 0.8 * len(targets) for heads in classes):
                classes.insert(0, Heads("contents", targets))
        if signs & _Sign.ROW:
            rows = tuple(index for index in range(lo, hi) if units[index].block.kind == "row" and not units[index].block.header)
            if len(rows) > 1 and (header := head_row(units, lo, hi)) is not None:
                classes.append(Heads("table", tuple(row for row in rows if row > header)))
        if signs & _Sign.OTHER:
            if framed := lines.framed(units, lo, hi):
                classes.append(Heads("frame", framed))
            if bracketed := lines.bracketed(units, lo, hi):
                classes.append(Heads("bracket", bracketed))
            bulleted = lines.bulleted(units, lo, hi)
            if len(bulleted) >= 3 or (len(bulleted) >= 2 and (inside is not None or lines.over_titles(units, bulleted, hi))):
                classes.append(Heads("bullet", bulleted))
        if signs & _Sign.BOLD:
            bold = lines.bold(units, self.labels, lo, hi)
            if len(bold) >= 2 or (bold and inside is None):
                classes.append(Heads("emphasis", bold))
        return classes

    def _numbered(self, lo: int, hi: int) -> Heads | None:
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
        return Heads(f"number {first.family}", flat, frozenset(run[0] for run in kept))

    def _beyond(self, members: tuple[int, ...], hi: int) -> int:
        """Where parts begin that the contents list does not name: a prominent line behind the last named story, where no other story has one."""
        units = self.units

        def marks(first: int, after: int) -> Iterator[int]:
            return (i for i in range(first, after) if units[i].prominent and units[i].titular and units[i].number is None)

        inside = any(True for first, after in itertools.pairwise(members) for _ in marks(first + 1, after))
        return hi if inside else next(marks(members[-1] + 1, hi), hi)

    def _points(self, found: Sequence[Part], *, fields: bool) -> bool:
        """Numbered points of one argument rather than stories: each begins with a bold label of a few characters, or has no more.

        `fields`: they stand below names of fields, where lines of few characters are headlines.
        """
        heads = [self.units[part.head] for part in found if part.head is not None]
        labels = sum(1 for unit in heads if 0 < unit.block.strong - (len(unit.block.text) - len(unit.text)) <= LABEL and not unit.prominent)
        sizes = [self._length(part.first, part.after) for part in found if part.head is not None]
        return (len(heads) >= 2 and labels == len(heads) and not (fields and found[-1].by in ("bullet", "lead"))) or (
            sum(sizes) < HEADLINE * len(sizes) if fields else max(sizes, default=0) < POINT
        )

    def _announces(self, part: Part) -> bool:
        """The last line before the first head says that a list follows, which is its story's then: 修订涉及三个方面："""
        last = next((unit.text for unit in reversed(self.units[part.first : part.after]) if unit.text), "")
        return last.endswith(("：", ":"))

    def _labelled(self, inner: Sequence[tuple[int, int, tuple[Part, ...]]]) -> bool:
        """The parts of most heads begin with the same words in brackets or on their line, which are labels then: 【解读】, 影响版本."""
        tags = [{self._tag(part.head) or str(part.head) for part in found if part.head is not None} for _, _, found in inner if found]
        often = Counter(tag for some in tags for tag in some)
        return len(tags) > 1 and sum(often[tag] for tag in often if often[tag] > 1) >= LABELLED * often.total()

    def _sub_heads(self, found: Sequence[Part]) -> bool:
        """Most say what is said again and again in the digest: 主要变化, 企业应对."""
        said = [self.units[part.head].said for part in found if part.head is not None]
        return sum(text in self.labels for text in said) > LABELLED * len(said)

    def _length(self, first: int, after: int) -> int:
        return sum(len(self.units[index].text) for index in range(first, after))
