"""Addresses of new connections → let in, in somebody's place, or refused. Pure: the clock and how to end a
connection are given.

Where there is no room, a new connection takes the place of the one that was the first to be free for it, of the
same address where that has any: that has waited for its request the longest, or whose upload or reading is the
furthest behind. So connections that are held open keep nobody out, and those that move are never ended for others.
"""

import ipaddress
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from shared.connections.shares import Shares

SPARE = 16
"""Connections beyond the limit that may be open for the moment in which others are being ended."""


@dataclass(eq=False)
class Guest:
    """One open connection."""

    origin: str
    free_at: float | None = None
    """When another one may have its place; None while a request of it is answered"""
    end: Callable[[], None] | None = None
    """Ends it; None before its protocol is there"""
    counted: bool = True


class Places:
    """The connections of one port."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self._shares = Shares(limit)
        self._clock = clock
        self._by_peer: dict[Hashable, Guest] = {}
        self.open = 0
        """Those too that are being ended"""

    @property
    def is_crowded(self) -> bool:
        """Whether some must have ended before the next one is looked at."""
        return self.open >= self._shares.limit + SPARE

    def enter(self, peer: tuple[str, int]) -> Guest | None:
        """A new connection; None where there is no place for it."""
        origin, now = origin_of(peer[0]), self._clock()
        if not self._shares.fits(origin):
            mine = self._shares.of(origin) > 0
            if not self._end_one(now, origin if mine else None):
                return None
        guest = Guest(origin)
        self._shares.take(origin)
        self._by_peer[peer[:2]] = guest
        self.open += 1
        return guest

    def guest(self, peer: tuple[str, int]) -> Guest:
        """The last one that entered from there; raises KeyError."""
        return self._by_peer[peer[:2]]

    def left(self, peer: tuple[str, int], guest: Guest) -> None:
        """A connection is closed."""
        self.open -= 1
        self._give_back(guest)
        if self._by_peer.get(peer[:2]) is guest:
            del self._by_peer[peer[:2]]

    def thin_out(self, count: int) -> None:
        """End so many: their files are needed."""
        now = self._clock()
        while count and self._end_one(now, None):
            count -= 1

    def _end_one(self, now: float, origin: str | None) -> bool:
        """End the one that is free for the longest, of one origin or of all; whether there was one."""
        free = [
            (each.free_at, number, each)
            for number, each in enumerate(self._by_peer.values())
            if each.counted and each.end is not None and origin in (None, each.origin)
            if each.free_at is not None and each.free_at <= now
        ]
        if not free:
            return False
        _, _, found = min(free)
        self._give_back(found)
        if found.end is not None:
            found.end()
        return True

    def _give_back(self, guest: Guest) -> None:
        if guest.counted:
            guest.counted = False
            self._shares.give(guest.origin)


def origin_of(host: str) -> str:
    """Who stands behind an address: an IPv4 address itself; of IPv6 the /64, as whoever has one address has
    all of those."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)
