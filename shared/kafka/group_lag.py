"""A consumer group and a topic in, how many records of it the group has not committed out, asked again and again by clients that stay open."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.errors import Unavailable
from shared.kafka.clients import as_unavailable, client_options
from shared.kafka.groups import read_group
from shared.kafka.metadata import must_see
from shared.settings import KafkaSettings


class GroupLag:
    """Asks Kafka itself, as Faust's own warnings are not to be relied on."""

    def __init__(self, settings: KafkaSettings, *, topic: str, group: str) -> None:
        """Connects to nothing before the first `read`."""
        self._settings = settings
        self._topic = topic
        self._group = group
        self._admin: Any = None
        self._consumer: Any = None
        self.ends: dict[int, int] = {}
        """Where each partition ended when that was last read"""

    async def read(self) -> dict[int, int]:
        """Records behind by partition; a partition without a commit counts whole. Raises Unavailable."""
        try:
            async with as_unavailable(self._settings):
                if self._consumer is None:
                    await self._connect()
                await must_see(self._admin, [self._topic])
                (topic,) = await self._admin.describe_topics([self._topic])
                places = [TopicPartition(self._topic, partition["partition"]) for partition in topic["partitions"]]
                first, last = await self._consumer.beginning_offsets(places), await self._consumer.end_offsets(places)
                group = await read_group(self._admin, self._group, self._topic)
        except Unavailable:
            await self.close()
            raise
        self.ends = {place.partition: last[place] for place in places}
        return group.behind({place.partition: (first[place], last[place]) for place in places})

    async def close(self) -> None:
        """Close the connections; the next `read` opens others."""
        clients, self._admin, self._consumer = (self._admin, self._consumer), None, None
        for client, end in zip(clients, ("close", "stop"), strict=True):
            if client is not None:
                # In a task of its own: a consumer without a group that is stopped soon after its start raises CancelledError.
                await asyncio.wait([asyncio.ensure_future(_quietly(getattr(client, end)()))])

    async def _connect(self) -> None:
        options = client_options(self._settings)
        # Subscribed to nothing: it would fetch digests that nobody reads.
        self._consumer = AIOKafkaConsumer(**options, group_id=None, enable_auto_commit=False)
        self._admin = AIOKafkaAdminClient(**options)
        await self._consumer.start()
        await self._admin.start()


async def _quietly(ending: Awaitable[object]) -> None:
    with suppress(KafkaError, OSError, asyncio.CancelledError):
        await ending
