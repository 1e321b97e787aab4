"""A topic from its beginning (or a place, or a time) to its end as it is now → its records one after another; nothing is committed.

For whoever reads a whole topic beside the services: dead letters, archive, replay, rebuild, reconciliation. Records of the monitor's own
digest are passed over: a year of them is half a million, and nothing is to be copied, replayed or counted of them.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.dead_letters.headers import SourceRecord
from shared.errors import Unavailable
from shared.kafka import canary
from shared.kafka.clients import admin_client, as_unavailable, client_options
from shared.kafka.metadata import must_see
from shared.settings import KafkaSettings

FETCH_BYTES = 32 * 2**20
"""More than the largest record of any topic (20 MiB): one that does not fit would never be got past."""

SILENT_SECONDS = 60.0
"""Without any record although there are some: as long as a broker may take that is being restarted."""

ADVICE = "Check KAFKA_BOOTSTRAP_SERVERS"


@dataclass(frozen=True)
class Scanned:
    """A record with the time that its producer gave it."""

    record: SourceRecord
    at: datetime
    """UTC"""


class Scanner:
    """An async context manager that reads topics; raises Unavailable where Kafka does not answer."""

    def __init__(self, settings: KafkaSettings, *, fetch_bytes: int = FETCH_BYTES) -> None:
        """Connects to nothing before it is entered."""
        self._settings = settings
        self._fetch_bytes = fetch_bytes
        self._consumer: Any = None

    async def __aenter__(self) -> Self:
        options = client_options(self._settings)
        self._consumer = AIOKafkaConsumer(
            **options, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest", max_partition_fetch_bytes=self._fetch_bytes
        )
        try:
            async with self._asking():
                await self._consumer.start()
        except Unavailable:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        # In a task of its own: a consumer without a group that is stopped soon after its start raises CancelledError, which would hide the error.
        await asyncio.wait([asyncio.ensure_future(self._consumer.stop())])

    async def bounds(self, topic: str) -> dict[int, tuple[int, int]]:
        """First offset and the one after the last by partition; {} when there is no such topic."""
        # Asked beside the consumer, which knows only topics that it reads, and would have a missing one made.
        async with admin_client(self._settings, advice=ADVICE) as admin:
            if topic not in await admin.list_topics():
                await must_see(admin, [topic])
                return {}
            (described,) = await admin.describe_topics([topic])
        places = [TopicPartition(topic, known["partition"]) for known in described["partitions"]]
        async with self._asking():
            first, last = await self._consumer.beginning_offsets(places), await self._consumer.end_offsets(places)
        return {place.partition: (first[place], last[place]) for place in sorted(places)}

    async def first_at(self, topic: str, at_ms: int) -> dict[int, int]:
        """Offset by partition of the first record whose time is at or after `at_ms` (since 1970);
        partitions without one are left out.
        """
        places = [TopicPartition(topic, partition) for partition in await self.bounds(topic)]
        if not places:
            return {}
        async with self._asking():
            found = await self._consumer.offsets_for_times(dict.fromkeys(places, at_ms))
        return {place.partition: one.offset for place, one in found.items() if one is not None}

    async def read(
        self,
        topic: str,
        *,
        since: Mapping[int, int] | None = None,
        until: Mapping[int, int] | None = None,
        canaries: bool = False,
    ) -> AsyncGenerator[Scanned, None]:
        """Every record from `since` to before `until` (offsets by partition; where not given, from the first to the end as it is now).

        Those of the monitor's own digest are left out unless `canaries` is true.
        Records of one partition come in order. One read at a time; partitions that `until` (or, without it, `since`) does not name are left out.
        """
        bounds = await self.bounds(topic)
        named = until if until is not None else since if since is not None else bounds
        ranges = {
            partition: (max(first, (since or {}).get(partition, first)), min(last, (until or {}).get(partition, last)))
            for partition, (first, last) in bounds.items()
            if partition in named
        }
        left = {TopicPartition(topic, partition): end for partition, (start, end) in ranges.items() if start < end}
        if not left:
            return
        async with self._asking():
            self._consumer.assign(list(left))
            for place in left:
                self._consumer.seek(place, ranges[place.partition][0])
            heard = asyncio.get_running_loop().time()
            while left:
                found = await self._consumer.getmany(timeout_ms=500, max_records=200)
                for place, records in found.items():
                    for record in records:
                        if place in left and record.offset < left[place] and (canaries or record.key != canary.KEY):
                            yield _scanned(record)
                # A transaction's marker or a deleted piece moves the position without a record.
                for place in [place for place, end in left.items() if await self._consumer.position(place) >= end]:
                    del left[place]
                    self._consumer.pause(place)
                now = asyncio.get_running_loop().time()
                heard = now if found else heard
                if now - heard > SILENT_SECONDS:
                    raise Unavailable(f"Kafka at {self._settings.bootstrap_servers} gave no records of {topic} for {SILENT_SECONDS:.0f} s")

    def _asking(self) -> AbstractAsyncContextManager[None]:
        return as_unavailable(self._settings, advice=ADVICE)


def _scanned(record: Any) -> Scanned:
    source = SourceRecord(record.topic, record.partition, record.offset, record.key, record.value, tuple(record.headers))
    return Scanned(source, datetime.fromtimestamp(record.timestamp / 1000, UTC))
