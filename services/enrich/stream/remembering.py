"""A pool of children with a memory that outlives the worker: poison is refused at once, and no digest kills one worker after the other.

What is known stands in a topic of its own, so that a restarted worker and the others know it too. Quick digests, which are nearly all, cost it
nothing: a mark is written when a digest has run for MOMENT, and another when it is done.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Protocol
from uuid import uuid4

from aiokafka.errors import KafkaError

from services.enrich.stream.pool import Began
from services.enrich.stream.process import Dead, Headers, Outcome
from services.enrich.stream.tried import POISON, Mark, Tried, What, name_of, read
from shared import log
from shared.errors import JianbaoError, Rejected, Unavailable
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.settings import EnrichSettings, KafkaSettings
from shared.topics import Topic

logger = log.get(__name__)

MOMENT = 1.0
"""Seconds of work, one or two of them, after which a digest is marked as begun: one in a thousand takes longer."""

LOOK_SECONDS = 5.0
"""Between two looks at what other workers say: less than the 15 s after which a dead one's partitions become ours."""

SAY_SECONDS = 10.0
"""For Kafka to take a mark; without it the digest goes on all the same."""


class Pool(Protocol):
    """Makes outcomes."""

    async def outcome(self, headers: Headers, content: bytes, *, began: Began) -> Outcome:
        """Raises Unavailable when it can't now; `began` is told when its turn has come, and how to ask whether a child has it in work."""


class Marks(Protocol):
    """Where marks are kept."""

    async def keep(self, mark: Mark) -> None:
        """Return once it outlives this process; raises nothing."""


class RememberingPool:
    """As the pool that it is given, but for what is known."""

    def __init__(
        self,
        pool: Pool,
        tried: Tried,
        marks: Marks,
        name: Callable[[Headers, bytes], str],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`name` is that of a record's content, within the limits that `pool` works in."""
        self._pool = pool
        self._tried = tried
        self._marks = marks
        self._name = name
        self._sleep = sleep

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """Raises Unavailable, as the pool does."""
        if len(content) in self._tried.sizes and (known := self._tried.verdict(self._name(headers, content))) is not None:
            return known
        begun: list[str] = []
        watching: list[asyncio.Task[None]] = []

        async def watch(running: Callable[[], bool]) -> None:
            ran = False
            while not ran:  # a digest that waits for a child to be ready is no suspect
                ran = running()
                await self._sleep(MOMENT)
            begun.append(self._name(headers, content))
            # Begun is said to the end, or the end would be said before it.
            await asyncio.shield(asyncio.create_task(self._say(begun[0], "begun", len(content))))

        try:
            outcome = await self._pool.outcome(headers, content, began=lambda running: watching.append(asyncio.create_task(watch(running))))
        finally:
            for task in watching:
                task.cancel()
        if isinstance(outcome, Dead) and outcome.error in POISON:
            await self._say(self._name(headers, content), "poison", len(content), outcome)
        elif begun:
            await self._say(begun[0], "ended", len(content))
        return outcome

    async def _say(self, name: str, what: What, size: int, dead: Dead | None = None) -> None:
        mark = Mark(name, what, self._tried.run, size, dead.error if dead else "", dead.message if dead else "")
        self._tried.add(mark)
        await self._marks.keep(mark)


class TriedTopic:
    """The topic of marks: read from its beginning at the start, then what is new from time to time."""

    def __init__(self, settings: KafkaSettings, topic: Topic, tried: Tried) -> None:
        """Connects to nothing."""
        self._settings = settings
        self._topic = topic.name
        self._tried = tried
        self._sender = Sender(settings)
        self._saying = asyncio.Lock()
        self._read: dict[int, int] = {}

    async def keep(self, mark: Mark) -> None:
        """Return once Kafka has it, or after SAY_SECONDS without: what is known is then known to this process alone."""
        async with self._saying:
            try:
                async with asyncio.timeout(SAY_SECONDS):
                    await self._sender.deliver([Message(self._topic, mark.name.encode(), mark.to_json())])
            except (KafkaError, OSError, TimeoutError, JianbaoError) as error:
                logger.warning("a mark of what was tried could not be kept", what=mark.what, error=str(error) or type(error).__name__)
                await self._sender.close()

    async def follow(self, first: asyncio.Event) -> None:
        """Read until cancelled; `first` is set once what stands there at the start is known."""
        while True:
            with suppress(Unavailable):
                async with Scanner(self._settings) as scanner:
                    while True:
                        await self._look(scanner)
                        first.set()
                        await asyncio.sleep(LOOK_SECONDS)
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, scanner: Scanner) -> None:
        bounds = await scanner.bounds(self._topic)
        # A topic that was made anew begins before the place that we are at.
        since = {place: self._read.get(place, start) if self._read.get(place, start) <= end else start for place, (start, end) in bounds.items()}
        if all(since[place] >= end for place, (_, end) in bounds.items()):
            return
        async for scanned in scanner.read(self._topic, since=since):
            with suppress(Rejected):
                self._tried.add(read(scanned.record.value))
            self._read[scanned.record.partition] = scanned.record.offset + 1

    async def close(self) -> None:
        """Close the connections."""
        await self._sender.close()


def remembering(pool: Pool, kafka: KafkaSettings, topic: Topic, settings: EnrichSettings) -> tuple[RememberingPool, TriedTopic]:
    """The pool with its memory, and the topic that is to be followed and closed."""
    tried = Tried(uuid4().hex)
    marks = TriedTopic(kafka, topic, tried)
    name = partial(name_of, seconds=settings.digest_seconds, memory_mb=settings.child_memory_mb)
    return RememberingPool(pool, tried, marks, name), marks
