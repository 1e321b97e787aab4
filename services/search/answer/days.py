"""Counts by day → bars of days, weeks, months or years, whichever are few enough to be seen at once. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from services.search.models.search import DateBucket, DatesAnswer, Interval
from services.search.query.facets import DATES, OTHERS, UNDATED

MAX_BARS = 60
"""About two months of days, a year of weeks, five years of months: what fits beside the hits."""

INTERVALS: tuple[Interval, ...] = ("day", "week", "month", "year")


def dates(aggregations: Mapping[str, Any]) -> DatesAnswer | None:
    """The bars of an answer; None where they were not asked for."""
    found = {**aggregations.get(OTHERS, {}), **aggregations}
    if DATES not in found:
        return None
    counts = {date.fromisoformat(bucket["key_as_string"]): bucket["doc_count"] for bucket in found[DATES]["days"]["buckets"]}
    return bars(counts, undated=found[UNDATED]["doc_count"])


def bars(counts: Mapping[date, int], *, undated: int = 0) -> DatesAnswer:
    """The shortest interval that makes at most MAX_BARS bars from the first to the last day, empty ones between them included.

    Where even years are too many (a misread date of 1026), those without any item are left out.
    """
    for interval in INTERVALS:
        begins = [first for first in _sequence(interval, min(counts), max(counts))] if counts else []
        if len(begins) <= MAX_BARS:
            break
    found: Counter[date] = Counter()
    for day, count in counts.items():
        found[begin(interval, day)] += count
    if len(begins) > MAX_BARS:
        begins = sorted(found)
    return DatesAnswer(interval=interval, buckets=tuple(_bucket(interval, first, found[first]) for first in begins), undated=undated)


def begin(interval: Interval, day: date) -> date:
    """The first day of the interval that a day lies in; weeks begin on Monday."""
    match interval:
        case "day":
            return day
        case "week":
            # The first days of the year 1 lie in a week that no date can name.
            return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)


def last(interval: Interval, first: date) -> date:
    """The last day of the interval that begins with `first`."""
    match interval:
        case "day":
            return first
        case "week":
            return date.fromordinal(min(first.toordinal() + 6 - first.weekday(), date.max.toordinal()))
        case "month":
            return first.replace(day=31) if first.month == 12 else first.replace(month=first.month + 1) - timedelta(days=1)
        case "year":
            return first.replace(month=12, day=31)


def _sequence(interval: Interval, first: date, final: date) -> Iterator[date]:
    """The beginnings of all intervals from one day's to another's; stops at one more than there may be."""
    at = begin(interval, first)
    for _ in range(MAX_BARS + 1):
        yield at
        end = last(interval, at)
        if end >= final:
            return
        at = end + timedelta(days=1)


def _bucket(interval: Interval, first: date, count: int) -> DateBucket:
    final = last(interval, first)
    return DateBucket(key=key(interval, first), label=label(interval, first, final), first=first, last=final, count=count)


def key(interval: Interval, first: date) -> str:
    """By ISO 8601: 2026-02-06, 2026-W06, 2026-02, 2026."""
    match interval:
        case "day":
            return first.isoformat()
        case "week":
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        case "month":
            return first.isoformat()[:7]
        case "year":
            return first.isoformat()[:4]


def label(interval: Interval, first: date, final: date) -> str:
    """For people: 2026年2月6日, 2026年2月2日至8日, 2026年2月, 2026年."""
    match interval:
        case "day":
            return f"{first.year}年{first.month}月{first.day}日"
        case "week":
            month = f"{final.month}月" if final.month != first.month else ""
            year = f"{final.year}年" if final.year != first.year else ""
            return f"{first.year}年{first.month}月{first.day}日至{year}{month}{final.day}日"
        case "month":
            return f"{first.year}年{first.month}月"
        case "year":
            return f"{first.year}年"
