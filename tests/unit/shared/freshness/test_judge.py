"""The latest issues of a source → how fresh it is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.freshness.judge import Freshness, Issue, Partial, judge
from shared.freshness.numbers import Gap
from shared.registry.entry import Cadence

NOW = datetime(2026, 2, 6, 4, tzinfo=UTC)


def issue(day: str, *, items: int = 10, number: str | None = None, contents: int = 0, received: str = "") -> Issue:
    """Received at noon in Shanghai of its day, unless said otherwise."""
    at = datetime.fromisoformat(f"{received or day}T04:00:00+00:00")
    return Issue(f"{day}-{items}", at, date.fromisoformat(day), items, number, contents)


WEEKLY = [issue(day) for day in ("2026-01-02", "2026-01-09", "2026-01-16", "2026-01-23", "2026-01-30")]


def at(day: str, issues: list[Issue], cadence: Cadence | None = None, **said: bool) -> Freshness:
    """On that day at noon in Shanghai."""
    return judge(issues, now=datetime.fromisoformat(f"{day}T04:00:00+00:00"), cadence=cadence, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "state", "late"),
    [
        ("2026-01-31", "fresh", 0),
        ("2026-02-06", "fresh", 0),
        ("2026-02-07", "due", 1),
        ("2026-02-08", "due", 2),
        ("2026-02-09", "overdue", 3),
        ("2026-03-01", "overdue", 23),
    ],
)
def test_a_weekly(day: str, state: str, late: int) -> None:
    """Expected on the same day of the next week; late for two days, then overdue."""
    found = at(day, WEEKLY)
    assert (found.state, found.expected_on, found.late_days) == (state, date(2026, 2, 6), late)


def test_silence_is_counted_from_the_last_receipt() -> None:
    """An old issue that is fed today breaks it; it is no new issue."""
    found = judge([*WEEKLY, issue("2025-01-03", received="2026-02-05")], now=NOW)
    assert found.silent_seconds == timedelta(days=1).total_seconds()
    assert found.last == WEEKLY[-1]


@pytest.mark.parametrize(
    ("issues", "cadence", "said", "state"),
    [
        ([], None, {}, "never"),
        ([], "weekly", {}, "never"),
        ([], "weekly", {"on": False}, "off"),
        (WEEKLY[:3], None, {}, "new"),
        (WEEKLY[:1], "weekly", {}, "overdue"),
        (WEEKLY, None, {"on": False}, "off"),
        (WEEKLY, "irregular", {}, "irregular"),
        ([issue(day) for day in ("2025-01-02", "2025-01-03", "2025-04-20", "2025-08-28", "2025-08-30")], None, {}, "irregular"),
    ],
)
def test_other_states(issues: list[Issue], cadence: Cadence | None, said: dict[str, bool], state: str) -> None:
    """Nothing is expected of them, or what people say is."""
    assert at("2026-02-20", issues, cadence, **said).state == state


def test_a_source_of_which_nothing_ever_came_is_overdue_some_day() -> None:
    """From when it was made, by what people say."""
    made = datetime(2026, 1, 10, tzinfo=UTC)
    found = judge([], now=NOW, cadence="weekly", since=made)
    assert (found.state, found.expected_on, found.silent_seconds) == ("overdue", date(2026, 1, 17), None)
    assert judge([], now=NOW, cadence="monthly", since=made).state == "never"
    assert judge([], now=NOW, since=made).state == "never"


@pytest.mark.parametrize(
    ("last", "partial"),
    [
        (issue("2026-02-06", items=10), None),
        (issue("2026-02-06", items=6), None),
        (issue("2026-02-06", items=4), Partial(4, 10, "history")),
        (issue("2026-02-06", items=10, contents=12), None),
        (issue("2026-02-06", items=10, contents=20), Partial(10, 20, "contents")),
        (issue("2026-02-06", items=1, contents=3), Partial(1, 10, "history")),
    ],
)
def test_a_partial_issue(last: Issue, partial: Partial | None) -> None:
    """Far fewer items than its history, or than its own contents list."""
    assert judge([*WEEKLY, last], now=NOW).partial == partial


def test_a_small_source_is_not_partial_for_one_item_less() -> None:
    """Nor is a new one, of which nothing usual is known."""
    small = [issue(one.day.isoformat(), items=3) for one in WEEKLY]
    assert judge([*small, issue("2026-02-06", items=1)], now=NOW).partial is None
    assert judge([*WEEKLY[:3], issue("2026-01-23", items=1)], now=NOW).partial is None


def test_gaps_in_numbers_are_told() -> None:
    """By the days of the issues, whatever order they come in."""
    numbered = [issue("2026-01-16", number="第8期"), issue("2026-01-02", number="第6期"), issue("2026-01-23", number="第9期")]
    assert judge(numbered, now=NOW).gaps == (Gap((7,)),)


def test_a_day_that_nobody_knows_is_that_of_receipt() -> None:
    """In Shanghai, where it is tomorrow already."""
    unknown = Issue("1", datetime(2026, 2, 5, 17, tzinfo=UTC), None, 10)
    assert unknown.day == date(2026, 2, 6)
