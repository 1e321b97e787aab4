"""SIGTERM ends each service within 15 s in the middle of its work, whatever is away, and workers may be replaced one by one under load."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from deploy.engines.engines import Engines
from tests.chaos.schedule import ENGINES, SERVICES
from tests.chaos.view import View
from tests.chaos.world import World, engines_of_our_own, world
from tests.sizes import LONG
from tests.variants import ITEMS, variant

pytestmark = [pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

STOP_SECONDS = 15.0
"""Until then a stopped service has ended: what supervisors wait before they kill."""

READY_SECONDS = 90.0
SOURCE = "双碳周报"
AWAY = (ENGINES, *((engine,) for engine in ENGINES if LONG))
"""Which engines hang while services are stopped: both at once in every run, each alone in a long one."""

RESTARTED = SERVICES if LONG else ("ingest", "enrich-0", "index-0")
"""Who is replaced under load: one worker of each stage that digests pass, everybody in a long run."""

FEEDERS = 4
PAUSE = 0.2
"""Between two digests of a feeder: some fifteen digests a second in all, about what enrich does on one core with all else beside it."""

RESTART_PAUSE = PAUSE if LONG else 1.0
"""The same while one worker after the other is replaced, which takes longer"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Engines that may be stopped, and whose logs can be read."""
    with engines_of_our_own(tmp_path_factory.mktemp("engines")) as engines:
        yield engines


@dataclass
class Running:
    """All services, two workers a stage, and every digest that this module's tests have fed: each must stay there."""

    world: World
    fed: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(own: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Started once: each test leaves them running."""
    namespace = f"t-{uuid4().hex[:12]}"
    with world({child.name: child for child in own.children}, own, namespace, tmp_path_factory.mktemp("services"), print) as made:
        await _ready(made)
        yield Running(made)


async def _ready(made: World) -> None:
    async with asyncio.timeout(READY_SECONDS):
        while unready := await made.ready():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.1 * len(unready))


async def _unready(made: World) -> None:
    """Some service has noticed that an engine is away."""
    async with asyncio.timeout(READY_SECONDS):
        while not await made.ready():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.1)


class Load:
    """Feeds one variant after the other until it is told to end; as feeders do, each until there is a 202."""

    def __init__(self, running: Running, *, pause: float = PAUSE) -> None:
        self._running, self._pause = running, pause
        self._ended = False

    def end(self) -> None:
        """Begin no further digest: what is under way is still fed until there is a 202."""
        self._ended = True

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the block runs; at its end every digest that was begun has its 202."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(FEEDERS):
                tasks.create_task(self._feed())
            try:
                yield
            finally:
                self.end()

    async def at_least(self, count: int) -> None:
        """Wait until so many more were taken."""
        fed = self._running.fed
        count += len(fed)
        async with asyncio.timeout(READY_SECONDS):
            while len(fed) < count:  # noqa: ASYNC110 - a condition of a test
                await asyncio.sleep(0.05)

    async def _feed(self) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            while not self._ended:
                number = next(self._running.numbers)
                body = {"source": SOURCE, "text": variant(number), "external_id": str(number), "published_on": "2026-02-06"}
                async with asyncio.timeout(READY_SECONDS):
                    self._running.fed.add(await self._taken(client, body))
                await asyncio.sleep(self._pause)

    async def _taken(self, client: httpx.AsyncClient, body: dict[str, str]) -> str:
        while True:
            try:
                answer = await client.post(self._running.world.url("ingest") + "/v1/digests", json=body)
                if answer.status_code == 202:
                    return str(answer.json()["digest_id"])
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)


async def _stopped(made: World, *services: str) -> dict[str, str]:
    """SIGTERM to these at once; what was wrong with how they ended."""

    async def stop(service: str) -> tuple[int | None, float]:
        began = time.monotonic()
        return await asyncio.to_thread(made.terminate, service), time.monotonic() - began

    ends = dict(zip(services, await asyncio.gather(*(stop(service) for service in services)), strict=True))
    print({service: f"{seconds:.1f} s" for service, (_, seconds) in ends.items()})
    return {service: f"status {code} after {seconds:.1f} s" for service, (code, seconds) in ends.items() if code or seconds > STOP_SECONDS}


async def _complete(running: Running) -> None:
    """Wait until each digest is there with its items, once, and no dead letter."""
    view, fed = View(running.world), running.fed
    problem = ""
    try:
        async with asyncio.timeout(READY_SECONDS):
            while True:
                items = await view.items_by_digest()
                offsets = await view.offsets()
                if items == dict.fromkeys(fed, ITEMS) and offsets.lag == (0, 0):
                    break
                problem = f"{len(items)} of {len(fed)} digests, {sum(items.values())} items; {offsets}"
                await asyncio.sleep(0.3)
    except TimeoutError:
        raise AssertionError(f"not complete: {problem}") from None
    assert sum(offsets.dead.values()) == 0


async def test_each_ends_in_the_middle_of_its_work(running: Running) -> None:
    """All at once, with more to do than they can finish: status 0, and after the next start everything is there once."""
    load = Load(running)
    async with load.running():
        await load.at_least(40)
        assert not await _stopped(running.world, *SERVICES)
        load.end()  # more would only have to be worked off
        running.world.start()
        await _ready(running.world)
    await _complete(running)


@pytest.mark.parametrize("away", AWAY, ids=" and ".join)
async def test_each_ends_while_engines_are_away(running: Running, away: tuple[str, ...]) -> None:
    """Stopped, not dead: connections hang and nobody refuses them. Status 0 within the time; nothing is lost."""
    load = Load(running)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(load.running())
        await load.at_least(20)
        for engine in away:
            running.world.freeze(engine)
            stack.callback(running.world.thaw, engine)
        await _unready(running.world)
        wrong = await _stopped(running.world, *SERVICES)
        load.end()
        for engine in away:
            running.world.thaw(engine)
        assert not wrong
        running.world.start()
        await _ready(running.world)
    await _complete(running)


async def test_rolling_restart(running: Running, own: Engines) -> None:
    """One worker after the other under load: nothing lost, nothing twice, and the groups rebalance no more often than workers joined."""
    load = Load(running, pause=RESTART_PAUSE)
    before = _generations(own, running.world.namespace)
    async with load.running():
        for service in RESTARTED:
            await load.at_least(5)
            assert not await _stopped(running.world, service)
            running.world.start(service)
            await _ready(running.world)
    await _complete(running)
    after = _generations(own, running.world.namespace)
    assert {running.world.topics.enrich_group, running.world.topics.index_group} <= before.keys()
    assert {group: after[group] - before[group] for group in after if after[group] - before[group] > 2} == {}


def _generations(own: Engines, namespace: str) -> dict[str, int]:
    """The last generation of each of our groups, by Kafka's own log."""
    log = (own.log_dir / "kafka.log").read_text("utf-8", "replace")
    return {group: int(number) for group, number in re.findall(rf"Stabilized group ({re.escape(namespace)}\.\w+) generation (\d+)", log)}
