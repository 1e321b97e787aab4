"""What the indexer uses of aiokafka's consumer: the port that a fake stands in for in tests."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from aiokafka import OffsetAndMetadata, TopicPartition


class Kafka(Protocol):
    """What is used of aiokafka's consumer."""

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, Sequence[Any]]:
        """Records at hand."""

    async def commit(self, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        """Keep these offsets for the group."""

    async def committed(self, partition: TopicPartition) -> int | None:
        """The group's offset of a partition."""

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The first offset of each."""

    async def seek_to_beginning(self, *partitions: TopicPartition) -> bool:
        """Read these from the start."""

    def assignment(self) -> set[TopicPartition]:
        """Partitions that are ours."""

    def highwater(self, partition: TopicPartition) -> int | None:
        """End of a partition as of the last fetch."""

    def pause(self, *partitions: TopicPartition) -> None:
        """Return no records of these."""

    def resume(self, *partitions: TopicPartition) -> None:
        """Return records of these again."""

    def paused(self) -> set[TopicPartition]:
        """Partitions that are paused."""
