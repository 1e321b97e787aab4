"""Until when what was received is searchable, as the monitor sees it in real topics."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.monitor.watch.kafka_look import KafkaLook
from shared.ids import version
from shared.kafka.clients import ensure_topics
from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.fakes.raw_records import raw

pytestmark = pytest.mark.connected

NOW = datetime.now(UTC).replace(microsecond=0)
MORNING = NOW - timedelta(hours=2)


@pytest.fixture
async def topics(engines: RunningEngines, namespace: str) -> AsyncIterator[tuple[Topics, KafkaLook, Sender]]:
    """Topics of one partition, with nothing in them."""
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1)
    made = Topics(namespace)
    await ensure_topics(kafka, made.all)
    look = KafkaLook(kafka, made)
    async with Sender(kafka) as sender:
        yield made, look, sender
    await look.close()


def record(topics: Topics, received: datetime, *headers: tuple[str, bytes]) -> Message:
    """An enriched record of a digest that was received then, and written now."""
    digest = enriched("昆山:甲", name=str(received), revision=int(received.timestamp() * 1000), build=7)
    said = ("digest_version", str(version(digest.revision, 7)).encode())
    return Message(topics.enriched.name, digest.digest_id.encode(), digest.to_json(), (said, *headers), at=NOW)


async def test_the_oldest_digest_that_waits(topics: tuple[Topics, KafkaLook, Sender]) -> None:
    """By its time of receipt, also behind the stage that took it late; a replay's digest is searchable as
    it was."""
    names, look, sender = topics
    seen = await look.look()
    assert [(lag.unsearchable, lag.unsearchable_from) for lag in seen.lags.values()] == [(False, None)] * 2
    key, value, headers = raw("1", "甲")
    await sender.deliver(
        [
            Message(names.raw.name, key, value, tuple(headers), at=MORNING),
            record(names, MORNING, ("replay", b"1")),
        ]
    )
    seen = await look.look()
    assert {name: lag.unsearchable_from for name, lag in seen.lags.items()} == {
        "enrich": MORNING,
        "index": NOW,
    }


async def test_a_digest_that_was_enriched_long_after_it_was_received(
    topics: tuple[Topics, KafkaLook, Sender],
) -> None:
    """It waits since it was received."""
    names, look, sender = topics
    await sender.deliver([record(names, MORNING), record(names, NOW)])
    assert (await look.look()).lags["index"].unsearchable_from == MORNING
