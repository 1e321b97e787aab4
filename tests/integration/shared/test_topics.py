"""Topics on a real Kafka: made once, with their settings, and left alone afterwards."""

import asyncio
import time

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.errors import Unavailable
from shared.kafka.clients import client_options, ensure_topics
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected


async def configs_of(settings: KafkaSettings, name: str, expected: dict[str, str]) -> dict[str, str]:
    """Those settings of a topic as Kafka knows them, asked until they are the expected ones or 10 s have passed.

    The controller answers for a change; the broker that is asked hears of it a moment later.
    """
    deadline = time.monotonic() + 10
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        while True:
            answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
            known = {entry[0]: entry[1] for answer in answers for resource in answer.resources for entry in resource[4]}
            seen = {key: known[key] for key in expected if key in known}
            if seen == expected or time.monotonic() > deadline:
                return seen
            await asyncio.sleep(0.1)
    finally:
        await admin.close()


async def test_a_second_call_changes_nothing(engines: RunningEngines, namespace: str) -> None:
    """The first call makes all three, the second none."""
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=3), Topics(namespace)
    assert await ensure_topics(settings, topics.all) == [topic.name for topic in topics.all]
    assert await ensure_topics(settings, topics.all) == []


async def test_each_topic_is_made_by_one_caller(engines: RunningEngines, namespace: str) -> None:
    """Services that start together ask at once: none says that it made what another did."""
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=3), Topics(namespace)
    made = await asyncio.gather(*(ensure_topics(settings, topics.all) for _ in range(4)))
    assert sorted(name for names in made for name in names) == sorted(topic.name for topic in topics.all)


async def test_topics_have_the_settings_that_the_design_names(engines: RunningEngines, namespace: str) -> None:
    """Kafka itself says how long and how large."""
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers), Topics(namespace)
    await ensure_topics(settings, topics.all)
    for topic in topics.all:
        assert await configs_of(settings, topic.name, topic.configs) == topic.configs


async def test_what_an_operator_changed_stays(engines: RunningEngines, namespace: str) -> None:
    """A topic that exists keeps its settings."""
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers), Topics(namespace)
    await ensure_topics(settings, topics.all)
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topics.dead.name, {"retention.ms": "1000"})])
    finally:
        await admin.close()
    await ensure_topics(settings, topics.all)
    changed = {"retention.ms": "1000"}
    assert await configs_of(settings, topics.dead.name, changed) == changed


async def test_kafka_away_is_said_in_plain_words(unused_tcp_port: int) -> None:
    """Unavailable with the address, not a library's exception."""
    with pytest.raises(Unavailable, match=str(unused_tcp_port)):
        await ensure_topics(KafkaSettings(bootstrap_servers=f"127.0.0.1:{unused_tcp_port}"), Topics().all)
