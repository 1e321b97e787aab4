"""Who may see health and metrics, for all four services."""

from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from services.ingest.app import create_app as create_ingest
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app as create_search
from shared.elastic import connect
from shared.health import Health, routes
from shared.health.guard import Guard
from shared.keys.key import hash_key
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, IngestSettings, SearchSettings
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.fakes.publisher import FakePublisher

KEYED = HealthSettings(keys=(hash_key("k"),), hosts=("ingest", "enrich"))
OPENED = HealthSettings(open=True, hosts=("ingest",))


def ingest(host: str, settings: HealthSettings) -> ASGIApp:
    """The whole service."""
    return create_ingest(IngestSettings(host=host, api_keys=(hash_key("feed"),)), FakePublisher(), health_settings=settings)


def search(host: str, settings: HealthSettings) -> ASGIApp:
    """The whole service."""
    elasticsearch = ElasticsearchSettings()
    return create_search(
        SearchSettings(host=host, api_keys=(hash_key("find"),)),
        connect(elasticsearch),
        Monitor(FakeKafkaSource(), FakeIndexSource(), {}),
        common=CommonSettings(),
        elasticsearch=elasticsearch,
        health_settings=settings,
    )


def worker(host: str, settings: HealthSettings) -> ASGIApp:
    """What enrich and index serve."""
    return Starlette(routes=routes(Health("enrich"), Guard(host, settings)))


SERVICES: list[Callable[[str, HealthSettings], ASGIApp]] = [ingest, search, worker]

CASES: list[tuple[str, HealthSettings, dict[str, str], tuple[int, int, bool]]] = [
    # bound to, settings, headers: status of /healthz, of /metrics, whether reasons are told
    ("127.0.0.1", HealthSettings(), {"host": "127.0.0.1:8403"}, (200, 200, True)),
    ("127.0.0.1", HealthSettings(), {"host": "localhost"}, (200, 200, True)),
    ("127.0.0.1", HealthSettings(), {"host": "[::1]:8403"}, (200, 200, True)),
    ("127.0.0.1", HealthSettings(), {"host": "rebound.example:8403"}, (403, 403, False)),
    ("127.0.0.1", HealthSettings(), {"host": "10.0.0.5.rebound.example"}, (403, 403, False)),
    ("127.0.0.1", HealthSettings(), {"host": ""}, (403, 403, False)),
    ("127.0.0.1", KEYED, {"host": "rebound.example", "authorization": "Bearer k"}, (200, 200, True)),
    # A probe of Kubernetes names the pod's address, one of compose 127.0.0.1: the status is all that they look at.
    ("0.0.0.0", HealthSettings(), {"host": "10.0.0.5:8403"}, (200, 401, False)),
    ("0.0.0.0", HealthSettings(), {"host": "127.0.0.1:8403"}, (200, 401, False)),
    ("0.0.0.0", KEYED, {"host": "10.0.0.5:8403", "authorization": "Bearer wrong"}, (200, 401, False)),
    ("0.0.0.0", KEYED, {"host": "10.0.0.5:8403", "authorization": "Bearer k"}, (200, 200, True)),
    ("0.0.0.0", KEYED, {"host": "ingest:8401", "x-api-key": "k"}, (200, 200, True)),
    ("0.0.0.0", KEYED, {"host": "ingest:8401"}, (200, 401, False)),
    ("0.0.0.0", OPENED, {"host": "ingest:8401"}, (200, 200, True)),
    ("0.0.0.0", OPENED, {"host": "INGEST"}, (200, 200, True)),
    ("0.0.0.0", OPENED, {"host": "rebound.example:8401"}, (403, 403, False)),
]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("host", "settings", "headers", "expected"), CASES)
async def test_who_sees_what(
    service: Callable[[str, HealthSettings], ASGIApp],
    host: str,
    settings: HealthSettings,
    headers: dict[str, str],
    expected: tuple[int, int, bool],
) -> None:
    """The same in every service, whatever other keys it has."""
    transport = httpx.ASGITransport(service(host, settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        health, metrics = await client.get("/healthz", headers=headers), await client.get("/metrics", headers=headers)
    assert (health.status_code in (200, 503), metrics.status_code) == (expected[0] == 200, expected[1])
    assert ("checks" in health.json()) == expected[2]


@pytest.mark.parametrize(
    ("keys", "headers", "status"),
    [
        ((), {"host": "127.0.0.1:8401"}, 200),
        ((), {"host": "rebound.example"}, 403),
        ((hash_key("k"),), {"host": "ingest.example"}, 401),
        ((hash_key("k"),), {"host": "ingest.example", "x-api-key": "k"}, 200),
    ],
)
async def test_the_description_of_ingest_is_guarded_as_the_rest(keys: tuple[str, ...], headers: dict[str, str], status: int) -> None:
    """A key where keys are needed, this machine's own names where they are not; there are no further pages of documentation."""
    app = create_ingest(IngestSettings(api_keys=keys), FakePublisher())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        assert (await client.get("/openapi.json", headers=headers)).status_code == status
        assert [(await client.get(path, headers=headers)).status_code for path in ("/docs", "/redoc")] == [404, 404]
