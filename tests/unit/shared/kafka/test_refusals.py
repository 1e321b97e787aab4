"""Kafka's refusals in plain words, and a broker asked once more for its reason."""

import asyncio
from typing import Any

import pytest
from aiokafka import errors

from shared.errors import Refused, Unavailable
from shared.kafka import clients
from shared.kafka.granted import UNKNOWN, missing
from shared.kafka.refusals import advice
from shared.rights import Right
from shared.settings import KafkaSettings


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.SaslAuthenticationFailed("no"), "KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"),
        (errors.UnsupportedSaslMechanismError("no"), "KAFKA_SASL_MECHANISM"),
        (errors.IllegalSaslStateError("no"), "KAFKA_SECURITY_PROTOCOL"),
        (errors.TopicAuthorizationFailedError("digests.raw.v1"), "digests.raw.v1"),
        (errors.GroupAuthorizationFailedError("enrich"), "table of the rights"),
        (OSError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate"), "KAFKA_SSL_CAFILE"),
        (OSError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired"), "renew it there"),
        (OSError("certificate verify failed: Hostname mismatch, certificate is not valid for 'kafka'"), "KAFKA_BOOTSTRAP_SERVERS"),
        (OSError("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required"), "KAFKA_SSL_CERTFILE"),
        (OSError("[SSL: WRONG_VERSION_NUMBER] wrong version number"), "KAFKA_SECURITY_PROTOCOL"),
    ],
)
def test_a_refusal_names_what_to_change(error: Exception, words: str) -> None:
    """A setting, or the right that is missing."""
    assert words in (advice(error) or "")


@pytest.mark.parametrize(
    "error", [errors.KafkaConnectionError("gone"), errors.RequestTimedOutError(), ConnectionRefusedError("refused"), TimeoutError()]
)
def test_what_is_away_refuses_nothing(error: Exception) -> None:
    """It may come back by itself."""
    assert advice(error) is None


async def test_a_broker_that_closes_connections_may_want_another_protocol() -> None:
    """Said as a possibility, as a broker that is stopping does the same."""

    async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(close, "127.0.0.1", 0) as server:
        settings = KafkaSettings(bootstrap_servers=f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(Unavailable, match="if that stays so, check KAFKA_SECURITY_PROTOCOL") as raised:
            async with clients.admin_client(settings):
                pytest.fail("nobody to talk to")
    assert not isinstance(raised.value, Refused)


READ, WRITE = Right("topic", "raw", "READ"), Right("topic", "raw", "WRITE")


@pytest.mark.parametrize(
    ("bits", "lacking"),
    [
        ({"raw": 1 << 3 | 1 << 4}, []),
        ({"raw": 1 << 3}, [WRITE]),
        ({"raw": 0}, [READ, WRITE]),
        ({"raw": UNKNOWN}, []),
        ({}, []),
    ],
)
def test_missing_rights_are_read_from_bits(bits: dict[str, int], lacking: list[Right]) -> None:
    """What Kafka does not say, as of a topic that is yet to be made, is not judged."""
    found: list[Any] = missing([READ, WRITE], bits)
    assert found == lacking
