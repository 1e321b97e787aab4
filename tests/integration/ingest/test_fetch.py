"""Two workers that fetch, as processes on a real Kafka beside ingest: one is killed -9, and nothing is fed twice."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest

from deploy.engines.ports import free_ports
from shared.registry.entry import Entry, Feed, FetchState
from shared.registry.register import Register
from shared.settings import CommonSettings, KafkaSettings
from tests.engines import RunningEngines
from tests.fakes.feeds import page, rss
from tests.fakes.web_server import WebServer, answer, web_server
from tests.integration.ingest.test_service import ROOT, raw_records, ready, service, wait_for

pytestmark = pytest.mark.connected

XML = "application/rss+xml"


@dataclass
class Worker:
    """A process, and where it says how it is."""

    process: asyncio.subprocess.Process
    client: httpx.AsyncClient

    async def leads(self) -> bool:
        """Whether it is the one that fetches."""
        try:
            return "jianbao_fetch_leader 1.0" in (await self.client.get("/metrics")).text
        except httpx.TransportError:
            return False


@dataclass
class Stage:
    """What the test works with."""

    web: WebServer
    register: Register
    workers: list[Worker] = field(default_factory=list)

    async def edit(self, source: str, path: str) -> None:
        """Say that a source is the feed at a path; said again, it is fetched at once."""

        def edited(entry: Entry | None) -> Entry:
            edition = entry.edition + 1 if entry else 1
            return Entry(
                source=source,
                edition=edition,
                fetch=Feed(url=self.web.url + path),
                changed_at=datetime.now(UTC),
                by="a@b",
            )

        await self.register.edit(source, edited)

    async def state(self, source: str) -> FetchState | None:
        """What was kept of its fetching."""
        return (await self.register.listing()).fetched.get(source)

    async def leader(self) -> Worker:
        """The one of those that run that fetches."""
        found: list[Worker] = []

        async def there() -> bool:
            found[:] = [worker for worker in self.workers if await worker.leads()]
            return len(found) == 1

        await wait_for(there)
        return found[0]


@contextlib.asynccontextmanager
async def worker(environ: dict[str, str]) -> AsyncIterator[Worker]:
    """A worker that is ready; killed afterwards if it still runs."""
    [port] = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.ingest.sources",
        env=environ | {"FETCH_HEALTH_PORT": str(port)},
        cwd=ROOT,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            await wait_for(lambda: ready(client))
            yield Worker(process, client)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@contextlib.asynccontextmanager
async def stage(engines: RunningEngines, namespace: str) -> AsyncIterator[Stage]:
    """Ingest, two workers, and the web."""
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers)
    async with contextlib.AsyncExitStack() as stack:
        web = await stack.enter_async_context(web_server())
        _process, ingest = await stack.enter_async_context(service(engines, namespace))
        ours = ("INGEST_", "KAFKA_", "JIANBAO_", "FETCH_")
        environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | engines.environ
        environ |= {
            "JIANBAO_NAMESPACE": namespace,
            "FETCH_INGEST_URL": str(ingest.base_url),
            "FETCH_OPEN": f"127.0.0.1:{web.port}",
            "FETCH_PAUSE": "0",
            "FETCH_SECONDS": "2",
            "FETCH_TAKEOVER_SECONDS": "6",
        }
        found = Stage(web, Register(CommonSettings(namespace=namespace), kafka))
        found.workers = list(await asyncio.gather(*(stack.enter_async_context(worker(environ)) for _ in range(2))))
        yield found


async def test_a_worker_that_is_killed_is_followed_by_another(engines: RunningEngines, namespace: str) -> None:
    """In the middle of a feed: it goes on, and no entry is twice in the raw topic."""
    held, let = asyncio.Event(), asyncio.Event()

    async def waits(_request: object, writer: asyncio.StreamWriter) -> None:
        held.set()
        await let.wait()
        writer.write(answer(page(3)))

    async with stage(engines, namespace) as found:
        web = found.web
        web.says("/feed", answer(rss(web.url, range(6)), media_type=XML, ETag='"1"'))
        for number in range(6):
            web.says(f"/a/{number}", answer(page(number)))
        web.says("/a/3", waits)
        await found.edit("周报", "/feed")
        leader = await found.leader()
        await asyncio.wait_for(held.wait(), 30)
        leader.process.kill()
        await leader.process.wait()
        web.says("/a/3", answer(page(3)))
        let.set()
        follower = await found.leader()
        assert follower is not leader

        async def whole() -> bool:
            state = await found.state("周报")
            return state is not None and state.etag == '"1"'

        await wait_for(whole)
        records = [record for record, _ in await raw_records(engines, namespace)]
        assert sorted(record.external_id or "" for record in records) == [f"id-{number}" for number in range(6)]
        state = await found.state("周报")
        assert state is not None
        assert (len(state.seen), state.error) == (6, None)
        follower.process.send_signal(signal.SIGTERM)
        assert await follower.process.wait() == 0
