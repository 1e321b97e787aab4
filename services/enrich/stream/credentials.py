"""Kafka settings → the addresses and credentials in Faust's own types. Reads the TLS files, connects to nothing."""

import faust
from faust.types.auth import CredentialsT

from shared.errors import Misconfigured
from shared.kafka.clients import ssl_context
from shared.settings import KafkaSettings


def broker_urls(settings: KafkaSettings) -> str:
    """One `kafka://host:port` for each bootstrap server, with semicolons between them."""
    return ";".join(f"kafka://{server.strip()}" for server in settings.bootstrap_servers.split(",") if server.strip())


def credentials(settings: KafkaSettings) -> CredentialsT | None:
    """The credentials, or None on a plain connection; raises Misconfigured when a TLS file can't be read."""
    context = ssl_context(settings)
    if settings.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password.get_secret_value() if settings.sasl_password else None,
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    if settings.security_protocol == "SSL":
        if context is None:
            raise Misconfigured("KAFKA_SECURITY_PROTOCOL=SSL needs a TLS context")
        return faust.SSLCredentials(context)
    return None
