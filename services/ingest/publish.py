"""A raw record → Kafka's acknowledgement: the publisher's Protocol and its implementation on aiokafka.

    connecting ──► connected ──(a failed or unacknowledged send, a failed probe)──► connecting …

While Kafka is known to be away a publish is refused at once, so nothing piles up in memory; and so it is
while this machine's clock is wrong. A send whose time ran out may still be delivered later: delivery is at
least once, and the same digest received again replaces itself.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol, Self

from aiokafka.errors import KafkaError

from services.ingest.again.follower import Follower
from services.ingest.ahead import Ahead
from services.ingest.clock import KafkaClock
from shared import log
from shared.dead_letters.headers import Headers
from shared.errors import JianbaoError, Unavailable
from shared.kafka.clients import as_unavailable, words
from shared.kafka.granted import prepare
from shared.kafka.refusals import advice
from shared.kafka.sender import Message, Sender
from shared.records import DIGEST_HEADER, RawDigest
from shared.retry import Backoff
from shared.settings import KafkaSettings
from shared.topics import Topics

_log = log.get(__name__)

CONNECT_SECONDS = 10.0
"""One try to connect: topics and a producer id; a healthy broker takes well under one second."""

PROBE_EVERY = 2.0
"""Seconds between probes: an outage is known before many requests wait for acknowledgements that don't come."""

PROBE_SECONDS = 2.5
"""Below the 3 s that a health check may take (shared.health)."""

CLOCK_SECONDS = 120.0
"""As IngestSettings.clock_seconds."""

WAITING_BYTES = 64 * 2**20
"""Bytes that may wait for acknowledgement at once: eight digests of the largest size, thousands of usual ones."""


class Publisher(Protocol):
    """Where ingest puts digests."""

    async def publish(self, raw: RawDigest, content: bytes, further: Headers = ()) -> RawDigest:
        """Return what was published once it is acknowledged; raise Unavailable when that does not happen in
        time. `further` headers follow the digest's.

        Its revision is that of `raw`, or the one above the digest's last where that is known to be later.
        """

    async def check(self) -> None:
        """Return when publishing would work now; raise Unavailable with the reason when not."""


class _Connection:
    """A connected sender and the sends that wait for its acknowledgements."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self._sends = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextlib.contextmanager
    def sending(self) -> Iterator[None]:
        """A send is waiting while the block runs."""
        self._sends += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._sends -= 1
            if not self._sends:
                self._idle.set()

    async def close(self, *, seconds: float) -> None:
        """Wait so long for sends that are waiting (a producer that stops refuses those that are not yet in a batch), then end it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        await self.sender.close()


