"""An address that sent a wrong key → a wait before it is told so, longer each time; bounded in time, in waits and in memory.

Keys can't be guessed, so this protects the machine and its log from whoever tries or has a wrong key in a loop. A right key never waits,
whatever else comes from its address: behind a proxy all requests have one.
"""

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

FIRST_SECONDS, LONGEST_SECONDS = 0.1, 2.0
"""Of waits, doubled with each wrong key: a person's slip is not felt, a loop gets through one try in two seconds for each wait."""

FORGOTTEN_SECONDS = 60.0
"""Without a wrong key, after which an address begins anew."""

WAITS_OF_ONE, WAITS_OF_ALL = 4, 64
"""Requests that wait at once: each holds a connection. Beyond, the answer comes at once and says to slow down."""

ADDRESSES = 10_000
"""That are remembered: some 2 MB. The one that was heard of longest ago goes first."""


class Slowing:
    """Remembers who sent wrong keys lately; one for each service."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._clock, self._sleep = clock, sleep
        self._tries: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._waits: dict[str, int] = {}

    async def wait(self, address: str) -> tuple[int, bool]:
        """Wait as long as this address has to; return its wrong keys lately, and False where too many wait already, which did not wait."""
        place = _network(address)
        count, last = self._tries.pop(place, (0, 0.0))
        now = self._clock()
        count = 1 if now - last > FORGOTTEN_SECONDS else count + 1
        self._tries[place] = (count, now)
        if len(self._tries) > ADDRESSES:
            self._tries.popitem(last=False)
        if self._waits.get(place, 0) >= WAITS_OF_ONE or sum(self._waits.values()) >= WAITS_OF_ALL:
            return count, False
        self._waits[place] = self._waits.get(place, 0) + 1
        try:
            await self._sleep(min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(count - 1, 10)))
        finally:
            self._waits[place] -= 1
            if not self._waits[place]:
                del self._waits[place]
        return count, True


def _network(address: str) -> str:
    """The address itself; of IPv6 the /64, which one machine has for itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
