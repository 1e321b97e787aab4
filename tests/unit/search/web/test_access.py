"""Keys of requests, and the refusal to start without."""

from typing import cast

import httpx
import pytest
from elasticsearch import AsyncElasticsearch
from starlette.responses import PlainTextResponse

from services.search.pipeline.monitor import Monitor
from services.search.web.access import KeyNeeded, door
from services.search.web.app import create_app
from shared.elastic import connect
from shared.errors import Misconfigured
from shared.keys.key import hash_key
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource


@pytest.mark.parametrize(
    ("settings", "starts"),
    [
        (SearchSettings(host="127.0.0.1"), True),
        (SearchSettings(host="0.0.0.0"), False),
        (SearchSettings(host="0.0.0.0", open=True), True),
        (SearchSettings(host="0.0.0.0", api_keys=("a" * 64,)), True),
    ],
)
async def test_beyond_loopback_a_key_is_needed(settings: SearchSettings, starts: bool) -> None:
    """Else the service does not start and says what to set."""
    elasticsearch = ElasticsearchSettings()
    elastic = connect(elasticsearch)
    try:
        monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
        if starts:
            assert create_app(settings, elastic, monitor, common=CommonSettings(), elasticsearch=elasticsearch)
        else:
            with pytest.raises(Misconfigured, match="SEARCH_API_KEYS"):
                create_app(settings, elastic, monitor, common=CommonSettings(), elasticsearch=elasticsearch)
    finally:
        await elastic.close()


@pytest.mark.parametrize(
    ("hashes", "headers", "path", "status"),
    [
        ((), {"host": "127.0.0.1:8402"}, "/", 200),
        ((), {"host": "localhost:8402"}, "/api/search", 200),
        ((), {"host": "rebound.example:8402"}, "/api/search", 403),
        ((), {"host": "search:8402"}, "/metrics", 200),
        ((hash_key("k"),), {"host": "search.example"}, "/", 401),
        ((hash_key("k"),), {"host": "search.example", "x-api-key": "k"}, "/", 200),
    ],
)
async def test_without_keys_only_this_machines_own_names_are_answered(
    hashes: tuple[str, ...], headers: dict[str, str], path: str, status: int
) -> None:
    """A page of another site whose name was rebound to 127.0.0.1 reads nothing; with a key the name makes no difference."""
    guarded = KeyNeeded(PlainTextResponse("fine"), door(SearchSettings(api_keys=hashes)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guarded), base_url="http://127.0.0.1") as client:
        assert (await client.get(path, headers=headers)).status_code == status


async def test_an_unexpected_error_has_the_security_headers_too() -> None:
    """It is answered around our own middleware."""

    class Broken:
        """A client that is none."""

        def options(self, **_options: object) -> "Broken":
            """Whatever is set."""
            return self

    settings, elasticsearch = SearchSettings(), ElasticsearchSettings()
    app = create_app(
        settings,
        cast(AsyncElasticsearch, Broken()),
        Monitor(FakeKafkaSource(), FakeIndexSource(), {}),
        common=CommonSettings(),
        elasticsearch=elasticsearch,
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get("/search")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
