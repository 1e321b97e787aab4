"""A raw record in; it returns when its enriched record or dead letter is acknowledged by Kafka.

Independent of Faust. Records are worked on beside each other and sent as each is ready, so that a slow digest holds up none but its own later
revisions: those come after it. What passes (Kafka away, no child processes) is tried again in place for ever, which is the backpressure, or
until an operator asks to skip the very record that does not get on.
After `dead_limit` dead letters in a row nothing more is given up: `handle` then waits for ever, its records uncommitted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Protocol

from services.enrich.stream.process import Dead, Enriched, Headers, Outcome
from services.enrich.stream.progress import Progress
from services.enrich.stream.publisher import TooLarge
from shared import log, metrics
from shared.dead_letters import headers as deadletter
from shared.dead_letters.headers import Failure, SourceRecord
from shared.dead_letters.skips import SKIPPED
from shared.errors import Unavailable
from shared.kafka import canary
from shared.kafka.clients import words
from shared.kafka.sender import Message
from shared.retry import Backoff
from shared.topics import Topics

logger = log.get(__name__)

AHEAD = 8
"""Digests that are enriched or wait for their acknowledgement: enough to keep children busy, and results bounded in memory."""


@dataclass
class _Result:
    """What came of a record, to be sent."""

    record: SourceRecord
    outcome: Outcome
    sent: bool = False


class Pool(Protocol):
    """Makes outcomes."""

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """Raises Unavailable when it can't now."""


class Publisher(Protocol):
    """Sends messages."""

    async def publish(self, messages: Sequence[Message]) -> list[Exception | None]:
        """None for each that is acknowledged."""


Asked = Callable[[str, int, int], str | None]
"""Says by whom and why a record, by topic, partition and offset, is to be skipped, where somebody asked for that"""


