"""What rules say of a digest's units → numbers beside each line's own: a model that sees both learns when rules are right. Pure."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from services.enrich.segment.features import Table
from services.enrich.segment.labels import BODY, CONTENTS, HEADS, INLINE, LABELS, OTHER, SECTION, TITLE, UNTITLED
from services.enrich.segment.trees import Floats
from services.enrich.split.digest import SplitDigest
from services.enrich.split.items import Story
from services.enrich.split.units import Unit
from shared.records import BoilerplateKind

NEAR = (-2, -1, 1, 2)
SILENT, BEYOND = -1.0, -2.0
"""In the place of a neighbour's label where rules saw nothing that parts the text, and where there is no neighbour."""
_SAYS: dict[BoilerplateKind | None, int] = {"section": SECTION, "contents": CONTENTS}
BEGUN = 8
"""Characters of a body by which it is seen on its title's line."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A label for each unit, and how sure the rules are of them all."""

    labels: Sequence[int]
    sure: float
    whole: bool
    """Nothing was seen that parts the text."""

    @property
    def heads(self) -> list[int]:
        """The units that begin items."""
        return [] if self.whole else [index for index, label in enumerate(self.labels) if label in HEADS]


def opinion_of(units: Sequence[Unit], kinds: Sequence[BoilerplateKind | None], heads: Sequence[int], found: SplitDigest) -> Opinion:
    """Return the labels that follow from a split: `kinds` of each block outside items, `heads` of each story."""
    labels = [_SAYS.get(kinds[unit.first], OTHER) for unit in units]
    whole = any(warning.kind == "whole_item" for warning in found.warnings)
    heads = titled(units, heads, found.stories)
    begins = [unit.first for unit in units]
    for story in found.stories:
        for index in range(bisect_left(begins, story.first), bisect_left(begins, story.after)):
            labels[index] = BODY
    if not whole:
        for head, story in zip(heads, found.stories, strict=False):
            labels[head] = _head(units[head], story)
    return Opinion(labels, found.confidence, whole)


def titled(units: Sequence[Unit], heads: Sequence[int], stories: Sequence[Story]) -> list[int]:
    """Return the unit of each story's title: rules may begin it at a line before, which says the day or the time."""
    return [_below(units, head, story) for head, story in zip(heads, stories, strict=False)]


def _below(units: Sequence[Unit], head: int, story: Story) -> int:
    if story.title is None or story.title in units[head].text:
        return head
    near = range(head + 1, min(head + 3, len(units)))
    return next((index for index in near if story.title in units[index].text and units[index].first < story.after), head)


def _head(unit: Unit, story: Story) -> int:
    if story.title is None:
        return UNTITLED
    begun = story.body.partition("\n")[0][:BEGUN]
    return INLINE if begun and begun in unit.text and len(unit.text) > len(story.title) + 3 else TITLE


def columns_of(opinion: Opinion, table: Table) -> Floats:
    """Return [line, number]: the line's label, its neighbours', the shares of labels among lines that look alike, and the whole digest's."""
    size, count = len(opinion.labels), len(LABELS)
    labels = np.asarray(opinion.labels, np.int64)
    one = np.zeros((size, count), np.float32)
    if not opinion.whole:
        one[np.arange(size), labels] = 1
    solid = np.asarray(table.solid, np.int64)
    said = np.full(size, SILENT, np.float32) if opinion.whole else labels.astype(np.float32)
    near = np.full((size, len(NEAR)), BEYOND, np.float32)
    for column, offset in enumerate(NEAR):
        place = np.arange(len(solid)) + offset
        there = (place >= 0) & (place < len(solid))
        near[solid[there], column] = said[solid[place[there]]]
    shares = [_shares(one, table.solid, keys) for keys in table.styles.keys]
    whole = [opinion.sure, float(opinion.whole)]
    total = max(1, len(solid))
    whole += [float(one[solid][:, list(HEADS)].sum()) / total, float(one[solid, OTHER].sum()) / total, float(one[solid, BODY].sum()) / total]
    return np.hstack([one, near, *shares, np.tile(np.asarray(whole, np.float32), (size, 1))])


def _shares(one: Floats, solid: Sequence[int], keys: Sequence[Hashable]) -> Floats:
    classes: dict[Hashable, list[int]] = defaultdict(list)
    for line in solid:
        classes[keys[line]].append(line)
    found = np.zeros((len(one), 4), np.float32)
    for lines in classes.values():
        mean = one[lines].mean(axis=0)
        found[lines] = (mean[list(HEADS)].sum(), mean[BODY], mean[SECTION], mean[CONTENTS])
    return found
