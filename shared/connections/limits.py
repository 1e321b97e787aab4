"""What connections may take: how many there are, how long they wait, how slowly they move. Pure, but for
the process's limit of open files."""

import resource
from dataclasses import dataclass, replace

from shared.errors import Misconfigured

KEPT_FILES = 96
"""Open files that are never a client's. A service has some 15 of its own; three brokers take 9 connections
for producing, probing and making topics, three nodes of Elasticsearch 30, and 32 are of connections that
are being ended or told that there is no room."""

FEWEST = 16
"""Connections without which there is no serving: an operator's, a probe's, a scraper's, and some people's."""


@dataclass(frozen=True)
class Limits:
    """Of one port."""

    connections: int = 512
    """At once; one address has half of them at most (shared.connections.shares)"""
    header_seconds: float = 10.0
    """From the first byte of a request, or from the beginning of a connection, to the end of its header"""
    idle_seconds: int = 20
    """Between an answer and the next request's first byte. Longer than clients keep a connection themselves (httpx 5 s,
    aiohttp 15 s): where both end it at the same second, a request that is on its way is lost, and a POST is not repeated"""
    slow_seconds: float = 30.0
    """An upload, or an answer that is being read, may stand still for so long"""
    slow_rate: int = 16 * 1024
    """Bytes a second that either must move on average, beyond `slow_seconds`"""


@dataclass
class Pace:
    """How something moves: an upload, or an answer that is being read. Times in seconds of one clock."""

    since: float
    last: float
    """When it last moved"""
    moved: int = 0
    """Bytes"""

    def move(self, now: float, size: int) -> None:
        """Take note of bytes that moved."""
        self.moved += size
        self.last = now

    def forgive(self, seconds: float) -> None:
        """Leave out a time in which it could not have moved."""
        self.since += seconds
        self.last += seconds

    def keeps_until(self, limits: Limits, seconds: float) -> float:
        """The time from which it is too slow, if it does not move before: it stood still for so many seconds, or
        is that much behind the rate."""
        return min(self.last, self.since + self.moved / limits.slow_rate) + seconds


def within_open_files(limits: Limits) -> Limits:
    """The limits with no more connections than this process may have files open, less those that are kept
    back.

    Raises Misconfigured where that leaves too few.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY or files - KEPT_FILES >= limits.connections:
        return limits
    if files - KEPT_FILES < FEWEST:
        needed = KEPT_FILES + FEWEST
        raise Misconfigured(f"this process may open {files} files, but needs {needed}: raise its limit (ulimit -n)")
    return replace(limits, connections=files - KEPT_FILES)
