"""Raw digests and their bytes → their outcomes, one after the other, for a bounded number of askers.

Live digests have children of their own. Previews share one, of the same limits and of the lowest priority, so that they take from live digests
neither a seat nor, where processors are scarce, their time.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from services.enrich.stream.process import Headers, Outcome
from shared import metrics
from shared.errors import Unavailable

MOST = 4
"""Previews that are received, wait or are made at once: 32 MiB of digests at most. Usual ones take a tenth of a second."""

WAIT_SECONDS = 15.0
"""That one waits for those before it: whoever looks at a page will not wait for much longer."""

RETRY_AFTER = 3
"""Seconds: most previews are through sooner."""

NICE = 19
"""The lowest priority that a process may have (nice(2)): it runs when no live digest wants the processor."""


class Pool(Protocol):
    """Makes outcomes."""

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """Raises Unavailable when it can't now."""


@dataclass
class Previews:
    """Makes previews; one for each worker process."""

    pool: Pool
    most: int = MOST
    wait_seconds: float = WAIT_SECONDS
    _asked: int = field(default=0, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Have a place while the block runs, from before the digest is received; raises Unavailable where all are taken."""
        if self._asked >= self.most:
            metrics.previews.labels("busy").inc()
            raise Unavailable(f"{self._asked} digests are being previewed; try again soon", retry_after=RETRY_AFTER)
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """What would become of a digest; raises Unavailable when those before it take too long, or there are no children."""
        try:
            async with asyncio.timeout(self.wait_seconds):
                await self._turn.acquire()
        except TimeoutError:
            metrics.previews.labels("busy").inc()
            raise Unavailable("other digests are being previewed, which takes long; try again soon", retry_after=RETRY_AFTER) from None
        try:
            return await self.pool.outcome(headers, content)
        finally:
            self._turn.release()