class KafkaPublisher:
    """Publishes to the raw topic; an async context manager that keeps connecting in the background while it is open."""

    def __init__(
        self,
        settings: KafkaSettings,
        topics: Topics,
        *,
        ack_timeout: float,
        clock_seconds: float = CLOCK_SECONDS,
        waiting_bytes: int = WAITING_BYTES,
        backoff: Backoff | None = None,
        now: Callable[[], float] = time.time,
        memory: Follower | None = None,
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Connects to nothing; `ack_timeout` and `clock_seconds` are as in IngestSettings, `now` is this
        machine's clock. `memory`, where given, is started before a connection counts, and stopped at
        the end; `before`, where given, is waited for too.
        """
        self._settings = settings
        self._topics = topics
        self._ack_timeout = ack_timeout
        self._waiting_bytes = waiting_bytes
        self._backoff = backoff or Backoff(first=0.2, longest=3.0)
        self._now = now
        self._clock = KafkaClock(topics.clock.name, clock_seconds, now)
        self._ahead = Ahead(settings, topics.raw.name)
        self._memory = memory
        self._before = before
        self._waiting = 0
        self._connection: _Connection | None = None
        self._reason = "connecting to Kafka"
        self._lost = asyncio.Event()
        self._connected = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep_connected())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        self._give_up("shutting down")
        if self._closing:
            await asyncio.wait(self._closing)
        if self._memory is not None:
            await self._memory.stop()

    async def connected(self, *, timeout: float) -> None:
        """Return once connected; raise Unavailable after `timeout` seconds with the reason."""
        try:
            async with asyncio.timeout(timeout):
                await self._connected.wait()
        except TimeoutError:
            raise Unavailable(self._reason) from None

    async def publish(self, raw: RawDigest, content: bytes, further: Headers = ()) -> RawDigest:
        """Send the record and return once Kafka acknowledged it (acks=all); raises Unavailable otherwise, after the ack timeout at most."""
        connection = self._connection
        if connection is None:
            raise Unavailable(self._reason)
        self._clock.check()
        raw = await self._above_its_last(raw)
        if self._waiting and self._waiting + len(content) > self._waiting_bytes:
            raise Unavailable("too many digests wait for Kafka at the moment; try again soon", retry_after=1)
        message = Message(self._topics.raw.name, raw.digest_id.encode("ascii"), content, [(DIGEST_HEADER, raw.to_json()), *further])
        self._waiting += len(content)
        try:
            with connection.sending():
                async with asyncio.timeout(self._ack_timeout):
                    [placed] = await connection.sender.deliver([message])
        except TimeoutError:
            # The producer may still deliver it; the feeder sends again, and the later revision replaces the earlier.
            self._lose(f"Kafka did not acknowledge within {self._ack_timeout:g} s", connection)
            raise Unavailable(f"Kafka did not acknowledge within {self._ack_timeout:g} s; send the digest again") from None
        except KafkaError as error:
            # After a failed batch an idempotent producer's sequence has a gap that the broker refuses for ever: only a new one helps.
            reason = advice(error) or words(error)
            self._lose(f"Kafka refused a record: {reason}", connection)
            raise Unavailable(f"Kafka refused the record: {reason}") from error
        finally:
            self._waiting -= len(content)
        if self._memory is not None and not raw.withdrawn:  # nobody waits for a withdrawal
            self._memory.acknowledged(raw, placed.partition, placed.offset)
        return raw

    async def _above_its_last(self, raw: RawDigest) -> RawDigest:
        if not self._ahead.is_behind(raw):
            return raw
        try:
            async with asyncio.timeout(self._ack_timeout):
                revision = await self._ahead.above(raw)
        except TimeoutError:
            why = "the digest's last revision, which is from the future, is still being read; send it again"
            raise Unavailable(why) from None
        return raw if revision == raw.revision else raw.model_copy(update={"revision": revision})

    async def check(self) -> None:
        """Ask Kafka for the raw topic; raises Unavailable with the reason when it does not answer, or when
        this machine's clock is wrong.
        """
        await self._ask()
        self._clock.check()

    async def _ask(self) -> None:
        connection = self._connection
        if connection is None:
            raise Unavailable(self._reason)
        client, topic = connection.sender.client, self._topics.raw.name
        async with as_unavailable(self._settings):
            async with asyncio.timeout(PROBE_SECONDS):
                await client.add_topic(topic)  # this one alone: a cluster may have thousands
                answered = await client.force_metadata_update()
        if not answered:
            raise Unavailable(f"Kafka at {self._settings.bootstrap_servers} does not answer")
        if not client.cluster.partitions_for_topic(topic):
            raise Unavailable(f"topic {self._topics.raw.name} is missing in Kafka; it is being created")

    async def _keep_connected(self) -> None:
        """Connect, probe until the connection is lost, and again, until cancelled."""
        while True:
            await self._connect()
            while not self._lost.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._lost.wait(), PROBE_EVERY)
                    break
                try:
                    await self._ask()
                    if self._clock.due and self._connection is not None:
                        await self._look(self._connection.sender)
                except Unavailable as error:
                    self._lose(str(error))
                except Exception as error:  # nobody else would connect again if this task ended
                    _log.exception("probing Kafka failed")
                    self._lose(f"Kafka could not be asked: {words(error)}")

    async def _look(self, sender: Sender) -> None:
        """Compare clocks, and learn which digests are from the future before the new comparison counts;
        raises Unavailable.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reading = await self._clock.ask(sender)
            await self._ahead.learn(round(1000 * (reading.theirs if reading else self._now())))
        except TimeoutError:
            why = f"Kafka did not acknowledge within {CONNECT_SECONDS:g} s"
            raise Unavailable(f"{why}; are enough brokers there (min.insync.replicas)?") from None
        except KafkaError as error:
            raise Unavailable(f"Kafka does not take a record of {self._topics.clock.name}: {words(error)}") from error
        self._clock.keep(reading)

    async def _connect(self) -> None:
        said = ""
        for delay in self._backoff.delays():
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    created = await prepare(self._settings, self._topics, "ingest")
                if self._memory is not None:
                    self._reason = "reading what was fed before"
                    await self._memory.start()
                if self._before is not None:
                    self._reason = "reading what is known of sources"
                    await self._before()
                sender = Sender(self._settings)  # linger 0: each request waits for its own acknowledgement, and requests at once share batches anyway
                async with asyncio.timeout(CONNECT_SECONDS):
                    await sender.connect()
                self._reason = "comparing clocks with Kafka, and reading which digests are from the future"
                try:
                    await self._look(sender)
                except BaseException:
                    await sender.close()
                    raise
                self._connection = _Connection(sender)
            except Exception as error:  # whatever keeps us from connecting is waited out: the service stays up and says why
                reason = str(error) if isinstance(error, JianbaoError) else f"Kafka does not answer: {words(error)}"
                if reason != said:  # once, not with every try
                    _log.warning("kafka_away", reason=reason)
                self._reason = said = reason
                await asyncio.sleep(delay)
                continue
            self._lost.clear()
            self._connected.set()
            _log.info("kafka_connected", servers=self._settings.bootstrap_servers, topics_created=created)
            return

    def _lose(self, reason: str, connection: _Connection | None = None) -> None:
        """Give the connection up and say so, unless `connection` is no longer the one in use: another request was first then."""
        if self._connection is not None and connection in (None, self._connection):
            _log.warning("kafka_lost", reason=reason)
            self._give_up(reason)

    def _give_up(self, reason: str) -> None:
        """Refuse from now on; sends that wait have until the ack timeout to be acknowledged."""
        lost, self._connection, self._reason = self._connection, None, reason
        if lost is None:
            return
        self._connected.clear()
        self._lost.set()
        closing = asyncio.create_task(lost.close(seconds=self._ack_timeout))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