def _nobody(_topic: str, _partition: int, _offset: int) -> None:
    return None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Worker:
    """The batch loop with what it works with."""

    pool: Pool
    publisher: Publisher
    topics: Topics
    progress: Progress
    dead_limit: int
    code: str
    """Version of this code, for dead letters."""
    backoff: Backoff = field(default_factory=Backoff)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime] = _now
    asked: Asked = _nobody

    _ahead: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AHEAD))
    _sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    _results: list[_Result] = field(default_factory=list)
    _latest: dict[bytes, asyncio.Event] = field(default_factory=dict)
    """By digest and by content, whether the latest of its records in hand is done."""

    async def handle(self, batch: Sequence[SourceRecord]) -> None:
        """Returns when every record of the batch is done; raises only what must not happen."""
        tasks = [asyncio.create_task(self.one(record)) for record in batch]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def one(self, record: SourceRecord) -> None:
        """Returns when the record is done; raises only what must not happen."""
        if record.key != canary.KEY:
            metrics.received.labels("enrich").inc()
        done = asyncio.Event()
        # The same bytes under another id too: where they are slow, they are to take one child and not all.
        names = (record.key or b"", blake2b(record.value or b"", digest_size=16).digest())
        before = [self._latest[name] for name in names if name in self._latest]
        self._latest.update(dict.fromkeys(names, done))
        try:
            for earlier in before:
                await earlier.wait()
            async with self._ahead:
                with metrics.seconds.labels("enrich").time():
                    await self._send(_Result(record, await self._outcome(record)))
        finally:
            done.set()
            for name in names:
                if self._latest.get(name) is done:
                    del self._latest[name]

    async def _send(self, result: _Result) -> None:
        """Return once it is sent: by whoever comes first, who sends all that are ready by then."""
        self._results.append(result)
        async with self._sending:
            if result.sent:
                return
            await asyncio.sleep(0)  # what is ready in the same moment goes in one request
            ready = self._results[:]
            await self._finish([(one.record, one.outcome) for one in ready])
            del self._results[: len(ready)]
            for one in ready:
                one.sent = True

    async def _outcome(self, record: SourceRecord) -> Outcome:
        for delay in self.backoff.delays():
            try:
                return await self.pool.outcome(record.headers, record.value or b"")
            except Unavailable as error:
                if why := self.asked(record.topic, record.partition, record.offset):
                    return Dead(SKIPPED, f"{why} ({error})")
                await self._wait(str(error), "pool", delay)
        raise AssertionError("delays never end")

    async def _finish(self, ready: Iterable[tuple[SourceRecord, Outcome]]) -> None:
        """Send what belongs to these outcomes and wait until it is acknowledged; stop for ever at the limit of dead letters."""
        accepted: list[tuple[SourceRecord, Outcome]] = []
        for record, outcome in ready:
            # One of the monitor's own a minute says nothing of people's: the limit would never be reached.
            if record.key == canary.KEY:
                pass
            elif isinstance(outcome, Dead):
                if self.progress.dead_in_a_row >= self.dead_limit:
                    await self._deliver(accepted)
                    await self._turn_red(f"{self.dead_limit} dead letters in a row, the last would be {outcome.error}: {outcome.message}")
                self.progress.dead_in_a_row += 1
            else:
                self.progress.dead_in_a_row = 0
            accepted.append((record, outcome))
        await self._deliver(accepted)

    async def _deliver(self, accepted: list[tuple[SourceRecord, Outcome]]) -> None:
        delays = self.backoff.delays()
        while accepted:
            results = await self.publisher.publish([self._message(record, outcome) for record, outcome in accepted])
            error = None
            for error in results:
                if error is not None:
                    break
                self._count(*accepted.pop(0))
            if isinstance(error, TooLarge):
                record, outcome = accepted[0]
                if isinstance(outcome, Dead):
                    await self._turn_red(f"topic {self.topics.dead.name} does not take a dead letter for its size: raise its max.message.bytes")
                accepted[0] = record, Dead("too_large", f"topic {self.topics.enriched.name} does not take the enriched digest for its size")
            elif error is not None and (why := self._given_up(*accepted[0])):
                accepted[0] = accepted[0][0], Dead(SKIPPED, f"{why} (Kafka: {words(error)})")
            elif error is not None:
                record = accepted[0][0]
                where = f"{record.topic} {record.partition} {record.offset}"
                await self._wait(f"Kafka: {words(error)}; the first that waits is {where}", "kafka", next(delays))
        self._resumed()

    def _given_up(self, record: SourceRecord, outcome: Outcome) -> str | None:
        """By whom and why a record that Kafka does not take is to be a dead letter; None where it is one, or nobody asked for that."""
        return None if isinstance(outcome, Dead) else self.asked(record.topic, record.partition, record.offset)

    def _message(self, record: SourceRecord, outcome: Outcome) -> Message:
        if isinstance(outcome, Enriched):
            headers = (("digest_version", str(outcome.version).encode()), *deadletter.retry_headers(record.headers))
            return Message(self.topics.enriched.name, outcome.key, outcome.value, headers)
        now = self.now()
        failure = Failure("enrich", outcome.error, outcome.message, outcome.attempts, first_at=now, last_at=now, code=self.code)
        return Message(self.topics.dead.name, record.key, record.value, deadletter.to_headers(record, failure))

    def _count(self, record: SourceRecord, outcome: Outcome) -> None:
        self.progress.done()
        if isinstance(outcome, Dead):
            if record.key != canary.KEY:
                metrics.dead.labels("enrich", outcome.error).inc()
            logger.warning("dead letter", error=outcome.error, message=outcome.message, partition=record.partition, offset=record.offset)
            return
        if record.key == canary.KEY:
            return
        facts = outcome.facts
        metrics.sent.labels("enrich").inc()
        metrics.latency.labels("enrich").observe(max(0.0, (self.now() - facts.received_at).total_seconds()))
        metrics.items.inc(facts.items)
        metrics.whole.inc(facts.whole)
        if facts.quarantine:
            metrics.quarantined.labels(facts.quarantine).inc()
            logger.info("held in quarantine", reason=facts.quarantine, partition=record.partition, offset=record.offset)
        if facts.share is not None:
            metrics.text_in_items.observe(facts.share)
        for kind in facts.warnings:
            metrics.warnings.labels(kind).inc()
        for kind, count in facts.entities.items():
            metrics.entities.labels(kind).inc(count)
        for kind, count in facts.unclassified.items():
            metrics.unclassified.labels(kind).inc(count)

    async def _wait(self, what: str, reason: str, delay: float) -> None:
        metrics.retries.labels("enrich", reason).inc()
        metrics.paused.labels("enrich").set(1)
        if self.progress.waiting_for is None:
            logger.warning("waiting; nothing is lost, it goes on by itself", waiting_for=what)
        self.progress.waiting_for = what
        await self.sleep(delay)

    def _resumed(self) -> None:
        if self.progress.waiting_for is not None:
            logger.info("going on", waited_for=self.progress.waiting_for)
            self.progress.waiting_for = None
        metrics.paused.labels("enrich").set(0)

    async def _turn_red(self, why: str) -> None:
        """Consume nothing more; returns never, so that the batch stays uncommitted."""
        self.progress.red = why
        metrics.paused.labels("enrich").set(1)
        logger.error("stopped consuming, nothing is lost: mend the cause (jianbao dead list shows the letters), then restart enrich", reason=why)
        await asyncio.Event().wait()
