"""Elasticsearch goes away and comes back: the indexer waits, says so, and goes on by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.fakes.gate import Gate
from tests.integration.index.conftest import Bench
from tests.pipeline import wait_for

pytestmark = pytest.mark.connected


@pytest.fixture
async def gated(engines: RunningEngines, namespace: str, tmp_path: Path) -> AsyncIterator[tuple[Bench, Gate]]:
    """The indexer reaches Elasticsearch through a gate, the test itself directly."""
    async with AsyncExitStack() as stack:
        gate = Gate(engines.elasticsearch_url)
        stack.callback(gate.close)
        bench = Bench(engines, namespace, tmp_path, elasticsearch_url=gate.url)
        await bench.open(stack)
        yield bench, gate


async def test_it_waits_before_elasticsearch_is_there_and_whenever_it_is_away(gated: tuple[Bench, Gate]) -> None:
    """It may start first: alive and not ready until Elasticsearch is there. Not ready while an outage lasts, nothing
    committed; all indexed afterwards, once, by the same process."""
    bench, gate = gated
    gate.shut()
    await bench.send(*(enriched("昆山:甲", name=f"a{number}") for number in range(50)))
    opening = asyncio.get_running_loop().run_in_executor(None, _open_once_it_waits, bench, gate)
    bench.start()
    await opening
    child = bench.pipeline.children["index"]
    await bench.settled()
    assert await bench.bodies() == ["昆山:甲,第1版。"] * 50

    gate.shut()
    await bench.send(*(enriched("常州:乙", name=f"b{number}") for number in range(300)))
    await bench.until(lambda: _unready(bench), "not ready")
    assert await bench.lag() == 300
    assert await bench.dead() == []
    gate.open()
    await bench.settled()
    bodies = await bench.bodies()
    assert (len(bodies), bodies.count("常州:乙,第1版。")) == (350, 300)
    assert child.code is None


async def _unready(bench: Bench) -> bool:
    return not await asyncio.to_thread(bench.pipeline.ready, "index")


def _open_once_it_waits(bench: Bench, gate: Gate) -> None:
    """Alive, and by its own word waiting for Elasticsearch."""

    def blockers() -> bool:
        with suppress(httpx.TransportError):
            checks = httpx.get(bench.pipeline.url("index") + "/readyz", trust_env=False).json()["checks"]
            return any("Elasticsearch" in check["message"] for check in checks if not check["ok"])
        return False

    wait_for(blockers, "the indexer to wait for Elasticsearch")
    gate.open()
