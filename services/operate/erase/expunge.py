"""Elasticsearch's indices → without the documents that are only marked as deleted, by merging the segments that hold them."""

from urllib.parse import quote

import httpx

from shared import tls
from shared.connections import elastic_login as login
from shared.connections.elastic_http import connect, refused
from shared.errors import Misconfigured, Unavailable
from shared.settings import ElasticsearchSettings

SECONDS = 600.0
"""A merge of a large index takes minutes; Elasticsearch goes on with it also when nobody waits."""


async def expunge(settings: ElasticsearchSettings, namespace: str) -> int:
    """Merge, and return how many deleted documents its segments still hold.

    Elasticsearch leaves segments alone of which under a tenth is deleted. Raises Unavailable and Misconfigured.
    """
    # Aliases as shared.index_names builds them, which services don't import from each other.
    aliases = ",".join(quote(f"{namespace}-{kind}" if namespace else kind) for kind in ("items", "digests"))
    first, *others = connect(settings, timeout=SECONDS)
    for other in others:
        await other.aclose()
    try:
        async with first as client:
            for step in (f"/{aliases}/_refresh", f"/{aliases}/_flush", f"/{aliases}/_forcemerge?only_expunge_deletes=true", f"/{aliases}/_refresh"):
                _fine(await client.post(step), settings)
            answer = _fine(await client.get(f"/{aliases}/_stats/docs"), settings)
            return int(answer.json()["_all"]["primaries"]["docs"]["deleted"])
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, KeyError) as error:
        if what := tls.advice(str(error), **login.TLS):
            raise Misconfigured(f"Elasticsearch can't be talked to: {what}") from error
        raise Unavailable(f"Elasticsearch does not answer ({type(error).__name__}): check ELASTICSEARCH_URL") from error


def _fine(answer: httpx.Response, settings: ElasticsearchSettings) -> httpx.Response:
    if answer.status_code in (401, 403):
        raise refused(answer, settings)
    answer.raise_for_status()
    return answer
