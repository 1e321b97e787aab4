"""Kafka as seen from beside Faust: waiting until it is there with our topics, and how far behind the group is.

Faust gives up when the broker is away at its start, and its own stall warnings are not to be relied on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared import log
from shared.errors import Unavailable
from shared.kafka.clients import client_options, ensure_topics
from shared.kafka.groups import read_group
from shared.retry import Backoff
from shared.settings import KafkaSettings
from shared.topics import Topics

logger = log.get(__name__)

LONGEST_WAIT = 5.0
"""Seconds between two looks for a broker that is away: it should not wait for us when it is back."""


async def wait_until_there(settings: KafkaSettings, topics: Topics, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Return once Kafka answers and has our topics, creating those that are missing; raises Misconfigured when it refuses to."""
    for delay in Backoff(longest=LONGEST_WAIT).delays():
        try:
            created = await ensure_topics(settings, topics.all)
        except Unavailable as error:
            logger.warning("waiting for Kafka", reason=str(error))
            await sleep(delay)
        else:
            if created:
                logger.info("topics created", topics=created)
            return


class Lag:
    """How many records of a topic a group has not committed; asks Kafka itself."""

    def __init__(self, settings: KafkaSettings, *, topic: str, group: str) -> None:
        """Connects to nothing before the first `read`."""
        self._settings = settings
        self._topic = topic
        self._group = group
        self._admin: Any = None
        self._consumer: Any = None

    async def read(self) -> dict[int, int]:
        """Records behind by partition; a partition without a commit counts whole. Raises Unavailable."""
        try:
            if self._consumer is None:
                await self._connect()
            (topic,) = await self._admin.describe_topics([self._topic])
            tps = [TopicPartition(self._topic, partition["partition"]) for partition in topic["partitions"]]
            first, last = await self._consumer.beginning_offsets(tps), await self._consumer.end_offsets(tps)
            committed = (await read_group(self._admin, self._group, self._topic)).offsets
        except (KafkaError, OSError) as error:
            await self.close()
            raise Unavailable(f"Kafka at {self._settings.bootstrap_servers} does not answer: {error}") from error
        behind = {}
        for tp in tps:
            behind[tp.partition] = max(0, last[tp] - max(first[tp], committed.get(tp.partition, 0)))
        return behind

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
