"""Days of issues, and what people say of how often a source appears → its rhythm and the day of its next issue. Pure."""

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from shared.freshness.holidays import holidays_between, is_holiday, next_workday
from shared.registry.entry import Cadence

LEAST = 4
"""Days of issues from which a rhythm is read: three intervals, of which one may be off."""

REGULAR = 0.7
"""Share of the intervals that must be near the usual one, else the source is irregular."""

WEEKDAYS_FROM = 10
"""Days of issues of a daily from which its missing weekdays tell: two weeks of one that skips weekends."""

_DAYS: dict[Cadence, int] = {
    "daily": 1, "workdays": 1, "weekly": 7, "biweekly": 14, "monthly": 30, "quarterly": 91, "yearly": 365,
}  # fmt: skip

_NEAR: dict[Cadence, tuple[float, float]] = {
    "daily": (1, 1.5), "weekly": (5, 9), "biweekly": (11, 18), "monthly": (24, 38), "quarterly": (75, 110),
    "yearly": (330, 400),
}  # fmt: skip
"""Days between two issues that still are of that cadence."""

GRACE: dict[Cadence, int] = {
    "daily": 1, "workdays": 1, "weekly": 2, "biweekly": 4, "monthly": 7, "quarterly": 15, "yearly": 45,
}  # fmt: skip
"""Days behind the expected one until an issue is overdue: what publishers are late by without anything being wrong."""


@dataclass(frozen=True)
class Rhythm:
    """How often a source appears."""

    cadence: Cadence
    learned: bool
    """From its history, as nobody said it"""
    weekdays: frozenset[int] = frozenset(range(7))
    """On which a daily appears; 0 is Monday"""


def rhythm(days: Sequence[date], said: Cadence | None) -> Rhythm | None:
    """The rhythm; None where nobody said it and there is too little history, or none in it. Days in any order."""
    known = sorted(set(days))
    if said is not None:
        weekdays = frozenset(range(5)) if said == "workdays" else _weekdays(known) if said == "daily" else frozenset(range(7))
        return Rhythm(said, learned=False, weekdays=weekdays)
    if len(known) < LEAST:
        return None
    gaps = [_days(before, after) for before, after in pairwise(known)]
    usual = median(gaps)
    for cadence, (low, high) in _NEAR.items():
        if not low <= usual <= high:
            continue
        weekdays = _weekdays(known) if cadence == "daily" else frozenset(range(7))
        fits = [
            low <= gap <= high or (cadence == "daily" and _skipped(before, after, weekdays))
            for gap, (before, after) in zip(gaps, pairwise(known), strict=True)
        ]
        if sum(fits) < REGULAR * len(fits):
            break
        workdays = cadence == "daily" and weekdays <= frozenset(range(5))
        return Rhythm("workdays" if workdays else cadence, learned=True, weekdays=weekdays)
    return Rhythm("irregular", learned=True)


def expected(last: date, of: Rhythm) -> date | None:
    """The day of the issue behind the one of `last`; None for an irregular source."""
    if of.cadence == "irregular":
        return None
    if of.cadence in ("daily", "workdays"):
        day = last + timedelta(days=1)
        while day.weekday() not in of.weekdays or (of.cadence == "workdays" and is_holiday(day)):
            day += timedelta(days=1)
        return day
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}.get(of.cadence)
    day = _months_later(last, months) if months else last + timedelta(days=_DAYS[of.cadence])
    return next_workday(day)


def overdue_from(expected_on: date, of: Rhythm) -> date:
    """The first day on which that issue is overdue; holidays within the grace prolong it."""
    last = expected_on + timedelta(days=GRACE[of.cadence])
    if of.cadence == "workdays":
        while last.weekday() not in of.weekdays:
            last += timedelta(days=1)
    return last + timedelta(days=1 + holidays_between(expected_on, last))


def _days(before: date, after: date) -> int:
    return (after - before).days


def _skipped(before: date, after: date, weekdays: frozenset[int]) -> bool:
    """Whether a daily left out only days on which it does not appear, and holidays."""
    between = (before + timedelta(days=n) for n in range(1, _days(before, after)))
    return all(day.weekday() not in weekdays or is_holiday(day) for day in between)


def _weekdays(known: Sequence[date]) -> frozenset[int]:
    """The weekdays on which a daily appears: all, until there is enough history to tell."""
    counts = Counter(day.weekday() for day in known)
    if len(known) < WEEKDAYS_FROM or not counts:
        return frozenset(range(7))
    # One issue on a Saturday, as where a holiday was shifted, makes no Saturday of it.
    often = max(counts.values())
    return frozenset(day for day, count in counts.items() if count > often / 4)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
