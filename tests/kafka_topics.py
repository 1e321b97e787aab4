"""Topics that are deleted and made anew, as an operator may do it."""

from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka.clients import client_options, ensure_topics
from shared.settings import KafkaSettings
from shared.topics import Topics


async def recreate(settings: KafkaSettings, topics: Topics) -> None:
    """Delete all topics of a namespace and make them anew: offsets start over."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.delete_topics([topic.name for topic in topics.all])
    finally:
        await admin.close()
    # Deleting is done in the background: until it is, a topic counts as existing.
    missing = {topic.name for topic in topics.all}
    while missing:
        missing -= set(await ensure_topics(settings, topics.all))
