"""Backoff: the numbers of the delays, with a given source of chance."""

from itertools import islice

import pytest

from shared.retry import Backoff


def test_delays_double_up_to_the_longest() -> None:
    """The upper bound of each delay."""
    backoff = Backoff(first=0.5, longest=5, uniform=lambda low, high: high)
    assert list(islice(backoff.delays(), 6)) == [0.5, 1, 2, 4, 5, 5]


def test_a_delay_is_never_nothing() -> None:
    """Even the luckiest draw waits a tenth of the bound, so that nothing spins."""
    backoff = Backoff(first=0.5, longest=5, uniform=lambda low, high: low)
    assert list(islice(backoff.delays(), 3)) == pytest.approx([0.05, 0.1, 0.2])


def test_delays_are_drawn_anew() -> None:
    """Workers that fail together do not come back together."""
    drawn = list(islice(Backoff().delays(), 20))
    assert len(set(drawn)) == 20
    assert all(0.05 <= delay <= 30 for delay in drawn)


def test_each_outage_begins_with_short_delays() -> None:
    """`delays` starts over each time it is called."""
    backoff = Backoff(first=1, uniform=lambda low, high: high)
    list(islice(backoff.delays(), 5))
    assert next(backoff.delays()) == 1
