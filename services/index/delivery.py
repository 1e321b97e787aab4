"""Enriched Kafka records in → all of them answered for: indexed, dropped as older, or dead letters. The indexer's data flow."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from typing import Protocol

from services.index.bulk import BACKOFF, Sleep
from services.index.dead import DeadLimit, Letters
from services.index.document import Documents
from services.index.flow_control.blockers import Blockers
from services.index.record import of_record
from services.index.writer import Fate, Outcome, Writer
from shared import metrics
from shared.dead_letters.headers import Failure, SourceRecord, code
from shared.errors import Rejected
from shared.kafka import canary

YIELD_EVERY = 32
"""Digests that are read before the loop has a turn: about 10 ms, so that heartbeats and health are not held up."""


def _now() -> datetime:
    return datetime.now(UTC)


class Canary(Protocol):
    """Writes the monitor's own digest."""

    async def write(self, digests: Sequence[Documents]) -> list[Outcome]:
        """Return what became of each; raises nothing, and refuses none."""


@dataclass
class Delivery:
    """Takes a batch through the writer; several batches may be under way as long as they share no digest."""

    writer: Writer
    letters: Letters
    limit: DeadLimit
    blockers: Blockers
    sleep: Sleep = asyncio.sleep
    now: Callable[[], datetime] = _now
    canary: Canary | None = None
    """Writes the monitor's own digest, which is dropped without"""

    async def deliver(self, records: Sequence[SourceRecord]) -> None:
        """Returns when every record is answered for and its offset may be committed."""
        began, first_at = time.monotonic(), self.now()
        # The monitor's own digest is in no figure, and no sign of how people's are.
        people = [record.key != canary.KEY for record in records]
        metrics.received.labels(stage="index").inc(sum(people))
        attempts = 0
        for delay in BACKOFF.delays():
            attempts += 1
            read = await self._read(records)
            outcomes = await self._outcomes(read)
            if not any(people) or not self.limit.reached([outcome.fate is Fate.REFUSED for outcome in compress(outcomes, people)]):
                break
            await self._wait_for_operator(outcomes, delay)
        self.blockers.end("dead letters")
        dead = [
            (record, self._failure(outcome, attempts, first_at))
            for record, outcome in zip(records, outcomes, strict=True)
            if outcome.fate is Fate.REFUSED
        ]
        if dead:
            await self.letters.send(dead)
        self._count([*compress(read, people)], [*compress(outcomes, people)])
        metrics.seconds.labels(stage="index").observe(time.monotonic() - began)

    async def _read(self, records: Sequence[SourceRecord]) -> list[Documents | Rejected]:
        read: list[Documents | Rejected] = []
        for at, record in enumerate(records):
            if at % YIELD_EVERY == YIELD_EVERY - 1:
                await asyncio.sleep(0)
            try:
                read.append(of_record(record))
            except Rejected as rejected:
                read.append(rejected)
        return read

    async def _outcomes(self, read: Sequence[Documents | Rejected]) -> list[Outcome]:
        outcomes = [Outcome(Fate.REFUSED, each.kind, each.message) if isinstance(each, Rejected) else Outcome(Fate.INDEXED) for each in read]
        good = [(at, each) for at, each in enumerate(read) if not isinstance(each, Rejected)]
        canaries = [(at, each) for at, each in good if each.digest_id == canary.DIGEST_ID]
        good = [(at, each) for at, each in good if each.digest_id != canary.DIGEST_ID]
        for (at, _), outcome in zip(good, await self.writer.write([each for _, each in good]), strict=True):
            outcomes[at] = outcome
        written = await self.canary.write([each for _, each in canaries]) if self.canary and canaries else [Outcome(Fate.OLDER)] * len(canaries)
        for (at, _), outcome in zip(canaries, written, strict=True):
            outcomes[at] = outcome
        return outcomes

    async def _wait_for_operator(self, outcomes: Sequence[Outcome], delay: float) -> None:
        last = [outcome for outcome in outcomes if outcome.fate is Fate.REFUSED][-1:]
        reason = f"{last[0].error}: {last[0].message}" if last else "see the dead letters"
        self.blockers.begin(
            "dead letters",
            f"nearly all of the last {self.limit.limit} records were refused, so the fault is ours: nothing more is given up on. The last: {reason}. "
            "Mend that, or raise INDEX_DEAD_LIMIT and start again if they deserve it",
            operator=True,
        )
        await self.sleep(delay)

    def _failure(self, outcome: Outcome, attempts: int, first_at: datetime) -> Failure:
        return Failure("index", outcome.error, outcome.message, attempts, first_at, self.now(), code())

    def _count(self, read: Sequence[Documents | Rejected], outcomes: Sequence[Outcome]) -> None:
        now = self.now()
        for each, outcome in zip(read, outcomes, strict=True):
            if outcome.fate is Fate.REFUSED:
                metrics.dead.labels(stage="index", error=outcome.error).inc()
            elif outcome.fate is Fate.INDEXED:
                metrics.sent.labels(stage="index").inc()
                if isinstance(each, Documents):
                    metrics.latency.labels(stage="index").observe(max(0.0, (now - _time(each.received_at, now)).total_seconds()))
            else:
                metrics.discarded.labels(stage="index", reason=outcome.fate).inc()


def _time(text: str, default: datetime) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return default
    return when if when.tzinfo else when.replace(tzinfo=UTC)
