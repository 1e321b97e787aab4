"""One body of tests for the fake publisher and for Kafka's: what either takes can be read back, and being away is said."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.ingest.publish import KafkaPublisher, Publisher
from shared.errors import Unavailable
from shared.kafka.clients import client_options
from shared.records import RawDigest, read_raw
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines
from tests.fakes.publisher import FakePublisher

CONTENT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家🟡".encode("gb18030")
RAW = RawDigest(
    digest_id="0123456789abcdef0123456789abcdef",
    source="双碳周报",
    media_type="text/plain",
    charset="gb18030",
    title="第 12 期",
    received_at=datetime(2026, 2, 6, 2, 0, 0, 123000, tzinfo=UTC),
    sha256="0" * 64,
    revision=1770343200123,
)

Record = tuple[bytes, bytes, dict[str, bytes]]
"""key, value, headers"""


@dataclass(frozen=True)
class Subject:
    """A publisher and what can be read of what it published."""

    publisher: Publisher
    read: Callable[[int], Awaitable[list[Record]]]
    """So many records, in the order of their partitions' offsets; raises TimeoutError when there are fewer"""


@pytest.fixture(params=["fake", pytest.param("kafka", marks=pytest.mark.connected)])
async def subject(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Subject]:
    """The fake, or Kafka's on the run's engines."""
    if request.param == "fake":
        fake = FakePublisher()

        async def read(count: int) -> list[Record]:
            assert len(fake.records) == count
            return fake.records

        yield Subject(fake, read)
        return
    engines: RunningEngines = request.getfixturevalue("engines")
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2), Topics(namespace)
    async with KafkaPublisher(settings, topics, ack_timeout=10) as publisher:
        await publisher.connected(timeout=30)
        yield Subject(publisher, lambda count: consumed(settings, topics.raw.name, count))


@pytest.fixture(params=["fake", "kafka"])
async def away(request: pytest.FixtureRequest, unused_tcp_port: int) -> AsyncIterator[Publisher]:
    """The same two with nothing to publish to; a closed port needs no engine."""
    if request.param == "fake":
        yield FakePublisher(away=True)
        return
    settings = KafkaSettings(bootstrap_servers=f"127.0.0.1:{unused_tcp_port}")
    async with KafkaPublisher(settings, Topics(), ack_timeout=10) as publisher:
        yield publisher


async def consumed(settings: KafkaSettings, topic: str, count: int) -> list[Record]:
    """The first `count` records of a topic."""
    consumer = AIOKafkaConsumer(**client_options(settings), auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in range(settings.partitions)])
        records: list[Record] = []
        async with asyncio.timeout(20):
            while len(records) < count:
                records += [
                    (record.key, record.value, dict(record.headers))
                    for batch in (await consumer.getmany(timeout_ms=200)).values()
                    for record in batch
                ]
        return records
    finally:
        await consumer.stop()


async def test_a_published_record_is_there_when_publish_returns(subject: Subject) -> None:
    """Key, bytes and header as they were given."""
    await subject.publisher.publish(RAW, CONTENT)
    [(key, value, headers)] = await subject.read(1)
    assert key == b"0123456789abcdef0123456789abcdef"
    assert value == CONTENT
    assert set(headers) == {"digest"}
    assert read_raw(headers["digest"]) == RAW


async def test_revisions_of_a_digest_stay_in_order(subject: Subject) -> None:
    """One after the other, also when another digest comes between."""
    other = RAW.model_copy(update={"digest_id": "f" * 32})
    for revision in (1, 2, 3):
        await subject.publisher.publish(RAW.model_copy(update={"revision": revision}), str(revision).encode())
        await subject.publisher.publish(other, b"x")
    records = await subject.read(6)
    assert [value for key, value, _ in records if key == RAW.digest_id.encode()] == [b"1", b"2", b"3"]


async def test_many_at_once_are_all_there(subject: Subject) -> None:
    """As many requests do."""
    digests = [RAW.model_copy(update={"digest_id": f"{n:032x}"}) for n in range(100)]
    await asyncio.gather(*(subject.publisher.publish(raw, raw.digest_id.encode() * 50) for raw in digests))
    records = await subject.read(100)
    assert sorted(key.decode() for key, _, _ in records) == [raw.digest_id for raw in digests]


async def test_a_digest_of_the_largest_size_is_taken(subject: Subject) -> None:
    """8 MiB that don't compress."""
    content = random.Random(1).randbytes(8 * 2**20)
    await subject.publisher.publish(RAW, content)
    [(_, value, _)] = await subject.read(1)
    assert value == content


async def test_it_says_that_it_works(subject: Subject) -> None:
    """For /readyz."""
    await subject.publisher.check()


async def test_away_is_unavailable(away: Publisher) -> None:
    """At once, with a number of seconds after which to try again."""
    with pytest.raises(Unavailable) as unavailable:
        async with asyncio.timeout(1):
            await away.publish(RAW, CONTENT)
    assert unavailable.value.retry_after > 0
    with pytest.raises(Unavailable):
        await away.check()
