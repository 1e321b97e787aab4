"""Lag and positions over time → whether the indexer has stopped taking records that are there. Pure.

aiokafka has been seen to fetch nothing more after a broker's restart while everything looked well: only "there is something to read, and
nothing is read" tells.
"""

from dataclasses import dataclass

STUCK_SECONDS = 180.0
"""Without progress though there is lag: above the group's slowest rebalance (60 s) and the slowest request (60 s)."""


@dataclass
class StallDetector:
    """What was last seen, and since when it has not changed for the better; times in seconds of one monotonic clock."""

    position: int = -1
    since: float | None = None

    def observe(self, now: float, *, position: int, lag: int, waiting: bool) -> None:
        """Note the sum of positions and of lag over our partitions; `waiting` when records are held back on purpose."""
        if waiting or lag == 0 or position != self.position:
            self.since = None
        elif self.since is None:
            self.since = now
        self.position = position

    def stuck_for(self, now: float) -> float:
        """Seconds for which there was lag and no progress."""
        return 0.0 if self.since is None else now - self.since
