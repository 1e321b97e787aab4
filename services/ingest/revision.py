"""A clock → revisions: received_at in ms, strictly rising within one process. Pure but for the clock it is given.

A system clock may be set back; a digest fed again after that would otherwise lose against its own older self.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Revisions:
    """Gives out revisions; one for each process. Not for several threads at once: the event loop asks."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._last = 0

    def next(self) -> int:
        """The time in ms since the epoch, or the last revision + 1 where the clock did not move on (or went back)."""
        self._last = max(self._now_ms(), self._last + 1)
        return self._last


def received_at(revision: int) -> datetime:
    """The time in UTC that a revision stands for, exact to the millisecond: record and version agree on it."""
    return EPOCH + timedelta(milliseconds=revision)
