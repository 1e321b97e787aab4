"""The raw topic → the table of what was fed: its last records read once, then followed.

The topic itself is what is known, so a restart, a kill, another instance, an import or an older build's
records need nothing further. Reading costs ten seconds a gigabyte at the start, of as many records of each
partition as the table holds digests; nothing is committed.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.ingest.again.positions import Positions
from services.ingest.again.table import Table
from shared import log
from shared.errors import JianbaoError, Rejected, Unavailable
from shared.kafka import canary
from shared.kafka.clients import as_unavailable, client_options, words
from shared.kafka.scan import Scanner
from shared.kafka.topic_ids import Made, topics_by, topics_now
from shared.records import DIGEST_HEADER, RawDigest, read_raw
from shared.retry import Backoff
from shared.settings import KafkaSettings

_log = log.get(__name__)

READ_SECONDS = 10.0
"""That a start waits until the topic is read: a gigabyte or so. What lies behind is read while digests are
taken, and is unknown until then.
"""

SEEN_SECONDS = 2.0
"""For a record to come back: some ms, but for a Kafka that is busy."""

LOOK_EVERY = 30.0
"""Seconds between questions whether the topic and its partitions are still the same; `start` asks too."""

MARKERS_EVERY = 50
"""Records, between two looks at where those partitions are read to of which no record came."""

FETCH_BYTES = 4 * 2**20
"""Of a partition at once, as it is compressed, and four times that of a broker; a larger record still comes,
alone.
"""

AWAITED = 10_000
"""Acknowledged records that somebody may wait for: more than there are requests at once. Those that nobody
waits for, as their request broke off, are forgotten then.
"""


@dataclass
class Follower:
    """Reads in the background from `start` to `stop`; the Memory of a Taker."""

    settings: KafkaSettings
    topic: str
    table: Table = field(default_factory=Table)
    read_seconds: float = READ_SECONDS
    _task: asyncio.Task[None] | None = field(default=None, init=False)
    _topic_id: str = field(default="", init=False)
    _next: Positions = field(default_factory=Positions, init=False)
    _consumer: Any = field(default=None, init=False)
    _asker: Any = field(default=None, init=False)
    """Another client, as a question to the first would wait behind its reading for half a second"""
    _places: dict[tuple[str, int], tuple[TopicPartition, int]] = field(default_factory=dict, init=False)
    """By digest and revision, where an acknowledged record of ours lies"""
    _read: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    """Set while all is known that was there when reading began, and what comes is followed"""
    _changed: bool = field(default=False, init=False)
    """Whether somebody noticed that the topic or its partitions are others than those that are read"""
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _next_look: asyncio.Task[bool] | None = field(default=None, init=False)
    """Waits for the look that is going on: each opens connections of its own. Whoever asks meanwhile shares it"""
    _this_look: asyncio.Task[bool] | None = field(default=None, init=False)
    """Kept, as a task that nobody keeps may vanish"""
    _waited: bool = field(default=False, init=False)
    """Whether a start has waited in vain for what is still being read"""

    async def start(self) -> None:
        """Begin to read, anew where the topic is another one; return once it is read, or after
        `read_seconds`. Who starts again while the same is still being read waits no more.
        """
        if self._read.is_set() and await self._is_another():
            await self.stop()
        if self._task is None:
            self._task = asyncio.create_task(self._keep_following())
        if self._waited:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.read_seconds):
                await self._read.wait()
                return
        self._waited = True
        _log.warning(
            "still_reading",
            topic=self.topic,
            digests=len(self.table),
            advice="digests that are not read yet count as new",
        )

    async def stop(self) -> None:
        """End reading."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._waited = False

    @property
    def complete(self) -> bool:
        """Whether all is known that was there when reading began."""
        return self._read.is_set()

    async def current(self) -> bool:
        """Whether the table knows everything that was acknowledged before this was asked."""
        if not self._read.is_set():
            return False
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(2 * SEEN_SECONDS):
                return await asyncio.shield(self._next_look)
        except TimeoutError:
            return False

    async def _look(self) -> bool:
        """Whether the topic is read to where it ends now, once for all who ask before it is asked; False where
        that is not known: it is another topic, or Kafka does not say, and digests are written.
        """
        async with self._looking:
            self._this_look, self._next_look = self._next_look, None  # who asks from here on may know of more
            try:
                async with asyncio.timeout(SEEN_SECONDS):
                    made = await topics_by(self._asker._client, [self.topic])
                    if not self._is_same(made.get(self.topic)):
                        self._changed = True
                        return False
                    ends: Mapping[TopicPartition, int] = await self._asker.end_offsets(list(self._next))
            except Exception as error:
                _log.warning("not_current", reason=_reason(error))
                return False
        return await self._until(ends)

    def acknowledged(self, raw: RawDigest, partition: int, offset: int) -> None:
        """Keep where a record of ours lies until `seen` asks for it."""
        if offset < 0:  # Kafka had it already when the producer sent it again, and does not say where
            return
        if len(self._places) >= AWAITED:
            del self._places[next(iter(self._places))]
        self._places[raw.digest_id, raw.revision] = TopicPartition(self.topic, partition), offset

    async def seen(self, digest_id: str, revision: int) -> bool:
        """Whether this acknowledged record came back in time, so that what was written before it is known.

        Another's of the same digest and revision is not it; where ours lies is known from `acknowledged`, or else
        before where the topic ends now.
        """
        place, offset = self._places.pop((digest_id, revision), (None, 0))
        return await self._until({place: offset + 1}) if place is not None else await self.current()

    async def _until(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Whether all before these offsets is read in time."""
        if not self._read.is_set():
            return False
        try:
            async with asyncio.timeout(SEEN_SECONDS):
                return all([await self._next.until(place, end) for place, end in ends.items()])
        except TimeoutError:
            return False

    async def _keep_following(self) -> None:
        said = ""
        for delay in Backoff(first=0.2, longest=3.0).delays():
            try:
                await self._follow()
                said = ""
            except Exception as error:  # whatever it is, reading begins again
                reason = _reason(error)
                if reason != said:
                    _log.warning("not_following", topic=self.topic, reason=reason)
                said = reason
            finally:
                self._read.clear()
                self._next.give_up()
            await asyncio.sleep(delay)

    async def _follow(self) -> None:
        """Read until the topic is another one; raises Unavailable and KafkaError."""
        bounds = await self._bounds()
        options = client_options(self.settings) | {
            "group_id": None,
            "enable_auto_commit": False,
            "auto_offset_reset": "none",
            # A broker that is too old to say whether the topic is the same tells its partitions here only.
            "metadata_max_age_ms": 5_000,
        }
        self._consumer = AIOKafkaConsumer(**options, max_partition_fetch_bytes=FETCH_BYTES, fetch_max_bytes=4 * FETCH_BYTES)
        self._asker = AIOKafkaConsumer(**options)
        try:
            async with as_unavailable(self.settings):
                await self._consumer.start()
                await self._asker.start()
            self._consumer.assign(list(bounds))
            for place, ends in bounds.items():
                self._next.move(place, self._begin(place, *ends))
                self._consumer.seek(place, self._next[place])
            await self._read_on({place: end for place, (_, end) in bounds.items()})
        finally:
            # In tasks of their own: a consumer without a group that is stopped soon raises CancelledError.
            await asyncio.wait([asyncio.ensure_future(one.stop()) for one in (self._consumer, self._asker)])

    async def _bounds(self) -> dict[TopicPartition, tuple[int, int]]:
        """First offset and end of each partition; all is forgotten where the topic was made anew."""
        made = await self._made()
        if made is None:
            raise Unavailable(f"topic {self.topic} is missing in Kafka; it is being created")
        async with Scanner(self.settings) as scanner:
            found = await scanner.bounds(self.topic)
        bounds = {TopicPartition(self.topic, partition): ends for partition, ends in found.items()}
        shorter = any(self._next.get(each, 0) > end for each, (_, end) in bounds.items())
        if made.topic_id != self._topic_id or shorter:
            self.table.clear()
            self._next.clear()
        self._topic_id, self._changed = made.topic_id, False
        return bounds

    def _begin(self, place: TopicPartition, first: int, end: int) -> int:
        """Where to read on. Of a partition that is new what lies so far before its end that the table would
        forget it is left out; of another nothing, as it may be the withdrawal of what is known.
        """
        return max(first, self._next.get(place, end - self.table.most))

    async def _read_on(self, ends: Mapping[TopicPartition, int]) -> None:
        loop = asyncio.get_running_loop()
        look_at, turn = loop.time() + LOOK_EVERY, 0
        while True:
            if not self._read.is_set() and all(self._next[each] >= end for each, end in ends.items()):
                self._read.set()
                self._waited = False
            # One at a time: a record that takes 8 MiB here is compressed until it is asked for.
            found = await self._consumer.getmany(timeout_ms=500, max_records=1)
            for records in found.values():
                self._note(*records)
            turn += 1
            # A transaction's marker or a deleted piece moves the position without a record: seen in quiet, and now and then.
            for each in found if found and turn % MARKERS_EVERY else list(self._next):
                self._next.move(each, await self._consumer.position(each))
            await asyncio.sleep(0)  # what is fetched already comes without a pause, and requests wait
            if self._changed:
                return
            if loop.time() >= look_at:
                self._changed = await self._is_another()
                look_at = loop.time() + LOOK_EVERY

    async def _is_another(self) -> bool:
        """Whether the topic was made anew or has other partitions; False where Kafka is away."""
        try:
            return not self._is_same(await self._made())
        except Unavailable:
            return False

    async def _made(self) -> Made | None:
        return (await topics_now(self.settings, [self.topic])).get(self.topic)

    def _is_same(self, made: Made | None) -> bool:
        if made is None or made.topic_id != self._topic_id:
            return False
        partitions = made.partitions
        if partitions is None:
            partitions = self._consumer.partitions_for_topic(self.topic)
        return partitions == {place.partition for place in self._next}

    def _note(self, record: Any) -> None:
        header = next((data for name, data in record.headers if name == DIGEST_HEADER), b"")
        with contextlib.suppress(Rejected):  # not ingest's
            raw = read_raw(header)
            if raw.digest_id != canary.DIGEST_ID:  # always new, and nothing that people fed
                self.table.note(raw)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, JianbaoError) else words(error)
