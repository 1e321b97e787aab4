"""A clock → revisions: received_at in ms, strictly rising within one process. Pure but for the clock it is
given.

A system clock may be set back a little; a digest fed again after that would otherwise lose against its own
older self. Where it is set back by more, it was wrong before, and going on from there would make every
further digest one from the future. Which those are `services.ingest.ahead` finds out.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

SET_BACK_MS = 120_000
"""How far the clock may be set back: as far as ingest lets it differ from Kafka's by default."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Revisions:
    """Gives out revisions; one for each process. Not for several threads at once: the event loop asks."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._last = 0

    def next(self) -> int:
        """The time in ms since the epoch, or the last revision + 1 where the clock did not move on (or
        went back a little).
        """
        now = self._now_ms()
        self._last = now if self._last - now > SET_BACK_MS else max(now, self._last + 1)
        return self._last


def received_at(revision: int) -> datetime:
    """The time in UTC that a revision stands for, exact to the millisecond: record and version agree on it."""
    return EPOCH + timedelta(milliseconds=revision)
