"""Settings → the indexer: engines are waited for, indices made or verified, records consumed, health served, until it is told to stop."""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch
from starlette.applications import Starlette

from services.index import fill, indices
from services.index.bulk import Bulk
from services.index.canary.writer import CanaryWriter
from services.index.consumer import Consumer
from services.index.dead import DeadLimit, DeadTopic
from services.index.delivery import Delivery
from services.index.flow_control.blockers import Blockers
from services.index.flow_control.stall_detector import STUCK_SECONDS, StallDetector
from services.index.listener import Listener
from services.index.writer import Writer
from shared import elastic
from shared import index_names as names
from shared.dead_letters.skips import Skips
from shared.errors import Misconfigured, Refused, Unavailable
from shared.health import Health, routes, serving
from shared.health.guard import Guard
from shared.kafka.clients import as_unavailable, consumer_options, why
from shared.kafka.granted import prepare
from shared.kafka.groups import ask_group
from shared.kafka.refusals import RIGHTS
from shared.kafka.sender import Sender
from shared.log import get
from shared.retry import Backoff
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, IndexSettings, KafkaSettings

log = get(__name__)

STARTING = Backoff(first=0.5, longest=5.0)
"""Between tries to reach the engines at the start: whoever starts everything at once waits for us."""

GC_THRESHOLDS = (50_000, 20, 100)
"""Parsed digests are some ten thousand containers without a cycle: looking for cycles at every 700 of them (the default) takes
three times as long as parsing them (49 against 15 us an item, measured)."""

WATCH_SECONDS = 20.0
"""Between looks at lag and positions."""

LOOK_SECONDS = 5.0
"""Between looks at which indices are live: one small request."""

HELD_SECONDS = 60.0
"""As long as one request may take: a batch that is tried for longer is refused again and again, and everything behind it waits."""


STUCK_ON_SECONDS = 30.0
"""For which a record that was not taken while others were is named: above the longest pause before the next try (15 s)."""

ANSWER_SECONDS = 1.3
"""For Kafka to list its topics: it leaves time to find out why it does not, within the time of a health check."""

STOP_SECONDS = 10.0
"""From the wish to stop to the end: supervisors give 15 s and more, of which a busy machine needs some for the rest. What is unfinished
then is read again after the next start."""


