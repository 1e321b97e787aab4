"""How long canaries take, and how many are lost."""

from datetime import UTC, datetime, timedelta

from services.monitor.canary.beats import Beats, Figures

START = datetime(2026, 2, 6, tzinfo=UTC)


def at(second: float) -> datetime:
    """A moment."""
    return START + timedelta(seconds=second)


def test_nothing_is_known_at_first() -> None:
    """And nothing is lost."""
    assert Beats().look(START) == Figures(0, 0, 0, None, None, None)


def test_what_is_found_took_so_long() -> None:
    """A hundred, of 1 to 100 seconds."""
    beats = Beats()
    for number in range(1, 101):
        beats.fed(number, at(0))
        beats.found(number, at(number))
    assert beats.look(at(0)) == Figures(100, 0, 0, 50.0, 95.0, 99.0)


def test_what_is_not_found_in_time_is_lost() -> None:
    """Until one is found again."""
    beats = Beats()
    for number in range(2):
        beats.fed(number, at(60 * number))
    assert beats.look(at(130)).lost_in_a_row == 1
    assert beats.look(at(190)).lost_in_a_row == 2
    beats.fed(5, at(200))
    beats.found(5, at(203))
    assert beats.look(at(204)) == Figures(1, 2, 0, 3.0, 3.0, 3.0)


def test_what_ingest_refuses_is_lost() -> None:
    """At once."""
    beats = Beats()
    beats.refused()
    assert beats.look(START).lost_in_a_row == 1


def test_one_that_was_replaced_is_not_lost() -> None:
    """A later revision of the same digest was found in its place."""
    beats = Beats()
    beats.fed(1, at(0))
    beats.fed(2, at(60))
    beats.found(2, at(70))
    assert beats.waiting is None
    assert beats.look(at(300)) == Figures(1, 0, 0, 10.0, 10.0, 10.0)


def test_the_newest_is_what_is_looked_for() -> None:
    """Of those under way."""
    beats = Beats()
    beats.fed(1, at(0))
    beats.fed(2, at(60))
    assert beats.waiting == 2
