"""Keys of requests, and the refusal to start without."""

import base64

import pytest

from services.index.elastic import connect
from services.index.search.access import key_of
from services.index.search.app import create_app
from services.index.search.monitor import Monitor
from shared.errors import Misconfigured
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource


def basic(text: str) -> str:
    """As a browser sends it."""
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"authorization": "Bearer k"}, "k"),
        ({"x-api-key": "k"}, "k"),
        ({"authorization": basic("anybody:k")}, "k"),
        ({"authorization": basic(":k:with:colons")}, "k:with:colons"),
        ({"authorization": basic("nobody")}, None),
        ({"authorization": "Basic ???"}, None),
        ({"authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()}, None),
        ({}, None),
    ],
)
def test_keys(headers: dict[str, str], key: str | None) -> None:
    """In any of three ways."""
    assert key_of(headers) == key


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
