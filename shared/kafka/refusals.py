"""Kafka's refusals → which setting or right has to be changed, in plain words.

aiokafka says of a broker that does not take its login, or whose certificate it does not trust, no more than "Unable to bootstrap":
why goes to its log alone. So `ask` connects once more, where something has failed already, and returns that reason.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka.client import collect_hosts
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NodeNotReadyError,
    RequestTimedOutError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from shared import tls

ASK_SECONDS = 1.5
"""For connecting and logging in once more: some 10 ms, and 100 ms more where Kafka holds back its answer to a wrong password."""

CLOSE_SECONDS = 0.3
"""For the end of a connection, which TLS says good-bye to."""

LOGIN = "check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, and that KAFKA_SASL_MECHANISM is one that this user can log in with"
RIGHTS = "give the user of KAFKA_SASL_USERNAME the right, or set another one: README.md has a table of the rights that each program needs"
SWITCH = "KAFKA_SECURITY_PROTOCOL, and the port in KAFKA_BOOTSTRAP_SERVERS"

NO_LOGIN = (SaslAuthenticationFailed, AuthenticationFailedError)
NO_RIGHT = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, ClusterAuthorizationFailedError, TransactionalIdAuthorizationFailed)
NO_CONNECTION = (KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError, RequestTimedOutError, TimeoutError)
"""What the client raises when it could not connect, whatever the reason"""


def advice(error: BaseException) -> str | None:
    """Return what to change where Kafka refuses us by this error; None where it is merely away. Never with a password. Pure."""
    said = str(error)
    if isinstance(error, NO_LOGIN):
        return f"it does not take the login: {LOGIN}"
    if isinstance(error, UnsupportedSaslMechanismError):
        return "it does not know this way to log in: set KAFKA_SASL_MECHANISM to one that it offers"
    if isinstance(error, IllegalSaslStateError):
        return f"it does not ask for a login there: check {SWITCH}"
    if isinstance(error, NO_RIGHT):
        return f"it does not allow that ({said or type(error).__name__}): {RIGHTS}"
    return tls.advice(
        said,
        address="KAFKA_BOOTSTRAP_SERVERS",
        ca_file="KAFKA_SSL_CAFILE",
        switch=SWITCH,
        client="it asks for a certificate of ours, and takes none but its own CA's: check KAFKA_SSL_CERTFILE and KAFKA_SSL_KEYFILE",
    )


@dataclass(frozen=True)
class Found:
    """What connecting once more has shown."""

    advice: str
    certain: bool
    """Whether Kafka said so itself; a connection that it closes without a word may also be one of a broker that is stopping"""


async def ask(options: Mapping[str, Any]) -> Found | None:
    """Connect as a client with these options would, and return what to change where that is refused; None where it works or nobody is there."""
    security = {name: value for name, value in options.items() if name.startswith(("security_", "ssl_", "sasl_"))}
    for host, port, _ in collect_hosts(options["bootstrap_servers"], randomize=False):
        try:
            await _connect(host, port, security)
        except (KafkaError, OSError) as error:
            if found := advice(error):
                return Found(found, certain=True)
            if isinstance(error, KafkaConnectionError | ConnectionResetError | ssl.SSLError):
                return Found(f"it closes the connection: if that stays so, check {SWITCH}", certain=False)
    return None


async def _connect(host: str, port: int, security: Mapping[str, Any]) -> None:
    """Log in and ask something; raises what went wrong, once the connection is closed for good."""
    connection = AIOKafkaConnection(host, port, request_timeout_ms=round(ASK_SECONDS * 1000), **security)
    try:
        async with asyncio.timeout(ASK_SECONDS):
            await connection.connect()
            await connection.send(MetadataRequest([]))
    finally:
        connection.close()
        if connection._protocol is not None:  # it was open
            await asyncio.wait([connection._closed_fut], timeout=CLOSE_SECONDS)
