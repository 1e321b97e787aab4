"""A stand-in for aiokafka's consumer: partitions as lists of values in memory, with the group's commits."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from aiokafka import OffsetAndMetadata, TopicPartition


@dataclass
class FakeReader:
    """One member with all partitions of one topic."""

    partitions: dict[TopicPartition, list[tuple[bytes, bytes]]]
    positions: dict[TopicPartition, int] = field(default_factory=dict)
    commits: list[dict[TopicPartition, int]] = field(default_factory=list)
    group: dict[TopicPartition, int] = field(default_factory=dict)
    notes: dict[TopicPartition, str] = field(default_factory=dict)
    """Beside the group's offsets"""
    polls: int = 0
    _paused: set[TopicPartition] = field(default_factory=set)

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, Sequence[Any]]:
        """Records from the positions on."""
        self.polls += 1
        found: dict[TopicPartition, list[Any]] = {}
        for partition, values in self.partitions.items():
            if partition in self._paused:
                continue
            start = self.positions.get(partition, 0)
            for offset, (key, value) in list(enumerate(values))[start : start + max_records]:
                record = SimpleNamespace(topic=partition.topic, partition=partition.partition, offset=offset, key=key, value=value, headers=())
                found.setdefault(partition, []).append(record)
            self.positions[partition] = start + len(found.get(partition, []))
        if not found:
            await asyncio.sleep(min(timeout_ms, 5) / 1000)
        return found

    async def commit(self, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        """Kept for the group."""
        self.commits.append({partition: known.offset for partition, known in offsets.items()})
        self.group |= self.commits[-1]
        self.notes |= {partition: known.metadata for partition, known in offsets.items()}

    async def committed(self, partition: TopicPartition) -> int | None:
        """The group's offset."""
        return self.group.get(partition)

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Nothing was deleted."""
        return dict.fromkeys(partitions, 0)

    async def seek_to_beginning(self, *partitions: TopicPartition) -> bool:
        """Positions to 0."""
        self.positions |= dict.fromkeys(partitions, 0)
        return True

    def assignment(self) -> set[TopicPartition]:
        """All."""
        return set(self.partitions)

    def highwater(self, partition: TopicPartition) -> int | None:
        """The end."""
        return len(self.partitions[partition])

    def pause(self, *partitions: TopicPartition) -> None:
        """Noted."""
        self._paused |= set(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        """Noted."""
        self._paused -= set(partitions)

    def paused(self) -> set[TopicPartition]:
        """Noted ones."""
        return set(self._paused)
