"""Faust's Kafka transport, whose consumer begins at the beginning again where nothing was committed.

After each rebalance Faust drops what it has fetched and goes back to what is committed. aiokafka's `seek_to_committed` does
nothing for a partition without a commit, or with one of 0: what was fetched of it by then, a new partition's first records,
would be passed over, and committed with the next.
"""

from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport


async def rewind(consumer: AIOKafkaConsumer) -> Mapping[TopicPartition, int | None]:
    """Seek to what is committed, or to the beginning where nothing is; return what is committed. Raises KafkaError."""
    committed: Mapping[TopicPartition, int | None] = await consumer.seek_to_committed()
    if nowhere := [place for place, offset in committed.items() if not offset]:
        await consumer.seek_to_beginning(*nowhere)
    return committed


class _Thread(AIOKafkaConsumerThread):
    async def seek_to_committed(self) -> Any:
        return await self.call_thread(rewind, self._ensure_consumer())


class _Consumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class RewindingTransport(Transport):
    """As Faust's own, but for where it goes on after a rebalance."""

    Consumer = _Consumer
