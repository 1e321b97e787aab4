"""Settings and a handler of records in; a Faust app out, with the one agent that loses nothing.

Faust acknowledges a record also when the agent raises or is cancelled, and then commits it: lost. So no exception ever leaves
the loop body, and what Faust acknowledges commits nothing (`line`). `handle` tries again what passes and makes dead letters of what
doesn't; what must not happen ends the process at once (exit 70, "internal software error" of sysexits.h).
"""

import logging
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import faust
from faust.types import EventT, StreamT
from faust.types.transports import TransportT
from mode.utils.queues import ThrowableQueue

from services.enrich.stream.buffer import ByteBoundedQueue
from services.enrich.stream.credentials import broker_urls, credentials
from services.enrich.stream.line import Line
from services.enrich.stream.progress import Progress
from services.enrich.stream.rewind import RewindingTransport
from shared import log
from shared.dead_letters.headers import SourceRecord
from shared.settings import CommonSettings, EnrichSettings, KafkaSettings

logger = log.get(__name__)

Handle = Callable[[SourceRecord], Awaitable[None]]

WITHIN = 0.05
"""Seconds that a batch waits for company: the most that batching adds to a quiet pipeline's latency. Faust looks for a batch
that often also when idle, which costs under 1 % of a core."""

MIB = 2**20


class App(faust.App):
    """Faust's app with a buffer bounded in bytes, and without folders: it keeps no tables."""

    logger = logging.getLogger("faust.app")

    def FlowControlQueue(self, maxsize: int | None = None, *, clear_on_resume: bool = False) -> ThrowableQueue[Any]:
        """The queue between consumer and agent."""
        return ByteBoundedQueue(maxsize=maxsize or 0, flow_control=self.flow_control, clear_on_resume=clear_on_resume)

    def _new_transport(self) -> TransportT:
        return RewindingTransport(self.conf.broker_consumer, self)

    def _create_directories(self) -> None:
        pass


def create_app(
    common: CommonSettings,
    kafka: KafkaSettings,
    settings: EnrichSettings,
    *,
    handle: Handle,
    progress: Progress,
    die: Callable[[int], Any] = os._exit,
) -> faust.App:
    """The app; its consumer group is the app's id, as version=1 adds no suffix. Connects to nothing."""
    group = common.topics.enrich_group
    app = App(
        group,
        version=1,
        broker=broker_urls(kafka),
        broker_credentials=credentials(kafka),
        autodiscover=False,
        web_enabled=False,
        worker_redirect_stdouts=False,
        # Bytes in, so that no codec of Faust's can fail: such a failure ends the agent in silence or loses the record.
        key_serializer="raw",
        value_serializer="raw",
        # At least once; Faust's exactly_once swallows failed commits. Ids and versions make it come out once.
        processing_guarantee="at_least_once",
        # On SIGTERM the batch in hand is finished; without this it is acknowledged unfinished.
        stream_wait_empty=True,
        # Records between consumer and agent; ByteBoundedQueue bounds their bytes. Faust fetches again when it is at 40 %,
        # up to 1 s later: 100 digests are work for longer than that.
        stream_buffer_maxsize=256,
        broker_max_poll_records=200,
        # Of one partition in one fetch; a larger record still comes, alone.
        consumer_max_fetch_size=4 * MIB,
        consumer_auto_offset_reset="earliest",
        # A topic that was deleted and created again is noticed after this; the default is 5 minutes.
        consumer_metadata_max_age_ms=5_000,
        # What a kill -9 makes us do again: a second's work. The default is 2.8 s.
        broker_commit_interval=1.0,
        broker_commit_every=1000,
        # Static membership: a worker that comes back within the session timeout goes on in 2 s, without a rebalance.
        consumer_group_instance_id=f"{group}-{settings.slot}",
        # How long a dead worker's partitions wait for another one; the default is 60 s.
        broker_session_timeout=15.0,
        broker_heartbeat_interval=3.0,
        broker_request_timeout=40.0,
        # A worker may finish a digest that takes its whole time before it gives its partitions up.
        broker_rebalance_timeout=max(60.0, settings.digest_seconds),
        # A batch in which every digest takes its whole time, twice over, must not cost the membership.
        broker_max_poll_interval=max(300.0, 2 * settings.batch * settings.digest_seconds),
        stream_processing_timeout=timedelta(minutes=5),  # only logs
        # Faust's own producer sends nothing of ours, but a commit waits for it: by default 20 minutes.
        producer_acks=-1,
        producer_request_timeout=60.0,
        topic_disable_leader=True,
        topic_allow_declare=False,  # shared.kafka.clients.ensure_topics has created them with the settings they must have
        table_standby_replicas=0,  # no tables: then Faust takes Kafka's plain round robin for assignment
        store="memory://",
    )

    def failed(error: BaseException) -> None:
        logger.critical("a digest could not be finished; it will be read again after a restart", exc_info=error)
        die(0 if progress.stopping else os.EX_SOFTWARE)

    @app.agent(app.topic(common.topics.raw.name), concurrency=1, name="enrich")
    async def enrich(stream: StreamT[bytes]) -> None:
        batches = cast(faust.Stream[bytes], stream).take_events(settings.batch, within=WITHIN)
        line = Line(handle, failed)
        progress.agent_running = True
        try:
            async for events in batches:
                try:
                    for event in events:
                        await line.add(event, _record(event))
                except BaseException as error:  # CancelledError too: nothing may go on as if it were done
                    failed(error)
            await line.empty()
        finally:
            progress.agent_running = False
        if not (progress.stopping or app.should_stop):
            logger.critical("the agent's stream ended by itself")
            die(os.EX_SOFTWARE)

    return app


def _record(event: EventT[bytes]) -> SourceRecord:
    message = event.message
    headers = message.headers or ()
    pairs = headers.items() if isinstance(headers, dict) else headers
    return SourceRecord(message.topic, message.partition, message.offset, message.key, message.value, tuple(pairs))  # type: ignore[arg-type]
