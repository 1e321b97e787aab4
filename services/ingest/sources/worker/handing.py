"""A digest → what ingest answered, tried again for a while where ingest is away."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from services.ingest.accept import Submission
from services.ingest.feed import Answer, Refused, Target
from shared.errors import Rejected, Unavailable
from shared.retry import Backoff

OF_THE_DIGEST = (413, 415, 422)
"""Answers that are about the digest and will stay so: too large, of a kind that is not read, nothing in it"""

UNCLEAR = (400, 500)
"""Answers to one digest that may be its fault or ingest's: others are taken meanwhile"""

OF_THE_SOURCE = (403, 409)
"""Answers that are about one source: the key is not for it, it is switched off"""

TRIES = 4
"""Before a source is put off: with the backoff some ten seconds, which a restart of ingest takes"""


class IngestClosed(Unavailable):
    """Ingest answers and takes nothing of us: a key is missing or wrong, or it is no ingest."""


class Unclear(Rejected):
    """Ingest fails at this digest, for now at least."""


@dataclass
class Handing:
    """Hands digests to ingest; remembers for the health check what was last wrong."""

    target: Target
    backoff: Backoff = field(default_factory=lambda: Backoff(first=1.0, longest=10.0))
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    problem: str | None = None

    async def hand(self, submission: Submission) -> Answer:
        """Return ingest's answer once Kafka has the digest.

        Raises Rejected where this digest is refused for good, Unclear where ingest fails at it, and Unavailable
        where no digest is taken for now.
        """
        for delay, tries in zip(self.backoff.delays(), range(1, TRIES + 1), strict=False):
            try:
                answer = await self.target.put(submission)
            except Refused as refused:
                raise self._read(refused) from None
            except Unavailable as away:
                self.problem = str(away)
                if tries == TRIES:
                    raise
                await self.sleep(max(delay, min(float(away.retry_after), self.backoff.longest)))
            else:
                self.problem = None
                return answer
        raise AssertionError  # the last try returns or raises

    def _read(self, refused: Refused) -> Rejected | Unavailable:
        error = refused.error
        code, message = str(error.get("code")), str(error.get("message"))
        if error.get("status") in OF_THE_DIGEST:
            self.problem = None
            return Rejected(code, message)
        if error.get("status") in UNCLEAR and code != "not_ingest":
            return Unclear(code, f"ingest fails at it: {message}")
        problem = f"ingest does not take what is fetched: {message}"
        self.problem = None if error.get("status") in OF_THE_SOURCE else problem
        return IngestClosed(problem, retry_after=300)
