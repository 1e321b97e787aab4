"""Raw, enriched, dead and operations topic → the ledger: read on from where the last events were stored, stored before it is read further."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services.monitor.ledger.events import event
from services.monitor.ledger.store import Store
from shared import log
from shared.dead_letters.headers import SourceRecord
from shared.errors import JianbaoError
from shared.kafka import canary
from shared.kafka.clients import as_unavailable, client_options
from shared.ledger.event import Event
from shared.ledger.state import Places
from shared.retry import Backoff
from shared.settings import KafkaSettings
from shared.topics import Topics

_log = log.get(__name__)

RECORDS = 500
"""At once: the events of a bulk request, some 200 kB."""

LINGER_SECONDS = 2.0
"""Between two bulk requests that are not full. Each costs Elasticsearch a sync to disk and a segment: written as records
came, the ledger slowed the whole path by a seventh, and so by a twentieth."""

FETCH_BYTES = 4 * 2**20
"""Of a partition at once; a larger record still comes, alone."""

LOOK_EVERY = 10.0
"""Seconds between questions for new partitions, topics that were made anew, and an index that was deleted while nothing came."""


@dataclass
class Writer:
    """Runs until cancelled."""

    settings: KafkaSettings
    topics: Topics
    store: Store
    stored: int = field(default=0, init=False)
    """Events since it started"""

    async def run(self) -> None:
        """Read and store; whatever is away is waited for."""
        said = ""
        while True:
            for delay in Backoff(first=0.5, longest=10.0).delays():
                before = self.stored
                try:
                    async with as_unavailable(self.settings):
                        await self._follow()
                except JianbaoError as error:
                    if str(error) != said:  # once, not with every try
                        _log.warning("ledger_waits", reason=str(error))
                    said = str(error)
                except Exception:
                    _log.exception("writing the ledger failed")
                await asyncio.sleep(delay)
                if self.stored > before:
                    break  # it went on, and the next wait is a short one again

    async def _follow(self) -> None:
        """Return where topics or partitions are others than those that are read."""
        options = client_options(self.settings)
        admin = AIOKafkaAdminClient(**options)
        consumer = AIOKafkaConsumer(
            **options,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
        )
        try:
            await admin.start()
            await consumer.start()
            await self._read_on(admin, consumer)
        finally:
            # In tasks of their own: a consumer without a group that is stopped soon raises CancelledError.
            await asyncio.wait([asyncio.ensure_future(end()) for end in (admin.close, consumer.stop)], timeout=5)

    async def _read_on(self, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer) -> None:
        places = await self._places(admin)
        state = await self.store.open()
        known = state.places
        if not places:
            return
        begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        read: dict[tuple[str, int], int] = {}
        for place in places:
            at = known.get((place.topic, place.partition), begins[place])
            # Beyond the end: the topic was made anew, and its records begin again.
            read[place.topic, place.partition] = max(at, begins[place]) if at <= ends[place] else begins[place]
        consumer.assign(places)
        for place in places:
            consumer.seek(place, read[place.topic, place.partition])
        began_at = {(place.topic, place.partition): end for place, end in ends.items()}
        if (behind := _behind(read, began_at)) != state.behind:
            # Said before the first record is read: an answer from a ledger that is being filled says that it is.
            state = state._replace(places=dict(read), behind=behind)
            await self.store.add((), state)
        loop = asyncio.get_running_loop()
        look_at = loop.time() + LOOK_EVERY
        while True:
            found = await consumer.getmany(timeout_ms=500, max_records=RECORDS)
            events = [made for records in found.values() for record in records if (made := _event(record, self.topics))]
            for place, records in found.items():
                read[place.topic, place.partition] = records[-1].offset + 1
            if found:
                state = state._replace(places=dict(read), behind=_behind(read, began_at))
                await self.store.add(events, state)
                self.stored += len(events)
            if 0 < sum(map(len, found.values())) < RECORDS:
                await asyncio.sleep(LINGER_SECONDS)
            if loop.time() >= look_at:
                look_at = loop.time() + LOOK_EVERY
                await self.store.check()
                if await self._changed(admin, consumer, set(places), read):
                    return

    async def _changed(self, admin: Any, consumer: Any, places: set[TopicPartition], read: dict[tuple[str, int], int]) -> bool:
        now = await self._places(admin)
        ends = await consumer.end_offsets(now) if now else {}
        return set(now) != places or any(read[place.topic, place.partition] > ends[place] for place in now)

    async def _places(self, admin: Any) -> list[TopicPartition]:
        existing = set(await admin.list_topics())
        topics = self.topics
        names = [topic.name for topic in (topics.raw, topics.enriched, topics.dead, topics.operations) if topic.name in existing]
        described = await admin.describe_topics(names) if names else []
        return [TopicPartition(topic["topic"], one["partition"]) for topic in described for one in topic["partitions"]]


def _behind(read: Places, ends: Places) -> int:
    """Return how many of the records that were there when reading began are still to be read."""
    return sum(max(0, end - read[place]) for place, end in ends.items())


def _event(record: Any, topics: Topics) -> Event | None:
    if record.key == canary.KEY:  # a year of them would be more than all others
        return None
    source = SourceRecord(record.topic, record.partition, record.offset, record.key, record.value, tuple(record.headers))
    return event(source, datetime.fromtimestamp(record.timestamp / 1000, UTC), topics)
