"""When each canary was fed and found → how long it takes, and how many are lost. Pure."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

LOST_AFTER = timedelta(minutes=2)
"""Beyond the minute that one thick digest may hold up others for."""

KEPT = 1440
"""Of one a minute, a day."""


class Figures(NamedTuple):
    """Of the canaries of the last day."""

    found: int
    lost: int
    lost_in_a_row: int
    """The last ones; 0 once one is found again"""
    p50: float | None
    """Seconds from fed to found; None before one was found"""
    p95: float | None
    p99: float | None


@dataclass
class Beats:
    """The canaries of the last day, and those under way."""

    _under_way: dict[int, datetime] = field(default_factory=dict)
    """When each was fed, by its revision; a later one that is found brings the earlier, which it replaced"""
    _ended: deque[float | None] = field(default_factory=lambda: deque(maxlen=KEPT))
    """Seconds of each that was found, None for one that was lost"""

    def fed(self, revision: int, at: datetime) -> None:
        """Ingest took one."""
        self._under_way[revision] = at

    def refused(self) -> None:
        """Ingest did not take one: it counts as lost, as a digest of anybody's would have been refused too."""
        self._ended.append(None)

    def found(self, revision: int, at: datetime) -> None:
        """Search finds this one; those before it were replaced by it, and were not lost."""
        for older in [known for known in self._under_way if known <= revision]:
            fed_at = self._under_way.pop(older)
            if older == revision:
                self._ended.append((at - fed_at).total_seconds())

    def look(self, now: datetime) -> Figures:
        """Return how it stands; those that are under way for too long are lost."""
        for revision in [known for known, at in self._under_way.items() if now - at > LOST_AFTER]:
            del self._under_way[revision]
            self._ended.append(None)
        seconds = sorted(value for value in self._ended if value is not None)
        in_a_row = next((count for count, value in enumerate(reversed(self._ended)) if value is not None), len(self._ended))
        return Figures(
            found=len(seconds),
            lost=len(self._ended) - len(seconds),
            lost_in_a_row=in_a_row,
            p50=_percentile(seconds, 0.5),
            p95=_percentile(seconds, 0.95),
            p99=_percentile(seconds, 0.99),
        )

    @property
    def waiting(self) -> int | None:
        """The newest that is under way; None where none is."""
        return max(self._under_way, default=None)


def _percentile(ordered: list[float], share: float) -> float | None:
    """The nearest rank."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None
