"""Reports and lags, round after round → points of the last 24 hours, one a minute, for charts. Pure.

Kept in memory: after a restart the charts begin anew, and nothing else depends on them. A point takes some 400 bytes.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from services.monitor.report.facts import Facts
from shared.health.report import RANK, Colour, Point

N = TypeVar("N", int, float)

MINUTES = 24 * 60


@dataclass
class History:
    """The points, the oldest first."""

    points: deque[Point] = field(default_factory=lambda: deque(maxlen=MINUTES))

    def add(self, facts: Facts, state: Colour) -> None:
        """Take a round into its minute."""
        point = _point(facts, state)
        last = self.points[-1] if self.points else None
        if last is not None and point.at - last.at < timedelta(minutes=1) and point.at.minute == last.at.minute:
            self.points[-1] = _both(last, point)
        else:
            self.points.append(point)


def _point(facts: Facts, state: Colour) -> Point:
    lags = facts.lags
    return Point(
        at=facts.at,
        state=state,
        lag={service: seen.course.lag for service, seen in lags.items()},
        oldest={service: seen.oldest_seconds or 0.0 for service, seen in lags.items()},
        per_second={service: seen.course.per_second or 0.0 for service, seen in lags.items()},
        canary=facts.canary.figures.last if facts.canary.figures else None,
    )


def _both(one: Point, other: Point) -> Point:
    return Point(
        at=one.at,
        state=max(one.state, other.state, key=lambda state: RANK[state]),
        lag=_most(one.lag, other.lag),
        oldest=_most(one.oldest, other.oldest),
        per_second=_most(one.per_second, other.per_second),
        canary=max((each for each in (one.canary, other.canary) if each is not None), default=None),
    )


def _most(one: Mapping[str, N], other: Mapping[str, N]) -> dict[str, N]:
    return {name: max(value for value in (one.get(name), other.get(name)) if value is not None) for name in {**one, **other}}
