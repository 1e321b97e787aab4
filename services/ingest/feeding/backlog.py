"""Kafka → how many digests wait before enrich and before the indexer, asked now and then however many want to know."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shared.errors import Unavailable
from shared.kafka.group_lag import GroupLag
from shared.settings import KafkaSettings
from shared.topics import Topics

EVERY = 0.1
"""Seconds for which an answer holds, however many ask: some ten small requests to Kafka each."""

SECONDS = 5.0
"""For Kafka's answer."""


class Lag(Protocol):
    """Says how far behind a service is."""

    @property
    def ends(self) -> Mapping[int, int]:
        """Where the partitions ended when that was last read."""

    async def read(self) -> Mapping[int, int]:
        """Records by partition; raises Unavailable."""

    async def close(self) -> None:
        """End its connections."""


def of_services(settings: KafkaSettings, topics: Topics) -> "Backlog":
    """What waits before enrich and the indexer; connects to nothing before the first question."""
    return Backlog(
        enrich=GroupLag(settings, topic=topics.raw.name, group=topics.enrich_group),
        index=GroupLag(settings, topic=topics.enriched.name, group=topics.index_group),
    )


@dataclass
class Backlog:
    """What is waiting, as Kafka says it now and then.

    enrich commits once a second. What it wrote since its last commit is done too, whatever its lag says.
    """

    enrich: Lag
    index: Lag
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, int] = field(default_factory=dict, init=False)
    _at: float | None = field(default=None, init=False)
    _committed: int | None = field(default=None, init=False)
    """Records that enrich had committed when last looked"""
    _written: int = field(default=0, init=False)
    """Records that it had written when that number was seen first"""
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def read(self) -> dict[str, int]:
        """Digests by service; raises Unavailable."""
        async with self._one_at_a_time:
            if self._at is None or self.clock() - self._at >= EVERY:
                try:
                    async with asyncio.timeout(SECONDS):
                        self._known = await self._read()
                except TimeoutError:
                    raise Unavailable("Kafka does not say how much is waiting") from None
                self._at = self.clock()
            return self._known

    async def _read(self) -> dict[str, int]:
        behind, index_behind = sum((await self.enrich.read()).values()), sum((await self.index.read()).values())
        committed, written = sum(self.enrich.ends.values()) - behind, sum(self.index.ends.values())
        if committed != self._committed:
            self._committed, self._written = committed, written
        return {"enrich": max(0, behind - (written - self._written)), "index": index_behind}

    async def close(self) -> None:
        """End all connections."""
        await self.enrich.close()
        await self.index.close()
