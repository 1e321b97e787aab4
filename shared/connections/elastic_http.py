"""Elasticsearch settings → clients over plain HTTP, one for each address: for who asks little and does without Elasticsearch's own client.

`jianbao withdraw` and `jianbao erase` work where no extra is installed, and ingest stays as small as it is.
"""

import ssl

import httpx

from shared.connections import elastic_login as login
from shared.errors import Misconfigured
from shared.settings import ElasticsearchSettings


def connect(settings: ElasticsearchSettings, *, timeout: float) -> list[httpx.AsyncClient]:
    """Return clients that connect with their first request; raises Misconfigured when the settings can't be used."""
    headers = {"Authorization": f"ApiKey {settings.api_key.get_secret_value()}"} if settings.api_key else {}
    auth = (settings.username, settings.password.get_secret_value() if settings.password else "") if settings.username and not headers else None
    try:
        context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
        clients = [
            httpx.AsyncClient(base_url=url.strip().rstrip("/"), headers=headers, auth=auth, verify=context, timeout=timeout, trust_env=False)
            for url in settings.url.split(",")
            if url.strip()
        ]
    except (httpx.InvalidURL, OSError) as error:
        raise Misconfigured(f"Elasticsearch can't be used ({type(error).__name__}): check ELASTICSEARCH_URL and ELASTICSEARCH_CA_FILE") from error
    if not clients:
        raise Misconfigured("Elasticsearch can't be used: ELASTICSEARCH_URL names no address")
    return clients


def refused(answer: httpx.Response, settings: ElasticsearchSettings) -> Misconfigured:
    """Return the error of an answer that says 401 or 403, with what to change."""
    lacking = f"{login.named(settings)} lacks a privilege, README.md has a table of them"
    return Misconfigured(f"Elasticsearch refuses us ({answer.status_code}): {login.refused(settings) if answer.status_code == 401 else lacking}")