@dataclass
class Indexer:
    """The indexer of one slot."""

    common: CommonSettings
    kafka: KafkaSettings
    elasticsearch: ElasticsearchSettings
    settings: IndexSettings
    health_settings: HealthSettings = field(default_factory=HealthSettings)
    blockers: Blockers = field(default_factory=Blockers)
    stall: StallDetector = field(default_factory=StallDetector)
    started: bool = False
    leave: Callable[[int], Any] = os._exit
    _client: AsyncElasticsearch = field(init=False)
    _reader: Any = field(default=None, init=False)
    _consumer: Consumer | None = field(default=None, init=False)
    _fills: str = field(default="", init=False)
    _stuck: dict[tuple[int, int], float] = field(default_factory=dict, init=False)
    """When which record, by partition and offset, was not taken though others were"""

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; raises Misconfigured when the settings themselves can't be used, and whatever is a bug."""
        gc.set_threshold(*GC_THRESHOLDS)
        self._client = elastic.connect(self.elasticsearch, connections=self.settings.in_flight + 2)
        try:
            settings = self.settings
            app = Starlette(routes=routes(self.health(), Guard(settings.host, self.health_settings)))
            async with serving(
                app, host=settings.host, port=settings.health_port, variables=("INDEX_HOST", "INDEX_HEALTH_PORT"), limits=self.common.limits
            ):
                stopping = asyncio.create_task(stop.wait())
                working = asyncio.create_task(self._work(stop))
                await asyncio.wait([stopping, working], return_when=asyncio.FIRST_COMPLETED)
                if not self.started:  # still waiting for an engine, perhaps for ever
                    working.cancel()
                stopping.cancel()
                # Engines that are stopped rather than dead answer nothing and refuse nothing: closing connections to them may hang.
                alarm = asyncio.get_running_loop().call_later(STOP_SECONDS, self._leave)
                with suppress(asyncio.CancelledError):
                    await working
                alarm.cancel()
        finally:
            await self._client.close()

    def _leave(self) -> None:
        """End at once, with batches in flight: nothing of them is committed."""
        log.warning("stopped before the batches in flight were finished; they will be read again after the next start")
        self.leave(0)

    async def _work(self, stop: asyncio.Event) -> None:
        await self._until("Elasticsearch", self._ensure_indices, stop)
        await self._until("Kafka", self._ensure_topics, stop)
        letters = DeadTopic(Sender(self.kafka, linger_ms=5), self.common.topics.dead.name, self.blockers)
        bulk = Bulk(self._client, self.settings.batch_bytes, self.settings.in_flight, self.blockers)
        topics = self.common.topics
        skips = Skips(self.kafka, topics.operations.name)

        def asked(place: tuple[int, int]) -> str | None:
            """Told of each record that is not taken while others are."""
            self._stuck[place] = time.monotonic()
            return skips.asked(topics.enriched.name, *place)

        writer = Writer(bulk, self.common.namespace, asked=asked)
        canary = CanaryWriter(self._client, names.canary(self.common.namespace), self.elasticsearch.shards, self.elasticsearch.replicas)
        delivery = Delivery(writer, letters, DeadLimit(self.settings.dead_limit), self.blockers, canary=canary)
        listening = asyncio.create_task(skips.run())
        try:
            while not stop.is_set():
                try:
                    await fill.withdrawals_first(self.kafka, self.common.topics, writer, self._fills)
                    async with self._consuming(delivery) as consumer:
                        self.started = True
                        log.info("indexing", topic=self.common.topics.enriched.name, alias=names.alias(self.common.namespace, "items"))
                        await consumer.run(stop)
                except (KafkaError, OSError, Unavailable) as error:
                    reason = error if isinstance(error, Unavailable) else await why(error, self.kafka)
                    operator = isinstance(reason, Refused) or not getattr(error, "retriable", True)
                    self.blockers.begin("Kafka", str(reason), operator=operator)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), STARTING.longest)
                    # Before joining the group again, which would be in vain, and make it share its partitions out anew each time.
                    self.started = False
                    await self._until("Kafka", self._ensure_topics, stop)
                else:
                    if consumer.replaced:
                        log.warning("other indices are live now")
                        await self._until("Elasticsearch", self._ensure_indices, stop)
        finally:
            listening.cancel()
            await letters.stop()

    async def _until(self, what: str, attempt: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
        """Try until it is done, or until `stop`: engines may come later, and what a person must mend is seen when it is mended."""
        for delay in STARTING.delays():
            try:
                await attempt()
            except (Unavailable, Misconfigured) as error:
                self.blockers.begin(what, str(error), operator=isinstance(error, Misconfigured | Refused))
            else:
                self.blockers.end(what)
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), delay)
            if stop.is_set():
                return

    async def _ensure_indices(self) -> None:
        try:
            await indices.ensure(
                self._client, namespace=self.common.namespace, shards=self.elasticsearch.shards, replicas=self.elasticsearch.replicas
            )
            self._fills = await indices.fills(self._client, self.common.namespace)
        except (ApiError, TransportError) as error:
            raise elastic.explained(error, self.elasticsearch) from error

    async def _ensure_topics(self) -> None:
        created = await prepare(self.kafka, self.common.topics, "index")
        if created:
            log.info("created topics", topics=created)

    @asynccontextmanager
    async def _consuming(self, delivery: Delivery) -> AsyncIterator[Consumer]:
        """A started consumer with its listener and watch; stopped at the end."""
        topics = self.common.topics
        reader = AIOKafkaConsumer(**consumer_options(self.kafka, group=topics.index_group, slot=self.settings.slot))
        consumer = Consumer(reader, delivery.deliver, self.blockers, self.settings.batch_bytes, self.settings.in_flight)
        consumer.doubts = fill.Doubts(self._fills, self._notes)
        reader.subscribe([topics.enriched.name], listener=Listener(consumer))
        watches = [asyncio.create_task(watch) for watch in (self._watch(reader, consumer), self._watch_indices(consumer))]
        try:
            await reader.start()
            self.blockers.end("Kafka")
            self._reader, self._consumer = reader, consumer
            yield consumer
        finally:
            self._reader = self._consumer = None
            for watch in watches:
                watch.cancel()
            await reader.stop()

    async def _notes(self) -> Mapping[int, str]:
        topics = self.common.topics
        return (await ask_group(self.kafka, topics.index_group, topics.enriched.name)).notes

    async def _watch_indices(self, consumer: Consumer) -> None:
        """See when other indices have become live: made anew by another indexer, or swapped in. One that is missing is readiness's affair."""
        while not consumer.replaced:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(ApiError, TransportError):
                consumer.replaced = await indices.fills(self._client, self.common.namespace) != consumer.doubts.fills

    async def _watch(self, reader: Any, consumer: Consumer) -> None:
        """Look at lag and positions now and then, for liveness."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            with suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(WATCH_SECONDS):
                    ends = await reader.end_offsets(reader.assignment())
                    positions = {partition: await reader.position(partition) for partition in ends}
                lag = sum(max(0, ends[partition] - positions[partition]) for partition in ends)
                waiting = bool(self.blockers) or consumer.full
                self.stall.observe(time.monotonic(), position=sum(positions.values()), lag=lag, waiting=waiting)

    def health(self) -> Health:
        """Live: this process makes progress when there is something to do. Ready: it has what it needs, and no person is called for."""
        return Health(
            "index",
            live={"progress": self._is_live},
            ready={"kafka": self._reaches_kafka, "elasticsearch": self._reaches_elasticsearch, "work": self._may_work},
        )

    async def _is_live(self) -> None:
        now = time.monotonic()
        silent = self.stall.stuck_for(now)
        if self._consumer is not None and not self.blockers:  # what is away does not come back by our restart
            silent = max(silent, now - self._consumer.progressed_at) if self._consumer.busy else silent
        if silent > STUCK_SECONDS:
            raise RuntimeError(f"there is something to index, but for {silent:.0f} s nothing was: start this process again")

    async def _reaches_kafka(self) -> None:
        if self._reader is None:
            raise RuntimeError(self.blockers.reasons.get("Kafka") or "not connected yet")
        async with as_unavailable(self.kafka), asyncio.timeout(ANSWER_SECONDS):
            topics = await self._reader.topics()
        # A consumer whose topic is hidden from it waits for records without a word; it goes on by itself once it sees it again.
        if (name := self.common.topics.enriched.name) not in topics:
            raise RuntimeError(f"Kafka does not show us topic {name}: it is deleted, or READ on topic {name} is not allowed; {RIGHTS}")

    async def _reaches_elasticsearch(self) -> None:
        try:
            for kind in names.KINDS:
                alias = names.alias(self.common.namespace, kind)
                if not await self._client.indices.exists_alias(name=alias):
                    raise Misconfigured(f"alias {alias} is missing: start an indexer again, which makes it and fills it from Kafka")
        except (ApiError, TransportError) as error:
            raise elastic.explained(error, self.elasticsearch) from error

    async def _may_work(self) -> None:
        if self.blockers.for_operator:
            raise RuntimeError(self.blockers.for_operator)
        if not self.started:
            raise RuntimeError(str(self.blockers) or "starting")
        held = self._consumer.held_for(time.monotonic()) if self._consumer is not None else 0.0
        if held > HELD_SECONDS:
            why = f": {self.blockers}" if self.blockers else ""
            raise RuntimeError(f"the same digests have been tried for {held:.0f} s, nothing is lost{why}{self._stuck_on()}")

    def _stuck_on(self) -> str:
        """The records that are not taken while others are, as `jianbao dead skip` takes them; empty where there are none."""
        now = time.monotonic()
        self._stuck = {place: at for place, at in self._stuck.items() if now - at < STUCK_ON_SECONDS}
        named = ", ".join(f"{self.common.topics.enriched.name} {partition} {offset}" for partition, offset in sorted(self._stuck)[:5])
        return f"; not taken while others are: {named}" if named else ""
