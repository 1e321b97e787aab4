"""Following the raw topic, with stand-ins for Kafka: how much is held, where reading begins, who waits for what."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from services.ingest.accept import Submission, accept
from services.ingest.again.follower import Follower
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
    follower._consumer, follower._next = consumer, {PLACE: 0}
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
