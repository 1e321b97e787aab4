"""Labelled lines of examples → how likely each label is for each line of another issue. Pure.

Four opinions are multiplied: what lines with the same style keys were; what the nearest lines were by the numbers of
services.enrich.segment.features, which are relative to their document; how lines of a label end, how long they are and where they stand, which
alone speaks against what was never seen; and what the general splitter says, by how right it was on the examples. The order of labels then
decides (`decoded`).
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
MOST_OF_LABEL = 120
"""Lines of each label that are kept to compare with, evenly taken: every line of an issue is compared with all of them."""
SPREAD = 0.3
"""Added to every deviation: what hardly differs within the examples is not to decide by that."""
FAR = 4.0
"""Deviations beyond which a number is no further away."""
WIDTH = 50.0
"""Squared distance at which a neighbour counts half; there are some 200 numbers."""
SAME = 0.1
"""Keeps the word of a line that is met again in bounds: ten times that of one at WIDTH."""
SURE = 0.9
"""How likely a line is what all lines of its words were."""
UNSEEN, TRAITS = 0.5, 6
"""Lines with a trait that each label is taken to have had before any example, of so many traits of one kind."""
FIFTHS = 5
"""Parts of an issue in which a line may stand."""
TRUST, FEW = 2.0, 0.3
"""Lines that the general splitter is taken to have been right and wrong on before any example."""
WEIGHT = 0.5
"""How much its word counts."""
PULL = 0.4
"""How much the order of labels counts beside the lines themselves."""
RARE = 0.05
"""Times that every label is taken to have followed every other before any example."""
_FLOOR = 1e-6

# The numbers above and the weights of keys were set on the families of the gold set that were in use; all are flat within a third.

Row = Sequence[float]
Trait = tuple[int, int]


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
    traits: dict[Trait, list[float]]
    """How likely lines of each label have it."""
    unseen: list[float]
    """The same of a trait that no line had."""
    general: list[list[float]]
    """How likely each label is where the general splitter says which."""
    transitions: list[list[float]]


def votes_of(examples: Sequence[tuple[Page, Sequence[int]]]) -> Votes:
    """Pages with the label of each line → their votes."""
    tables: list[dict[Hashable, list[int]]] = [defaultdict(lambda: [0] * COUNT) for _ in WEIGHTS]
    traits: dict[Trait, list[float]] = defaultdict(lambda: [UNSEEN] * COUNT)
    transitions = [[RARE] * COUNT for _ in range(COUNT + 1)]
    general = [[TRUST if said == label else FEW for label in range(COUNT)] for said in range(COUNT)]
    numbers = [UNSEEN * TRAITS] * COUNT
    rows: list[Row] = []
    labels: list[int] = []
    for page, right in examples:
        before = START
        for line in page.table.solid:
            label = right[line]
            for table, key in zip(tables, page.keys[line], strict=True):
                if key is not None:
                    table[key][label] += 1
            for trait in _traits(page, line):
                traits[trait][label] += 1
            general[page.said[line]][label] += 1
            transitions[before][label] += 1
            numbers[label] += 1
            rows.append(page.table.rows[line])
            labels.append(label)
            before = label
    columns = list(zip(*rows, strict=True))
    mean = [sum(column) / len(rows) for column in columns]
    scale = [1 / (_deviation(column, middle) + SPREAD) for column, middle in zip(columns, mean, strict=True)]
    kept = _kept(labels)
    return Votes(
        tuple(map(dict, tables)),
        mean,
        scale,
        [_scaled(rows[place], mean, scale, math.inf) for place in kept],
        [labels[place] for place in kept],
        {trait: [value / number for value, number in zip(values, numbers, strict=True)] for trait, values in traits.items()},
        [UNSEEN / number for number in numbers],
        [[value / sum(row) for value in row] for row in general],
        [[math.log(value / sum(row)) for value in row] for row in transitions],
    )


def _kept(labels: Sequence[int]) -> list[int]:
    """Places of at most MOST_OF_LABEL lines of each label."""
    found: list[int] = []
    for label in range(COUNT):
        places = [place for place, own in enumerate(labels) if own == label]
        step = max(1.0, len(places) / MOST_OF_LABEL)
        found += [places[int(number * step)] for number in range(min(len(places), MOST_OF_LABEL))]
    return sorted(found)


def probabilities(votes: Votes, page: Page) -> list[Row]:
    """Of each label, for each line of a page; lines without text have none."""
    found: list[Row] = [()] * len(page.units)
    for line in page.table.solid:
        found[line] = _shares(_all(votes, page, line))
    return found


def _all(votes: Votes, page: Page, line: int) -> list[float]:
    """The opinions of a line, multiplied."""
    general = [value**WEIGHT for value in votes.general[page.said[line]]]
    if (word := by_words(votes, page, line)) is not None:
        return [one * one * other for one, other in zip(word, general, strict=True)]
    opinions = [by_style(votes, page, line), by_neighbours(votes, page.table.rows[line]), general]
    opinions += [votes.traits.get(trait, votes.unseen) for trait in _traits(page, line)]
    return [math.prod(values) for values in zip(*opinions, strict=True)]


def known(votes: Votes, page: Page, line: int) -> bool:
    """Whether a line of this look heads an item in the examples."""
    counts = votes.tables[PLAIN].get(page.keys[line][PLAIN])
    return counts is not None and any(counts[label] for label in HEADS)


def styled(votes: Votes, page: Page, lines: Sequence[int]) -> float:
    """How likely, by their styles alone, these lines head items; 0 where there are none."""
    return sum(by_style(votes, page, line)[label] for line in lines for label in HEADS) / len(lines) if lines else 0.0


def by_words(votes: Votes, page: Page, line: int) -> list[float] | None:
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
    return _shares(found)


def by_neighbours(votes: Votes, row: Row) -> list[float]:
    """What the nearest lines were."""
    own = _scaled(row, votes.mean, votes.scale, FAR)
    distance = math.dist
    far = [distance(own, other) for other in votes.near]
    found = [FLOOR] * COUNT
    for place in sorted(range(len(far)), key=far.__getitem__)[:NEAREST]:
        found[votes.labels[place]] += 1 / (SAME + far[place] ** 2 / WIDTH)
    return _shares(found)


def decoded(votes: Votes, page: Page, likely: Sequence[Row]) -> list[int]:
    """The likeliest label of each unit; what has no text is OTHER."""
    pull = [[PULL * value for value in row] for row in votes.transitions]
    path = likeliest([[math.log(value + _FLOOR) for value in likely[line]] for line in page.table.solid], pull)
    labels = [OTHER] * len(page.units)
    for line, label in zip(page.table.solid, path, strict=True):
        labels[line] = label
    return labels


def _traits(page: Page, line: int) -> tuple[Trait, Trait, Trait]:
    """How a line ends, how long it is, and where it stands."""
    shape = page.table.shapes[line]
    return (0, shape.end), (1, shape.size), (2, FIFTHS * line // len(page.units))


def _shares(values: Sequence[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values]


def _deviation(column: Row, mean: float) -> float:
    return math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))


def _scaled(row: Row, mean: Row, scale: Row, most: float) -> tuple[float, ...]:
    return tuple(max(-most, min(most, (value - middle) * factor)) for value, middle, factor in zip(row, mean, scale, strict=True))
