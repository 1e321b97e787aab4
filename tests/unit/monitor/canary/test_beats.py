"""How long canaries take, and how many are lost."""

from services.monitor.canary.beats import KEPT, RECENT, Beats, Figures


def test_nothing_is_known_at_first() -> None:
    """And nothing is lost: so it is after each restart."""
    assert Beats().figures() == Figures(0, 0, 0, None, None, None, None, None)


def test_what_is_found_took_so_long() -> None:
    """A hundred, of 1 to 100 seconds; the last twenty count for what it takes now."""
    beats = Beats()
    for seconds in range(1, 101):
        beats.found(seconds)
    assert beats.figures() == Figures(100, 0, 0, 100, 50, 95, 99, 99)


def test_losses_in_a_row_end_with_one_that_is_found() -> None:
    """All losses stay counted."""
    beats = Beats()
    beats.lost()
    beats.lost()
    assert beats.figures().lost_in_a_row == 2
    beats.found(3.0)
    assert beats.figures() == Figures(1, 2, 0, 3.0, 3.0, 3.0, 3.0, 3.0)


def test_what_was_slow_is_forgotten_when_it_is_fast_again() -> None:
    """While the percentiles of the day still tell of it."""
    beats = Beats()
    for seconds in [90.0] * RECENT + [1.0] * RECENT:
        beats.found(seconds)
    assert (beats.figures().p95, beats.figures().recent_p95) == (90.0, 1.0)


def test_those_of_a_day_are_kept() -> None:
    """Of one a minute."""
    beats = Beats()
    beats.lost()
    for _ in range(KEPT):
        beats.found(1.0)
    assert beats.figures()[:2] == (KEPT, 0)
