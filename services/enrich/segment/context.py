"""What the first pass said of each line → what it said of lines of the same style, of the same words, and nearby. Pure.

A line alone may be a title or a section; the thirty that look like it are one or the other. The second pass sees them all.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from services.enrich.segment.features import Table
from services.enrich.segment.labels import CONTENTS, HEADS, OTHER, SECTION
from services.enrich.segment.trees import Floats

NEAR = (-2, -1, 1, 2)
_FLOOR = 1e-4
_FAR_HEAD, _FAR_SECTION = 40, 60
SURE = 0.5


def context_of(table: Table, said: Floats) -> Floats:
    """Return [line, number]: its own probabilities, the mean logarithms of those of its classes, its neighbours', and the nearest heads."""
    logs = np.log(said + _FLOOR).astype(np.float32)
    keys: list[Sequence[Hashable]] = [*table.styles.keys, _under(table), [shape.label or shape.said[:12] for shape in table.shapes]]
    solid = np.asarray(table.solid, np.int64)
    near = np.zeros((len(NEAR), *said.shape), np.float32)
    for number, offset in enumerate(NEAR):
        place = np.arange(len(solid)) + offset
        there = (place >= 0) & (place < len(solid))
        near[number, solid[there]] = said[solid[place[there]]]
    return np.hstack([said, *(_means(logs, table.solid, each) for each in keys), *near, _open(table, said)])


def _means(logs: Floats, solid: Sequence[int], keys: Sequence[Hashable]) -> Floats:
    classes: dict[Hashable, list[int]] = defaultdict(list)
    for line in solid:
        classes[keys[line]].append(line)
    found = np.zeros_like(logs)
    for lines in classes.values():
        found[lines] = logs[lines].mean(axis=0)
    return found


def _under(table: Table) -> list[Hashable]:
    """The class of each line with the level of the heading above it."""
    keys: list[Hashable] = []
    level: int | None = None
    for look, key in zip(table.looks, table.styles.keys[0], strict=True):
        keys.append((key, level))
        if look.kind == "heading":
            level = look.level
    return keys


def _open(table: Table, said: Floats) -> Floats:
    """How far the last and the next likely head are and whether they look the same, and shares of labels in the whole document."""
    styles = table.styles.keys[0]
    solid = np.asarray(table.solid, np.int64)
    heads = said[:, list(HEADS)].sum(axis=1)
    sections = said[:, SECTION]
    found = np.zeros((len(table.looks), 10), np.float32)
    if not len(solid):
        return found
    found[:, 6:] = (heads[solid].mean(), *(said[solid, label].mean() for label in (SECTION, CONTENTS, OTHER)))
    last = section = -1
    at = section_at = 0
    for place, line in enumerate(table.solid):
        row = found[line]
        row[0] = min(_FAR_HEAD, place - at) if last >= 0 else _FAR_HEAD + 10
        row[1] = heads[last] if last >= 0 else 0.0
        row[2] = last >= 0 and styles[last] == styles[line]
        row[3] = min(_FAR_SECTION, place - section_at) if section >= 0 else _FAR_SECTION + 10
        if heads[line] > SURE:
            last, at = line, place
        if sections[line] > SURE:
            section, section_at = line, place
    following = -1
    for place in range(len(solid) - 1, -1, -1):
        line = table.solid[place]
        found[line, 4] = min(_FAR_HEAD, at - place) if following >= 0 else _FAR_HEAD + 10
        found[line, 5] = following >= 0 and styles[following] == styles[line]
        if heads[line] > SURE:
            following, at = line, place
    return found
