"""How a group is doing in a partition, by looks at it."""

from datetime import UTC, datetime, timedelta

import pytest

from services.monitor.lag.window import Course, Look, State, Window, worst

START = datetime(2026, 2, 6, tzinfo=UTC)


def seen(*looks: tuple[int, int, int], members: int = 1) -> Course:
    """What looks come to: (seconds, committed, end)."""
    window = Window()
    for seconds, committed, end in looks:
        course = window.add(Look(START + timedelta(seconds=seconds), committed, end, members))
    return course


@pytest.mark.parametrize(
    ("looks", "state"),
    [
        ([(0, 5, 5), (60, 5, 5)], "OK"),  # nothing waits
        ([(0, 5, 9)], "OK"),  # seen once
        ([(0, 5, 9), (5, 5, 9)], "OK"),  # for five seconds
        ([(0, 5, 9), (30, 7, 9), (60, 8, 9)], "OK"),  # it catches up
        ([(0, 5, 9), (30, 9, 9), (60, 9, 20), (100, 9, 40)], "OK"),  # nothing waited for a moment
        ([(0, 5, 9), (30, 7, 13), (60, 8, 19)], "WARN"),  # more and more waits
        ([(0, 5, 9), (30, 7, 13), (60, 9, 14)], "OK"),  # less than a moment ago
        ([(0, 5, 9), (30, 5, 9), (60, 5, 9)], "STALL"),
        ([(0, 5, 9), (30, 5, 12), (60, 5, 15)], "STALL"),
        ([(0, 8, 9), (30, 3, 9)], "REWIND"),
        ([(0, 8, 9), (30, 3, 9), (60, 9, 9)], "OK"),  # it has come through again
        ([(0, 8, 9), (30, 8, 9), (60, 0, 2)], "OK"),  # the topic was made anew
    ],
)
def test_looks_come_to_a_state(looks: list[tuple[int, int, int]], state: State) -> None:
    """Without any threshold of records."""
    assert seen(*looks).state == state


def test_a_group_without_members_has_stopped() -> None:
    """Whatever else it looks like."""
    assert seen((0, 5, 9), (30, 5, 9), (60, 5, 9), members=0).state == "STOP"


def test_a_stall_ends_with_the_window() -> None:
    """What was before counts no more once it goes on."""
    stalled = [(0, 5, 9), (60, 5, 9), (110, 5, 9)]
    assert seen(*stalled).state == "STALL"
    assert seen(*stalled, (240, 6, 9), (300, 8, 9)).state == "OK"


@pytest.mark.parametrize(
    ("looks", "rate", "trend", "clear"),
    [
        ([(0, 0, 100), (10, 40, 120)], 4.0, -2.0, 40.0),
        ([(0, 0, 100), (10, 10, 120)], 1.0, 1.0, None),
        ([(0, 0, 100), (10, 100, 100)], 10.0, -10.0, 0.0),
        ([(0, 0, 100)], None, None, None),
    ],
)
def test_rates_and_the_time_to_clear(looks: list[tuple[int, int, int]], rate: float | None, trend: float | None, clear: float | None) -> None:
    """By the ends of the window."""
    course = seen(*looks)
    assert (course.per_second, course.trend, course.seconds_to_clear) == (rate, trend, clear)


def test_looks_that_are_too_old_are_forgotten() -> None:
    """Two minutes and the one before them are kept."""
    window = Window()
    for seconds in range(0, 600, 10):
        window.add(Look(START + timedelta(seconds=seconds), seconds, 1000, 1))
    assert (window.looks[-1].at - window.looks[0].at).total_seconds() == 120


def test_the_worst_of_several() -> None:
    """A stage is as its worst partition."""
    assert (worst(["OK", "STALL", "WARN"]), worst([])) == ("STALL", "OK")
