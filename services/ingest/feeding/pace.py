"""How many digests are waiting → when a batch of many may be fed: what waits is little more than a second's work, so that a digest that is fed
alone is searchable soon.

Digests are enriched in the order in which they were fed. Ten thousand at once would stand before whatever comes next for minutes; they take
as long when they come as fast as they are worked on. How fast that is shows by itself: of what was fed, so much is no longer waiting.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shared.errors import Unavailable

WORK_SECONDS = 1.5
"""Of work that may wait. What is waiting is known some tenths of a second late, in which it must not run dry."""

FEWEST = 8
"""Digests that may wait whatever their work takes; a feed of no more is never held back."""

AT_ONCE = 4
"""Files of a batch."""

LOOK_SECONDS = 0.2
"""Between two looks while there is no room."""

REMEMBERED_SECONDS = 5.0
"""Over which the speed of work is reckoned."""


class Behind(Protocol):
    """Says how many digests wait."""

    async def __call__(self) -> Mapping[str, int] | None:
        """Return them by service, or None where nobody can tell; raise Unavailable."""


@dataclass
class LivePace:
    """Says when to go on."""

    behind: Behind
    patience: float = 30.0
    """Seconds without any progress after which feeding goes on: nobody works on what waits, so more of it delays nothing"""
    waiting: Callable[[str], None] = lambda service: None
    """Is told with each look for whom it waits"""
    tell: Callable[[str], None] = lambda what: None
    """Is told what a person should know"""
    at_once: int = AT_ONCE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _room: int = field(default=FEWEST, init=False)
    """Digests that may be fed without a look"""
    _fed: int = field(default=0, init=False)
    _done: "deque[tuple[float, int]]" = field(default_factory=deque, init=False)
    """Times, and how many digests fewer than were fed waited then"""
    _stuck: int | None = field(default=None, init=False)
    """What was done when patience ended; until that changes there is no use in more of it"""

    async def turn(self, digests: int) -> None:
        """Return once so many more may be fed."""
        if self._room < digests:
            self._room = max(await self._found_room(digests), digests)
        self._room -= digests
        self._fed += digests

    async def _found_room(self, digests: int) -> int:
        since, last = self.clock(), self._stuck
        while True:
            try:
                found = await self.behind()
            except Unavailable:  # feeding itself will say so, and be patient about it
                return digests
            if found is None:
                return digests
            service, waiting = max(found.items(), key=lambda each: each[1])
            done = self._fed - waiting
            if (room := self._may_wait(done) - waiting) >= digests:
                return room
            if done == self._stuck:
                return digests
            self._stuck = None
            if done != last:
                since, last = self.clock(), done
            elif self.clock() - since >= self.patience:
                self.tell(f"{service} does not work on the {waiting:,} digests that wait for it; feeding goes on all the same")
                self._stuck = done
                return digests
            self.waiting(service)
            await self.sleep(LOOK_SECONDS)

    def _may_wait(self, done: int) -> int:
        """How many digests may wait now, by how fast they were worked on lately."""
        now = self.clock()
        self._done.append((now, done))
        while now - self._done[0][0] > REMEMBERED_SECONDS:
            self._done.popleft()
        begin, before = self._done[0]
        a_second = (done - before) / (now - begin) if now - begin >= 1.0 else 0.0
        return max(FEWEST, int(a_second * WORK_SECONDS))
