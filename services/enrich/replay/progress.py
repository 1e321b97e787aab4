"""A replay's place, kept as committed offsets of a consumer group of its own, and read back by whoever goes on with it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, OffsetAndMetadata, TopicPartition

from shared.errors import Unavailable
from shared.kafka.clients import as_unavailable, client_options
from shared.settings import KafkaSettings
from shared.topics import Topics

COMMIT_SECONDS = 1.0
"""As enrich does: what a kill -9 makes us do again is a second's work."""


class Place:
    """An async context manager: offsets by partition of the raw topic, before which the operation has done all.

    Kafka forgets the group a week after the last commit (`offsets.retention.minutes`): so long a replay can be gone on with.
    """

    def __init__(self, settings: KafkaSettings, topics: Topics, operation_id: str) -> None:
        """Connects to nothing before it is entered."""
        self._settings = settings
        self._topic = topics.raw.name
        self._group = f"{topics.enrich_group}-replay-{operation_id}"
        self._consumer: Any = None
        self._news: dict[TopicPartition, OffsetAndMetadata] = {}
        self._kept_at = 0.0

    async def __aenter__(self) -> Self:
        self._consumer = AIOKafkaConsumer(**client_options(self._settings), group_id=self._group, enable_auto_commit=False)
        try:
            async with as_unavailable(self._settings):
                await self._consumer.start()
        except Unavailable:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        with suppress(Unavailable):
            await self.keep(at_once=True)
        await asyncio.wait([asyncio.ensure_future(self._consumer.stop())])

    async def read(self, partitions: Mapping[int, object]) -> dict[int, int]:
        """What was kept, of these partitions; raises Unavailable."""
        places = [TopicPartition(self._topic, partition) for partition in partitions]
        if places:
            self._consumer.assign(places)
            self._consumer.pause(*places)  # it commits and fetches nothing
        async with as_unavailable(self._settings):
            kept = {place.partition: await self._consumer.committed(place) for place in places}
        return {partition: offset for partition, offset in kept.items() if offset is not None}

    def done(self, partition: int, offset: int) -> None:
        """The record at this offset, and all wanted ones before it, are done."""
        self._news[TopicPartition(self._topic, partition)] = OffsetAndMetadata(offset + 1, "")

    async def keep(self, *, at_once: bool = False) -> None:
        """Commit what is new, not more often than it is worth; raises Unavailable."""
        now = asyncio.get_running_loop().time()
        if not self._news or (not at_once and now - self._kept_at < COMMIT_SECONDS):
            return
        news, self._news = self._news, {}
        try:
            async with as_unavailable(self._settings):
                await self._consumer.commit(news)
        except Unavailable:
            self._news = news | self._news
            raise
        self._kept_at = now
