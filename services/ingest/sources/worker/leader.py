"""The consumer group of `sources.v1` → the one worker that leads, with all that is known of sources.

The topic has one partition, so one member of the group holds it. Whoever does reads the topic from its
beginning, leads once it is at the end, and goes on reading. Offsets are committed for one reason: Kafka takes
a commit from whoever still is the member that it takes him for, so that each is a lease for less than Kafka's
own patience. A worker that can't renew it has stopped before another begins.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from shared import log, metrics
from shared.errors import Unavailable
from shared.kafka.clients import as_unavailable, client_options
from shared.kafka.granted import prepare
from shared.registry.listing import Listing
from shared.settings import KafkaSettings
from shared.topics import Topics

logger = log.get(__name__)

LEASE = 0.7
"""Share of Kafka's patience for which a commit lets us lead, counted from before it was sent"""

RENEWALS = 4
"""Commits within Kafka's patience"""

POLL_MS = 500

STOP_SECONDS = 3.0

AGAIN_SECONDS = 2.0
"""Until the next try where Kafka is away"""

Lead = Callable[[Listing], Coroutine[None, None, None]]
"""Leads until it is cancelled, with a listing that goes on learning"""


@dataclass
class Leader:
    """A member of the group."""

    kafka: KafkaSettings
    topics: Topics
    lead: Lead
    patience: float = 10.0
    """Seconds of silence after which Kafka gives the partition to another member"""
    clock: Callable[[], float] = time.monotonic
    listing: Listing = field(default_factory=Listing)
    problem: str | None = "not a member of the group yet"
    """Why this worker neither leads nor stands by"""
    _held: TopicPartition | None = field(default=None, init=False)
    _read_anew: bool = field(default=False, init=False)
    _next: int = field(default=0, init=False)
    _end: int = field(default=0, init=False)
    _asked: float = field(default=0.0, init=False)
    _lease: float = field(default=0.0, init=False)
    _leading: "asyncio.Task[None] | None" = field(default=None, init=False)

    @property
    def leads(self) -> bool:
        """Whether this worker is the one that fetches."""
        return self._leading is not None and not self._leading.done() and not self._leading.cancelling()

    def require(self) -> None:
        """Raise Unavailable where another worker may lead by now.

        This process may have stood still in the middle of a turn.
        """
        if not self.leads or self.clock() >= self._lease:
            raise Unavailable("another worker may fetch by now")

    async def run(self) -> None:
        """Be a member until cancelled; Kafka may be away for as long as it is."""
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                try:
                    async with as_unavailable(self.kafka):
                        await prepare(self.kafka, self.topics, "fetch")
                        await self._member()
                except Unavailable as away:
                    self.problem = str(away)
                    logger.warning("kafka_away", reason=str(away))
                await asyncio.sleep(AGAIN_SECONDS)
        finally:
            watching.cancel()

    async def _member(self) -> None:
        consumer = AIOKafkaConsumer(**self._options())
        consumer.subscribe([self.topics.sources.name], listener=_Listener(self))
        try:
            await consumer.start()
            while True:
                batches = await consumer.getmany(timeout_ms=POLL_MS)
                held = self._held
                if held is None:
                    await self._ask(consumer)
                    continue
                if self._read_anew:
                    await self._begin(consumer, held)
                    continue
                for record in batches.get(held, ()):
                    self._learn(record)
                if self.leads or await consumer.position(held) >= self._end:
                    await self._renew(consumer, held)
        finally:
            await self.revoked()
            # It says goodbye to the group, for which a Kafka that is away would let it wait.
            with suppress(TimeoutError, KafkaError, OSError):
                async with asyncio.timeout(STOP_SECONDS):
                    await consumer.stop()

    async def _begin(self, consumer: Any, held: TopicPartition) -> None:
        """Read the topic from its beginning to where it ends now."""
        self.listing.forget()
        self._next, self._end = 0, (await consumer.end_offsets([held]))[held]
        await consumer.seek_to_beginning(held)
        self._read_anew = False

    def _learn(self, record: Any) -> None:
        if record.offset < self._next:
            self.listing.forget()  # The topic was made anew.
        self._next = record.offset + 1
        self.listing.learn(record.key, record.value)

    async def _renew(self, consumer: Any, held: TopicPartition) -> None:
        """Make the lease longer where it is time to, and lead with it."""
        began = self.clock()
        if self.leads and began < self._lease - self.patience * (LEASE - 1 / RENEWALS):
            return
        try:
            async with asyncio.timeout(self.patience * LEASE):
                await consumer.commit({held: await consumer.position(held)})
        except (KafkaError, TimeoutError) as error:
            # Another is the member by now, or Kafka is away: the lease runs out where this goes on.
            self.problem = f"Kafka does not let this worker lead on: {str(error) or type(error).__name__}"
            logger.warning("lease_not_renewed", reason=self.problem)
            return
        ending = self._leading is not None and not self._leading.done() and not self.leads
        if held != self._held or self._read_anew or ending:
            return
        self._lease, self.problem = began + self.patience * LEASE, None
        if not self.leads and self.clock() < self._lease:
            logger.info("leads", sources=len(self.listing.entries))
            metrics.fetch_leader.set(1)
            self._leading = asyncio.create_task(self.lead(self.listing))

    async def _ask(self, consumer: Any) -> None:
        """See now and then whether Kafka answers, while another member leads."""
        if self.clock() < self._asked + self.patience / RENEWALS:
            return
        try:
            async with asyncio.timeout(self.patience * LEASE):
                await consumer.topics()
        except (KafkaError, TimeoutError) as error:
            self.problem = f"Kafka does not answer: {str(error) or type(error).__name__}"
        else:
            self.problem = None
        self._asked = self.clock()

    async def _watch(self) -> None:
        """Stop leading when the lease is over, whatever the consumer waits for meanwhile."""
        while True:
            if self.leads and self.clock() >= self._lease:
                logger.warning("lease_over")
                await self.stop()
            if self._leading is not None and self._leading.done() and not self._leading.cancelled():
                logger.error("lead_failed", reason=repr(self._leading.exception()))
                await self.stop()
            await asyncio.sleep(0.1)

    async def assigned(self, partitions: set[TopicPartition]) -> None:
        """Hold the partition from now on."""
        self._held = next(iter(partitions), None)
        self._read_anew = self._held is not None

    async def revoked(self) -> None:
        """Hold nothing from now on."""
        self._held = None
        await self.stop()

    async def stop(self) -> None:
        """Lead no longer; return once all that was under way has ended."""
        leading = self._leading
        metrics.fetch_leader.set(0)
        if leading is None:
            return
        leading.cancel()
        await asyncio.wait([leading])
        if self._leading is leading:
            self._leading, self._read_anew = None, self._held is not None

    def _options(self) -> dict[str, Any]:
        milliseconds = round(self.patience * 1000)
        return client_options(self.kafka) | {
            "group_id": self.topics.fetch_group,
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "session_timeout_ms": milliseconds,
            "heartbeat_interval_ms": milliseconds // 4,
            "rebalance_timeout_ms": 30_000,
            "metadata_max_age_ms": 5_000,
        }


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    def __init__(self, leader: Leader) -> None:
        self._leader = leader

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Stop before another member begins."""
        await self._leader.revoked()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Lead once what is known of sources is read."""
        await self._leader.assigned(assigned)
