"""How often a source appears, and when its next issue is expected."""

from datetime import date, timedelta

import pytest

from shared.freshness.holidays import is_holiday, next_workday
from shared.freshness.rhythm import Rhythm, expected, overdue_from, rhythm
from shared.registry.entry import Cadence


def days(*said: str) -> list[date]:
    """2026-02-06 of 02-06."""
    return [date.fromisoformat(day if len(day) > 5 else f"2026-{day}") for day in said]


def every(start: str, step: int, count: int) -> list[date]:
    """So many days with as many between them."""
    first = date.fromisoformat(start)
    return [first + timedelta(days=step * n) for n in range(count)]


WORKDAYS = [day for day in every("2025-11-03", 1, 26) if day.weekday() < 5]
OVER_SPRING = [day for day in every("2026-02-02", 1, 40) if day.weekday() < 5 and not is_holiday(day)]


@pytest.mark.parametrize(
    ("appeared", "cadence"),
    [
        (every("2025-11-03", 1, 8), "daily"),
        (WORKDAYS, "workdays"),
        (OVER_SPRING, "workdays"),
        (every("2026-01-02", 7, 6), "weekly"),
        (days("01-02", "01-09", "01-15", "01-23", "01-31"), "weekly"),
        (days("01-02", "01-09", "01-23", "01-30", "02-06"), "weekly"),
        (every("2026-01-02", 14, 5), "biweekly"),
        (days("2025-10-28", "2025-11-30", "2025-12-31", "2026-01-30"), "monthly"),
        (days("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"), "quarterly"),
        (days("2022-12-30", "2023-12-29", "2024-12-31", "2025-12-31"), "yearly"),
        (days("01-02", "01-03", "01-20", "02-28", "03-01", "03-30"), "irregular"),
        (days("01-02", "01-12", "01-22", "02-01"), "irregular"),
    ],
)
def test_a_rhythm_is_read_from_the_history(appeared: list[date], cadence: str) -> None:
    """One interval in four may be off; days come in any order, and some twice."""
    found = rhythm([*reversed(appeared), appeared[0]], None)
    assert (found.cadence, found.learned) == (cadence, True) if found else False


def test_a_new_source_has_none_yet() -> None:
    """Three issues make no rhythm; nor do four of one day."""
    assert rhythm(every("2026-01-02", 7, 3), None) is None
    assert rhythm(days("01-02", "01-02", "01-02", "01-02"), None) is None


def test_what_people_say_counts() -> None:
    """Whatever the history is; and before there is any."""
    assert rhythm([], "monthly") == Rhythm("monthly", learned=False)
    assert rhythm(every("2026-01-02", 7, 6), "monthly") == Rhythm("monthly", learned=False)
    assert rhythm([], "workdays") == Rhythm("workdays", learned=False, weekdays=frozenset(range(5)))


@pytest.mark.parametrize(
    ("last", "cadence", "next_on", "overdue"),
    [
        ("2025-11-05", "daily", "2025-11-06", "2025-11-08"),
        ("2025-11-07", "workdays", "2025-11-10", "2025-11-12"),  # Friday → Monday
        ("2025-11-06", "workdays", "2025-11-07", "2025-11-11"),  # Friday; a weekend is no delay
        ("2026-02-13", "workdays", "2026-02-24", "2026-02-26"),  # over the Spring Festival
        ("2025-09-30", "workdays", "2025-10-09", "2025-10-11"),  # over the National Day and 中秋
        ("2026-02-06", "weekly", "2026-02-13", "2026-02-16"),
        ("2026-02-11", "weekly", "2026-02-24", "2026-02-27"),  # its day lies in the holiday
        ("2026-04-27", "weekly", "2026-05-06", "2026-05-09"),
        ("2026-01-09", "biweekly", "2026-01-23", "2026-01-28"),
        ("2026-01-31", "monthly", "2026-02-28", "2026-03-08"),
        ("2025-11-30", "quarterly", "2026-02-28", "2026-03-16"),
        ("2024-02-29", "yearly", "2025-02-28", "2025-04-18"),
    ],
)
def test_the_next_issue(last: str, cadence: Cadence, next_on: str, overdue: str) -> None:
    """Its day, and the first on which it is overdue."""
    of = rhythm([], cadence)
    assert of is not None
    due = expected(date.fromisoformat(last), of)
    assert due == date.fromisoformat(next_on)
    assert overdue_from(due, of) == date.fromisoformat(overdue)


def test_a_daily_that_skips_weekends_is_not_waited_for_on_them() -> None:
    """As its history says, whatever people call it."""
    of = rhythm(WORKDAYS, "daily")
    assert of is not None
    assert expected(date(2025, 11, 7), of) == date(2025, 11, 10)
    short = rhythm(WORKDAYS[:5], "daily")  # too little to tell
    assert short is not None
    assert expected(date(2025, 11, 7), short) == date(2025, 11, 8)


def test_an_irregular_source_is_not_waited_for() -> None:
    """Silence says nothing."""
    assert expected(date(2026, 2, 6), Rhythm("irregular", learned=True)) is None


@pytest.mark.parametrize(
    ("day", "after"),
    [
        ("2026-02-16", "2026-02-24"),
        ("2026-02-15", "2026-02-15"),
        ("2026-10-01", "2026-10-08"),
        ("2026-01-02", "2026-01-04"),
        ("2026-06-20", "2026-06-22"),
        ("2031-05-01", "2031-05-06"),
    ],
)
def test_holidays(day: str, after: str) -> None:
    """The first day behind one."""
    assert next_workday(date.fromisoformat(day)) == date.fromisoformat(after)
