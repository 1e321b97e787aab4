"""Clients of Elasticsearch over plain HTTP: addresses and how to log in."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.connections.elastic_http import connect
from shared.errors import Misconfigured
from shared.settings import ElasticsearchSettings


async def test_a_client_for_each_address() -> None:
    """With the API key, which goes before a password; no proxy of the environment is asked."""
    settings = ElasticsearchSettings(url="http://a:9200/, http://b:9200", api_key=SecretStr("k"), username="u", password=SecretStr("p"))
    clients = connect(settings, timeout=1)
    assert [str(client.base_url) for client in clients] == ["http://a:9200", "http://b:9200"]
    assert [client.headers["authorization"] for client in clients] == ["ApiKey k"] * 2
    assert [client.auth for client in clients] == [None, None]
    for client in clients:
        await client.aclose()


@pytest.mark.parametrize("wrong", [{"url": " , "}, {"ca_file": Path("/nowhere/ca.pem")}, {"url": "http://[::"}])
def test_what_can_not_be_used(wrong: dict[str, object]) -> None:
    """Said before anything is asked."""
    with pytest.raises(Misconfigured, match="Elasticsearch can't be used"):
        connect(ElasticsearchSettings(**wrong), timeout=1)  # type: ignore[arg-type]
