"""Labelled lines of examples → how likely each label is for each line of another issue. Pure.

Two opinions are multiplied: what lines with the same style keys were, and what the nearest lines were by the numbers of
services.enrich.segment.features, which are relative to their document. The order of labels then decides (`decoded`).
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from services.enrich.segment.labels import HEADS, LABELS, OTHER, START, likeliest
from services.enrich.taught.keys import PLAIN, WEIGHTS, WORDS
from services.enrich.taught.page import Page

COUNT = len(LABELS)
FLOOR = 0.02
"""What every label has without any vote."""
NEAREST = 3
"""Lines of the examples that a line is compared with."""
SPREAD = 0.3
"""Added to every deviation: what hardly differs within the examples is not to decide by that."""
FAR = 4.0
"""Deviations beyond which a number is no further away."""
WIDTH = 50.0
"""Squared distance at which a neighbour counts half; there are some 200 numbers."""
SURE = 0.9
"""How likely a line is what all lines of its words were."""
TRUST, FEW = 2.0, 0.3
"""Lines that the general splitter is taken to have been right and wrong on before any example."""
WEIGHT = 0.5
"""How much its word counts beside the two opinions."""
SAME = 0.1
"""Keeps the word of a line that is met again in bounds: ten times that of one at WIDTH."""
PULL = 0.4
"""How much the order of labels counts beside the lines themselves."""
_FLOOR = 1e-6

Row = Sequence[float]


@dataclass(frozen=True, slots=True)
class Votes:
    """What the examples say, ready to be asked."""

    tables: tuple[dict[Hashable, list[int]], ...]
    """By place in WEIGHTS: how often lines with that key have which label."""
    mean: list[float]
    scale: list[float]
    near: list[tuple[float, ...]]
    labels: list[int]
    """Of the lines in `near`."""
    transitions: list[list[float]]
    general: list[list[float]]
    """How likely each label is where the general splitter says which."""


def votes_of(examples: Sequence[tuple[Page, Sequence[int]]]) -> Votes:
    """Pages with the label of each line → their votes."""
    tables: list[dict[Hashable, list[int]]] = [defaultdict(lambda: [0] * COUNT) for _ in WEIGHTS]
    rows: list[Row] = []
    labels: list[int] = []
    counts = [[0.05] * COUNT for _ in range(COUNT + 1)]
    general = [[TRUST if said == label else FEW for label in range(COUNT)] for said in range(COUNT)]
    for page, right in examples:
        before = START
        for line in page.table.solid:
            label = right[line]
            for table, key in zip(tables, page.keys[line], strict=True):
                if key is not None:
                    table[key][label] += 1
            rows.append(page.table.rows[line])
            labels.append(label)
            counts[before][label] += 1
            general[page.said[line]][label] += 1
            before = label
    columns = list(zip(*rows, strict=True))
    mean = [sum(column) / len(rows) for column in columns]
    scale = [1 / (_deviation(column, middle) + SPREAD) for column, middle in zip(columns, mean, strict=True)]
    near = [_scaled(row, mean, scale, math.inf) for row in rows]
    transitions = [[math.log(value / sum(row)) for value in row] for row in counts]
    return Votes(tuple(map(dict, tables)), mean, scale, near, labels, transitions, [[value / sum(row) for value in row] for row in general])


def _deviation(column: Row, mean: float) -> float:
    return math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))


def probabilities(votes: Votes, page: Page) -> list[Row]:
    """Of each label, for each line of a page; lines without text have none."""
    found: list[Row] = [()] * len(page.units)
    for line in page.table.solid:
        styled, near = by_style(votes, page, line), by_neighbours(votes, page.table.rows[line])
        if (word := by_word(votes, page, line)) is not None:
            styled = near = word
        general = votes.general[page.said[line]]
        both: list[float] = [one * other * third**WEIGHT for one, other, third in zip(styled, near, general, strict=True)]
        total = sum(both)
        found[line] = [value / total for value in both]
    return found


def known(votes: Votes, page: Page, line: int) -> bool:
    """Whether a line of this look heads an item in the examples."""
    counts = votes.tables[PLAIN].get(page.keys[line][PLAIN])
    return counts is not None and any(counts[label] for label in HEADS)


def by_word(votes: Votes, page: Page, line: int) -> list[float] | None:
    """What lines of the same words and look were, where all of them were the same: names of sections, prompts, greetings."""
    key = page.keys[line][WORDS]
    counts = votes.tables[WORDS].get(key) if key is not None else None
    if counts is None or max(counts) < sum(counts):
        return None
    return [SURE if count else (1 - SURE) / (COUNT - 1) for count in counts]


def by_style(votes: Votes, page: Page, line: int) -> list[float]:
    """What lines with the same keys were."""
    found = [FLOOR] * COUNT
    for weight, table, key in zip(WEIGHTS, votes.tables, page.keys[line], strict=True):
        counts = table.get(key) if key is not None else None
        if counts is not None:
            seen = sum(counts)
            share = weight / seen * min(1.0, 0.5 + seen / 4) * (max(counts) / seen) ** 2
            for label, count in enumerate(counts):
                if count:
                    found[label] += share * count
    total = sum(found)
    return [value / total for value in found]


def by_neighbours(votes: Votes, row: Row) -> list[float]:
    """What the nearest lines were."""
    own = _scaled(row, votes.mean, votes.scale, FAR)
    distance = math.dist
    far = [distance(own, other) for other in votes.near]
    found = [FLOOR] * COUNT
    for place in sorted(range(len(far)), key=far.__getitem__)[:NEAREST]:
        found[votes.labels[place]] += 1 / (SAME + far[place] ** 2 / WIDTH)
    total = sum(found)
    return [value / total for value in found]


def _scaled(row: Row, mean: Row, scale: Row, most: float) -> tuple[float, ...]:
    return tuple(max(-most, min(most, (value - middle) * factor)) for value, middle, factor in zip(row, mean, scale, strict=True))


def decoded(votes: Votes, page: Page, likely: Sequence[Row]) -> list[int]:
    """The likeliest label of each unit; what has no text is OTHER."""
    pull = [[PULL * value for value in row] for row in votes.transitions]
    path = likeliest([[math.log(value + _FLOOR) for value in likely[line]] for line in page.table.solid], pull)
    labels = [OTHER] * len(page.units)
    for line, label in zip(page.table.solid, path, strict=True):
        labels[line] = label
    return labels
