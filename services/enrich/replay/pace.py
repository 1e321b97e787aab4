"""A rate, and how far behind the live services are → when the next digests may be enriched again.

Live digests go first: while enrich or index has more waiting than a few, a replay stands still.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shared.errors import Unavailable

LOOK_SECONDS = 0.5
"""Between two looks at Kafka: four small requests for each service."""

STALE_SECONDS = 5.0
"""What was seen longer ago says nothing of now."""

BATCH_SECONDS = 0.25
"""Of work at once at most, so that a pause takes hold soon."""

MOST_AT_ONCE = 16
"""Digests, without a rate: what the worker's own look-ahead of eight keeps busy."""


class Lag(Protocol):
    """Says how far behind a service is."""

    async def read(self) -> Mapping[int, int]:
        """Records by partition; raises Unavailable."""


@dataclass
class Pace:
    """Says when to go on."""

    rate: float
    """Digests a second; 0 sets no limit"""
    max_lag: int
    """Records: with more waiting before a live service the replay waits"""
    services: Sequence[tuple[str, Lag]]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    waiting_for: str | None = None
    waited: float = 0.0
    """Seconds spent waiting for live work"""
    _next: float = field(default=0.0, init=False)
    _seen: float | None = field(default=None, init=False)

    @property
    def at_once(self) -> int:
        """Digests of one batch."""
        return max(1, min(MOST_AT_ONCE, int(self.rate * BATCH_SECONDS))) if self.rate else MOST_AT_ONCE

    async def turn(self, digests: int, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Wait until so many more may begin; False when it was stopped meanwhile."""
        while not stopped():
            now = self.clock()
            if self._seen is None or now - self._seen >= LOOK_SECONDS:
                await self._look(now)
            if self.waiting_for is None and now >= self._next:
                # Time that was lost is not made up for: a burst after a pause would be what the rate is to prevent.
                self._next = max(self._next, now) + (digests / self.rate if self.rate else 0.0)
                return True
            before, pause = now, LOOK_SECONDS if self.waiting_for else min(LOOK_SECONDS, self._next - now)
            await self.sleep(pause)
            if self.waiting_for:
                self.waited += self.clock() - before
        return False

    async def _look(self, now: float) -> None:
        self.waiting_for = None
        try:
            for name, lag in self.services:
                async with asyncio.timeout(STALE_SECONDS):
                    behind = sum((await lag.read()).values())
                if behind > self.max_lag:
                    self.waiting_for = f"{name}, which is {behind:,} digests behind"
                    break
        except (Unavailable, TimeoutError) as error:
            self.waiting_for = f"Kafka ({error or 'no answer'})"
        self._seen = now
