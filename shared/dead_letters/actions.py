"""Letters that are to be sent again or discarded → done and recorded: who did what when.

    recorded as begun ──► sent to the topics they came from ──► recorded as done       by one sender, each step acknowledged

Interrupted between the steps, a letter stays in the list as begun and the next run sends it again; the versions of what comes of it make that
harmless.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer

from shared import operations
from shared.dead_letters.headers import SourceRecord, resent_headers
from shared.dead_letters.letter import Letter, Place
from shared.dead_letters.reading import originals
from shared.dead_letters.register import Register
from shared.kafka.clients import as_unavailable
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.operations import Operation
from shared.settings import KafkaSettings
from shared.topics import Topics

AT_ONCE = 50
"""Letters that are read, recorded and sent together; the most that an interruption leaves in between."""

AT_ONCE_BYTES = 32 * 2**20
"""Of their values, so that large ones go a few at a time."""

Told = Callable[[int], None]
"""Told how many letters are done with."""


@dataclass
class Done:
    """What came of it."""

    letters: list[Letter] = field(default_factory=list)
    missing: list[Letter] = field(default_factory=list)
    """Kafka deleted them in the meantime"""
    operations: list[Operation] = field(default_factory=list)
    stopped: bool = False
    """Before all were done"""


@dataclass
class Operator:
    """Somebody with a name and perhaps a reason; `stop` ends it after the letters in hand."""

    kafka: KafkaSettings
    topics: Topics
    by: str
    reason: str | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    told: Told = lambda _count: None
    make: Callable[..., Any] = AIOKafkaProducer

    async def retry(self, register: Register, scanner: Scanner, letters: Sequence[Letter], *, rate: float = 0.0) -> Done:
        """Send letters again, at most `rate` a second (0: as fast as Kafka takes them). Raises Unavailable."""
        done = Done()
        at_once = AT_ONCE if not rate else max(1, min(AT_ONCE, int(rate)))
        async with self._sending() as sender:
            for part in parts(letters, at_once):
                if self.stop.is_set():
                    done.stopped = True
                    break
                began = asyncio.get_running_loop().time()
                await self._send_again(register, scanner, sender, part, done)
                self.told(len(part))
                if rate and part[-1] is not letters[-1]:
                    await self._pause(len(part) / rate - (asyncio.get_running_loop().time() - began))
        return done

    async def discard(self, letters: Sequence[Letter]) -> Done:
        """Record that letters are given up. Raises Unavailable."""
        done = Done()
        async with self._sending() as sender:
            for part in parts(letters, AT_ONCE):
                if self.stop.is_set():
                    done.stopped = True
                    break
                records = [self._operation("discard", letter, detail=f"{letter.stage}/{letter.error}") for letter in part]
                await operations.publish(sender, self.topics.operations.name, records)
                done.letters += part
                done.operations += records
                self.told(len(part))
        return done

    async def _send_again(self, register: Register, scanner: Scanner, sender: Sender, part: Sequence[Letter], done: Done) -> None:
        records: Mapping[Place, SourceRecord] = {
            place: record async for place, record in originals(scanner, self.topics.dead.name, [letter.place for letter in part])
        }
        there = [letter for letter in part if letter.place in records]
        done.missing += [letter for letter in part if letter.place not in records]
        attempts = {letter.place: register.standing(letter.place).tries + 1 for letter in there}
        begun = [self._operation("retry", letter, outcome="begun", detail=f"try {attempts[letter.place]} into {letter.topic}") for letter in there]
        await operations.publish(sender, self.topics.operations.name, begun)
        messages = []
        for letter in there:
            record = records[letter.place]
            headers = resent_headers(record.headers, letter=str(letter.place), attempt=attempts[letter.place])
            messages.append(Message(letter.topic, record.key, record.value, headers))
        acknowledged = await sender.deliver(messages)
        ended = [
            operation.model_copy(
                update={"outcome": "done", "at": operations.now(), "detail": f"{operation.detail}/{answer.partition}/{answer.offset}"}
            )
            for operation, answer in zip(begun, acknowledged, strict=True)
        ]
        await operations.publish(sender, self.topics.operations.name, ended)
        done.letters += there
        done.operations += [*begun, *ended]

    def _operation(self, action: operations.Action, letter: Letter, *, detail: str, outcome: operations.Outcome = "done") -> Operation:
        digest_id = letter.digest_id if letter.revision is not None else None
        return Operation(
            action=action, subject=str(letter.place), digest_id=digest_id, by=self.by, outcome=outcome, reason=self.reason, detail=detail
        )

    @asynccontextmanager
    async def _sending(self) -> AsyncIterator[Sender]:
        async with (
            as_unavailable(self.kafka, failing="does not take it", advice="Run the same again: what is done already is left out"),
            Sender(self.kafka, linger_ms=5, make=self.make) as sender,
        ):
            yield sender

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            try:
                await asyncio.wait_for(self.stop.wait(), seconds)
            except TimeoutError:
                return


def parts(letters: Sequence[Letter], at_once: int) -> list[Sequence[Letter]]:
    """Cut into parts of so many letters and AT_ONCE_BYTES at most. Pure."""
    made: list[list[Letter]] = []
    size = 0
    for letter in letters:
        if not made or len(made[-1]) == at_once or size + letter.size > AT_ONCE_BYTES:
            made.append([])
            size = 0
        made[-1].append(letter)
        size += letter.size
    return list(made)
