"""Topics' names → Kafka's own ids of them: a topic that was deleted and made anew keeps its name, not its id."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from aiokafka.client import AIOKafkaClient

from shared.kafka.clients import admin_client
from shared.kafka.metadata import TopicsRequest
from shared.settings import KafkaSettings


class Made(NamedTuple):
    """Which topic of a name it is, and how it is parted now."""

    topic_id: str
    partitions: frozenset[int] | None


async def topics_now(settings: KafkaSettings, topics: Sequence[str]) -> dict[str, Made]:
    """Those topics that exist; "" and None where the broker is too old to say. Raises Unavailable."""
    async with admin_client(settings) as admin:
        return await topics_by(admin._client, topics)


async def topics_by(client: AIOKafkaClient, topics: Sequence[str]) -> dict[str, Made]:
    """The same by the connections of a client that is open, for whoever asks often. Raises KafkaError."""
    try:
        answer = await client.send(client.get_random_node(), TopicsRequest(topics))
    except NotImplementedError:
        return dict.fromkeys(topics, Made("", None))
    return {
        topic["topic"]: Made(str(uuid.UUID(bytes=topic["topic_id"])), frozenset(each["partition"] for each in topic["partitions"]))
        for topic in answer.to_object()["topics"]
        if not topic["error_code"]
    }


async def topic_ids(settings: KafkaSettings, topics: Sequence[str]) -> dict[str, str]:
    """Ids of those topics that exist, "" where the broker is too old to have any. Raises Unavailable."""
    return {name: made.topic_id for name, made in (await topics_now(settings, topics)).items()}
