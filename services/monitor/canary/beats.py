"""How long each canary took, or that it was lost → percentiles, and how many are lost. Pure."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

KEPT = 1440
"""Of one a minute, a day."""

RECENT = 20
"""That say how long it takes now: a day's percentile would still name in the evening what was slow in the morning."""


class Figures(NamedTuple):
    """The canaries that are kept."""

    found: int
    lost: int
    lost_in_a_row: int
    """The last ones; 0 once one is found again"""
    last: float | None
    """Seconds that the last took; None where it was lost, and before there was one"""
    p50: float | None
    """Seconds from fed to found; None before one was found"""
    p95: float | None
    p99: float | None
    recent_p95: float | None
    """The same of the last RECENT alone"""


@dataclass
class Beats:
    """The last KEPT canaries; a restart begins with none, and so loses none."""

    _ended: deque[float | None] = field(default_factory=lambda: deque(maxlen=KEPT))
    """Seconds of each that was found, None for one that was lost"""

    def found(self, seconds: float) -> None:
        """Search found one, so long after it was fed."""
        self._ended.append(seconds)

    def lost(self) -> None:
        """One was not found in time, or ingest did not take it, as it would not have taken anybody's."""
        self._ended.append(None)

    def figures(self) -> Figures:
        """Return what they come to."""
        ended = list(self._ended)
        seconds, recent = _found(ended), _found(ended[-RECENT:])
        return Figures(
            found=len(seconds),
            lost=len(ended) - len(seconds),
            lost_in_a_row=next((count for count, value in enumerate(reversed(ended)) if value is not None), len(ended)),
            last=ended[-1] if ended else None,
            p50=_percentile(seconds, 0.5),
            p95=_percentile(seconds, 0.95),
            p99=_percentile(seconds, 0.99),
            recent_p95=_percentile(recent, 0.95),
        )


def _found(ended: Sequence[float | None]) -> list[float]:
    return sorted(value for value in ended if value is not None)


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """The nearest rank."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None
