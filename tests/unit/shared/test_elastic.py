"""The client and its errors in plain words."""

from pathlib import Path
from typing import Any

import pytest
from elastic_transport import ConnectionError as TransportConnectionError
from elastic_transport import ConnectionTimeout, TlsError
from pydantic import SecretStr

from shared.elastic import connect, explained, reason_of, shown
from shared.errors import Misconfigured, Unavailable
from shared.settings import ElasticsearchSettings
from tests.fakes.elastic import api_error

SETTINGS = ElasticsearchSettings(url="http://127.0.0.1:9200")

ERRORS: list[tuple[Exception, type[Exception], str]] = [
    (TransportConnectionError("refused"), Unavailable, "can't be reached"),
    (ConnectionTimeout("slow"), Unavailable, "does not answer in time"),
    (TransportConnectionError("Server disconnected"), Unavailable, "has to begin with https"),
    (TlsError("self-signed"), Misconfigured, "set ELASTICSEARCH_CA_FILE"),
    (TlsError("certificate has expired"), Misconfigured, "renew it there"),
    (TlsError("IP address mismatch"), Misconfigured, "write in ELASTICSEARCH_URL one that it is for"),
    (TlsError("WRONG_VERSION_NUMBER"), Misconfigured, "https is for TLS"),
    (TlsError("?"), Misconfigured, "check ELASTICSEARCH_URL and ELASTICSEARCH_CA_FILE"),
    (api_error(401), Misconfigured, "set ELASTICSEARCH_API_KEY"),
    (api_error(403), Misconfigured, "lacks a privilege"),
    (api_error(404, "index_not_found_exception", "no such index"), Misconfigured, "no such index"),
    (api_error(429), Unavailable, "overloaded"),
    (api_error(503), Unavailable, "not ready"),
]


@pytest.mark.parametrize(("error", "kind", "words"), ERRORS)
def test_errors_say_what_happens_next(error: Exception, kind: type[Exception], words: str) -> None:
    """Passing ones are Unavailable; a person's are Misconfigured and say what to set."""
    found = explained(error, SETTINGS)
    assert isinstance(found, kind)
    assert words in str(found)


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ({"api_key": SecretStr("geheim")}, "ELASTICSEARCH_API_KEY is not taken"),
        ({"username": "a", "password": SecretStr("geheim")}, "check ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD"),
        ({}, "it asks for a login"),
    ],
)
def test_a_login_that_is_not_taken_is_named(login: dict[str, Any], words: str) -> None:
    """The one that is set."""
    said = str(explained(api_error(401), ElasticsearchSettings(**login)))
    assert words in said
    assert "geheim" not in said


def test_the_innermost_reason_is_said() -> None:
    """Causes from outside in, each once."""
    body = {"error": {"type": "a", "reason": "outer", "caused_by": {"type": "b", "reason": "inner", "caused_by": {"type": "c", "reason": "inner"}}}}
    assert reason_of(body) == "outer <- inner"
    assert reason_of({"error": "no handler"}) == "no handler"


async def test_client_tries_nothing_again_by_itself() -> None:
    """Retries without a pause, as the library makes them, are ours to avoid."""
    client = connect(ElasticsearchSettings(url="http://127.0.0.1:1, http://127.0.0.1:2", api_key=SecretStr("secret")))
    try:
        with pytest.raises(TransportConnectionError) as caught:  # nobody listens on these ports
            await client.cluster.health()
        assert caught.value.errors == ()  # of earlier tries
        assert len(client.transport.node_pool) == 2
    finally:
        await client.close()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ElasticsearchSettings(url="127.0.0.1:9200"), "ELASTICSEARCH_URL"),
        (ElasticsearchSettings(ca_file=Path("/nowhere/ca.pem")), "ELASTICSEARCH_CA_FILE"),
    ],
)
def test_settings_that_cannot_be_used(settings: ElasticsearchSettings, words: str) -> None:
    """The variable is named."""
    with pytest.raises(Misconfigured, match=words):
        connect(settings)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("http://127.0.0.1:9200", "http://127.0.0.1:9200"),
        ("https://elastic:geheim@es:9200", "https://es:9200"),
        ("https://elastic:ge@heim@es:9200, http://a:b@other:9200", "https://es:9200, http://other:9200"),
        ("elastic:geheim@es:9200", "es:9200"),
    ],
)
def test_passwords_in_addresses_are_not_shown(text: str, without: str) -> None:
    """What is shown ends up in logs and in answers to anybody."""
    assert shown(text) == without


@pytest.mark.parametrize("error", [error for error, _, _ in ERRORS])
def test_errors_name_the_address_without_its_password(error: Exception) -> None:
    """Whatever went wrong."""
    said = str(explained(error, ElasticsearchSettings(url="https://elastic:geheim@es:9200")))
    assert "https://es:9200" in said
    assert "geheim" not in said
