"""States of fetching → their records in `sources.v1`, acknowledged by Kafka."""

import asyncio
from collections.abc import Callable
from typing import Self

from aiokafka.errors import KafkaError

from shared import metrics
from shared.errors import Unavailable
from shared.kafka.clients import why
from shared.kafka.sender import Message, Sender
from shared.registry.entry import FETCH, FetchState
from shared.retry import Backoff
from shared.settings import KafkaSettings
from shared.topics import Topic

TRIES = 4
"""Before a turn is given up, and what it took since the last kept state is fetched again"""


class Keeping:
    """Holds one producer for all states; an async context manager that closes it."""

    def __init__(self, settings: KafkaSettings, topic: Topic, require: Callable[[], None] = lambda: None) -> None:
        """Connect to nothing; `require` raises Unavailable where another worker may keep states by now."""
        self._settings = settings
        self._topic = topic.name
        self._sender = Sender(settings)
        self._require = require
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._sender.close()

    async def keep(self, state: FetchState) -> None:
        """Return once it is acknowledged; raises Unavailable after some tries."""
        message = Message(self._topic, (FETCH + state.source).encode(), state.to_json())
        for delay, tries in zip(Backoff(first=0.5, longest=5.0).delays(), range(1, TRIES + 1), strict=False):
            try:
                # One at a time: after a failure the producer is another.
                async with self._lock:
                    self._require()  # Before each try: another may lead since the last.
                    await self._sender.deliver([message])
                return
            except (KafkaError, OSError) as error:
                async with self._lock:
                    await self._sender.close()
                if tries == TRIES:
                    raise await why(error, self._settings, advice="What was fetched will be fetched again") from error
                metrics.retries.labels(stage="fetch", reason="keep").inc()
                await asyncio.sleep(delay)
        raise Unavailable("nothing was tried")  # not reached: the last try returns or raises
