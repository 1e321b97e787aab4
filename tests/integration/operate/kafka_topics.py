"""`kafka`: the topics of the test's own namespace, written and read by the test."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from services.operate.archive.line import Archived
from shared.dead_letters.headers import Headers
from shared.kafka.clients import client_options, ensure_topics
from shared.kafka.resend import Resender
from shared.kafka.scan import Scanned, Scanner
from shared.kafka.sender import Message
from shared.settings import KafkaSettings
from shared.topics import Topic, Topics
from tests.engines import RunningEngines


@dataclass(frozen=True)
class Kafka:
    """Topics under one namespace."""

    settings: KafkaSettings
    topics: Topics

    async def send(self, records: Iterable[Archived], *, topic: Topic | None = None) -> None:
        """Into the raw topic, where none is named."""
        async with Resender(self.settings) as resender:
            for each in records:
                headers = cast(Headers, each.headers)
                await resender.send(Message((topic or self.topics.raw).name, each.key, each.value, headers, each.at))

    async def read(self, topic: Topic | None = None) -> list[Scanned]:
        """All that is there now, of the raw topic where none is named."""
        async with Scanner(self.settings) as scanner:
            return [scanned async for scanned in scanner.read((topic or self.topics.raw).name)]

    async def recreate(self, topic: Topic) -> None:
        """Deleted and made anew: offsets start over."""
        admin = AIOKafkaAdminClient(**client_options(self.settings))
        await admin.start()
        try:
            await admin.delete_topics([topic.name])
        finally:
            await admin.close()
        while not await ensure_topics(self.settings, [topic]):
            pass  # deleted in the background: until then it counts as existing


@pytest.fixture
async def kafka(engines: RunningEngines, namespace: str) -> Kafka:
    """Two partitions in each topic."""
    made = Kafka(KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2), Topics(namespace))
    await ensure_topics(made.settings, made.topics.all)
    return made
