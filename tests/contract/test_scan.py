"""The scanner on a real Kafka: from the beginning, a place or a time to the end as it is, in order; a topic that is not there has nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from shared.errors import Unavailable
from shared.kafka import canary
from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.kafka.scan import Scanner
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected

AT = datetime(2026, 2, 6, 1, tzinfo=UTC)
HEADER = ("digest", "头".encode())


@pytest.fixture
def settings(engines: RunningEngines) -> KafkaSettings:
    """Two partitions a topic."""
    return KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2)


@pytest.fixture
async def topic(settings: KafkaSettings, namespace: str) -> str:
    """The dead topic with three records in partition 0, a minute apart, and one in partition 1."""
    made = Topics(namespace).dead
    await ensure_topics(settings, [made])
    async with AIOKafkaProducer(**producer_options(settings)) as producer:
        for partition, number in ((0, 0), (0, 1), (1, 7), (0, 2)):
            time_ms = int((AT + timedelta(minutes=number)).timestamp() * 1000)
            await producer.send_and_wait(made.name, b"v%d" % number, key=b"k", partition=partition, timestamp_ms=time_ms, headers=[HEADER])
        # Smaller than a fetch, larger than what consumers take by default.
        await producer.send_and_wait(made.name, bytes(2 * 2**20), partition=1, timestamp_ms=int(AT.timestamp() * 1000))
    return made.name


async def values(scanner: Scanner, topic: str, **limits: Any) -> dict[int, list[bytes | None]]:
    """What is read, by partition; a large value is shortened."""
    found: dict[int, list[bytes | None]] = {}
    async for scanned in scanner.read(topic, **limits):
        found.setdefault(scanned.record.partition, []).append((scanned.record.value or b"")[:4])
    return found


async def test_whole_topic_with_its_records(settings: KafkaSettings, topic: str) -> None:
    """Every record once, each partition in order, with key, headers, place and time."""
    async with Scanner(settings) as scanner:
        assert await scanner.bounds(topic) == {0: (0, 3), 1: (0, 2)}
        assert await values(scanner, topic) == {0: [b"v0", b"v1", b"v2"], 1: [b"v7", bytes(4)]}
        first = [scanned async for scanned in scanner.read(topic, until={0: 1})]
    (scanned,) = first
    assert (scanned.record.key, scanned.record.headers, scanned.record.offset, scanned.at) == (b"k", (HEADER,), 0, AT)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"since": {0: 1}}, {0: [b"v1", b"v2"]}),
        ({"until": {0: 2, 1: 1}}, {0: [b"v0", b"v1"], 1: [b"v7"]}),
        ({"since": {0: 1, 1: 1}, "until": {0: 2}}, {0: [b"v1"]}),
        ({"since": {0: 3}}, {}),
        ({"since": {0: 9}, "until": {0: 99}}, {}),
        ({"until": {5: 1}}, {}),
    ],
)
async def test_a_piece(settings: KafkaSettings, topic: str, limits: dict[str, dict[int, int]], expected: dict[int, list[bytes]]) -> None:
    """From `since` to before `until`, of the partitions that are named; never beyond what is there."""
    async with Scanner(settings) as scanner:
        assert await values(scanner, topic, **limits) == expected


async def test_what_comes_while_it_is_read_is_left_for_the_next_time(settings: KafkaSettings, topic: str) -> None:
    """The end is that of the beginning, so that a topic that grows is read to an end."""
    async with Scanner(settings) as scanner, AIOKafkaProducer(**producer_options(settings)) as producer:
        found = []
        async for scanned in scanner.read(topic, since={0: 0}):
            found.append(scanned.record.value)
            await producer.send_and_wait(topic, b"late", partition=0)
        assert found == [b"v0", b"v1", b"v2"]
        assert (await values(scanner, topic, since={0: 3})) == {0: [b"late"] * 3}


async def test_what_kafka_has_deleted(settings: KafkaSettings, topic: str) -> None:
    """Reading begins at the first that is kept, whatever place is asked for."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=2)})
    finally:
        await admin.close()
    async with Scanner(settings) as scanner:
        assert (await scanner.bounds(topic))[0] == (2, 3)
        assert await values(scanner, topic, since={0: 0}) == {0: [b"v2"]}


async def test_a_topic_that_is_not_there(settings: KafkaSettings, namespace: str) -> None:
    """It has nothing, and is not made by being asked for."""
    name = Topics(namespace).raw.name
    async with Scanner(settings) as scanner:
        assert await scanner.bounds(name) == {}
        assert await values(scanner, name) == {}
        assert await scanner.bounds(name) == {}


async def test_kafka_away(unused_tcp_port: int) -> None:
    """In plain words."""
    with pytest.raises(Unavailable, match="does not answer"):
        async with Scanner(KafkaSettings(bootstrap_servers=f"127.0.0.1:{unused_tcp_port}")):
            pass


async def test_the_monitors_own_digest_is_passed_over(settings: KafkaSettings, topic: str) -> None:
    """Unless it is asked for: nobody copies, replays or counts it."""
    async with AIOKafkaProducer(**producer_options(settings)) as producer:
        await producer.send_and_wait(topic, b"beat", key=canary.KEY, partition=0)
    async with Scanner(settings) as scanner:
        assert (await values(scanner, topic, since={0: 2}))[0] == [b"v2"]
        assert (await values(scanner, topic, since={0: 2}, canaries=True))[0] == [b"v2", b"beat"]
