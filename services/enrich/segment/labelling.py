"""A digest's units and its right items → the label of each unit, or what could not be found. Pure.

Items are looked for in order, so that a title that the contents list says too is found where its text is.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from services.enrich.blocks import Document
from services.enrich.segment.labels import BODY, CONTENTS, INLINE, OTHER, SECTION, TITLE, UNTITLED
from services.enrich.split.units import Unit

_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|</?[A-Za-z!][^<>]*>|[*_`#\\|｜]|\s|[\u200b-\u200f\ufeff]")
_SIGNS = re.compile(r"^[\W_]+")
STATES = 200
"""Ways to place the items so far that are followed up."""
AHEAD = 14
"""Characters that may stand before a title on its line: numbering, tags, emoji."""
SKIPPED = -1.5
"""The score of leaving an item out."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labels of a digest's units; `owners` says which item a unit belongs to, -1 for none."""

    labels: list[int]
    owners: list[int]
    missing: list[str]
    """Titles or beginnings of items that were not found, and of those whose end was not."""


@dataclass(frozen=True, slots=True)
class _Place:
    unit: int
    start: int
    after: int
    """Of the title; the start where there is none."""
    score: float


def printed(text: str | None) -> str:
    """The text as a reader sees it: NFKC, without white space and marks of markup."""
    shown = _MARKS.sub(lambda match: match[1] or "", unicodedata.normalize("NFKC", text or ""))
    return shown.replace("[", "").replace("]", "")


def label(document: Document, units: Sequence[Unit], items: Sequence[dict[str, Any]]) -> Labelled:
    """The labels of `units` by gold `items` with title, section, starts and ends."""
    said = [printed("".join(block.text for block in document.blocks[unit.first : unit.after])) for unit in units]
    starts, whole = [], ""
    for text in said:
        starts.append(len(whole))
        whole += text
    work = _Labelling(units, said, starts, whole)
    chosen = work.placed([work.places(item) for item in items])
    return work.labelled(items, chosen)


