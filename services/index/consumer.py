"""Kafka records in → batches delivered, several at once, and their offsets committed in order, per partition.

Memory is bounded in bytes: at most `in_flight` + 1 batches of `batch_bytes`, and what aiokafka has fetched ahead. While there is no room the
partitions are paused and Kafka is still polled, so that the group does not throw this member out however long Elasticsearch is away.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from services.index.fill import Doubts, noted
from services.index.flow_control.blockers import Blockers
from services.index.flow_control.offsets import Offsets, Ticket
from services.index.reader import Kafka
from shared.dead_letters.headers import SourceRecord
from shared.log import get

log = get(__name__)

COMMIT_SECONDS = 1.0
"""Between commits: what a kill -9 makes us do again, at the cost of a few requests a second."""

COMMIT_TIMEOUT = 10.0
"""aiokafka itself waits for ever while Kafka is away, and a stop would wait with it."""

PAUSE_SECONDS = 5.0
"""Without room for so long, partitions are paused and polled once in this time; the group's limit (max_poll_interval_ms) is minutes.
Not at once: pausing drops what was fetched ahead, and under load there is no room at every other moment."""

WAIT_SECONDS = 1.0
"""For a batch to end, before commits and polls have their turn."""

REVOKE_SECONDS = 20.0
"""For batches in flight when partitions are taken away: a third of rebalance_timeout_ms, after which the group goes on without us."""

DRAIN_SECONDS = 8.0
"""For batches in flight when this process is to stop: a request may hang for longer, the whole stop must not (STOP_SECONDS in app.py)."""

IDLE_MS = 100
"""To wait for records: they wake us at once, a stop within this time."""

HELD_SECONDS = 3.0
"""After which a batch in flight is no reason to wait for a full one: what it meets may be its own affair, and others go by. Above what a usual
batch takes (under 1 s); while Elasticsearch is away, batches of what is there fill the places in flight, as before."""

FETCH_MS = 20
"""To wait for records that are known to be there: several times what a fetch takes."""
GATHER_SECONDS = 0.02
"""To wait for more records while some are at hand and batches are in flight."""

MAX_RECORDS = 500
"""Of one poll, whatever their size is expected to be."""

Deliver = Callable[[Sequence[SourceRecord]], Coroutine[Any, Any, None]]


@dataclass(eq=False)
class _Batch:
    keys: set[bytes | None]
    tickets: list[Ticket[TopicPartition]]
    task: asyncio.Task[None]
    began: float


@dataclass
class Consumer:
    """One member of the indexers' group."""

    kafka: Kafka
    deliver: Deliver
    blockers: Blockers
    batch_bytes: int
    in_flight: int
    clock: Callable[[], float] = time.monotonic
    doubts: Doubts = field(default_factory=Doubts)
    replaced: bool = False
    """Set by whoever sees that other indices are live now: `run` ends"""
    progressed_at: float = field(init=False)
    """When a batch was last answered for, or there was none in flight"""
    _backlog: deque[tuple[TopicPartition, SourceRecord]] = field(default_factory=deque, init=False)
    _bytes: int = field(default=0, init=False)
    _average: float = field(default=64 * 1024, init=False)  # of a record, lately; careful until known
    _batches: list[_Batch] = field(default_factory=list, init=False)
    _offsets: Offsets[TopicPartition] = field(default_factory=Offsets, init=False)
    _next: dict[TopicPartition, int] = field(default_factory=dict, init=False)
    _committed: dict[TopicPartition, int] = field(default_factory=dict, init=False)
    _uncommitted: dict[TopicPartition, int] = field(default_factory=dict, init=False)
    _commit_at: float = field(default=0.0, init=False)
    _polled_at: float = field(default=0.0, init=False)
    _commits: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _bug: BaseException | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.progressed_at = self.clock()

    @property
    def busy(self) -> bool:
        """Whether batches are in flight."""
        return bool(self._batches)

    def held_for(self, now: float) -> float:
        """Seconds for which the oldest batch in flight has been tried; 0 without one."""
        return max((now - batch.began for batch in self._batches), default=0.0)

    @property
    def full(self) -> bool:
        """Whether there is no room for more records."""
        return self._bytes >= self.batch_bytes

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then what is in flight is finished (unless it waits for something that is away) and committed."""
        try:
            while not stop.is_set() and not self.replaced:
                await self._start_over()
                found = await self._fill()
                self._start(whole_only=found)
                if not found:
                    await self._settle()
                self._reap()
                await self.commit(after=COMMIT_SECONDS)
                if self._bug:
                    raise self._bug
            await self._drain(DRAIN_SECONDS)
        finally:
            await self._cancel()
        await self.commit()

    async def _fill(self) -> bool:
        """Take records while there is room for them; otherwise just poll. Whether there were any."""
        room = self.batch_bytes - self._bytes
        if room > 0:
            if paused := self.kafka.paused():
                self.kafka.resume(*(paused & self.kafka.assignment()))
            # While nothing is at hand wait for Kafka; else only look, as a batch that ends lets the rest go.
            # While more is known to be in Kafka it is worth waiting for, as full batches are cheaper.
            timeout_ms = IDLE_MS if not self._backlog else FETCH_MS if self._behind() and not self._batches else 0
            count = max(1, min(MAX_RECORDS, int(room / self._average)))
            found = await self.kafka.getmany(timeout_ms=timeout_ms, max_records=count)
            self._polled_at = self.clock()
            for partition, records in found.items():
                self._take(partition, records)
            return bool(found)
        if self.clock() - self._polled_at > PAUSE_SECONDS:
            self._polled_at = self.clock()
            if unpaused := self.kafka.assignment() - self.kafka.paused():
                self.kafka.pause(*unpaused)
            await self.kafka.getmany(timeout_ms=0, max_records=1)
        return False

    def _behind(self) -> bool:
        """Whether Kafka is known to have more than was taken."""
        ours = self.kafka.assignment()
        return any((self.kafka.highwater(partition) or 0) > offset for partition, offset in self._next.items() if partition in ours)

    def _take(self, partition: TopicPartition, records: Sequence[Any]) -> None:
        for record in records:
            source = SourceRecord(record.topic, record.partition, record.offset, record.key, record.value, tuple(record.headers))
            self._backlog.append((partition, source))
            size = len(source.value or b"")
            self._bytes += size
            self._average += (max(size, 1) - self._average) / 16
            self._next[partition] = source.offset + 1

    def _start(self, *, whole_only: bool) -> None:
        """Start batches from the backlog: full ones, or what is there when nothing is in flight and nothing more comes."""
        while self._backlog and len(self._batches) < self.in_flight:
            if self._bytes < self.batch_bytes and (whole_only or any(self.clock() - batch.began < HELD_SECONDS for batch in self._batches)):
                return
            busy = {key for batch in self._batches for key in batch.keys}
            taken: list[SourceRecord] = []
            last: dict[TopicPartition, int] = {}
            size = 0
            while self._backlog and size < self.batch_bytes:
                partition, record = self._backlog[0]
                # Revisions of a digest must not overtake each other: the manifest before is read at the start of a batch.
                if record.key in busy:
                    break
                self._backlog.popleft()
                taken.append(record)
                last[partition] = record.offset + 1
                size += len(record.value or b"")
            self._bytes -= size
            if not taken:
                return
            tickets = [self._offsets.take(partition, offset) for partition, offset in last.items()]
            if not self._batches:
                self.progressed_at = self.clock()
            self._batches.append(_Batch({record.key for record in taken}, tickets, asyncio.create_task(self.deliver(taken)), self.clock()))

    async def _settle(self) -> None:
        """With records at hand that must wait: wait for a batch to end."""
        if self._backlog and self._batches:
            full = self._bytes >= self.batch_bytes or len(self._batches) >= self.in_flight
            timeout = WAIT_SECONDS if full else GATHER_SECONDS
            await asyncio.wait([batch.task for batch in self._batches], timeout=timeout, return_when=asyncio.FIRST_COMPLETED)

    def _reap(self) -> None:
        for batch in [batch for batch in self._batches if batch.task.done()]:
            self._batches.remove(batch)
            self.progressed_at = self.clock()
            if error := batch.task.exception():
                self._bug = error  # ours: the process ends, nothing of this batch is committed
                continue
            for ticket in batch.tickets:
                ticket.done = True
        if not self._batches:
            self.progressed_at = self.clock()
        self._uncommitted |= self._offsets.committable()

    async def commit(self, *, after: float = 0.0) -> None:
        """Commit what is answered for, if the last commit is `after` seconds ago."""
        if not self._uncommitted or self.clock() - self._commit_at < after:
            return
        async with self._commits:
            self._commit_at = self.clock()
            offsets: dict[TopicPartition, int] = {}
            try:
                async with asyncio.timeout(COMMIT_TIMEOUT):
                    await self._check_recreated()
                ours, unsure = self.kafka.assignment(), self.doubts.partitions
                offsets = {each: offset for each, offset in self._uncommitted.items() if each in ours and each not in unsure}
                self._uncommitted = {each: offset for each, offset in self._uncommitted.items() if each in unsure}
                if offsets:
                    async with asyncio.timeout(COMMIT_TIMEOUT):
                        await self.kafka.commit(noted(offsets, self.doubts.fills))
                    self._committed |= offsets
            except (CommitFailedError, IllegalStateError) as error:
                log.warning("not committed: partitions moved, their new owner repeats the work", error=str(error))
            except (KafkaError, TimeoutError) as error:
                self._uncommitted = offsets | self._uncommitted
                log.warning("not committed, Kafka is away: tried again", error=str(error))

    async def _start_over(self) -> None:
        """Begin again what is given to us and was never filled into these indices; raises KafkaError."""
        if self.doubts.partitions:
            async with self._commits, asyncio.timeout(COMMIT_TIMEOUT):
                self._forget(await self.doubts.settle(self.kafka))

    async def _check_recreated(self) -> None:
        """Read a recreated topic from its start.

        Kafka forgets a group's offsets with the topic. We would go on where we were in the old one: an offset that the new one soon has too, and
        all before it would be lost without a word.
        """
        assignment = self.kafka.assignment()
        gone = [partition for partition in self._uncommitted if partition in self._committed and partition in assignment]
        gone = [partition for partition in gone if await self.kafka.committed(partition) is None]
        if gone:
            log.warning("topic was recreated: reading it from the start", partitions=[partition.partition for partition in gone])
            self._forget(gone)
            await self.kafka.seek_to_beginning(*gone)

    def _forget(self, partitions: Iterable[TopicPartition]) -> None:
        """Drop what is at hand and open of these partitions."""
        lost = set(partitions)
        self._offsets.forget(lost)
        for partition in lost:
            self._committed.pop(partition, None)
            self._next.pop(partition, None)
            self._uncommitted.pop(partition, None)
        self._backlog = deque(entry for entry in self._backlog if entry[0] not in lost)
        self._bytes = sum(len(record.value or b"") for _, record in self._backlog)

    async def _drain(self, seconds: float) -> None:
        """Let batches in flight end, for so long at most; not at all while they wait for something that is away."""
        deadline = self.clock() + seconds
        while self._batches and not self.blockers and self.clock() < deadline:
            await asyncio.wait([batch.task for batch in self._batches], timeout=0.2)
            self._reap()

    async def _cancel(self) -> None:
        for batch in self._batches:
            batch.task.cancel()
        for batch in self._batches:
            with suppress(asyncio.CancelledError, Exception):
                await batch.task
        self._batches.clear()

    async def revoked(self, partitions: set[TopicPartition]) -> None:
        """Partitions are taken away: finish and commit what can be, forget the rest."""
        await self._drain(REVOKE_SECONDS)
        await self.commit()
        self._forget(partitions)
        self.doubts.take(partitions)

    async def assigned(self, partitions: set[TopicPartition]) -> None:
        """Partitions are given: note where the group is in them."""
        log.info("partitions assigned", partitions=sorted(partition.partition for partition in partitions))
        self.doubts.give(partitions)
        for partition in partitions:
            with suppress(KafkaError):  # only less is known then: whether the topic was recreated before our first commit
                if (offset := await self.kafka.committed(partition)) is not None:
                    self._committed[partition] = offset
