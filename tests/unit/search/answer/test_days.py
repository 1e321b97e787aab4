"""Counts by day → bars."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.answer.days import INTERVALS, MAX_BARS, bars, begin, dates, last
from services.search.models.search import Interval


@pytest.mark.parametrize(
    ("first", "final", "interval", "count", "key", "label"),
    [
        ("2026-02-06", "2026-02-06", "day", 1, "2026-02-06", "2026年2月6日"),
        ("2026-01-01", "2026-03-01", "day", 60, "2026-01-01", "2026年1月1日"),
        ("2026-01-01", "2026-03-02", "week", 10, "2026-W01", "2025年12月29日至2026年1月4日"),
        ("2026-02-06", "2026-12-31", "week", 48, "2026-W06", "2026年2月2日至8日"),
        ("2026-01-30", "2026-12-31", "week", 49, "2026-W05", "2026年1月26日至2月1日"),
        ("2022-01-05", "2026-12-31", "month", 60, "2022-01", "2022年1月"),
        ("2020-06-01", "2026-12-31", "year", 7, "2020", "2020年"),
    ],
)
def test_the_interval_fits_the_range(first: str, final: str, interval: str, count: int, key: str, label: str) -> None:
    """The shortest that makes at most sixty bars."""
    made = bars({date.fromisoformat(first): 1, date.fromisoformat(final): 2})
    assert (made.interval, len(made.buckets), made.buckets[0].key, made.buckets[0].label) == (interval, count, key, label)


def test_empty_days_between_are_shown() -> None:
    """A gap is seen as one."""
    made = bars({date(2026, 2, 1): 3, date(2026, 2, 3): 1})
    assert [(one.key, one.count) for one in made.buckets] == [("2026-02-01", 3), ("2026-02-02", 0), ("2026-02-03", 1)]


def test_years_without_items_are_left_out_where_they_are_too_many() -> None:
    """A misread date makes no thousand bars."""
    made = bars({date(1, 1, 1): 1, date(1026, 2, 6): 1, date(9999, 12, 31): 2})
    assert [(one.key, one.count) for one in made.buckets] == [("0001", 1), ("1026", 1), ("9999", 2)]


def test_no_dates_no_bars() -> None:
    """Asked for and found none, or not asked for."""
    assert bars({}).buckets == ()
    assert dates({}) is None


@given(st.dictionaries(st.dates(), st.integers(1, 5), min_size=1, max_size=80))
def test_nothing_is_lost(counts: dict[date, int]) -> None:
    """Every day lies in one bar, the bars follow each other, and there are at most sixty unless each holds something."""
    made = bars(counts).buckets
    assert sum(one.count for one in made) == sum(counts.values())
    assert all(one.last < other.first for one, other in pairwise(made))
    assert len(made) <= MAX_BARS or all(one.count for one in made)


@given(st.dates(date(1, 1, 8), date(9998, 12, 31)), st.sampled_from(INTERVALS))
def test_intervals_meet(day: date, interval: Interval) -> None:
    """The day after the last is the first of the next; weeks begin on Monday."""
    first = begin(interval, day)
    assert first <= day <= last(interval, first)
    after = last(interval, first) + timedelta(days=1)
    assert begin(interval, after) == after
    assert interval != "week" or first.weekday() == 0
