"""Kafka as seen from beside Faust, which gives up when the broker is away at its start: waiting until it is there with our topics."""

import asyncio
from collections.abc import Awaitable, Callable

from shared import log
from shared.errors import Unavailable
from shared.kafka.granted import prepare
from shared.retry import Backoff
from shared.settings import KafkaSettings
from shared.topics import Topics

logger = log.get(__name__)

LONGEST_WAIT = 5.0
"""Seconds between two looks for a broker that is away: it should not wait for us when it is back."""


async def wait_until_there(
    settings: KafkaSettings,
    topics: Topics,
    *,
    waiting: Callable[[str | None], None] = lambda what: None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Return once Kafka answers, has our topics (creating those that are missing) and allows us what we need; raises Misconfigured.

    What it does not allow is waited for too: once a person has mended that, nobody needs to start this process again. `waiting` is told what keeps
    us waiting, and None at the end.
    """
    said = ""
    for delay in Backoff(longest=LONGEST_WAIT).delays():
        try:
            created = await prepare(settings, topics, "enrich")
        except Unavailable as error:
            if str(error) != said:  # once, not with every look
                said = str(error)
                waiting(said)
                logger.warning("waiting for Kafka", reason=said)
            await sleep(delay)
        else:
            waiting(None)
            if created:
                logger.info("topics created", topics=created)
            return
