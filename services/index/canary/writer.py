"""Documents of the monitor's own digest → indices of their own, or dropped; returns within seconds and raises nothing.

They go through the same writer and the same mapping as all others, so that a canary meets what a digest would
meet. Where it is not taken, the monitor misses it and says so: it is never waited for, as everything behind it in
its partition would wait too.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from services.index import indices
from services.index.bulk import Bulk
from services.index.document import Documents
from services.index.flow_control.blockers import Blockers
from services.index.writer import Fate, Outcome, Writer
from shared import index_names as names
from shared.errors import Misconfigured
from shared.log import get

log = get(__name__)

SECONDS = 5.0
"""For writing: it takes some tens of ms, and making the indices, once, a second."""

STALE = timedelta(minutes=10)
"""Since it was fed. Nobody waits for it any more: who reads the topic again passes over a year of them."""


def _now() -> datetime:
    return datetime.now(UTC)


class _Unsaid(Blockers):
    """Keeps no reason: what a canary waits for is none to call the indexer blocked."""

    def begin(self, name: str, reason: str, *, operator: bool = False) -> None:
        """Do nothing."""

    def end(self, name: str) -> None:
        """Do nothing."""


@dataclass
class CanaryWriter:
    """Makes the indices when the first canary comes, and again where they are gone."""

    client: AsyncElasticsearch
    namespace: str
    """Of the canary (shared.index_names.canary)"""
    shards: int = 1
    replicas: int = 0
    seconds: float = SECONDS
    now: Callable[[], datetime] = _now
    _made: bool = field(default=False, init=False)

    async def write(self, digests: Sequence[Documents]) -> list[Outcome]:
        """Return what became of each: written, or dropped as older."""
        now = self.now()
        fresh = [each for each in digests if now - _received(each) < STALE]
        written: dict[int, Outcome] = {}
        if fresh:
            outcomes = await self._write(fresh)
            written = {id(each): outcome for each, outcome in zip(fresh, outcomes, strict=True)}
        return [written.get(id(each), Outcome(Fate.OLDER)) for each in digests]

    async def _write(self, digests: Sequence[Documents]) -> list[Outcome]:
        try:
            async with asyncio.timeout(self.seconds):
                if not self._made:
                    await self._make()
                bulk = Bulk(self.client, 2**20, 1, _Unsaid())
                outcomes = await Writer(bulk, self.namespace).write(digests)
        except (TimeoutError, Misconfigured, ApiError, TransportError) as error:
            self._made = False
            reason = f"{type(error).__name__}: {error}" if str(error) else f"not taken within {self.seconds:g} s"
            log.warning("canary_not_written", reason=reason)
            return [Outcome(Fate.OLDER)] * len(digests)
        return [outcome if outcome.fate is not Fate.REFUSED else Outcome(Fate.OLDER) for outcome in outcomes]

    async def _make(self) -> None:
        """Make the indices, anew where they are of another version: nothing in them is worth keeping."""
        try:
            await self._ensure()
        except Misconfigured as error:
            for kind in names.KINDS:
                pattern = f"{names.alias(self.namespace, kind)}-v*"
                found = await self.client.indices.get(index=pattern, features="aliases", ignore_unavailable=True)
                if found.body:
                    await self.client.indices.delete(index=list(found.body))
            log.info("canary_indices_made_anew", reason=str(error))
            await self._ensure()
        self._made = True

    async def _ensure(self) -> None:
        await indices.ensure(self.client, namespace=self.namespace, shards=self.shards, replicas=self.replicas)


def _received(digest: Documents) -> datetime:
    try:
        at = datetime.fromisoformat(digest.received_at)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
