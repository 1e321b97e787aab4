"""One body of tests for the fake originals and those in Kafka: what was published is found by digest and revision, as it was."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.ingest.publish import KafkaPublisher, Publisher
from services.search.original.records import KafkaOriginals, Original, Originals
from shared.records import RawDigest
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines
from tests.fakes.originals import FakeOriginals
from tests.fakes.publisher import FakePublisher

NOW = round(datetime.now(UTC).timestamp() * 1000)
RAW = RawDigest(
    digest_id="0123456789abcdef0123456789abcdef",
    source="双碳周报",
    media_type="text/plain",
    received_at=datetime.fromtimestamp(NOW / 1000, UTC),
    sha256="0" * 64,
    revision=NOW,
)


@pytest.fixture(params=["fake", pytest.param("kafka", marks=pytest.mark.connected)])
async def both(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[tuple[Publisher, Originals]]:
    """A publisher, and the originals of what it publishes."""
    if request.param == "fake":
        fake = FakePublisher()
        yield fake, FakeOriginals(fake)
        return
    engines: RunningEngines = request.getfixturevalue("engines")
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2), Topics(namespace)
    async with KafkaPublisher(settings, topics, ack_timeout=10) as publisher:
        await publisher.connected(timeout=30)
        yield publisher, KafkaOriginals(settings, topics.raw.name)


async def test_a_revision_is_found_as_it_was_published(both: tuple[Publisher, Originals]) -> None:
    """Each by its own number; what was never published is none."""
    publisher, originals = both
    other = RAW.model_copy(update={"digest_id": "f" * 32})
    published = [(RAW, b"\x00\xff"), (other, "别的".encode()), (RAW.model_copy(update={"revision": NOW + 1}), b"corrected")]
    for raw, content in published:
        await publisher.publish(raw, content)
    for raw, content in published:
        assert await originals.find(raw.digest_id, raw.revision, at_ms=raw.revision, everywhere=False) == Original(raw, content)
    assert await originals.find(RAW.digest_id, NOW + 2, at_ms=NOW, everywhere=True) is None
    assert await originals.find("0" * 32, NOW, at_ms=NOW, everywhere=True) is None
