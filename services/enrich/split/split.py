"""A Document → SplitDigest: its stories with sections, its contents list, and boilerplate by kind; spans cover the text wholly. Pure.

The splitter sees blocks only: it knows no media type and no publisher.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.enrich.blocks import Document
from services.enrich.split import boilerplate, contents, tables
from services.enrich.split.closing import close_of, end_of_last
from services.enrich.split.confidence import confidence_of
from services.enrich.split.contents import Contents
from services.enrich.split.items import Story, headline, story_of
from services.enrich.split.outline import Outline, Part
from services.enrich.split.units import Unit, bare, units_of
from shared.records import Boilerplate, BoilerplateKind, DigestWarning, Span

AFTERWORD = 40
"""Characters of a line that may stand among boilerplate between two stories: the title of an earlier issue has no more."""


@dataclass(frozen=True)
class SplitDigest:
    """What the splitter says about a document."""

    title: str | None
    stories: tuple[Story, ...]
    spans: tuple[tuple[Span, ...], ...]
    """Of each story, in the document's text."""
    boilerplate: tuple[Boilerplate, ...]
    sections: tuple[str, ...]
    contents: tuple[str, ...]
    warnings: tuple[DigestWarning, ...]
    confidence: float
    reasons: tuple[str, ...]
    whys: tuple[str, ...]
    """Why each boundary is where it is, one line for each block that begins something."""


def split(document: Document) -> SplitDigest:
    """Split any document; one that can't be split becomes one whole story with a warning."""
    return _Splitting(document).result()


