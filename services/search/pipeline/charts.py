"""Points of the last day → sparklines and charts: paths of an SVG, with the figures that a table beside them shows. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.health.report import Point

WIDTH, HEIGHT = 240, 48
"""Of a chart's own units; the page scales it."""

DAY = timedelta(days=1)

GAP = timedelta(minutes=3)
"""Between two points, one of which comes each minute: nobody looked meanwhile, or could."""


class Chart(NamedTuple):
    """One figure over time."""

    line: str
    """The d of a path; empty where there is nothing to draw"""
    most: float
    now: float | None
    """None where nobody has looked lately"""


def lag(points: Sequence[Point], stage: str, now: datetime) -> Chart:
    """Return how many records waited for a stage."""
    return _chart([(point.at, float(point.lag[stage])) for point in points if stage in point.lag], now)


def oldest(points: Sequence[Point], stage: str, now: datetime) -> Chart:
    """Return how many seconds the oldest record waited for a stage."""
    return _chart([(point.at, point.oldest[stage]) for point in points if stage in point.oldest], now)


def rate(points: Sequence[Point], stage: str, now: datetime) -> Chart:
    """Return how many records a second a stage took."""
    return _chart([(point.at, point.per_second[stage]) for point in points if stage in point.per_second], now)


def canary(points: Sequence[Point], now: datetime) -> Chart:
    """Return how many seconds the monitor's own digest took until it was found."""
    return _chart([(point.at, point.canary) for point in points if point.canary is not None], now)


def _chart(values: Sequence[tuple[datetime, float]], now: datetime) -> Chart:
    recent = [(at, value) for at, value in values if now - at <= DAY]
    if not recent:
        return Chart("", 0.0, None)
    most = max(value for _, value in recent)
    scale = (HEIGHT - 2) / (most or 1.0)
    parts = []
    before: datetime | None = None
    for at, value in recent:
        x = WIDTH * (1 - (now - at) / DAY)
        # A gap in the points is a gap in the line: nobody looked then.
        drawn = "L" if before is not None and at - before < GAP else "M"
        parts.append(f"{drawn}{x:.1f} {HEIGHT - 1 - value * scale:.1f}")
        before = at
    last, value = recent[-1]
    return Chart("".join(parts), most, value if now - last < GAP else None)


class Hour(NamedTuple):
    """An hour of the table behind the charts."""

    at: datetime
    lag: dict[str, int]
    """The most that waited, by stage"""
    troubled: int
    """Minutes that were not green"""


def hours(points: Sequence[Point], now: datetime) -> list[Hour]:
    """Return the hours of the last day, the newest first."""
    found: dict[datetime, Hour] = {}
    for point in points:
        if now - point.at > DAY:
            continue
        at = point.at.replace(minute=0, second=0, microsecond=0)
        hour = found.setdefault(at, Hour(at, {}, 0))
        for stage, count in point.lag.items():
            hour.lag[stage] = max(hour.lag.get(stage, 0), count)
        found[at] = hour._replace(troubled=hour.troubled + (point.state != "green"))
    return [found[at] for at in sorted(found, reverse=True)]
