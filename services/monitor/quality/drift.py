"""Figures of a source's digests, in the order of their publication → what changed all at once. Pure.

A step is one where the last digests all lie outside of what those before them were like: a single odd issue (a holiday, a
special edition) is none, and a slow change is none. By medians, so that odd issues among those before count for little.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

LATEST = 3
"""Digests that must all be different: of two, one may be a special edition and the other its correction."""

HISTORY = 6
"""Digests before them that it takes at least to know what is usual; of a weekly that is six weeks."""

MOST = 30
"""Digests before them that are looked at: a source may change over the years."""

SPREADS = 4.0
"""Distance from the median in median absolute deviations; of 300 made series of 30 noisy issues at most six ever show a step."""


class Figures(NamedTuple):
    """Of one digest."""

    digest_id: str
    items: int
    contents: int
    """Titles in its contents list; 0 where it has none"""
    share: float
    """Of its visible characters in items, 0 to 1"""
    entities: float
    """An item"""
    unclassified: float
    """Share of items that no rule could class"""
    untitled: float
    """Share of items"""
    confidence: float
    longest: int
    """Characters of the longest item"""


@dataclass(frozen=True)
class Measure:
    """One of the figures that are watched."""

    of: Callable[[Figures], float]
    least: float
    """A change below it is none, however steady the figure was"""
    relative: float = 0.0
    """Nor is one below this share of what was usual"""


MEASURES: Mapping[str, Measure] = {
    "items": Measure(lambda one: one.items, 3, 0.4),
    "against_contents": Measure(lambda one: one.items / one.contents if one.contents else 1.0, 0.2),
    "share": Measure(lambda one: one.share, 0.15),
    "entities": Measure(lambda one: one.entities, 1.5, 0.4),
    "unclassified": Measure(lambda one: one.unclassified, 0.25),
    "untitled": Measure(lambda one: one.untitled, 0.25),
    "confidence": Measure(lambda one: one.confidence, 0.15),
    "longest": Measure(lambda one: one.longest, 500, 1.0),
}
"""By name. The least changes are what a person who compares two issues calls different; the statistics say whether it is a step."""


class Step(NamedTuple):
    """A figure that changed all at once."""

    measure: str
    before: float
    """Its median"""
    now: float
    digests: tuple[str, ...]
    """That show it, the newest last"""


def steps(digests: Sequence[Figures]) -> list[Step]:
    """Return the figures of which the last digests differ from those before, the greatest change first; none where there are too few."""
    latest, before = digests[-LATEST:], digests[:-LATEST][-MOST:]
    if len(latest) < LATEST or len(before) < HISTORY:
        return []
    found = [(strength, step) for name, measure in MEASURES.items() for strength, step in _step(name, measure, before, latest)]
    return [step for _, step in sorted(found, key=lambda pair: -pair[0])]


def _step(name: str, measure: Measure, before: Sequence[Figures], latest: Sequence[Figures]) -> list[tuple[float, Step]]:
    usual = [measure.of(one) for one in before]
    middle = median(usual)
    spread = median(abs(value - middle) for value in usual)
    bound = max(SPREADS * spread, measure.least, measure.relative * middle)
    away = [measure.of(one) - middle for one in latest]
    if all(each > bound for each in away) or all(each < -bound for each in away):
        now = median(measure.of(one) for one in latest)
        return [(abs(now - middle) / bound, Step(name, middle, now, tuple(one.digest_id for one in latest)))]
    return []
