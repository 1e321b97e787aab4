"""A day → whether it lies in a public holiday of China, when offices publish nothing. Pure.

The holidays are those of 全国年节及纪念日放假办法 (2024), each as long as the State Council's yearly notices stretch them by
shifting weekends: which days are shifted is announced only the autumn before, so the usual length is taken. Days of
the lunar calendar are from the Purple Mountain Observatory's calendar for 2024 to 2030.
"""

from datetime import date, timedelta
from functools import lru_cache

_SPRING = ("2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03")
_DRAGON_BOAT = ("2024-06-10", "2025-05-31", "2026-06-19", "2027-06-09", "2028-05-28", "2029-06-16", "2030-06-05")
_MID_AUTUMN = ("2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12")


def is_holiday(day: date) -> bool:
    """Whether nobody expects an issue of an office on that day; weekends alone are none."""
    return day in _of(day.year)


def next_workday(day: date) -> date:
    """That day, or the first behind the holiday it lies in."""
    while is_holiday(day):
        day += timedelta(days=1)
    return day


def holidays_between(first: date, last: date) -> int:
    """Days of holidays from `first` to `last`, both included."""
    return sum(is_holiday(first + timedelta(days=n)) for n in range((last - first).days + 1))


@lru_cache(maxsize=16)
def _of(year: int) -> frozenset[date]:
    spans = [(date(year, 1, 1), 0, 2), (date(year, 4, 4), 0, 2), (date(year, 5, 1), 0, 4), (date(year, 10, 1), 0, 6)]
    spans += [(day, -1, 6) for day in map(date.fromisoformat, _SPRING) if day.year == year]  # from the eve on
    spans += [(day, 0, 2) for day in map(date.fromisoformat, (*_DRAGON_BOAT, *_MID_AUTUMN)) if day.year == year]
    return frozenset(start + timedelta(days=n) for start, first, last in spans for n in range(first, last + 1))
