"""Settings → the worker: health on its port, and a member of the group, until it is told to stop."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from starlette.applications import Starlette

from services.ingest.accept import Submission
from services.ingest.feeding.targets import Answer, Api, BulkTarget, Result
from services.ingest.sources.fetch.addresses import opened
from services.ingest.sources.fetch.opened import fetching
from services.ingest.sources.worker.folders import Folders
from services.ingest.sources.worker.handing import Handing
from services.ingest.sources.worker.keeping import Keeping
from services.ingest.sources.worker.leader import Leader
from services.ingest.sources.worker.mailbox import Mailbox
from services.ingest.sources.worker.schedule import Schedule
from services.ingest.sources.worker.turn import Turns, Way
from services.ingest.sources.worker.web import Web
from shared.health import Health, routes, serving
from shared.health.guard import Guard
from shared.keys.own import own
from shared.registry.entry import Feed, Fetch, Folder, Imap, Listing
from shared.settings import CommonSettings, FetchSettings, HealthSettings, KafkaSettings, WebSettings

INGEST_SECONDS = 60.0
"""For an answer: it waits 10 s for Kafka by default, and longer where it is told to"""


@dataclass(frozen=True)
class Fenced:
    """A target that takes digests of the worker that leads."""

    target: BulkTarget
    require: Callable[[], None]
    """Raises Unavailable where this worker may lead no longer"""

    async def put(self, submission: Submission) -> Answer:
        """Return once taken, as `Target` says."""
        self.require()
        return await self.target.put(submission)

    async def put_all(self, submissions: Sequence[Submission]) -> list[Result]:
        """Put them all, as `BulkTarget` says."""
        self.require()
        return await self.target.put_all(submissions)


@dataclass
class Worker:
    """What runs."""

    common: CommonSettings
    kafka: KafkaSettings
    settings: FetchSettings
    web: WebSettings
    health_settings: HealthSettings = field(default_factory=HealthSettings)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; raises Misconfigured where the settings can't be used."""
        settings = self.settings
        key = own(settings.api_key, settings.api_key_file, variable="FETCH_API_KEY")
        async with AsyncExitStack() as stack:
            # No proxy of the environment: ingest is near, and a key goes with each request.
            patience = httpx.Timeout(INGEST_SECONDS, connect=5)
            client = await stack.enter_async_context(httpx.AsyncClient(timeout=patience, trust_env=False))
            polite = await stack.enter_async_context(fetching(self.web))
            keeping = await stack.enter_async_context(Keeping(self.kafka, self.common.topics.sources, lambda: leader.require()))
            target = Fenced(Api(client, settings.ingest_url, key), lambda: leader.require())
            handing = Handing(target)
            web, mailbox = Web(polite), Mailbox(settings.secrets, opened(self.web.open))
            folders = Folders(target, settings.ingest_url, tuple(map(Path, settings.folders)), settings.state)
            ways: dict[type[Fetch], Way] = {Feed: web, Listing: web, Imap: mailbox, Folder: folders}
            turns = Turns(handing.hand, keeping.keep, ways, settings.pause_after)
            schedule = Schedule(turns.take, turns.can, at_once=settings.at_once)
            leader = Leader(self.kafka, self.common.topics, schedule.run, patience=settings.takeover_seconds)
            running = asyncio.create_task(leader.run(), name="leader")
            guard = Guard(settings.host, self.health_settings)
            app = Starlette(routes=routes(self.health(leader, handing, running, client), guard))
            variables = ("FETCH_HOST", "FETCH_HEALTH_PORT")
            try:
                async with serving(app, host=settings.host, port=settings.health_port, variables=variables):
                    stopping = asyncio.create_task(stop.wait())
                    await asyncio.wait([stopping, running], return_when=asyncio.FIRST_COMPLETED)
                    stopping.cancel()
            finally:
                ended = running.done()
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running  # raises why it ended by itself
                assert not ended or stop.is_set()

    def health(self, leader: Leader, handing: Handing, running: "asyncio.Task[None]", client: httpx.AsyncClient) -> Health:
        """Live: this worker leads or stands by. Ready: Kafka and ingest answer, and ingest takes what is fetched."""

        async def member() -> None:
            if running.done():
                raise RuntimeError("nothing is fetched: start this process again")

        async def kafka() -> str:
            if leader.problem is not None:
                raise RuntimeError(leader.problem)
            return "fetches" if leader.leads else "stands by"

        async def ingest() -> None:
            if handing.problem is not None:
                raise RuntimeError(handing.problem)
            try:
                await client.get(f"{self.settings.ingest_url.rstrip('/')}/healthz", timeout=2)
            except (httpx.TransportError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                url = self.settings.ingest_url
                raise RuntimeError(f"ingest at {url} does not answer ({type(error).__name__})") from error

        return Health("fetch", live={"member": member}, ready={"kafka": kafka, "ingest": ingest})
