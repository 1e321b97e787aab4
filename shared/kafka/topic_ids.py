"""Topics' names → Kafka's own ids of them: a topic that was deleted and made anew keeps its name, not its id."""

import uuid
from collections.abc import Sequence

from shared.kafka.clients import admin_client
from shared.kafka.metadata import TopicsRequest
from shared.settings import KafkaSettings


async def topic_ids(settings: KafkaSettings, topics: Sequence[str]) -> dict[str, str]:
    """Ids of those topics that exist, "" where the broker is too old to have any. Raises Unavailable."""
    try:
        async with admin_client(settings) as admin:
            answer = await admin._send_request(TopicsRequest(topics))
    except NotImplementedError:
        return dict.fromkeys(topics, "")
    return {topic["topic"]: str(uuid.UUID(bytes=topic["topic_id"])) for topic in answer.to_object()["topics"] if not topic["error_code"]}
