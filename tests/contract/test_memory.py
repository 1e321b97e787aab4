"""One body of tests for the fake memory and the one that follows Kafka's raw topic: what was acknowledged is known when that is asked."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.ingest.again.follower import Follower
from services.ingest.again.take import Memory
from services.ingest.erasure import withdrawal
from services.ingest.publish import KafkaPublisher, Publisher
from shared.records import RawDigest
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher

RAW = RawDigest(
    digest_id="0123456789abcdef0123456789abcdef",
    source="双碳周报",
    media_type="text/plain",
    received_at=datetime(2026, 2, 6, 2, 0, 0, 123000, tzinfo=UTC),
    sha256="0" * 64,
    fingerprint="1" * 32,
    revision=1770343200123,
)


@pytest.fixture(params=["fake", pytest.param("kafka", marks=pytest.mark.connected)])
async def both(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[tuple[Publisher, Memory]]:
    """A publisher and a memory of what it publishes."""
    if request.param == "fake":
        fake = FakePublisher()
        yield fake, FakeMemory(fake)
        return
    engines: RunningEngines = request.getfixturevalue("engines")
    settings, topics = (
        KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2),
        Topics(namespace),
    )
    memory = Follower(settings, topics.raw.name)
    async with KafkaPublisher(settings, topics, ack_timeout=10, memory=memory) as publisher:
        await publisher.connected(timeout=30)
        yield publisher, memory


async def test_what_was_acknowledged_is_known_when_it_is_asked(both: tuple[Publisher, Memory]) -> None:
    """By content, in other partitions too; a withdrawal takes it away again."""
    publisher, memory = both
    others = [RAW.model_copy(update={"digest_id": f"{number:032x}", "fingerprint": f"{number:032x}"}) for number in range(8)]
    for raw in (RAW, *others):
        await publisher.publish(raw, b"x")
    assert await memory.current()
    found = [memory.table.find("双碳周报", raw.fingerprint or "") for raw in (RAW, *others)]
    assert [fed and fed.digest_id for fed in found] == [raw.digest_id for raw in (RAW, *others)]
    await publisher.publish(withdrawal(RAW, revision=RAW.revision + 1), b"")
    assert await memory.current()
    assert memory.table.find("双碳周报", "1" * 32) is None


async def test_a_record_comes_back(both: tuple[Publisher, Memory]) -> None:
    """With the largest content."""
    publisher, memory = both
    await publisher.publish(RAW, bytes(8 * 2**20))
    assert await memory.seen(RAW.digest_id, RAW.revision)
    assert memory.table.get(RAW.digest_id) is not None


async def test_what_comes_back_is_ones_own_record(both: tuple[Publisher, Memory]) -> None:
    """And not one before it of the same digest and revision, as two instances write in one millisecond."""
    publisher, memory = both
    for title in ("周报", "日报", "月报"):
        await publisher.publish(RAW.model_copy(update={"title": title}), b"x")
        assert await memory.seen(RAW.digest_id, RAW.revision)
        fed = memory.table.get(RAW.digest_id)
        assert fed is not None
        assert fed.known.title == title


async def test_without_kafka_nothing_is_known_for_sure(unused_tcp_port: int) -> None:
    """At once, so that nobody waits for it."""
    memory = Follower(KafkaSettings(bootstrap_servers=f"127.0.0.1:{unused_tcp_port}"), "raw")
    assert not await memory.current()
    assert not await memory.seen(RAW.digest_id, RAW.revision)
    await memory.stop()
