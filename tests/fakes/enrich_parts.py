"""A pool and a publisher without processes and Kafka, for the batch loop's tests."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.enrich.stream.process import Dead, Enriched, Facts, Headers, Outcome
from shared.errors import Unavailable
from shared.kafka.sender import Message

RECEIVED_AT = datetime(2026, 2, 6, tzinfo=UTC)


@dataclass
class FakePool:
    """Enriches text to itself; `坏` in it makes a dead letter, `慢` lets the others finish first, `挂` waits for `hangs`."""

    away: int = 0
    """How many tries find no child process."""
    hangs: asyncio.Event = field(default_factory=asyncio.Event)
    started: list[bytes] = field(default_factory=list)

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """The outcome by the text's marker."""
        if self.away:
            self.away -= 1
            raise Unavailable("no child processes")
        self.started.append(content)
        text = content.decode()
        if "慢" in text:
            await asyncio.sleep(0.01)
        if "挂" in text:
            await self.hangs.wait()
        if "坏" in text:
            return Dead("unsupported", "nothing to be done with it")
        return Enriched(b"key-" + content, content, 1, Facts(RECEIVED_AT))


@dataclass
class FakePublisher:
    """Keeps what it acknowledges; each entry of `answers` fails so many messages of one call from the given place on."""

    answers: list[list[Exception | None]] = field(default_factory=list)
    acknowledged: list[Message] = field(default_factory=list)

    async def publish(self, messages: Sequence[Message]) -> list[Exception | None]:
        """The next of `answers` (as many as there are messages), then None for all."""
        given = self.answers.pop(0) if self.answers else []
        results = [*given, *[None] * len(messages)][: len(messages)]
        self.acknowledged += [message for message, result in zip(messages, results, strict=True) if result is None]
        return results
