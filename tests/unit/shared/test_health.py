"""Health: named checks in, the three routes' answers out."""

import asyncio
import socket
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from shared import health
from shared.errors import Misconfigured
from shared.health import Health, routes
from shared.health.guard import Guard
from shared.settings import HealthSettings

GUARD = Guard("127.0.0.1", HealthSettings())


async def fine() -> None:
    """A check that passes."""


async def away() -> None:
    """A check that fails for a reason."""
    raise ConnectionError("Kafka at 127.0.0.1:9092 does not answer")


async def hangs() -> None:
    """A check that never answers."""
    await asyncio.Event().wait()


async def get(checks: Health, path: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON of a route of a service with these checks."""
    transport = httpx.ASGITransport(app=Starlette(routes=[*routes(checks, GUARD)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get(path)
    return answer.status_code, answer.json()


async def test_all_well() -> None:
    """200 with every check by name."""
    assert await get(Health("enrich", live={"agent": fine}, ready={"kafka": fine}), "/readyz") == (
        200,
        {"service": "enrich", "ok": True, "checks": [{"name": "agent", "ok": True, "message": ""}, {"name": "kafka", "ok": True, "message": ""}]},
    )


async def test_not_ready_is_not_dead() -> None:
    """While Kafka is away the service is alive, so that nobody restarts it, and not ready."""
    checks = Health("enrich", live={"agent": fine}, ready={"kafka": away})
    assert (await get(checks, "/healthz"))[0] == 200
    status, report = await get(checks, "/readyz")
    assert status == 503
    assert report["checks"][1] == {"name": "kafka", "ok": False, "message": "Kafka at 127.0.0.1:9092 does not answer"}


async def test_what_is_dead_is_not_ready() -> None:
    """Readiness includes the live checks."""
    assert (await get(Health("enrich", live={"agent": away}), "/readyz"))[0] == 503


async def test_a_check_that_hangs_counts_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe gets its answer before it gives up."""
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.01)
    status, report = await get(Health("index", ready={"elasticsearch": hangs}), "/readyz")
    assert status == 503
    assert report["checks"][0]["message"] == "no answer within 0.01 s"


async def test_metrics_are_prometheus_text() -> None:
    """The counters that every stage shares are there by their names."""
    from shared import metrics

    metrics.received.labels("enrich").inc(0)
    transport = httpx.ASGITransport(app=Starlette(routes=[*routes(Health("enrich"), GUARD)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'jianbao_received_total{stage="enrich"}' in answer.text


async def test_serving_runs_beside_other_work_and_ends() -> None:
    """A worker's own loop serves its health while the block runs and not afterwards."""
    async with health.serving(Starlette(routes=[*routes(Health("enrich", ready={"kafka": fine}), GUARD)]), host="127.0.0.1", port=0) as server:
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110  # uvicorn has a flag, no event
                await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:{port}/readyz")


async def test_serving_on_a_taken_port_says_what_to_set() -> None:
    """In plain words with the variables' names, as the services with an API do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"port {port}.*INDEX_HOST and INDEX_HEALTH_PORT"):
            async with health.serving(Starlette(), host="127.0.0.1", port=port, variables=("INDEX_HOST", "INDEX_HEALTH_PORT")):
                pass
