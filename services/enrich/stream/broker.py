"""Kafka as seen from beside Faust, which gives up when the broker is away at its start: waiting until it is there with our topics."""

import asyncio
from collections.abc import Awaitable, Callable

from shared import log
from shared.errors import Unavailable
from shared.kafka.clients import ensure_topics
from shared.retry import Backoff
from shared.settings import KafkaSettings
from shared.topics import Topics

logger = log.get(__name__)

LONGEST_WAIT = 5.0
"""Seconds between two looks for a broker that is away: it should not wait for us when it is back."""


async def wait_until_there(settings: KafkaSettings, topics: Topics, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Return once Kafka answers and has our topics, creating those that are missing; raises Misconfigured when it refuses to."""
    for delay in Backoff(longest=LONGEST_WAIT).delays():
        try:
            created = await ensure_topics(settings, topics.all)
        except Unavailable as error:
            logger.warning("waiting for Kafka", reason=str(error))
            await sleep(delay)
        else:
            if created:
                logger.info("topics created", topics=created)
            return
