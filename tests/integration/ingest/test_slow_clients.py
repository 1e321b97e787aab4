"""`python -m services.ingest` among clients that hardly move: small digests are taken at once, Kafka stays,
the log stays short."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.engines.ports import free_ports
from tests.engines import RunningEngines
from tests.sizes import size
from tests.slow_clients import BEGUN_UPLOAD, HALF_A_HEADER, slow_clients

pytestmark = pytest.mark.connected

ROOT = Path(__file__).parents[3]

HALF_OPEN = size("JIANBAO_HALF_OPEN", short=300, long=1500)

AT_ONCE = 5.0
"""Seconds. A small digest takes some ms, and more on a machine that does other work too; what waits for a
slow client waits for minutes."""

LOG_BYTES = 100_000
"""Of a service's whole log among slow clients: one line for each digest and each kind of trouble."""


@contextlib.asynccontextmanager
async def service(
    engines: RunningEngines, namespace: str, log: Path, *, files: int = 1024, **settings: str
) -> AsyncIterator[tuple[psutil.Process, httpx.AsyncClient]]:
    """The service as a process that may open so many files, ready; killed afterwards."""
    [port] = free_ports(1)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("INGEST_", "KAFKA_", "JIANBAO_"))}
    environ |= engines.environ | {"JIANBAO_NAMESPACE": namespace, "INGEST_PORT": str(port), "KAFKA_PARTITIONS": "1"} | settings
    command = f'ulimit -n {files} && exec "$0" -m services.ingest'
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec("sh", "-c", command, sys.executable, env=environ, cwd=ROOT, stderr=written)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            async with asyncio.timeout(60):
                while not await ready(client):  # noqa: ASYNC110  # another process has no event for us
                    await asyncio.sleep(0.1)
            yield psutil.Process(process.pid), client
    finally:
        process.kill()
        await process.wait()


async def ready(client: httpx.AsyncClient) -> bool:
    """Whether the service says that it is."""
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def taken(client: httpx.AsyncClient, number: int) -> float:
    """Feed a small digest on a connection of its own, as a feeder does: again when told to. Return the
    seconds until its 202."""
    began = time.monotonic()
    while True:
        async with httpx.AsyncClient(base_url=client.base_url, trust_env=False, timeout=30) as own:
            answer = await own.post("/v1/digests", json={"source": "a", "text": f"昆山:将新增(近)零碳工厂{number}家"})
        if answer.status_code == 202:
            return time.monotonic() - began
        assert answer.status_code in (429, 503), answer.text
        assert time.monotonic() - began < 30, answer.text
        await asyncio.sleep(int(answer.headers["retry-after"]))


def port_of(client: httpx.AsyncClient) -> int:
    """Where the service listens."""
    assert client.base_url.port
    return client.base_url.port


async def test_half_open_connections_are_ended_and_keep_nobody_out(engines: RunningEngines, namespace: str, tmp_path: Path) -> None:
    """Each within the header's time; digests are taken meanwhile."""
    log = tmp_path / "ingest.log"
    async with (
        service(engines, namespace, log, JIANBAO_HEADER_SECONDS="4") as (process, client),
        slow_clients(port_of(client), [(HALF_A_HEADER, HALF_OPEN)]) as slow,
    ):
        assert max([await taken(client, number) for number in range(5)]) < AT_ONCE
        await slow.answers(30)
        assert process.num_fds() < 64
    assert log.stat().st_size < LOG_BYTES


async def test_with_few_files_kafka_stays_and_the_log_is_short(engines: RunningEngines, namespace: str, tmp_path: Path) -> None:
    """More connections than files that the process may open, and none of them is Kafka's."""
    log = tmp_path / "ingest.log"
    async with (
        service(engines, namespace, log, files=256) as (process, client),
        slow_clients(port_of(client), [(HALF_A_HEADER, 260)]),
    ):
        for number in range(10):
            assert await taken(client, number) < AT_ONCE
            assert (await client.get("/readyz")).status_code == 200
            assert process.num_fds() < 256 - 16
    said = log.read_text("utf-8")
    assert "Traceback" not in said
    assert "kafka_lost" not in said
    assert len(said) < LOG_BYTES


async def test_many_slow_uploads_keep_nobody_out(engines: RunningEngines, namespace: str, tmp_path: Path) -> None:
    """As many as there may be connections: each gives its place up when it has stood still for a while."""
    log = tmp_path / "ingest.log"
    async with (
        service(engines, namespace, log, JIANBAO_SLOW_SECONDS="9") as (_, client),
        slow_clients(port_of(client), [(BEGUN_UPLOAD, HALF_OPEN)]),
    ):
        await taken(client, 0)
        assert max([await taken(client, number) for number in range(1, 6)]) < AT_ONCE
    assert log.stat().st_size < LOG_BYTES


async def test_slow_uploads_keep_nobody_out(engines: RunningEngines, namespace: str, tmp_path: Path) -> None:
    """Two that say they will be as large as can be, and send a byte now and then."""
    log = tmp_path / "ingest.log"
    async with (
        service(engines, namespace, log, JIANBAO_SLOW_SECONDS="3") as (_, client),
        slow_clients(port_of(client), [(BEGUN_UPLOAD, 2)]) as slow,
    ):
        assert max([await taken(client, number) for number in range(5)]) < AT_ONCE
        for answer in await slow.answers(30):
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b'"code":"too_slow"' in answer
    assert log.stat().st_size < LOG_BYTES
