"""How Elasticsearch bears our requests → how large the next may be, and how many may be under way at once.

After a refusal for overload (429) or an answer that did not come in time both go down by half, and up again by little steps with every
request that is answered: what is slow gets less to do at once, and requests small enough to end in time. Sent again as large as before, a
request that took too long would take too long for ever, with Elasticsearch still at work on the one before.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

DOWN = 0.5
UP = 1 / 16
"""Additive up, multiplicative down, as TCP does it (Chiu and Jain, 1989): it settles just below what is borne. From a half to all in 8 answers."""

LEAST = 1 / 64
"""Of the size: 64 KiB of 4 MiB, one large item."""


@dataclass
class Congestion:
    """At most `batch_bytes` a request and `in_flight` requests at once; `share` of that at the moment."""

    batch_bytes: int
    in_flight: int
    share: float = field(default=1.0, init=False)
    _eased: int = field(default=0, init=False)
    _under_way: int = field(default=0, init=False)
    _freed: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    @property
    def bytes(self) -> int:
        """Of one request."""
        return max(1, int(self.batch_bytes * self.share))

    @property
    def places(self) -> int:
        """Requests at once."""
        return max(1, round(self.in_flight * self.share))

    @asynccontextmanager
    async def place(self) -> AsyncIterator[int]:
        """Wait for a place and hold it; gives what `ease` is to be told."""
        while self._under_way >= self.places:
            self._freed.clear()
            await self._freed.wait()
        self._under_way += 1
        try:
            yield self._eased
        finally:
            self._under_way -= 1
            self._freed.set()

    def ease(self, since: int) -> None:
        """A request was too much; of several that were under way together the first alone counts."""
        if since == self._eased:
            self.share = max(LEAST, self.share * DOWN)
            self._eased += 1

    def press(self) -> None:
        """A request was answered in good time."""
        self.share = min(1.0, self.share + UP)
        self._freed.set()
