"""Clocks on a real Kafka: one that is wrong takes nothing, and a digest from the future is followed by its
corrections.

Records from the future stand 50 minutes ahead, as a broker takes no more than an hour; a clock set wrong for
all, Kafka's too, left them there.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.publish import KafkaPublisher
from services.ingest.revision import received_at
from shared.errors import Unavailable
from shared.kafka.clients import ensure_topics
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.records import DIGEST_HEADER, RawDigest, read_raw
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected

AHEAD_MS = 50 * 60 * 1000
ID, OTHER = "a" * 32, "b" * 32


class Bench:
    """The topics of one test, with what is done to them by hand."""

    def __init__(self, engines: RunningEngines, namespace: str) -> None:
        self.settings = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2)
        self.topics = Topics(namespace)
        self.shift = 0.0
        """Seconds by which this machine's clock is wrong"""

    def now(self) -> float:
        """This machine's clock."""
        return time.time() + self.shift

    @asynccontextmanager
    async def publisher(self) -> AsyncIterator[KafkaPublisher]:
        """One that is connected."""
        async with KafkaPublisher(self.settings, self.topics, ack_timeout=10, now=self.now) as publisher:
            await publisher.connected(timeout=30)
            yield publisher

    async def put(self, raw: RawDigest, *, at: datetime) -> None:
        """A raw record as a producer with another clock writes it."""
        await ensure_topics(self.settings, self.topics.all)
        async with Sender(self.settings) as sender:
            await sender.deliver(
                [
                    Message(
                        self.topics.raw.name,
                        raw.digest_id.encode(),
                        b"x",
                        [(DIGEST_HEADER, raw.to_json())],
                        at,
                    )
                ]
            )

    async def revisions(self, digest_id: str) -> list[int]:
        """Those of a digest in the raw topic, in order."""
        async with Scanner(self.settings) as scanner:
            records = [scanned.record async for scanned in scanner.read(self.topics.raw.name)]
        headers = [dict(record.headers) for record in records if record.key == digest_id.encode()]
        return [read_raw(one[DIGEST_HEADER] or b"").revision for one in headers]


@pytest.fixture
def bench(engines: RunningEngines, namespace: str) -> Bench:
    """Under a namespace of the test's own."""
    return Bench(engines, namespace)


def received(digest_id: str, *, ahead_ms: int = 0) -> RawDigest:
    """A digest received now, by a clock that is so far ahead."""
    revision = time.time_ns() // 1_000_000 + ahead_ms
    return RawDigest(
        digest_id=digest_id,
        source="a",
        media_type="text/plain",
        charset="utf-8",
        received_at=received_at(revision),
        sha256="0" * 64,
        revision=revision,
    )


@pytest.mark.parametrize(("days", "words"), [(10, "10 days ahead of"), (-10, "10 days behind")])
async def test_a_wrong_clock_takes_nothing_until_it_is_right(bench: Bench, days: int, words: str) -> None:
    """Neither /readyz nor a feeder is told that all is well; set right, it takes at once, without a
    restart.
    """
    bench.shift = days * 86_400
    async with bench.publisher() as publisher:
        with pytest.raises(Unavailable, match=words):
            await publisher.check()
        with pytest.raises(Unavailable, match=words):
            await publisher.publish(received(ID), b"x")
        bench.shift = 0
        await publisher.check()
        await publisher.publish(received(ID), b"x")
    assert len(await bench.revisions(ID)) == 1


async def test_a_correction_of_a_digest_from_the_future_is_above_it(bench: Bench) -> None:
    """Again and again, whoever takes it; the time of its receipt stays the right one, and other digests
    are left as they are.
    """
    wrong = received(ID, ahead_ms=AHEAD_MS)
    await bench.put(wrong, at=wrong.received_at)
    async with bench.publisher() as one, bench.publisher() as other:
        for publisher in (one, other, other, one):
            raw = received(ID)
            published = await publisher.publish(raw, b"corrected")
            assert published.received_at == raw.received_at
        plain = received(OTHER)
        assert await one.publish(plain, b"x") == plain
    assert await bench.revisions(ID) == [wrong.revision + n for n in range(5)]


async def test_what_is_later_than_the_digest_from_the_future_counts_too(bench: Bench) -> None:
    """As the withdrawal that follows one does, under a time of its own that is right."""
    wrong = received(ID, ahead_ms=AHEAD_MS)
    await bench.put(wrong, at=wrong.received_at)
    withdrawn = wrong.model_copy(update={"revision": wrong.revision + 1, "withdrawn": True})
    await bench.put(withdrawn, at=datetime.now(UTC))
    async with bench.publisher() as publisher:
        assert (await publisher.publish(received(ID), b"back")).revision == wrong.revision + 2


async def test_records_of_the_past_are_not_looked_for(bench: Bench) -> None:
    """A usual revision stays what it is: the time of receipt."""
    before = received(ID, ahead_ms=-AHEAD_MS)
    await bench.put(before, at=before.received_at)
    async with bench.publisher() as publisher:
        raw = received(ID)
        assert (await publisher.publish(raw, b"x")).revision == raw.revision


async def test_where_records_from_a_time_on_begin(bench: Bench) -> None:
    """By partition; none where all are before it."""
    now = datetime.now(UTC)
    for minutes in (-20, -10, 30):
        await bench.put(received(ID), at=now + timedelta(minutes=minutes))
    ms = round(now.timestamp() * 1000)
    async with Scanner(bench.settings) as scanner:
        assert list((await scanner.first_at(bench.topics.raw.name, ms)).values()) == [2]
        assert list((await scanner.first_at(bench.topics.raw.name, ms - 15 * 60_000)).values()) == [1]
        assert await scanner.first_at(bench.topics.raw.name, ms + 60 * 60_000) == {}
