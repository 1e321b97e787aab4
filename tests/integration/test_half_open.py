"""All four services as processes, without engines: half-open connections are ended on each one's port, and
health is answered meanwhile."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.engines.ports import free_ports
from tests.pipeline import MODULES, PORTS, ROOT
from tests.sizes import LONG, size
from tests.slow_clients import HALF_A_HEADER, slow_clients

HALF_OPEN = size("JIANBAO_HALF_OPEN", short=300, long=1500)

SECONDS = 60
"""For a process to start, or for what takes seconds on a quiet machine."""


@contextlib.asynccontextmanager
async def serving(service: str, log: Path) -> AsyncIterator[int]:
    """The port of a service whose engines are away."""
    port, nobody = free_ports(2)
    environ = {name: value for name, value in os.environ.items() if not name.endswith(("_PORT", "_HOST", "_KEYS"))}
    environ |= {
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{nobody}",
        "ELASTICSEARCH_URL": f"http://127.0.0.1:{nobody}",
    }
    environ |= {PORTS[service]: str(port), "JIANBAO_HEADER_SECONDS": "3"}
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", MODULES[service], env=environ, cwd=ROOT, stderr=written)
    try:
        await until_healthy(port)
        yield port
    finally:
        process.kill()
        await process.wait()


async def until_healthy(port: int) -> None:
    """Ask until it answers 200; raises TimeoutError."""
    async with asyncio.timeout(SECONDS):
        while await healthy(port) != 200:  # noqa: ASYNC110  # another process has no event for us
            await asyncio.sleep(0.1)


async def healthy(port: int) -> int:
    """The status of `/healthz`; 0 while nobody answers."""
    async with httpx.AsyncClient(trust_env=False, timeout=SECONDS) as client:
        with contextlib.suppress(httpx.TransportError):
            return (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code
    return 0


@pytest.mark.parametrize("service", PORTS if LONG else ("search", "monitor"))
async def test_half_open_connections_are_ended_everywhere(service: str, tmp_path: Path) -> None:
    """Beyond the limit too; whoever asks gets an answer, and each time once the crowd is a second old."""
    log = tmp_path / "log"
    async with serving(service, log) as port, slow_clients(port, [(HALF_A_HEADER, HALF_OPEN)]) as slow:
        await until_healthy(port)  # not at once: what was begun just now may still be coming
        assert [await healthy(port) for _ in range(5)] == [200] * 5
        await slow.answers(SECONDS)
    assert log.stat().st_size < 100_000
