"""Figures of a source's digests, in the order of their publication → what changed all at once. Pure.

A step is one where the last digests all lie outside of what those before them were like. A single odd issue
(a holiday, a special edition) is none, and a slow change is none. Usual are medians, so that odd issues
among those before count for little. A new layout shows in several figures at once, so that two digests are
enough then; of one figure alone it takes three.

A step ends when a digest is as usual again, or once most of the digests before are of the new kind: by then
that is what is usual.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from shared.quality.figures import Figures

LATEST = 3
"""Digests that must all be different in one figure: of two, one may be a special edition and the other its
correction."""

AT_ONCE, AT_ONCE_LATEST = 3, 2
"""Figures that must have changed where so few digests are enough."""

HISTORY = 6
"""Digests before them that it takes at least to know what is usual; of a weekly that is six weeks."""

MOST = 30
"""Digests before them that are looked at: a source may change over the years."""

SPREADS = 4.0
"""Distance from the median in median absolute deviations; of 300 made series of 30 noisy issues at most six
ever show a step."""


@dataclass(frozen=True)
class Measure:
    """One of the figures that are watched."""

    of: Callable[[Figures], float | None]
    least: float
    """A change below it is none, however steady the figure was"""
    relative: float = 0.0
    """Nor is one below this share of what was usual"""


MEASURES: Mapping[str, Measure] = {
    "items": Measure(lambda one: one.items, 3, 0.4),
    "against_contents": Measure(lambda one: one.items / one.contents if one.contents else None, 0.2),
    "share": Measure(lambda one: one.share, 0.15),
    "entities": Measure(lambda one: one.entities, 1.5, 0.4),
    "unclassified": Measure(lambda one: one.unclassified, 0.25),
    "untitled": Measure(lambda one: one.untitled, 0.25),
    "confidence": Measure(lambda one: one.confidence, 0.15),
    "longest": Measure(lambda one: one.longest, 500, 1.0),
}
"""By name. The least changes are what a person who compares two issues calls different; the statistics say
whether it is a step."""


class Step(NamedTuple):
    """A figure that changed all at once."""

    measure: str
    before: float
    """Its median"""
    now: float
    digests: tuple[str, ...]
    """That show it, the newest last"""


class Usual(NamedTuple):
    """A figure of a source."""

    measure: str
    before: float
    """Median of the digests before the last ones"""
    now: float
    """Of the last digest"""


def comparable(digests: Sequence[Figures]) -> list[Figures]:
    """Return those that were made as the last one was: what a newer enricher or a person's teaching changed
    is no new layout."""
    return [one for one in digests if one.made_by == digests[-1].made_by]


def steps(digests: Sequence[Figures]) -> list[Step]:
    """Return the figures of which the last digests differ from those before, the greatest change first;
    none where there are too few."""
    same = comparable(digests)
    few = _steps(same, AT_ONCE_LATEST)
    return _steps(same, LATEST) or (few if len(few) >= AT_ONCE else [])


def usual(digests: Sequence[Figures]) -> list[Usual]:
    """Return each figure of the last digest beside what was usual before; none where there are too few."""
    same = comparable(digests)
    found = []
    for name, measure in MEASURES.items():
        now, before = measure.of(same[-1]) if same else None, _known(measure, same[:-1])[-MOST:]
        if now is not None and len(before) >= HISTORY:
            found.append(Usual(name, median(before), now))
    return found


def _steps(digests: Sequence[Figures], count: int) -> list[Step]:
    found = [one for name, measure in MEASURES.items() if (one := _step(name, measure, digests, count)) is not None]
    return [step for _, step in sorted(found, key=lambda pair: -pair[0])]


def _step(name: str, measure: Measure, digests: Sequence[Figures], count: int) -> tuple[float, Step] | None:
    latest, before = _known(measure, digests[-count:]), _known(measure, digests[:-count])[-MOST:]
    if len(latest) < count or len(before) < HISTORY:
        return None
    middle = median(before)
    spread = median(abs(value - middle) for value in before)
    bound = max(SPREADS * spread, measure.least, measure.relative * middle)
    away = [value - middle for value in latest]
    if all(each > bound for each in away) or all(each < -bound for each in away):
        now = median(latest)
        return abs(now - middle) / bound, Step(name, middle, now, tuple(one.digest_id for one in digests[-count:]))
    return None


def _known(measure: Measure, digests: Sequence[Figures]) -> list[float]:
    return [value for one in digests if (value := measure.of(one)) is not None]
