"""What was fetched of a partition without a commit is read again when its consumer goes back to what is committed."""

from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.enrich.stream.rewind import rewind
from shared.kafka.clients import client_options, ensure_topics
from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected


@pytest.mark.parametrize(("committed", "again"), [(None, [0, 1]), (0, [0, 1]), (1, [1]), (2, [])])
async def test_nothing_that_is_not_committed_is_passed_over(engines: RunningEngines, namespace: str, committed: int | None, again: list[int]) -> None:
    """aiokafka by itself leaves a partition without a commit where it is."""
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1)
    topic, place = Topics(namespace).raw.name, TopicPartition(Topics(namespace).raw.name, 0)
    await ensure_topics(kafka, [Topics(namespace).raw])
    async with Sender(kafka) as sender:
        await sender.deliver([Message(topic, b"a", b"0"), Message(topic, b"a", b"1")])
    options = client_options(kafka) | {"group_id": uuid4().hex, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    consumer = AIOKafkaConsumer(topic, **options)
    await consumer.start()
    try:
        fetched = 0
        while fetched < 2:
            fetched += sum(map(len, (await consumer.getmany(timeout_ms=500)).values()))
        if committed is not None:
            await consumer.commit({place: committed})
        await rewind(consumer)
        read: list[int] = []
        while await consumer.position(place) < 2:
            read += [record.offset for records in (await consumer.getmany(timeout_ms=500)).values() for record in records]
        assert read == again
    finally:
        await consumer.stop()
