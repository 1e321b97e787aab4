"""Looks of one document → classes of lines that look alike, at three grains, and how regularly each class comes. Pure."""

import itertools
import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from services.enrich.segment.look import Look, Shape

GRAINS = 3
FOLLOWED = 30
"""Characters of a line at least that counts as text below a title."""
STATISTICS = (
    "count", "share", "gap", "uneven", "first", "last", "unique", "length", "between", "restart", "ended", "followed", "rank",
)  # fmt: skip
"""Of a class: its size, its share of the lines, the median gap and how uneven gaps are, where it comes first and last, how many of its
lines are unlike each other, their median length, the median text between two, how many begin a numbering, how many end like a sentence,
how many stand above a longer line, and its place in the order in which classes appear."""


@dataclass(frozen=True, slots=True)
class Styles:
    """The classes of each grain; lines without text are in none."""

    keys: tuple[tuple[Hashable, ...], ...]
    """By grain, the class of each line."""
    members: tuple[dict[Hashable, list[int]], ...]
    statistics: tuple[dict[Hashable, tuple[float, ...]], ...]


def styles_of(looks: Sequence[Look], shapes: Sequence[Shape], solid: Sequence[int]) -> Styles:
    """The classes of `looks`; `solid` are the lines with text, in order."""
    keys = tuple(zip(*(_keys(look, shape) for look, shape in zip(looks, shapes, strict=True)), strict=True)) or ((),) * GRAINS
    starts, at = [], 0
    for look in looks:
        starts.append(at)
        at += len(look.text) + 1
    members: list[dict[Hashable, list[int]]] = []
    statistics: list[dict[Hashable, tuple[float, ...]]] = []
    order = {line: place for place, line in enumerate(solid)}
    for grain in range(GRAINS):
        classes: dict[Hashable, list[int]] = defaultdict(list)
        for line in solid:
            classes[keys[grain][line]].append(line)
        members.append(dict(classes))
        statistics.append({key: _statistics(lines, looks, shapes, solid, order, starts, rank) for rank, (key, lines) in enumerate(classes.items())})
    return Styles(keys, tuple(members), tuple(statistics))


def _keys(look: Look, shape: Shape) -> tuple[Hashable, Hashable, Hashable]:
    coarse = (look.kind, look.level, look.numbering, shape.emphasis == 2, shape.link == 2, look.path)
    fine = (*coarse, shape.link, shape.bracket, shape.emphasis, shape.emoji, shape.size, shape.end == 1, bool(shape.label))
    loose = (
        look.level if look.kind == "heading" else 0,
        look.numbering,
        shape.emphasis == 2,
        shape.bracket,
        look.kind in ("row", "quote") and look.kind,
        look.level if look.kind == "list" else 0,
    )
    return coarse, fine, loose


def _statistics(
    lines: Sequence[int],
    looks: Sequence[Look],
    shapes: Sequence[Shape],
    solid: Sequence[int],
    order: dict[int, int],
    starts: Sequence[int],
    rank: int,
) -> tuple[float, ...]:
    count, total = len(lines), len(solid)
    gaps = sorted(order[after] - order[before] for before, after in itertools.pairwise(lines))
    mean = sum(gaps) / len(gaps) if gaps else 0.0
    uneven = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) / mean if gaps else 3.0
    between = sorted(starts[after] - starts[before] - len(looks[before].text) for before, after in itertools.pairwise(lines))
    lengths = sorted(len(looks[line].text) for line in lines)
    followed = 0
    for line in lines:
        place = order[line] + 1
        if place < total and len(below := looks[solid[place]].text) > FOLLOWED and len(below) > 1.5 * len(looks[line].text):
            followed += 1
    return (
        math.log1p(count),
        count / total,
        min(gaps[len(gaps) // 2], 40) if gaps else 0,
        min(uneven, 4.0),
        order[lines[0]] / total,
        order[lines[-1]] / total,
        len({shapes[line].said for line in lines}) / count,
        math.log1p(lengths[count // 2]),
        math.log1p(max(0, between[len(between) // 2])) if between else 0.0,
        sum(looks[line].number in (0, 1) for line in lines) / count,
        sum(shapes[line].end in (1, 2) for line in lines) / count,
        followed / count,
        rank,
    )
