"""The topic `sources.v1` → what is known of sources, kept up to date: read from its beginning, then what is new."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from shared import log
from shared.errors import Unavailable
from shared.kafka.scan import Scanner
from shared.registry.listing import Listing
from shared.settings import KafkaSettings
from shared.topics import Topic

logger = log.get(__name__)

LOOK_SECONDS = 2.0
"""Between two looks for changes: a person who changes a source looks at it later than that."""

Take = Callable[[bytes | None, bytes | None], object]
"""Is given key and value of each record"""


class SourcesTopic:
    """Reads the topic; nothing is committed."""

    def __init__(self, settings: KafkaSettings, topic: Topic, take: Take, forget: Callable[[], None]) -> None:
        """Connects to nothing; `forget` is called where the topic was made anew, before its records are given."""
        self._settings = settings
        self._topic = topic.name
        self._take = take
        self._forget = forget
        self._read: dict[int, int] = {}

    async def follow(self, first: asyncio.Event) -> None:
        """Read until cancelled; `first` is set once what stands there at the start is known."""
        while True:
            try:
                async with Scanner(self._settings) as scanner:
                    while True:
                        await self.look(scanner)
                        first.set()
                        await asyncio.sleep(LOOK_SECONDS)
            except Unavailable:
                pass
            except Exception:  # nobody else would look again if this ended
                logger.exception("following the registry of sources failed")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, scanner: Scanner) -> None:
        """Read what is new; raises Unavailable."""
        bounds = await scanner.bounds(self._topic)
        if any(self._read.get(place, 0) > end for place, (_, end) in bounds.items()):
            self._forget()  # it was made anew, and numbers begin again
            self._read = {}
        since = {place: max(start, self._read.get(place, start)) for place, (start, end) in bounds.items()}
        if all(since[place] >= end for place, (_, end) in bounds.items()):
            return
        async for scanned in scanner.read(self._topic, since=since):
            self._take(scanned.record.key, scanned.record.value)
        self._read = {place: end for place, (_, end) in bounds.items()}


class Registry:
    """What is known of sources by now, for a service: followed while `following` runs."""

    def __init__(self, settings: KafkaSettings, topic: Topic, *, light: bool = False) -> None:
        """Connects to nothing; `light` as in Listing."""
        self.listing = Listing(light=light, complete=False)
        self.known = asyncio.Event()
        """Set once what stood in the topic at the start is known"""
        self._topic = SourcesTopic(settings, topic, self._learn, self.listing.forget)

    @asynccontextmanager
    async def following(self) -> AsyncIterator["Registry"]:
        """Follow the topic while the block runs; nothing is known at first, and Kafka may be away."""
        tasks = [asyncio.create_task(self._topic.follow(self.known)), asyncio.create_task(self._all_read())]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def ready(self, *, seconds: float) -> bool:
        """Return once what stood there at the start is known, or after so many seconds: whether it is."""
        try:
            await asyncio.wait_for(self.known.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _all_read(self) -> None:
        await self.known.wait()
        self.listing.complete = True

    def _learn(self, key: bytes | None, value: bytes | None) -> None:
        if not self.listing.learn(key, value):
            said = (key or b"")[:80].decode("utf-8", "replace")
            logger.warning("a record of the registry of sources can't be read", key=said)
