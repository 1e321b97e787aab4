"""Elasticsearch settings → client, and the client's errors → ours by what happens next.

The client tries nothing again by itself: the writer decides that item by item. `info()` is never called, as a server may lack it.
"""

import re
from typing import Any

import orjson
from elastic_transport import ConnectionError as TransportConnectionError
from elastic_transport import ConnectionTimeout, TlsError
from elasticsearch import ApiError, AsyncElasticsearch, OrjsonSerializer

from shared import tls
from shared.connections import elastic_login as login
from shared.errors import JianbaoError, Misconfigured, Unavailable
from shared.settings import ElasticsearchSettings

REQUEST_SECONDS = 60.0
"""A bulk of 4 MiB takes under a second on a quiet machine; a merge or a garbage collection may hold it for some."""

# Up to the last @ before a slash: a password may hold one itself.
_CREDENTIALS = re.compile(r"[^/,\s]*@")


def connect(settings: ElasticsearchSettings, *, connections: int = 10) -> AsyncElasticsearch:
    """A client for those addresses; connects with its first request. Raises Misconfigured when the settings can't be used."""
    options: dict[str, Any] = {}
    if settings.api_key:
        options["api_key"] = settings.api_key.get_secret_value()
    elif settings.username:
        options["basic_auth"] = (settings.username, settings.password.get_secret_value() if settings.password else "")
    if settings.ca_file:
        if not settings.ca_file.is_file():
            raise Misconfigured(f"ELASTICSEARCH_CA_FILE={settings.ca_file} is no file: give the path of a CA bundle in PEM form")
        options["ca_certs"] = str(settings.ca_file)
    try:
        return AsyncElasticsearch(
            [url.strip() for url in settings.url.split(",") if url.strip()],
            serializer=OrjsonSerializer(),
            connections_per_node=connections,
            request_timeout=REQUEST_SECONDS,
            max_retries=0,
            retry_on_timeout=False,
            # A single node is all there may be: after a failure it is asked again with our own backoff, not skipped for up to 30 s.
            dead_node_backoff_factor=0,
            **options,
        )
    except ValueError as error:
        raise Misconfigured(f"ELASTICSEARCH_URL={shown(settings.url)} can't be used: {shown(str(error))}") from error


def shown(text: str) -> str:
    """Addresses without user names and passwords: messages end up in logs, on pages and in answers to anybody. Pure."""
    return _CREDENTIALS.sub("", text)


def explained(error: Exception, settings: ElasticsearchSettings) -> JianbaoError:
    """An error of the client in plain words, as Unavailable (it passes) or Misconfigured (a person must act)."""
    where = f"Elasticsearch at {shown(settings.url)}"
    if isinstance(error, TlsError):
        return Misconfigured(f"{where} can't be talked to: {tls_advice(error)}")
    if isinstance(error, ConnectionTimeout):
        return Unavailable(f"{where} does not answer in time")
    if isinstance(error, TransportConnectionError):
        hint = " (if that stays so: does it speak TLS? then ELASTICSEARCH_URL has to begin with https)" if _closed_plain(error, settings) else ""
        return Unavailable(f"{where} can't be reached: {error.message}{hint}")
    if isinstance(error, ApiError):
        if error.meta.status == 401:
            return Misconfigured(f"{where} refuses us (401): {login.refused(settings)}")
        if error.meta.status == 403:
            lacking = f"{login.named(settings)} lacks a privilege, README.md has a table of them: {reason_of(error.body)}"
            return Misconfigured(f"{where} refuses us (403): {lacking}")
        if error.meta.status in (408, 429) or error.meta.status >= 500:
            return Unavailable(f"{where} is overloaded or not ready ({error.meta.status})")
        return Misconfigured(f"{where} answers {error.meta.status}: {reason_of(error.body)}")
    return Unavailable(f"{where}: {error}")


def tls_advice(error: TlsError) -> str:
    """What to do where no TLS connection comes about. Pure."""
    said = " ".join(map(str, (error.message, *error.errors)))
    return tls.advice(said, **login.TLS) or f"TLS failed: check ELASTICSEARCH_URL and ELASTICSEARCH_CA_FILE ({error.message})"


def _closed_plain(error: TransportConnectionError, settings: ElasticsearchSettings) -> bool:
    return "https:" not in settings.url and any(word in error.message.lower() for word in ("disconnected", "reset by peer"))


def reason_of(body: object) -> str:
    """The reason in an error answer's body, the innermost as it says most."""
    error = body.get("error") if isinstance(body, dict) else body
    if isinstance(error, dict):
        causes = [error]
        while isinstance(causes[-1].get("caused_by"), dict):
            causes.append(causes[-1]["caused_by"])
        return " <- ".join(dict.fromkeys(str(cause.get("reason") or cause.get("type")) for cause in causes))
    return str(error) if isinstance(error, str) else orjson.dumps(error, default=str).decode()[:300]
