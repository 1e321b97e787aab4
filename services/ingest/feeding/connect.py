"""What was asked for on the command line → where digests go, connected until the stack is left."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import typer

from services.ingest.accept import Submission
from services.ingest.again.follower import READ_SECONDS, Follower
from services.ingest.again.take import Taker
from services.ingest.feeding.backlog import of_services
from services.ingest.feeding.pace import Behind
from services.ingest.feeding.targets import Api, BulkTarget, Straight
from services.ingest.publish import KafkaPublisher
from services.ingest.revision import Revisions
from services.ingest.withdraw import KafkaDesk
from shared import log
from shared.configured import configured
from shared.keys.request import is_loopback
from shared.settings import CommonSettings, IngestSettings, KafkaSettings, WebSettings

STILL_READING = """what was fed before is still being read: until it is, \
a file that was fed long ago may be written again"""


async def api(stack: AsyncExitStack, url: str, key: str | None) -> tuple[BulkTarget, Behind]:
    """The API at `url`, and what says how much is waiting there."""
    target = Api(await client(stack, url), url, key)
    return target, target.backlog


async def client(stack: AsyncExitStack, url: str) -> httpx.AsyncClient:
    """A client for a service at `url`, with connections that stay."""
    # A proxy of the environment must not be asked for this machine's own address.
    # Ingest answers within its ack timeout (10 s by default); 60 s leaves room for larger ones.
    try:
        direct = is_loopback(httpx.URL(url).host)
    except httpx.InvalidURL:
        direct = False
    return await stack.enter_async_context(httpx.AsyncClient(timeout=httpx.Timeout(60, connect=5), trust_env=not direct))


async def web(stack: AsyncExitStack, said: dict[str, str | None]) -> Callable[[str], Awaitable[Submission]]:
    """What gets pages of the web."""
    # Here, as its packages take a third of a second, and files need none of them.
    from services.ingest.sources.fetch.opened import fetching
    from services.ingest.sources.single import fetched

    polite = await stack.enter_async_context(fetching(configured(WebSettings)))
    return lambda url: fetched(url, said, polite)


async def straight(stack: AsyncExitStack, wait: float, *, above_last: bool) -> tuple[BulkTarget, Behind]:
    """Kafka itself, waited for `wait` seconds, and what says how much is waiting there; raises Unavailable."""
    common, ingest = configured(CommonSettings), configured(IngestSettings)
    log.setup("feed", common.model_copy(update={"log_level": "error"}))
    settings = configured(KafkaSettings)
    wait = max(wait, 1)
    # Of the wait, half is left for connecting.
    read_seconds = min(READ_SECONDS, wait / 2)
    memory = None if above_last else Follower(settings, common.topics.raw.name, read_seconds=read_seconds)
    publisher = KafkaPublisher(
        settings,
        common.topics,
        ack_timeout=ingest.ack_timeout,
        clock_seconds=ingest.clock_seconds,
        memory=memory,
    )
    await stack.enter_async_context(publisher)
    await publisher.connected(timeout=wait)
    if memory is not None and not memory.complete:
        typer.echo(STILL_READING, err=True)
    desk = KafkaDesk(settings, common.topics) if above_last else None
    backlog = of_services(settings, common.topics)
    stack.push_async_callback(backlog.close)
    return Straight(Taker(publisher, memory), Revisions(lambda: time.time_ns() // 1_000_000), ingest.max_bytes, desk), backlog.read
