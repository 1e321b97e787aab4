"""A rebalance of the indexers' group → the consumer is told which partitions come and go."""

from aiokafka import ConsumerRebalanceListener, TopicPartition

from services.index.consumer import Consumer


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Tells the consumer of partitions that come and go."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Finish what is in flight before somebody else reads on."""
        await self._consumer.revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Note where the group is in them."""
        await self._consumer.assigned(assigned)
