"""Following the raw topic, with stand-ins for Kafka: how much is held, where reading begins, who waits for what."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from aiokafka import TopicPartition

from services.ingest.accept import Submission, accept
from services.ingest.again import follower as module
from services.ingest.again.follower import Follower
from services.ingest.again.positions import Positions
from services.ingest.again.table import Table
from shared.kafka.topic_ids import Made
from shared.records import DIGEST_HEADER, RawDigest
from shared.settings import KafkaSettings

NOW = 1770343200123
PLACE = TopicPartition("raw", 0)


def said(text: str, *, at: int = 0, title: str | None = None) -> RawDigest:
    """A digest accepted `at` ms later."""
    submission = Submission(text.encode(), source="a", title=title)
    return accept(submission, revision=NOW + at, max_bytes=1000)[0]


@dataclass
class Record:
    """As aiokafka gives it, its value decompressed."""

    raw: RawDigest

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """The digest's alone."""
        return [(DIGEST_HEADER, self.raw.to_json())]


@dataclass
class FakeConsumer:
    """One partition whose records are all fetched already, as aiokafka's: it then gives them without a pause."""

    records: deque[RawDigest] = field(default_factory=deque)
    offset: int = 0
    most: int = 0
    """Records that it gave at once"""

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Record]]:
        """Up to so many."""
        if not self.records:
            await asyncio.sleep(0)
        found = [Record(self.records.popleft()) for _ in range(min(max_records, len(self.records)))]
        self.offset += len(found)
        self.most = max(self.most, len(found))
        return {PLACE: found} if found else {}

    async def position(self, place: TopicPartition) -> int:
        """Behind what was given."""
        return self.offset


@contextlib.asynccontextmanager
async def reading(follower: Follower, consumer: FakeConsumer) -> AsyncIterator[None]:
    """It reads on from the beginning while the block runs."""
    follower._consumer, follower._next = consumer, Positions({PLACE: 0})
    task = asyncio.create_task(follower._read_on({PLACE: len(consumer.records)}))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_one_record_is_held_at_a_time() -> None:
    """As 200 of the largest are 1.6 GB; requests have their turn between two of them."""
    follower = Follower(KafkaSettings(), "raw")
    consumer = FakeConsumer(deque(said(f"{number}") for number in range(100)))
    async with reading(follower, consumer):
        turns = 0
        while not follower._read.is_set():
            await asyncio.sleep(0)
            turns += 1
    assert consumer.most == 1
    assert len(follower.table) == 100
    assert turns >= 100


@dataclass
class FakeKafka:
    """The raw topic as it is now; `gate`, where set, is waited for by who asks."""

    made: Made = field(default_factory=lambda: Made("id", frozenset({0})))
    end: int = 0
    asked: int = 0
    gate: asyncio.Event | None = None
    known: set[int] = field(default_factory=lambda: {0})

    async def topics_now(self, settings: KafkaSettings, topics: Sequence[str]) -> dict[str, Made]:
        """As shared.kafka.topic_ids."""
        self.asked += 1
        if self.gate is not None:
            await self.gate.wait()
        return dict.fromkeys(topics, self.made)

    @property
    def _client(self) -> "FakeKafka":
        return self

    async def topics_by(self, client: "FakeKafka", topics: Sequence[str]) -> dict[str, Made]:
        """As shared.kafka.topic_ids."""
        return await client.topics_now(KafkaSettings(), topics)

    async def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """As aiokafka's consumer."""
        return dict.fromkeys(places, self.end)

    def partitions_for_topic(self, topic: str) -> set[int]:
        """As aiokafka's consumer knows it from another answer."""
        return self.known


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> FakeKafka:
    """In place of a broker."""
    made = FakeKafka()
    monkeypatch.setattr(module, "topics_now", made.topics_now)
    monkeypatch.setattr(module, "topics_by", made.topics_by)
    return made


@pytest.fixture
def read(kafka: FakeKafka) -> Follower:
    """One that has read the topic."""
    made = Follower(KafkaSettings(), "raw")
    made._consumer = made._asker = kafka
    made._topic_id, made._next = "id", Positions({PLACE: 0})
    made._read.set()
    return made


