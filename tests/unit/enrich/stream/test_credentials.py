"""SASL and TLS settings in Faust's own types."""

import faust
import pytest
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from services.enrich.stream.credentials import credentials
from shared.kafka.clients import client_options
from shared.settings import KafkaSettings

SASL = {"sasl_username": "用户", "sasl_password": "secret"}


def kafka(**settings: str) -> KafkaSettings:
    """Settings as from the environment."""
    return KafkaSettings.model_validate(settings)


@pytest.mark.parametrize(
    "settings",
    [
        kafka(),
        kafka(security_protocol="SSL"),
        kafka(security_protocol="SASL_PLAINTEXT", sasl_mechanism="PLAIN", **SASL),
        kafka(security_protocol="SASL_PLAINTEXT", sasl_mechanism="SCRAM-SHA-256", **SASL),
        kafka(security_protocol="SASL_SSL", **SASL),
    ],
    ids=lambda settings: f"{settings.security_protocol}-{settings.sasl_mechanism}",
)
def test_faust_connects_as_our_own_clients_do(settings: KafkaSettings) -> None:
    """What Faust hands to aiokafka is what shared.kafka.clients does."""
    given = dict(credentials_to_aiokafka_auth(credentials(settings)))
    expected = {name: value for name, value in client_options(settings).items() if name != "bootstrap_servers"}
    assert (given.pop("ssl_context", None) is None) == (expected.pop("ssl_context") is None)
    assert given == expected


def test_the_password_is_not_in_the_repr() -> None:
    """Faust logs its settings."""
    found = credentials(kafka(security_protocol="SASL_PLAINTEXT", **SASL))
    assert isinstance(found, faust.SASLCredentials)
    assert "secret" not in repr(found)
