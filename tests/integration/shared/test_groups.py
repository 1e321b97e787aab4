"""A consumer group as its coordinator knows it, on a real Kafka."""

from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.kafka.groups import Group, read_group
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected


@pytest.fixture
async def settings(engines: RunningEngines, namespace: str) -> KafkaSettings:
    """Where the topics of this test are, of two partitions each."""
    found = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2)
    await ensure_topics(found, Topics(namespace).all)
    return found


@pytest.fixture
async def admin(settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that is started."""
    made = AIOKafkaAdminClient(**client_options(settings))
    await made.start()
    yield made
    await made.close()


async def test_a_group_that_nobody_ever_joined(settings: KafkaSettings, admin: AIOKafkaAdminClient, namespace: str) -> None:
    """It has nothing, and does not exist."""
    assert await read_group(admin, f"{namespace}.nobody", Topics(namespace).raw.name) == Group({}, 0, exists=False)


async def test_a_group_with_a_member_and_after_it(settings: KafkaSettings, admin: AIOKafkaAdminClient, namespace: str) -> None:
    """Its offsets stay when its members have left; those of other topics and partitions without a commit are not there."""
    topics = Topics(namespace)
    async with AIOKafkaProducer(**producer_options(settings)) as producer:
        for _ in range(3):
            await producer.send_and_wait(topics.raw.name, b"a", partition=1)
    options = client_options(settings) | {"group_id": topics.enrich_group, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    async with AIOKafkaConsumer(topics.raw.name, **options) as consumer:
        await consumer.getone()
        await consumer.commit({TopicPartition(topics.raw.name, 1): 2})
        assert await read_group(admin, topics.enrich_group, topics.raw.name) == Group({1: 2}, 1, exists=True)
        assert await read_group(admin, topics.enrich_group, topics.enriched.name) == Group({}, 1, exists=True)
    assert await read_group(admin, topics.enrich_group, topics.raw.name) == Group({1: 2}, 0, exists=True)
