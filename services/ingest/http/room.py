"""Feeders and what they send → room for it, shared out so that none takes it all, or a refusal that says
when to come again."""

import contextlib
from collections.abc import Iterator

from services.ingest.errors import Refusal
from shared.connections.places import origin_of
from shared.connections.shares import Shares
from shared.errors import Unavailable

REQUESTS_IN_MEMORY = 3
"""Memory for request bodies: as many bytes as three of the largest requests, 192 MiB by default. So the
largest one is taken while others hold as much (shared.connections.shares), and a feeder alone has one
and a half."""

RETRY_AFTER = 1
"""Seconds: room comes back with each answer."""


class Held:
    """What one request's body holds of the memory; it grows as the body arrives."""

    def __init__(self, memory: Shares, feeder: str) -> None:
        self._memory = memory
        self._feeder = feeder
        self.size = 0

    def add(self, size: int) -> None:
        """Hold so many bytes more; raises Unavailable when there is no room for them."""
        self.expect(size)
        self._memory.take(self._feeder, size)
        self.size += size

    def expect(self, size: int) -> None:
        """Raise Unavailable when there is no room for so many bytes now: better before they are sent than
        after. Nothing is kept for them."""
        if self._memory.fits(self._feeder, size):
            return
        if self._memory.of(self._feeder):
            raise Unavailable(
                "too much of yours is being received at once; wait for its answers, then send this again",
                retry_after=RETRY_AFTER,
            )
        raise Unavailable("too many large digests are being received at once; try again soon", retry_after=RETRY_AFTER)


class Room:
    """Requests that are received and answered at once, and the bytes that their bodies hold."""

    def __init__(self, *, requests: int, memory: int) -> None:
        """`requests` are half of all connections, as one address has no more: so feeders with keys keep each
        other's room behind one proxy too."""
        self._requests = Shares(requests)
        self._memory = Shares(memory)

    @contextlib.contextmanager
    def entered(self, key: str | None, host: str) -> Iterator[Held]:
        """A request with the key of that name, or else from that address, is received and answered while the block runs.

        Raises Refusal (429) when too many with its key are, and Unavailable when too many with all keys are. Those
        of an address are as many as its connections.
        """
        if key is None:
            with self._held(origin_of(host)) as held:
                yield held
            return
        if not self._requests.fits(key):
            if mine := self._requests.of(key):
                message = f"{mine} requests of yours are being received; wait for their answers, then send this again"
                raise Refusal(429, "too_many_requests", message, headers={"Retry-After": str(RETRY_AFTER)})
            raise Unavailable("too many requests are being received at once; try again", retry_after=RETRY_AFTER)
        self._requests.take(key)
        try:
            with self._held(f"key {key}") as held:
                yield held
        finally:
            self._requests.give(key)

    @contextlib.contextmanager
    def _held(self, feeder: str) -> Iterator[Held]:
        held = Held(self._memory, feeder)
        try:
            yield held
        finally:
            self._memory.give(feeder, held.size)
