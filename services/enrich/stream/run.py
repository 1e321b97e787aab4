"""Settings in; a running enrich worker until SIGTERM or Ctrl-C, then its exit code out. The one place of composition."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack, suppress
from functools import partial

import faust
from starlette.applications import Starlette

from services.enrich.preview.previews import NICE, Previews
from services.enrich.preview.route import route as preview_route
from services.enrich.stream import child
from services.enrich.stream.app import create_app
from services.enrich.stream.broker import wait_until_there
from services.enrich.stream.health import Watch, checks
from services.enrich.stream.knowing import KnowingPool, Known
from services.enrich.stream.pool import DigestPool
from services.enrich.stream.progress import Progress
from services.enrich.stream.publisher import Publisher
from services.enrich.stream.remembering import remembering
from services.enrich.stream.worker import Worker
from shared import log
from shared.dead_letters import headers as deadletter
from shared.dead_letters.skips import Skips
from shared.health import routes, serving
from shared.health.guard import Guard
from shared.kafka.group_lag import GroupLag
from shared.kafka.refusals import NO_LOGIN, NO_RIGHT, advice
from shared.kafka.sender import Sender
from shared.registry.follow import SourcesTopic
from shared.settings import CommonSettings, EnrichSettings, HealthSettings, KafkaSettings
from shared.version import BUILD

logger = log.get(__name__)

STOP_SECONDS = 10.0
"""For the batch in hand after SIGTERM; what is not finished then is done again after the next start. Supervisors give 15 s and more,
of which a busy machine needs some for the rest."""

STARTS = 5
"""Of Faust in one process: with Kafka there each time it is something else that keeps it from starting."""


class _FaustWorker(faust.Worker):
    """Faust's worker without its signal handlers: ours bound the time that it takes to stop."""

    def install_signal_handlers(self) -> None:
        pass


def run(
    common: CommonSettings,
    kafka: KafkaSettings,
    settings: EnrichSettings,
    *,
    function: str = child.ENRICH,
    health_settings: HealthSettings | None = None,
) -> int:
    """Run until told to stop; the exit code. `function` is what enriches, `module:name`. Raises Misconfigured."""
    return asyncio.run(_serve(common, kafka, settings, function=function, guard=Guard(settings.host, health_settings or HealthSettings())))


async def _serve(common: CommonSettings, kafka: KafkaSettings, settings: EnrichSettings, *, function: str, guard: Guard) -> int:
    progress = Progress()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        children = partial(
            DigestPool,
            seconds=settings.digest_seconds,
            max_record_bytes=common.topics.enriched.max_message_bytes,
            function=function,
            memory_mb=settings.child_memory_mb,
        )
        pool = children(processes=settings.processes)
        apart = children(processes=1, nice=NICE)  # started by the first preview
        publisher = Publisher(Sender(kafka))
        lag = GroupLag(kafka, topic=common.topics.raw.name, group=common.topics.enrich_group)
        remembered, tried = remembering(pool, kafka, common.topics.tried, settings)
        for part in (pool, apart, publisher, lag, tried):
            stack.push_async_callback(part.close)
        known = Known()
        taught = SourcesTopic(kafka, common.topics.sources, known.add, known.forget)
        skips = Skips(kafka, common.topics.operations.name)
        version = deadletter.code(BUILD)
        worker = Worker(
            KnowingPool(remembered, known), publisher, common.topics, progress, dead_limit=settings.dead_limit, code=version, asked=skips.asked
        )
        app = create_app(common, kafka, settings, handle=worker.one, progress=progress)
        watch = Watch(lag, progress, stuck_seconds=60.0 + 2 * settings.digest_seconds, assignment=lambda: _assignment(app))
        health = Starlette(routes=[*routes(checks(watch), guard), preview_route(Previews(KnowingPool(apart, known)), guard)])
        variables = ("ENRICH_HOST", "ENRICH_HEALTH_PORT")
        port = serving(health, host=settings.host, port=settings.health_port, variables=variables, limits=common.limits)
        await stack.enter_async_context(port)

        if not await _before(stop, asyncio.create_task(wait_until_there(kafka, common.topics, waiting=progress.waits))):
            return 0
        for beside in (watch.run(), skips.run()):
            stack.push_async_callback(_cancelled, asyncio.create_task(beside))
        for follow in (tried.follow, taught.follow):
            read = asyncio.Event()
            stack.push_async_callback(_cancelled, asyncio.create_task(follow(read)))
            if not await _before(stop, asyncio.create_task(_waited(read))):
                return 0
        await pool.start()
        starts = 0
        while True:
            code, reason = await _consume(app, progress, stop)
            refused = advice(reason) if isinstance(reason, (*NO_RIGHT, *NO_LOGIN)) else None
            starts = 0 if refused else starts + 1
            # Faust gives up when Kafka goes away while it starts, and where Kafka allows it something no longer. In both cases no batch is in
            # hand (with one in hand this process would have ended), so that another Faust may begin where the group is.
            if code == 0 or starts == STARTS or not (refused or progress.agent_running is None):
                return code
            progress.agent_running = None
            if refused:
                progress.waits(refused)
            app = create_app(common, kafka, settings, handle=worker.one, progress=progress)
            if not await _before(stop, asyncio.create_task(wait_until_there(kafka, common.topics, waiting=progress.waits))):
                return 0


async def _consume(app: faust.App, progress: Progress, stop: asyncio.Event) -> tuple[int, BaseException | None]:
    """Run Faust until it is told to stop or ends by itself; the exit code, and why it ended."""
    faust_worker = _FaustWorker(app, override_logging=False, quiet=True, redirect_stdouts=False)
    faust_worker.spinner = None  # writes to the terminal
    consuming = asyncio.create_task(faust_worker.start())
    logger.info("enriching", group=app.conf.id, slot=app.conf.consumer_group_instance_id)
    stopped = not await _before(stop, consuming, cancel=False)
    code = 0 if stopped else 1
    progress.stopping = stopped
    if progress.red:
        _leave(code)
    alarm = asyncio.get_running_loop().call_later(STOP_SECONDS, _leave, code)
    await faust_worker.stop()
    await _cancelled(consuming)
    alarm.cancel()
    reason = faust_worker.crash_reason or app.crash_reason
    if stopped:
        logger.info("stopped")
    elif isinstance(reason, (*NO_RIGHT, *NO_LOGIN)):
        logger.error("Kafka refuses us; once more when it does not", reason=advice(reason))
    elif progress.agent_running is None:
        logger.warning("Faust could not start; once more when Kafka is there", reason=str(reason))
    else:
        logger.critical("Faust ended by itself; nothing is lost, restart the worker", reason=str(reason))
    return code, reason


def _leave(code: int) -> None:
    """End at once, with a batch in hand: nothing of it is committed. Its children end with us."""
    logger.warning("stopped before the batch in hand was finished; it will be read again after the next start")
    os._exit(code)


async def _before(stop: asyncio.Event, task: "asyncio.Task[None]", *, cancel: bool = True) -> bool:
    """Whether the task ended before `stop` was set; raises what it raised."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, task], return_when=asyncio.FIRST_COMPLETED)
    if not stop.is_set():
        stopping.cancel()
        if cancel:
            await task
        return True
    if cancel:
        await _cancelled(task)
    return False


async def _waited(event: asyncio.Event) -> None:
    await event.wait()


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


def _assignment(app: faust.App) -> set[int]:
    if app.in_worker and not app.rebalancing:
        with suppress(Exception):  # Faust raises its own ConsumerNotStarted and AttributeErrors before it is up
            return {tp.partition for tp in app.consumer.assignment()}
    return set()