class _Splitting:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.units: list[Unit] = units_of(document.blocks)
        self.contents: Contents | None = contents.find(self.units)
        self.kinds: list[BoilerplateKind | None] = ["other"] * len(document.blocks)
        self.stories: list[Story] = []
        self.sections: list[str] = []
        self.title: str | None = None
        self.last: tuple[int, int] | None = None
        self.end = len(self.units)

    def result(self) -> SplitDigest:
        lo, hi = self._opening(), len(self.units)
        if self.contents:
            self._mark(self.contents.first, self.contents.after, "contents")
        hi = self._ending(lo, hi)
        parts = Outline(self.units, self.contents).parts(lo, hi)
        self._close(parts)
        self._walk(parts, ())
        whole = not self.stories
        if whole:
            self._whole(lo, hi)
        spans, boiler = self._spans()
        warnings = (
            list(contents.warnings(self.contents, [story.title for story in self.stories if story.title])) if self.contents and not whole else []
        )
        if whole:
            warnings.append(DigestWarning(kind="whole_item", message="nothing was seen that parts this text, so it is one item"))
        confidence, reasons = self._confidence(whole, warnings)
        return SplitDigest(
            self.document.title or self.title,
            tuple(self.stories),
            spans,
            boiler,
            tuple(dict.fromkeys(self.sections)),
            tuple(entry.title for entry in self.contents.entries) if self.contents else (),
            tuple(warnings),
            confidence,
            reasons,
            tuple(f"{story.headline}: {story.by}" for story in self.stories),
        )

    def _opening(self) -> int:
        """Mark the digest's title and what stands before its contents list; the index of the first unit that may be news."""
        units = self.units
        top = [index for index, unit in enumerate(units) if unit.heading == 1]
        others = any(unit.heading > 1 for unit in units)
        lo = 0
        solid = [index for index in range(min(8, len(units))) if not units[index].empty]
        if top and (len(top) == 1 or (others and len(top) <= 2 and top[-1] < 12)) and top[0] in solid[:3]:
            lo = top[-1] + 1
            self.title = bare(units[top[0]].text)
            for index in range(lo):
                self._mark(index, index + 1, "digest_title" if units[index].heading else boilerplate.opening_kind(units[index].text))
        elif solid and self._titles(solid[0]):
            lo = solid[0] + 1
            self.title = bare(units[solid[0]].text)
            self._mark(solid[0], lo, "digest_title")
        if self.contents:
            for index in range(lo, self.contents.first):
                self._mark(index, index + 1, boilerplate.opening_kind(units[index].text))
            lo = self.contents.after
            if self.title is None and contents.is_header(units[self.contents.first].text):
                self.title = bare(units[self.contents.first].text).removesuffix("目录").strip() or None
        return lo

    def _ending(self, lo: int, hi: int) -> int:
        """Mark the parts at the end whose headings say that they hold no news; the index of the first of them."""
        end, kind = hi, None
        for index in range(hi - 1, lo, -1):
            unit = self.units[index]
            if not unit.prominent or not unit.titular:
                continue
            if not any(below.text for below in self.units[index + 1 : end]):
                self._mark(index, end, "other")  # a heading over nothing, or over a picture
                end = index
                continue
            if unit.number is not None or (kind := boilerplate.heading_kind(unit.text)) is None:
                break
            self._mark(index, end, kind)
            end = index
        return end

    def _titles(self, index: int) -> bool:
        """The first line is the digest's title: short, unnumbered, and no title that the contents list names."""
        unit = self.units[index]
        if not unit.titular or unit.number is not None or unit.heading > 1:
            return False
        if self.contents and (index >= self.contents.first or index in self.contents.targets):
            return False
        below = next((other for other in self.units[index + 1 :] if not other.empty), None)
        return below is not None and (self.contents is not None or below.number is not None or below.heading > 0 or below.titular)

    def _mark(self, first: int, after: int, kind: BoilerplateKind | None) -> None:
        for unit in self.units[first:after]:
            for block in range(unit.first, unit.after):
                self.kinds[block] = kind

    def _close(self, parts: tuple[Part, ...]) -> None:
        """Find where the last story ends by the habit of the others."""
        leaves = list(_leaves(self.units, parts))
        if leaves:
            self.end = leaves[-1][1]
        if leaves and (after := end_of_last(self.units, leaves)) is not None:
            self.last = (leaves[-1][0], after)

    def _walk(self, parts: tuple[Part, ...], path: tuple[str, ...]) -> None:
        table = None
        for part in parts:
            if part.head is None:
                self._before(part)
                header = tables.head_row(self.units, part.first, part.after)
                table = tables.columns(self.units[header].block.cells) if header is not None else table
                continue
            head = self.units[part.head]
            kind = boilerplate.heading_kind(head.text) if head.titular else None
            if kind is not None and head.number is None and part.by != "contents":
                self._mark(part.first, part.after, kind)
            elif part.parts:
                name = bare(head.text.rstrip(":："))
                self._mark(part.head, part.head + 1, "section")
                before = len(self.stories)
                self._walk(part.parts, (*path, name))
                if len(self.stories) > before:
                    self.sections.append(name)
            else:
                self._leaf(part, path, table)

    def _before(self, part: Part) -> None:
        """What stands before the first head of a region."""
        for index in range(part.first, part.after):
            self._mark(index, index + 1, boilerplate.opening_kind(self.units[index].text) if self.units[index].text else "other")

    def _leaf(self, part: Part, path: tuple[str, ...], table: tables.Columns | None) -> None:
        after = self._tail(part)
        assert part.head is not None
        head = self.units[part.head]
        texts = [unit.text for unit in self.units[part.head + 1 : after] if unit.text]
        if part.by.startswith(("heading", "emphasis", "line")) and (not texts or boilerplate.placeholder(texts[0])):
            self._mark(part.first, part.after, "other" if texts else "section")
            return
        if not head.text and not texts:
            return
        entry = self.contents.targets.get(part.head) if self.contents else None
        if entry is not None and entry.section and not path:
            path = (entry.section,)
            if not self.sections or self.sections[-1] != entry.section:
                self.sections.append(entry.section)
        if part.by.startswith("heading") and boilerplate.column(bare(head.text)):
            self._mark(part.head, part.head + 1, "section")
            self.sections.append(bare(head.text))
            story = story_of(self.units, self.document.blocks, None, part.head + 1, after, path=(*path, bare(head.text)), by=part.by)
            self._mark(part.head + 1, after, None)
            self.stories.append(story)
            return
        story = story_of(
            self.units, self.document.blocks, part.head, part.first, after,
            path=path, number=entry.number if entry else None, by=part.by, table=table,
        )  # fmt: skip
        if path and boilerplate.quotations(path[-1]) and story.title and story.body:
            body = f"{story.title}\n{story.body}"
            story = replace(story, title=None, subject=None, body=body, headline=headline(None, body))
        self._mark(part.first, after, None)
        self.stories.append(story)

    def _tail(self, part: Part) -> int:
        """Where the story ends and the digest's end begins within a part; marks the latter."""
        units = self.units
        closed = self.last[1] if self.last and self.last[0] == part.first else None
        linked = False
        for index in range(part.first + 1, part.after):
            linked = linked or close_of(units, index - 1) != "text"
            kind = boilerplate.tail_kind(units[index].text)
            if kind is None and (index == closed or (part.after >= self.end and linked and boilerplate.portrait(units[index].text))):
                kind = "footer"
            if kind is None or not self._ends(index, part.after):
                continue
            while index - 1 > part.first and not any(character.isalnum() for character in units[index - 1].text):
                index -= 1
            for rest in range(index, part.after):
                kind = boilerplate.tail_kind(units[rest].text) or kind
                self._mark(rest, rest + 1, kind)
            return index
        return part.after

    def _ends(self, index: int, after: int) -> bool:
        """Whether nothing of the story follows: always so at the digest's end, before another story only where a few short lines are left."""
        if after >= self.end:
            return True
        rest = [unit.text for unit in self.units[index:after] if unit.text]
        return all(len(text) <= AFTERWORD or boilerplate.tail_kind(text) for text in rest)

    def _whole(self, lo: int, hi: int) -> None:
        """Everything as one story."""
        first = next((index for index in range(lo, hi) if self.units[index].text), None)
        if first is None:
            first, lo, hi = 0, 0, len(self.units)
        story = story_of(self.units, self.document.blocks, None, first, hi, path=(), by="whole")
        self._mark(first, hi, None)
        title = self.title or self.document.title
        self.stories = [replace(story, title=title, headline=headline(title, story.body))]

    def _spans(self) -> tuple[tuple[tuple[Span, ...], ...], tuple[Boilerplate, ...]]:
        """Every character of the text to the story or the kind of boilerplate that it belongs to; blank lines go with what is before them."""
        blocks, length = self.document.blocks, len(self.document.text)
        owner: list[int | BoilerplateKind] = [kind or "other" for kind in self.kinds]
        for number, story in enumerate(self.stories):
            for block in range(story.first, story.after):
                owner[block] = number
        starts = [0, *(block.start for block in blocks[1:]), length]
        stories: list[list[Span]] = [[] for _ in self.stories]
        boiler: list[Boilerplate] = []
        block = 0
        while block < len(blocks):
            after = block
            while after < len(blocks) and owner[after] == owner[block]:
                after += 1
            start, end = starts[block], starts[after]
            whose = owner[block]
            if start < end and isinstance(whose, int):
                stories[whose].append(Span(start=start, end=end))
            elif start < end and not isinstance(whose, int):
                boiler.append(Boilerplate(kind=whose, start=start, end=end))
            block = after
        return tuple(map(tuple, stories)), tuple(boiler)

    def _confidence(self, whole: bool, warnings: list[DigestWarning]) -> tuple[float, tuple[str, ...]]:
        return confidence_of(self.stories, self.contents, warnings, whole)


def _leaves(units: list[Unit], parts: tuple[Part, ...]) -> Iterator[tuple[int, int]]:
    """The units of each story, in order."""
    for part in parts:
        if part.parts:
            yield from _leaves(units, part.parts)
        elif part.head is not None and not (units[part.head].titular and boilerplate.heading_kind(units[part.head].text)):
            yield part.first, part.after
