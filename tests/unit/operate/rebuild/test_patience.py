"""Blockers that end."""

import pytest

from services.operate.rebuild.patience import AWAY_SECONDS, OPERATOR_SECONDS, Patience
from shared.errors import Misconfigured, Unavailable


class Clock:
    """A time that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def test_what_a_person_must_mend_is_waited_for_a_minute() -> None:
    """Then it is an error that says what."""
    clock = Clock()
    patience = Patience(clock=clock)
    patience.begin("items", "index is read-only", operator=True)
    clock.now = OPERATOR_SECONDS
    patience.begin("items", "index is read-only", operator=True)
    clock.now += 1
    with pytest.raises(Misconfigured, match="items: index is read-only"):
        patience.begin("items", "index is read-only", operator=True)


def test_what_is_away_is_waited_for_longer_and_each_time_anew() -> None:
    """What ended in between does not count."""
    clock = Clock()
    patience = Patience(clock=clock)
    patience.begin("items", "Elasticsearch does not answer")
    clock.now = AWAY_SECONDS - 1
    patience.end("items")
    clock.now += 2
    patience.begin("items", "Elasticsearch does not answer")
    clock.now += AWAY_SECONDS + 1
    with pytest.raises(Unavailable, match="does not answer"):
        patience.begin("items", "Elasticsearch does not answer")
