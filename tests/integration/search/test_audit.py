"""The latest records of the operations topic on a real Kafka."""

from datetime import UTC, datetime

import pytest

from services.search.audit.records import KafkaOperations
from shared import operations
from shared.kafka.clients import ensure_topics
from shared.operations import Operation
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected


async def test_the_latest_are_read_and_older_ones_by_their_time(engines: RunningEngines, namespace: str) -> None:
    """No more than a page is meant to cost; a topic that is not there yet has none."""
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1)
    topic = Topics(namespace).operations
    assert await KafkaOperations(kafka, topic.name).latest() == ([], True)
    await ensure_topics(kafka, [topic])
    made = []
    for number in range(5):
        made.append(Operation(action="edit", subject=f"s{number}", by="x"))
        await operations.keep(kafka, topic.name, made[-1:])
    assert await KafkaOperations(kafka, topic.name).latest() == (made, True)
    assert await KafkaOperations(kafka, topic.name, most=2).latest() == (made[-2:], False)
    assert await KafkaOperations(kafka, topic.name, most=2).latest(made[3].at) == (made[1:3], False)
    assert (await KafkaOperations(kafka, topic.name).latest(datetime(2020, 1, 1, tzinfo=UTC)))[0] == []
