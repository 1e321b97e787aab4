"""A digest → ingest's answer, however long ingest is away; or its refusal, where that is the digest's own fault."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from services.ingest.accept import Submission
from services.ingest.feed import Answer, Refused
from shared.errors import Unavailable
from shared.retry import Backoff

Putting = Callable[[Submission], Awaitable[Answer]]

OWN_FAULT = (400, 409, 413, 415, 422)
"""Statuses that speak of the digest and not of the service, the key or what lies between"""

AT_ONCE = 16
"""Digests that are handed over at once: what one acknowledgement of Kafka takes, others use."""

OFF_SECONDS = 60
"""Until a file of a source that is switched off is tried again"""

TRIES = 5
"""For a digest that ingest answers 500: it may be the digest or ingest, and others must not wait for long."""


class Stopped(Exception):
    """The digest was not taken, as its feeder was told to stop, or has waited for long enough."""


@dataclass
class Handing:
    """Hands digests over, several at once."""

    put: Putting
    source: str | None = None
    """The source of what names none itself: no file's fault where a key may not feed it, or it is off"""
    waiting: Callable[[str], None] = lambda reason: None
    """Is told why a try is put off"""
    patience: float | None = None
    """Seconds without any success after which to give up; None never does."""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = AT_ONCE
    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] | None = None
    """In place of waiting for `stop` or the time, for tests"""
    backoff: Backoff = field(default_factory=lambda: Backoff(first=0.5, longest=10.0, uniform=random.uniform))
    gave_up: bool = field(default=False, init=False)
    _away_since: float | None = field(default=None, init=False)

    async def hand_over(self, submission: Submission) -> Answer:
        """Return once it is taken.

        Raises Refused or Rejected for the digest's own fault, Misconfigured, Stopped, and Unavailable where its
        source, which is not the one of all, is switched off: others go on.
        """
        unclear = 0
        for delay in self.backoff.delays():
            try:
                answer = await self.put(submission)
            except Unavailable as error:
                reason, least = str(error), float(error.retry_after)
            except Refused as error:
                if self._is_own(error, submission):
                    if error.error.get("code") == "source_off":
                        raise Unavailable(str(error), retry_after=OFF_SECONDS) from error
                    raise
                unclear += error.error.get("code") == "internal_error"
                if unclear == TRIES:
                    raise
                reason, least = str(error), 0.0
            else:
                self._away_since = None
                return answer
            await self._wait(reason, max(delay, min(least, self.backoff.longest)))
        raise AssertionError  # delays have no end

    def _is_own(self, error: Refused, submission: Submission) -> bool:
        status, code = error.error.get("status"), error.error.get("code")
        if code in ("key_source", "source_off"):
            return submission.source != self.source
        return status == 413 or (status in OWN_FAULT and code != "not_ingest")

    async def _wait(self, reason: str, seconds: float) -> None:
        """Wait for the next try; raises Stopped."""
        if self._away_since is None:
            self._away_since = self.now()
        if self.patience is not None and self.now() - self._away_since >= self.patience:
            self.gave_up = True
            self.stop.set()
        self.waiting(reason)
        if self.stop.is_set():
            raise Stopped(reason)
        await (self.pause or self._pause)(seconds)
        if self.stop.is_set():
            raise Stopped(reason)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.stop.wait()
        except TimeoutError:
            return
