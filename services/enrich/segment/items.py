"""Labels of a digest's units → its items with sections, its contents list, and boilerplate of everything else. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from services.enrich.blocks import Document
from services.enrich.segment.labels import BODY, CONTENTS, HEADS, INLINE, SECTION, TITLE
from services.enrich.split import boilerplate, contents, tables
from services.enrich.split.contents import Contents
from services.enrich.split.entries import Entry
from services.enrich.split.items import Head, Story, story_of
from services.enrich.split.units import Unit, section_name
from shared.records import BoilerplateKind

_COUNT = re.compile(r"\s*[(（]\d{1,3}[)）]$")
_FORMS: Mapping[int, Head] = {TITLE: "title", INLINE: "inline"}
BARE = 99
"""The depth of a section whose name is no heading: below all headings."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the labels say of a digest."""

    title: str | None
    stories: list[Story]
    heads: list[int]
    """The unit that heads each story."""
    sections: list[str]
    contents: Contents | None
    kinds: list[BoilerplateKind | None]
    """Of each block outside stories."""
    within: dict[int, BoilerplateKind]
    """Blocks within a story that are none of it."""


@dataclass(slots=True)
class _Section:
    """A section whose items follow."""

    depth: int
    name: str
    style: str | None
    """Of its number."""
    first: Unit | None = None
    """The head of its first item."""

    def beside(self, head: Unit) -> bool:
        """Whether an item's head is of the section's own level or numbering, and its first item's was not."""
        if self.first is None:
            return 0 < head.heading < self.depth < BARE
        if head.heading and head.heading <= self.depth:
            return not 0 < self.first.heading <= self.depth
        first = self.first.marker.style if self.first.marker else None
        return self.style is not None and head.marker is not None and head.marker.style == self.style != first


def parts_of(document: Document, units: Sequence[Unit], labels: Sequence[int], *, known: Mapping[int, Story] = MappingProxyType({})) -> Parts:
    """Return the items that follow from `labels`, one for each unit.

    `known` are items as rules found them, by the unit that heads them: rules see ends and sections better, so where both begin an item at the same
    line and the rules' does not reach into the next, it is taken.
    """
    return _Reading(document, units, labels, known).parts()


class _Reading:
    def __init__(self, document: Document, units: Sequence[Unit], labels: Sequence[int], known: Mapping[int, Story]) -> None:
        self.document, self.units, self.labels, self.known = document, units, labels, known
        self.kinds: list[BoilerplateKind | None] = ["other"] * len(document.blocks)
        self.within: dict[int, BoilerplateKind] = {}
        self.path: list[_Section] = []
        self.sections: list[str] = []
        self.table: tables.Columns | None = None
        self.targets: Mapping[int, Entry] = {}
        """What the contents list says of each unit that it names."""

    def parts(self) -> Parts:
        """Walk the units once."""
        stories: list[Story] = []
        heads = [index for index, label in enumerate(self.labels) if label in HEADS]
        title = self._opening(heads[0] if heads else 0)
        found = contents.find(list(self.units))
        if found is not None:
            self.targets = found.targets
        for place, head in enumerate(heads):
            before = heads[place - 1] if place else -1
            for index in range(before + 1, head):
                if self.labels[index] == SECTION:
                    if found is None or not found.first <= index < found.after:
                        self._section(self.units[index])
                elif self.units[index].block.kind == "row" and (columns := tables.columns(self.units[index].block.cells)) is not None:
                    self.table = columns
            following = heads[place + 1] if place + 1 < len(heads) else len(self.units)
            begin = stories[-1].after if stories else 0
            stories.append(self._known(head, begin, following) or self._story(head, self._end(head, following)))
        self._outside(heads, stories)
        if found is not None and not any(self.labels[index] == CONTENTS for index in range(found.first, found.after)):
            found = None
        return Parts(title, stories, heads, list(dict.fromkeys(self.sections)), found, self.kinds, self.within)

    def _known(self, head: int, begin: int, following: int) -> Story | None:
        """The item that rules found here, unless it reaches into the one before, which ends at block `begin`, or into the next."""
        story = self.known.get(head)
        border = self.units[following].first if following < len(self.units) else len(self.document.blocks)
        if story is None or story.first < begin or story.after > border:
            return None
        self._close(self.units[head])
        self.sections += story.section_path
        return story

    def _opening(self, first: int) -> str | None:
        """The digest's title: the first line that names a digest or stands above all others."""
        for index, unit in enumerate(self.units[: min(first, 8)]):
            if unit.text and self.labels[index] not in (SECTION, CONTENTS) and (unit.heading == 1 or boilerplate.digest_name(unit.text)):
                self._mark(index, "digest_title")
                return section_name(unit.text)
        return None

    def _section(self, unit: Unit) -> None:
        depth = unit.heading or BARE
        self.path = [section for section in self.path if section.depth < depth]
        name = _COUNT.sub("", section_name(unit.text)) or unit.text
        self.path.append(_Section(depth, name, unit.marker.style if unit.marker else None))
        self.sections.append(name)

    def _close(self, head: Unit) -> None:
        """End the sections that an item's head stands beside."""
        self.path = [section for section in self.path if not section.beside(head)]
        for section in self.path:
            section.first = section.first or head

    def _path(self, head: int) -> tuple[str, ...]:
        """The sections that govern an item, else what the contents list says."""
        entry = self.targets.get(head)
        if not self.path and entry is not None and entry.section:
            return (entry.section,)
        return tuple(section.name for section in self.path)

    def _end(self, head: int, following: int) -> int:
        """The unit behind the last one that is text of the item."""
        return next((index + 1 for index in range(following - 1, head, -1) if self.labels[index] == BODY), head + 1)

    def _story(self, head: int, after: int) -> Story:
        for index in range(head + 1, after):
            if self.labels[index] != BODY and self.units[index].text:
                kind = self._kind(index)
                self.within |= dict.fromkeys(range(self.units[index].first, self.units[index].after), kind)
        form = _FORMS.get(self.labels[head], "untitled")
        self._close(self.units[head])
        table = self.table if self.units[head].block.kind == "row" else None
        return story_of(
            self.units, self.document.blocks, head, head, after,
            path=self._path(head), by="learned", table=table, form=form, without=self.within,
        )  # fmt: skip

    def _outside(self, heads: Sequence[int], stories: Sequence[Story]) -> None:
        inside = {block for story in stories for block in range(story.first, story.after)}
        for index, unit in enumerate(self.units):
            if unit.first not in inside and self.kinds[unit.first] == "other":
                self._mark(
                    index, self._kind(index) if not heads or index > heads[0] or self.labels[index] in (SECTION, CONTENTS) else self._early(index)
                )
        for block in inside:
            self.kinds[block] = None

    def _early(self, index: int) -> BoilerplateKind:
        return boilerplate.opening_kind(self.units[index].text) if self.units[index].text else "other"

    def _kind(self, index: int) -> BoilerplateKind:
        label, text = self.labels[index], self.units[index].text
        if label == SECTION:
            return "section"
        if label == CONTENTS:
            return "contents"
        return boilerplate.tail_kind(text) or (boilerplate.heading_kind(text) if self.units[index].titular else None) or "other"

    def _mark(self, index: int, kind: BoilerplateKind | None) -> None:
        for block in range(self.units[index].first, self.units[index].after):
            self.kinds[block] = kind