class _Labelling:
    def __init__(self, units: Sequence[Unit], said: list[str], starts: list[int], whole: str) -> None:
        self.units, self.said, self.starts, self.whole = units, said, starts, whole

    def unit_at(self, place: int) -> int:
        """The unit that holds a character."""
        index = bisect_right(self.starts, place) - 1
        while index > 0 and not self.said[index]:
            index -= 1
        return index

    def all_of(self, text: str) -> list[int]:
        """Where a text stands."""
        found, place = [], self.whole.find(text)
        while place >= 0:
            found.append(place)
            place = self.whole.find(text, place + 1)
        return found

    def places(self, item: dict[str, Any]) -> list[_Place]:
        """Where an item may begin, with how well that fits."""
        begins = printed(item["starts"])[:12]
        if not item["title"]:
            return [self._place(place, place, 2.0, 40) for place in self.all_of(begins)]
        title = printed(item["title"])
        found = next((places for size in (len(title), 20, 14, 10, 8) if (places := self.all_of(title[:size]))), None)
        if found is None:
            found = [
                self.starts[index]
                for index, text in enumerate(self.said)
                if text and SequenceMatcher(None, title, text[: len(title) + 12], autojunk=False).ratio() > 0.75
            ]
        return [self._place(place, place + len(title), 1.0 + self._followed(place + len(title), begins), 30) for place in found]

    def _place(self, start: int, after: int, score: float, most: int) -> _Place:
        unit = self.unit_at(start)
        ahead = start - self.starts[unit]
        return _Place(unit, start, after, score - 0.02 * min(ahead, most) - (ahead > AHEAD))

    def _followed(self, after: int, begins: str) -> float:
        if not begins:
            return 0.0
        place = self.whole.find(begins, max(0, after - 3))
        gap = place - after if place >= 0 else 10**6
        return next((score for most, score in ((6, 2.0), (60, 1.5), (200, 0.8), (2000, -0.5)) if gap <= most), -2.0)

    def placed(self, candidates: Sequence[Sequence[_Place]]) -> list[_Place | None]:
        """The places in order that fit best together."""
        states: list[tuple[int, float, list[_Place | None]]] = [(-1, 0.0, [])]
        for places in candidates:
            following: dict[int, tuple[float, list[_Place | None]]] = {}
            for last, score, chosen in states:
                for end, more, place in [(last, SKIPPED, None), *((place.start, place.score, place) for place in places if place.start > last)]:
                    if end not in following or following[end][0] < score + more:
                        following[end] = (score + more, [*chosen, place])
            states = sorted(((end, *rest) for end, rest in following.items()), key=lambda state: -state[1])[:STATES]
        return states[0][2]

    def labelled(self, items: Sequence[dict[str, Any]], chosen: Sequence[_Place | None]) -> Labelled:
        """The labels that follow from the places."""
        labels, owners = [OTHER] * len(self.units), [-1] * len(self.units)
        missing: list[str] = []
        for number, (item, place) in enumerate(zip(items, chosen, strict=True)):
            name = item["title"] or item["starts"]
            if place is None:
                missing.append(name)
                continue
            following = next((other.start for other in chosen[number + 1 :] if other is not None), len(self.whole))
            end = self._end(item, place, following)
            if end is None:
                missing.append(f"the end of {name}")
                end = place.after
            labels[place.unit], owners[place.unit] = self._head(item, place), number
            for index in range(place.unit + 1, self.unit_at(max(end - 1, place.start)) + 1):
                labels[index], owners[index] = BODY, number
        self._sections(items, chosen, labels, owners)
        self._contents(items, labels)
        return Labelled(labels, owners, missing)

    def _end(self, item: dict[str, Any], place: _Place, following: int) -> int | None:
        if not item["ends"]:
            return place.after
        ends = printed(item["ends"])
        for size in (len(ends), 12, 8):
            found = [at + size for at in self.all_of(ends[-size:]) if at >= place.after and at + size <= following + 2]
            if found:
                return found[-1] if size <= 12 else found[0]
        return None

    def _head(self, item: dict[str, Any], place: _Place) -> int:
        if not item["title"]:
            return UNTITLED
        rest = self.said[place.unit][place.after - self.starts[place.unit] :]
        begins = printed(item["starts"])[:6]
        return INLINE if begins and len(rest) > 2 and begins in rest else TITLE

    def _sections(self, items: Sequence[dict[str, Any]], chosen: Sequence[_Place | None], labels: list[int], owners: list[int]) -> None:
        for item, place in zip(items, chosen, strict=True):
            name = printed(item.get("section"))
            if place is not None and name and (index := self._section(name, place.unit, labels)) is not None:
                labels[index], owners[index] = SECTION, -1

    def _section(self, name: str, before: int, labels: Sequence[int]) -> int | None:
        """The line that names an item's section: the nearest above that says the name alone, else the nearest that is little longer."""
        holds = [index for index in range(before - 1, -1, -1) if name in self.said[index]]
        exact = next((index for index in holds if _SIGNS.sub("", self.said[index]).strip() == name), None)
        known = next((index for index in holds if labels[index] == SECTION), None)
        short = next((index for index in holds if len(self.said[index]) <= len(name) + AHEAD and labels[index] in (OTHER, BODY)), None)
        found = max((index for index in (known, exact if exact is not None else short) if index is not None), default=None)
        return found if found is not None and labels[found] in (SECTION, OTHER, BODY) else None

    def _contents(self, items: Sequence[dict[str, Any]], labels: list[int]) -> None:
        titles = {title[:8] for item in items if len(title := printed(item["title"])) >= 6}
        for index, unit in enumerate(self.units):
            said = _SIGNS.sub("", printed(unit.text))
            if labels[index] == OTHER and said and said[:8] in titles and len(said) <= 90:
                labels[index] = CONTENTS
