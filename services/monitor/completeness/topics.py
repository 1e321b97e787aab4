"""Kafka → the ledger: raw, enriched and dead topic read on from where the last round ended, and how far both groups are.

Two long-lived clients without a group; nothing is committed, and no topic is asked for by name that does not exist.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services.monitor.completeness.ledger import Ledger, place
from shared.dead_letters import letter
from shared.dead_letters.headers import RETRY_LETTER, SourceRecord
from shared.errors import Rejected
from shared.ids import version
from shared.kafka import canary
from shared.kafka.clients import as_unavailable, client_options
from shared.kafka.groups import read_group
from shared.records import DIGEST_HEADER, read_raw
from shared.settings import KafkaSettings
from shared.topics import DAY_MS, Topics

READ_SECONDS = 5.0
"""Of each round for reading: after a start with many records it takes some rounds to read them all."""

RECORDS = 200
"""At once."""

FETCH_BYTES = 4 * 2**20
"""Of a partition at once; a larger record still comes, alone."""


@dataclass(frozen=True)
class Progress:
    """How far groups and reading are, in partitions of their topics."""

    enrich: Mapping[int, int]
    """Offsets of the raw topic at which enrich goes on"""
    index: Mapping[int, int]
    """Offsets of the enriched topic at which index goes on; the beginning where what it committed was about another index"""
    ends: Mapping[int, int]
    """Of the enriched topic"""
    unread: int
    """Records that are still to be read"""
    anew: bool
    """A topic was made anew, so all was forgotten and is read again"""
    kept: tuple[int, int] = (0, 0)
    """Records in the raw and the enriched topic"""


class TopicReader:
    """Reads into a ledger; `close` frees the clients, and the next `read` makes new ones and reads on."""

    def __init__(self, settings: KafkaSettings, topics: Topics, ledger: Ledger) -> None:
        self._settings, self._topics, self.ledger = settings, topics, ledger
        self._names = (topics.raw.name, topics.enriched.name, topics.dead.name)
        self._admin: AIOKafkaAdminClient | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._next: dict[TopicPartition, int] = {}

    async def read(self, fills: str) -> Progress:
        """Read on for a bounded time; `fills` are those of the live indices. Raises Unavailable."""
        try:
            async with as_unavailable(self._settings):
                await self._start()
                return await self._read(fills)
        except BaseException:
            await self.close()
            raise

    async def _start(self) -> None:
        if self._consumer is not None:
            return
        options = client_options(self._settings)
        self._admin = AIOKafkaAdminClient(**options)
        await self._admin.start()
        self._consumer = AIOKafkaConsumer(
            **options, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest", max_partition_fetch_bytes=FETCH_BYTES
        )
        await self._consumer.start()

    async def close(self) -> None:
        """Stop the clients, whatever state they are in."""
        clients, self._admin, self._consumer = (self._admin, self._consumer), None, None
        for client, end in zip(clients, ("close", "stop"), strict=True):
            if client is not None:
                # In a task of its own: a consumer without a group that is stopped soon after its start raises CancelledError.
                ending = asyncio.ensure_future(getattr(client, end)())
                await asyncio.wait([ending], timeout=2)
                if ending.done() and not ending.cancelled():
                    ending.exception()

    async def _read(self, fills: str) -> Progress:
        assert self._admin is not None
        assert self._consumer is not None
        existing = set(await self._admin.list_topics())
        there = [name for name in self._names if name in existing]
        described = await self._admin.describe_topics(there) if there else []
        places = [TopicPartition(topic["topic"], one["partition"]) for topic in described for one in topic["partitions"]]
        # What is committed is asked for first: whatever is read afterwards, here and in the index, is at least as new.
        raw, enriched, _ = self._names
        groups = {name: await read_group(self._admin, group, name) for group, name in self._groups() if name in existing}
        begins = dict(await self._consumer.beginning_offsets(places)) if places else {}
        ends = dict(await self._consumer.end_offsets(places)) if places else {}
        anew = any(self._next.get(each, 0) > ends[each] for each in places) or bool(self._next.keys() - set(places))
        if anew:
            self.ledger.clear()
            self._next.clear()
        await self._read_on(places, begins, ends)
        unread = sum(max(0, ends[each] - max(begins[each], self._next.get(each, 0))) for each in places)
        bounds = {name: {each.partition: (begins[each], ends[each]) for each in places if each.topic == name} for name in (raw, enriched)}
        return Progress(
            groups[raw].goes_on(bounds[raw]) if raw in groups else {},
            groups[enriched].about(fills).goes_on(bounds[enriched]) if enriched in groups else {},
            {partition: end for partition, (_, end) in bounds[enriched].items()},
            unread,
            anew,
            (_kept(bounds[raw]), _kept(bounds[enriched])),
        )

    def _groups(self) -> tuple[tuple[str, str], ...]:
        raw, enriched, _ = self._names
        return (self._topics.enrich_group, raw), (self._topics.index_group, enriched)

    async def _read_on(self, places: list[TopicPartition], begins: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]) -> None:
        assert self._consumer is not None
        left = {each for each in places if max(begins[each], self._next.get(each, 0)) < ends[each]}
        if not left:
            return
        self._consumer.assign(list(left))
        for each in left:
            self._consumer.seek(each, max(begins[each], self._next.get(each, 0)))
        deadline = asyncio.get_running_loop().time() + READ_SECONDS
        while left and asyncio.get_running_loop().time() < deadline:
            found = await self._consumer.getmany(timeout_ms=200, max_records=RECORDS)
            for records in found.values():
                for record in records:
                    take(self.ledger, self._topics, record)
            for each in list(left):
                # A transaction's marker or a deleted piece moves the position without a record.
                self._next[each] = await self._consumer.position(each)
                if self._next[each] >= ends[each]:
                    left.discard(each)
                    self._consumer.pause(each)


def _kept(bounds: Mapping[int, tuple[int, int]]) -> int:
    return sum(end - begin for begin, end in bounds.values())


def take(ledger: Ledger, topics: Topics, record: Any, *, now: float | None = None) -> None:
    """Take a record of one of the three topics, as aiokafka gives it, at `now` (seconds, as `time.time` gives them).

    For a record of another form only a dead letter can answer.
    """
    if record.key == canary.KEY:  # in indices of its own, which nothing is compared with
        if record.topic in (topics.raw.name, topics.enriched.name):
            ledger.canaries["raw" if record.topic == topics.raw.name else "enriched"] += 1
        return
    headers, at = dict(record.headers), place(record.partition, record.offset)
    if record.topic == topics.dead.name:
        with contextlib.suppress(Rejected, ValueError, KeyError, TypeError, AttributeError):
            _take_letter(ledger, topics, record, headers)
        return
    read, again = ledger.raw if record.topic == topics.raw.name else ledger.enriched, RETRY_LETTER in headers
    if record.timestamp < (now or time.time()) * 1000 - topics.dead.retention_ms + DAY_MS:
        read.note_old(record.partition, record.offset)
    try:
        if record.topic == topics.raw.name:
            said = read_raw(headers[DIGEST_HEADER])
            ledger.add_raw(said.digest_id, said.revision, at, again=again)
        else:
            key = record.key.decode("ascii")
            ledger.add_enriched(key, _version(headers.get(letter.VERSION_HEADER), record.value), at, again=again)
    except (Rejected, ValueError, KeyError, TypeError, AttributeError):
        read.note_unreadable(at)


def _take_letter(ledger: Ledger, topics: Topics, record: Any, headers: Mapping[str, bytes]) -> None:
    whole = tuple(record.headers)
    source = SourceRecord(record.topic, record.partition, record.offset, record.key, record.value, whole)
    found = letter.read(source, datetime.fromtimestamp(record.timestamp / 1000, UTC))
    topic, partition, offset = found.origin.rsplit("/", 2)
    if topic == {"enrich": topics.raw.name, "index": topics.enriched.name}.get(found.stage):
        origin = place(int(partition), int(offset))
        digest_id = _digest_of(headers) or found.digest_id
        ledger.add_letter(found.stage, digest_id, found.revision, found.version, origin)


def _digest_of(headers: Mapping[str, bytes]) -> str | None:
    """The digest that a letter's raw record was of, by what the ledger knew it by: its header, whatever its key says."""
    with contextlib.suppress(Rejected, KeyError):
        return read_raw(headers[DIGEST_HEADER]).digest_id
    return None


def _version(header: bytes | None, value: bytes) -> int:
    if header and header.isdigit():
        return int(header)
    said = orjson.loads(value)
    return version(said["revision"], said["build"], said.get("knowledge"))
