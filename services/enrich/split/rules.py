"""A Document → its stories by rules: numbering, headings, emphasis, contents list; one of the two opinions that `split` weighs. Pure."""

from collections import Counter
from dataclasses import replace

from services.enrich.blocks import Document
from services.enrich.split import boilerplate, comparison, contents, glued, tables
from services.enrich.split.closing import close_of, end_of_last, label_of, labelled, leaves_of
from services.enrich.split.confidence import confidence_of
from services.enrich.split.contents import Contents
from services.enrich.split.digest import SplitDigest
from services.enrich.split.entries import is_header
from services.enrich.split.items import Story, headline, story_of
from services.enrich.split.lines import BRACKETS, bracketed, flashes, stamped, subjects
from services.enrich.split.outline import Outline
from services.enrich.split.parts import Part
from services.enrich.split.spans import spans_of
from services.enrich.split.units import Unit, bare, key, section_name, units_of
from shared.records import BoilerplateKind, DigestWarning

AFTERWORD = 40
"""Characters of a line that may stand among boilerplate between two stories: the title of an earlier issue has no more."""


class Outlined:
    """A digest as rules split it: an outline by the first habit that covers its text."""

    def __init__(self, document: Document) -> None:
        document = glued.parted(document)
        self.document = document
        self.units: list[Unit] = units_of(document.blocks)
        self.contents: Contents | None = contents.find(self.units)
        self.kinds: list[BoilerplateKind | None] = ["other"] * len(document.blocks)
        self.targets = self.contents.targets if self.contents else {}
        self.stories: list[Story] = []
        self.heads: list[int] = []
        """Index of the unit that heads each story."""
        self.sections: list[str] = []
        self.title: str | None = None
        self.last: tuple[int, int] | None = None
        self.end = len(self.units)
        self.habitual: set[str] = set()
        """What lines begin with that stand in half of the stories."""

    def result(self) -> SplitDigest:
        """Walk the outline once."""
        lo, hi = self._opening(), len(self.units)
        if self.contents:
            self._mark(self.contents.first, self.contents.after, "contents")
            if self.contents.closes:
                for index in range(self.contents.after, hi):
                    self._mark(index, index + 1, boilerplate.tail_kind(self.units[index].text) or "other")
                hi = self.contents.first
        hi = self._ending(lo, hi)
        parts = Outline(self.units, self.contents, briefs=boilerplate.briefs(self.title or self.document.title or "")).parts(lo, hi)
        self._close(parts)
        self._walk(parts, ())
        whole = not self.stories
        if whole:
            self._whole(lo, hi)
        spans, boiler = spans_of(self.document, self.kinds, [(story.first, story.after) for story in self.stories], {})
        titled = [(head, story.title) for head, story in zip(self.heads, self.stories, strict=False) if story.title]
        warnings = comparison.warnings(self.contents, titled) if self.contents and not whole else []
        if whole:
            warnings.append(DigestWarning(kind="whole_item", message="nothing was seen that parts this text, so it is one item"))
        confidence, reasons = confidence_of(self.stories, self.contents, warnings, whole)
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
        elif solid and (self._titles(solid[0]) or [index for index, unit in enumerate(units) if unit.heading] == solid[:1]):
            lo = solid[0] + 1
            self.title = section_name(units[solid[0]].text)
            self._mark(solid[0], lo, "digest_title")
        if self.contents and not self.contents.closes:
            for index in range(lo, self.contents.first):
                self._mark(index, index + 1, boilerplate.opening_kind(units[index].text))
            lo = self.contents.after
            if self.title is None and is_header(units[self.contents.first].text):
                self.title = bare(units[self.contents.first].text).removesuffix("目录").strip() or None
        return lo

    def _ending(self, lo: int, hi: int) -> int:
        """Mark the parts at the end whose headings say that they hold no news; the index of the first of them."""
        end, kind = hi, None
        for index in range(hi - 1, lo, -1):
            unit = self.units[index]
            if not unit.prominent or not unit.titular:
                continue
            if not any(below.text for below in self.units[index + 1 : end]) and "，" not in unit.text:
                self._mark(index, end, "other")  # a heading over nothing, or over a picture
                end = index
                continue
            if unit.number is not None or (kind := boilerplate.heading_kind(unit.text)) is None:
                break
            if any(above.said == unit.said and above.prominent for above in self.units[lo:index]):
                break  # 编者点评: each story has one
            self._mark(index, end, kind)
            end = index
        return end

    def _titles(self, index: int) -> bool:
        """The first line is the digest's title: short, unnumbered, and no title that the contents list names."""
        unit = self.units[index]
        if not unit.titular or unit.number is not None or unit.heading > 1:
            return False
        if self.document.title and unit.said not in key(self.document.title) and key(self.document.title) not in unit.said:
            return False  # the metadata has the title, so this is something else
        if index in self.targets or (self.contents and index >= self.contents.first):
            return False
        if self._one_of_many(index):
            return False
        if unit.text.startswith(tuple(BRACKETS)) and index in bracketed(self.units, index, len(self.units)):
            return False  # the first of several sections
        if not boilerplate.digest_name(unit.text) and flashes(self.units, index, len(self.units), told=False):
            return False  # one line among others like it
        below = next((other for other in self.units[index + 1 :] if not other.empty), None)
        if below is None:
            return False
        begins = (
            below.number is not None
            or below.heading > 0
            or below.titular
            or below.block.marker is not None
            or below.text.startswith(tuple(BRACKETS))
            or stamped(below.text)
            or bool(subjects(self.units, index + 1, len(self.units)))
            or bool(flashes(self.units, index + 1, len(self.units), told=boilerplate.briefs(unit.text)))
        )
        return self.contents is not None or begins or boilerplate.opening_kind(below.text) != "other"

    def _one_of_many(self, index: int) -> bool:
        """A heading among others of its level, with text below it as they have: a story's title."""
        unit = self.units[index]
        beside = sum(1 for other in self.units[index + 1 :] if other.heading == unit.heading)
        below = next((other for other in self.units[index + 1 :] if not other.empty), None)
        return unit.heading > 0 and beside >= 2 and below is not None and below.sentence and not boilerplate.digest_name(unit.text)

    def _mark(self, first: int, after: int, kind: BoilerplateKind | None) -> None:
        for unit in self.units[first:after]:
            for block in range(unit.first, unit.after):
                self.kinds[block] = kind

    def _close(self, parts: tuple[Part, ...]) -> None:
        """Find where the last story ends by the habit of the others."""
        leaves = list(leaves_of(self.units, parts))
        if leaves:
            self.end = leaves[-1][1]
        parts_of_stories = Counter(
            label
            for first, after in leaves
            for label in {label_of(unit) for unit in self.units[first + 1 : after] if unit.titular or unit.block.links or labelled(unit)}
        )
        self.habitual = {label for label, count in parts_of_stories.items() if label and count >= max(2, 0.5 * len(leaves))}
        if leaves and (after := end_of_last(self.units, leaves)) is not None:
            self.last = (leaves[-1][0], after)

    def _walk(self, parts: tuple[Part, ...], path: tuple[str, ...]) -> None:
        table = None
        for part in parts:
            if part.head is None:
                self._before(part)
                if not path and not self.stories:
                    self._figures(part)
                header = tables.head_row(self.units, part.first, part.after)
                table = tables.columns(self.units[header].block.cells) if header is not None else table
                continue
            head = self.units[part.head]
            kind = boilerplate.heading_kind(head.text) if head.titular else None
            if kind is not None and (head.number is None or kind == "disclaimer") and part.by != "contents":
                self._mark(part.first, part.after, kind)
            elif not part.parts and not self.stories and head.heading and is_header(head.text):
                self._mark(part.first, part.after, "contents")  # an overview that says no title again
            elif part.parts:
                name = section_name(head.text)
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

    def _figures(self, part: Part) -> None:
        """A digest's opening figures, 本周成交112万吨，…, are a story of their own without a title."""
        units = self.units
        first = next((index for index in range(part.first, part.after) if boilerplate.figures(units[index].text)), None)
        if first is not None:
            after = next((index for index in range(first + 1, part.after) if boilerplate.tail_kind(units[index].text)), part.after)
            self._mark(first, after, None)
            self.stories.append(story_of(units, self.document.blocks, None, first, after, path=(), by="figures"))
            self.heads.append(first)

    def _leaf(self, part: Part, path: tuple[str, ...], table: tables.Columns | None) -> None:
        after = self._tail(part)
        assert part.head is not None
        head = self.units[part.head]
        texts = [unit.text for unit in self.units[part.head + 1 : after] if unit.text]
        if part.by.startswith(("heading", "emphasis", "frame", "line")) and (not texts or boilerplate.placeholder(texts[0])):
            self._mark(part.first, part.after, "other" if texts else "section")
            return
        if not head.text and not texts:
            return
        entry = self.targets.get(part.head)
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
            self.heads.append(part.head)
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
        self.heads.append(part.head)

    def _tail(self, part: Part) -> int:
        """Where the story ends and the digest's end begins within a part; marks the latter."""
        units = self.units
        closed = self.last[1] if self.last and self.last[0] == part.first else None
        linked = False
        for index in range(part.first + 1, part.after):
            linked = linked or close_of(units, index - 1) != "text"
            kind = boilerplate.tail_kind(units[index].text)
            if kind in ("footer", "credits", "disclaimer") and label_of(units[index]) in self.habitual:
                kind = None  # 阅读原文, 风险提示：… below each story is that story's
            if kind is None and (index == closed or (part.after >= self.end and linked and boilerplate.portrait(units[index].text))):
                kind = next((kind for unit in units[index : part.after] if (kind := boilerplate.tail_kind(unit.text))), "footer")
            if kind is None or not self._ends(index, part.after):
                continue
            while index - 1 > part.first and not any(character.isalnum() for character in units[index - 1].text):
                index -= 1
            if (
                index - 2 > part.first
                and boilerplate.portrait(units[index].text)
                and units[index - 1].titular
                and close_of(units, index - 2) != "text"
            ):
                index -= 1  # the publisher's name above its portrait
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
        advert = len(rest) == 2 and boilerplate.tail_kind(rest[0]) == "advertisement"  # its heading and its text
        return advert or all(len(text) <= AFTERWORD or boilerplate.tail_kind(text) for text in rest)

    def _whole(self, lo: int, hi: int) -> None:
        """Everything as one story."""
        first = next((index for index in range(lo, hi) if self.units[index].text), None)
        if first is None:
            first, lo, hi = 0, 0, len(self.units)
        story = story_of(self.units, self.document.blocks, None, first, hi, path=(), by="whole")
        self._mark(first, hi, None)
        title = self.title or self.document.title
        self.stories = [replace(story, title=title, headline=headline(title, story.body))]
