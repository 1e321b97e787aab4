"""Records sent again to a real Kafka, which takes no time that is more than an hour ahead of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.kafka.clients import ensure_topics
from shared.kafka.resend import Resender
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected


async def test_a_record_from_the_future_can_be_copied(engines: RunningEngines, namespace: str) -> None:
    """As when a partition that holds one is rewritten by an erasure, or an archive that holds one
    imported: it gets the time of now.
    """
    settings, topic = (
        KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1),
        Topics(namespace).raw,
    )
    await ensure_topics(settings, [topic])
    now = datetime.now(UTC)
    past, future = datetime(2026, 2, 6, tzinfo=UTC), now + timedelta(days=10)
    async with Resender(settings) as resender:
        for at in (past, future, past):
            await resender.send(Message(topic.name, b"k", b"v", at=at))
    async with Scanner(settings) as scanner:
        first, second, third = [scanned.at async for scanned in scanner.read(topic.name)]
    assert (first, third) == (past, past)
    assert now - timedelta(seconds=1) < second < now + timedelta(minutes=1)
