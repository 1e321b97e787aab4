"""How a group is doing in a partition, by looks at it."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitor.lag.window import ORDER, Course, Look, State, Window, worst
from tests.sizes import examples

START = datetime(2026, 2, 6, tzinfo=UTC)


def courses(*looks: tuple[float, int, int], members: int = 1) -> list[Course]:
    """What looks come to, one after the other: (seconds, committed, end)."""
    window = Window()
    return [window.add(Look(START + timedelta(seconds=seconds), committed, end, members)) for seconds, committed, end in looks]


def seen(*looks: tuple[float, int, int], members: int = 1) -> Course:
    """What looks come to in the end."""
    return courses(*looks, members=members)[-1]


def standing(begin: float, end: float, committed: int, last: int) -> list[tuple[float, int, int]]:
    """Looks every two seconds at a group that goes on no more."""
    return [(float(second), committed, last) for second in range(int(begin), int(end) + 1, 2)]


@pytest.mark.parametrize(
    ("looks", "state"),
    [
        ([(0, 5, 5), (10, 5, 5)], "OK"),  # nothing waits
        ([(0, 5, 9)], "UNKNOWN"),  # seen once
        ([(0, 5, 9), (8, 5, 9)], "UNKNOWN"),  # for eight seconds, and nobody saw when it began
        ([(0, 5, 9), (8, 6, 9)], "OK"),  # it goes on
        ([(0, 5, 5), (2, 5, 9), (10, 5, 9)], "OK"),  # it began to wait eight seconds ago
        ([(0, 5, 5), (2, 5, 9), (12, 5, 9)], "WARN"),  # ten
        ([(0, 5, 9), (10, 5, 9)], "WARN"),
        (standing(0, 74, 5, 9), "WARN"),  # one giant digest
        (standing(0, 76, 5, 9), "STALL"),
        ([(0, 9, 9), *standing(2, 76, 9, 12)], "WARN"),
        ([(0, 9, 9), *standing(2, 78, 9, 12)], "STALL"),  # though nothing waited within the window
        ([*standing(0, 76, 5, 9), (78, 6, 9)], "OK"),  # it has gone on
        ([*standing(0, 76, 5, 9), (100, 5, 9)], "UNKNOWN"),  # nobody looked for 24 s: Kafka was away
        ([*standing(0, 60, 5, 9), (100, 5, 9), *standing(102, 170, 5, 9)], "WARN"),
        ([(0, 8, 9), (10, 3, 9)], "REWIND"),
        ([(0, 9, 9), (10, 3, 9)], "REWIND"),
        ([(0, 8, 9), (10, 3, 9), (12, 9, 9)], "OK"),  # it has come through again
        ([(0, 8, 9), (10, 3, 9), (20, 3, 9)], "WARN"),  # it does not come through
        ([(0, 8, 9), (10, 8, 9), (12, 0, 2)], "UNKNOWN"),  # the topic was made anew
    ],
)
def test_looks_come_to_a_state(looks: list[tuple[float, int, int]], state: State) -> None:
    """Without any threshold of records."""
    assert seen(*looks).state == state


@pytest.mark.parametrize(
    ("taken", "put", "state"),
    [
        (10, 12, "WARN"),  # records of a batch, in two seconds
        (10, 10, "OK"),
        (10, 8, "OK"),
        (0, 1, "WARN"),
    ],
)
def test_a_group_falls_behind_that_goes_on_and_has_more_and_more_before_it(taken: int, put: int, state: State) -> None:
    """Over a minute, and though each batch that is committed brings lag down for a moment."""
    looks = [(2.0 * number, taken * (number // 3) * 3, 60 + put * number) for number in range(32)]
    assert seen(*looks).state == state
    assert seen(*looks[:25]).state == ("OK" if taken else "WARN")


@pytest.mark.parametrize(("seconds", "state"), [(8, "UNKNOWN"), (10, "STOP"), (14, "STOP")])
def test_a_group_without_members_has_stopped(seconds: int, state: State) -> None:
    """Once something has waited for long enough that one that is being started would be there."""
    assert seen((0, 5, 9), (seconds, 5, 9), members=0).state == state


@pytest.mark.parametrize(
    ("looks", "rate", "trend", "clear"),
    [
        ([(0, 0, 100), (10, 40, 120)], 4.0, -2.0, 40.0),
        ([(0, 0, 100), (10, 10, 120)], 1.0, 1.0, None),
        ([(0, 0, 100), (10, 100, 100)], 10.0, -10.0, 0.0),
        ([(0, 0, 100)], None, None, None),
        ([(0, 0, 0), (10, 0, 100), (20, 0, 100), (30, 0, 100), (40, 10, 100), (50, 30, 100)], 1.0, -1.0, 70.0),
    ],
)
def test_rates_and_the_time_to_clear(looks: list[tuple[float, int, int]], rate: float | None, trend: float | None, clear: float | None) -> None:
    """Over the last half minute."""
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


steps = st.tuples(
    st.sampled_from([0.5, 2.0, 2.0, 2.0, 6.0, 30.0, 400.0]),  # seconds until the next look; the last ones are gaps
    st.integers(-5, 20),  # records that are committed; below 0 it goes back
    st.sampled_from([0, 0, 1, 5, 100]),  # records that are written
    st.sampled_from([0, 1, 1, 3]),  # members
    st.sampled_from([False] * 30 + [True]),  # the topic is made anew
)


def history(taken: list[tuple[float, int, int, int, bool]], *, begin: int = 0) -> list[Look]:
    """A wild life of a partition."""
    at, committed, end = 0.0, begin, begin
    looks = []
    for seconds, moved, written, members, anew in taken:
        at += seconds
        committed, end = (0, written) if anew else (committed, end + written)
        committed = max(0, min(end, committed + moved))
        looks.append(Look(START + timedelta(seconds=at), committed, end, members))
    return looks


@settings(max_examples=examples(short=100, long=5000), deadline=None)
@given(st.lists(steps, min_size=1, max_size=80))
def test_whatever_happens_a_verdict_says_what_was_seen(taken: list[tuple[float, int, int, int, bool]]) -> None:
    """Each verdict against the whole history, which a window does not have."""
    window, looks = Window(), history(taken)
    for number, look in enumerate(looks):
        course = window.add(look)
        before = looks[: number + 1]
        stood = _stood(before)
        assert course.lag == look.lag
        assert course.state in ORDER
        assert course.standing == pytest.approx(stood)
        assert (course.state in ("STALL", "STOP")) == (look.lag > 0 and stood >= (75 if look.members else 10)), course
        if not look.lag:
            assert course == Course("OK", 0, course.per_second, course.trend)
        if stood >= 10:
            assert course.state != "OK", "something waits, and for ten seconds nothing has gone on"
        if course.state == "OK" and look.lag:
            assert any(not one.lag for one in before) or any(one.committed != other.committed for one, other in itertools.pairwise(before))


def _stood(looks: list[Look]) -> float:
    """Seconds for which nothing went on at the end of a history, looked at backwards."""
    last = looks[-1]
    if not last.lag:
        return 0.0
    since = last
    for one in reversed(looks[:-1]):
        if not one.lag or one.committed != last.committed or one.end > since.end or since.at - one.at > timedelta(seconds=15):
            break
        since = one
    return (last.at - since.at).total_seconds()


@settings(max_examples=examples(short=50, long=2000), deadline=None)
@given(st.lists(steps, min_size=1, max_size=40), st.integers(1, 10**9))
def test_no_size_of_lag_is_a_threshold(taken: list[tuple[float, int, int, int, bool]], factor: int) -> None:
    """A thousand times as many records come to the same states."""
    few, many = Window(), Window()
    for look in history(taken):
        large = Look(look.at, look.committed * factor, look.end * factor, look.members)
        assert few.add(look).state == many.add(large).state


@settings(max_examples=examples(short=50, long=2000), deadline=None)
@given(st.lists(steps, max_size=40), st.integers(0, 8))
def test_what_was_before_nothing_waited_says_nothing(taken: list[tuple[float, int, int, int, bool]], twos: int) -> None:
    """An idle group that then stands is judged as one that was never seen before."""
    window, alone = Window(), Window()
    end = 0
    at = START
    for look in history(taken):
        window.add(look)
        at, end = look.at, look.end
    idle = [Look(at + timedelta(seconds=2), end, end, 1)]
    stands = [Look(at + timedelta(seconds=4 + 2 * number), end, end + 7, 1) for number in range(5 * twos + 1)]
    for look in (*idle, *stands):
        assert window.add(look).state == alone.add(look).state