async def turns(count: int = 20) -> None:
    """Until whoever can go on has done so."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_who_asks_at_once_shares_one_look(kafka: FakeKafka, read: Follower) -> None:
    """As each opens connections; but a look that had begun may have missed what was written since."""
    kafka.gate = asyncio.Event()
    first = asyncio.create_task(read.current())
    await turns()
    others = [asyncio.create_task(read.current()) for _ in range(256)]
    await turns()
    others.pop().cancel()
    kafka.end = 1  # acknowledged before the others asked, and not read yet
    kafka.gate.set()
    await turns()
    assert kafka.asked == 2
    assert not any(each.done() for each in others)
    read._next.move(PLACE, 1)
    assert all(await asyncio.gather(first, *others))
    assert await read.current()
    assert kafka.asked == 3


async def test_where_kafka_does_not_say_nobody_knows(kafka: FakeKafka, read: Follower) -> None:
    """Each who asked is told so, and the next look is another."""

    async def refuse(places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        raise OSError("away")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kafka, "end_offsets", refuse)
        assert not any(await asyncio.gather(read.current(), read.current()))
    assert await read.current()


async def test_a_partition_that_is_not_read_is_noticed(kafka: FakeKafka, read: Follower) -> None:
    """Else a withdrawal in it would be unknown, and what is fed again would count as a duplicate."""
    assert await read.current()
    kafka.made = Made("id", frozenset({0, 1}))
    assert not await read.current()
    assert await read._is_another()


async def test_a_broker_that_is_too_old_for_ids_is_believed(kafka: FakeKafka, read: Follower) -> None:
    """Its partitions come with another answer."""
    read._topic_id, kafka.made = "", Made("", None)
    assert await read.current()
    kafka.known = {0, 1}
    assert not await read.current()


@pytest.mark.parametrize(
    ("first", "end", "read", "begin"),
    [(0, 250, None, 150), (180, 250, None, 180), (0, 60, None, 0), (0, 250, 200, 200), (0, 250, 20, 20)],
)
def test_no_more_is_read_than_the_table_holds(first: int, end: int, read: int | None, begin: int) -> None:
    """Of each partition; what was read before is not read again, and what comes behind it is not left out."""
    follower = Follower(KafkaSettings(), "raw", Table(most=100))
    follower._next = Positions({} if read is None else {PLACE: read})
    assert follower._begin(PLACE, first, end) == begin


async def test_what_is_still_being_read_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that comes back while it goes on is used at once."""
    follower = Follower(KafkaSettings(), "raw", read_seconds=0)

    async def going_on() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(follower, "_follow", going_on)
    await follower.start()
    follower.read_seconds = 3600
    again = asyncio.create_task(follower.start())
    await turns()
    assert again.done()
    assert not follower.complete
    await follower.stop()


async def test_a_reading_that_began_anew_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As once it was read there is little to come after an outage."""
    follower = Follower(KafkaSettings(), "raw", read_seconds=0)
    asked = asyncio.Event()

    async def read() -> None:
        await asked.wait()
        follower._next, follower._consumer = Positions({PLACE: 0}), FakeConsumer()
        await follower._read_on({PLACE: 0})

    monkeypatch.setattr(follower, "_follow", read)
    await follower.start()
    asked.set()
    await follower._read.wait()
    follower._read.clear()  # as an outage does
    follower.read_seconds = 3600
    again = asyncio.create_task(follower.start())
    await turns()
    assert follower.complete
    await again
    await follower.stop()


async def test_ones_own_record_is_waited_for(read: Follower) -> None:
    """Not another instance's of the same digest and millisecond, which lies before it."""
    own, other = said("x", title="周报"), said("x")
    read.acknowledged(own, 0, 1)
    read.table.note(other)
    read._next.move(PLACE, 1)
    seen = asyncio.create_task(read.seen(own.digest_id, own.revision))
    await turns()
    assert not seen.done()
    read.table.note(own)
    read._next.move(PLACE, 2)
    assert await seen


async def test_records_that_nobody_waits_for_are_not_kept(read: Follower) -> None:
    """Such as those of requests that broke off."""
    for number in range(module.AWAITED + 5):
        read.acknowledged(said("x", at=number), 0, number)
    assert len(read._places) == module.AWAITED


async def test_a_record_whose_place_kafka_does_not_say_lies_before_the_end(kafka: FakeKafka, read: Follower) -> None:
    """As the producer sent it twice."""
    own = said("x")
    read.acknowledged(own, 0, -1)
    kafka.end = 3
    seen = asyncio.create_task(read.seen(own.digest_id, own.revision))
    await turns()
    assert not seen.done()
    read._next.move(PLACE, 3)
    assert await seen


async def test_who_waits_is_told_when_reading_ends(read: Follower) -> None:
    """At once, and not after the time that a record may take."""
    own = said("x")
    read.acknowledged(own, 0, 5)
    seen = asyncio.create_task(read.seen(own.digest_id, own.revision))
    await turns()
    read._next.give_up()
    assert not await seen
