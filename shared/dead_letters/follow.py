"""Dead letters and operations, read on from where the last look ended → a Register; by a consumer of its own, which commits nothing."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared import operations
from shared.dead_letters.headers import SourceRecord
from shared.dead_letters.letter import read
from shared.dead_letters.register import Register
from shared.errors import Rejected
from shared.kafka import canary
from shared.topics import Topics

SECONDS = 1.0
"""Of each look: after a start with many letters it takes some looks until all are counted."""

RECORDS = 500

Offsets = Mapping[TopicPartition, int]


@dataclass
class LetterFollower:
    """Started and stopped by whoever looks; not to be asked by two at once."""

    topics: Topics
    register: Register = field(default_factory=Register)
    _consumer: Any = field(default=None, init=False)
    _read: dict[TopicPartition, int] = field(default_factory=dict, init=False)

    @property
    def names(self) -> tuple[str, str]:
        """The topics that are read."""
        return self.topics.dead.name, self.topics.operations.name

    @property
    def started(self) -> bool:
        """Whether there is a consumer."""
        return self._consumer is not None

    async def start(self, options: Mapping[str, Any]) -> None:
        """Make a consumer with aiokafka's options, and begin anew; raises KafkaError."""
        self._consumer = AIOKafkaConsumer(**options)
        self._forget()
        await self._consumer.start()  # what does not start is stopped by `stop`, too

    async def stop(self) -> None:
        """Stop the consumer, whatever state it is in."""
        consumer, self._consumer = self._consumer, None
        if consumer is None:
            return
        # A consumer without a group that is stopped right after its start raises CancelledError out of its own task.
        task = asyncio.ensure_future(consumer.stop())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.wait([task]), timeout=2)
        if task.done() and not task.cancelled():
            task.exception()

    async def look(self, places: list[TopicPartition], begins: Offsets, ends: Offsets) -> bool:
        """Read on for a bounded time in these partitions; return whether their ends were reached. Raises KafkaError."""
        self._assign(set(places))
        if not places:
            return True
        self.register.begin_at({place.partition: begins[place] for place in places if place.topic == self.topics.dead.name})
        # The consumer itself goes back to the beginning of a topic that was made anew, without a word: what was read before tells.
        if any(self._read.get(place, 0) > ends[place] for place in places):
            self._forget()
            for place in places:
                self._consumer.seek(place, begins[place])
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SECONDS
        while not await self._at_end(places, ends):
            if loop.time() > deadline:
                return False
            for place, records in (await self._consumer.getmany(timeout_ms=200, max_records=RECORDS)).items():
                self._read[place] = records[-1].offset + 1
                for record in records:
                    self._take(place.topic, record)
        return True

    def _assign(self, places: set[TopicPartition]) -> None:
        """Follow topics that came, went or grew."""
        if places != self._consumer.assignment():
            self._consumer.assign(places) if places else self._consumer.unsubscribe()
            for place in places:
                self._consumer.seek(place, 0)
            self._forget()

    def _forget(self) -> None:
        self.register.clear()
        self._read.clear()

    def _take(self, topic: str, record: Any) -> None:
        if record.key == canary.KEY:  # whether it comes through is said by the monitor itself
            return
        if topic == self.topics.dead.name:
            source = SourceRecord(topic, record.partition, record.offset, record.key, record.value, tuple(record.headers))
            self.register.add(read(source, datetime.fromtimestamp(record.timestamp / 1000, UTC)))
            return
        with contextlib.suppress(Rejected):  # of a newer version, or nobody's: it says nothing that we understand
            self.register.note(operations.read(record.value))

    async def _at_end(self, places: list[TopicPartition], ends: Offsets) -> bool:
        return all([await self._consumer.position(place) >= ends[place] for place in places])
