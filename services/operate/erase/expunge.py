"""Elasticsearch's indices → without the documents that are only marked as deleted, by merging the segments that hold them."""

import ssl
from urllib.parse import quote

import httpx

from shared.errors import JianbaoError, Misconfigured, Unavailable
from shared.settings import ElasticsearchSettings

SECONDS = 600.0
"""A merge of a large index takes minutes; Elasticsearch goes on with it also when nobody waits."""


async def expunge(settings: ElasticsearchSettings, namespace: str) -> int:
    """Merge, and return how many deleted documents its segments still hold.

    Elasticsearch leaves segments alone of which under a tenth is deleted. Raises Unavailable and Misconfigured.
    """
    # Aliases as shared.index_names builds them, which services don't import from each other.
    aliases = ",".join(quote(f"{namespace}-{kind}" if namespace else kind) for kind in ("items", "digests"))
    url = settings.url.split(",")[0].strip().rstrip("/")
    headers = {"Authorization": f"ApiKey {settings.api_key.get_secret_value()}"} if settings.api_key else {}
    auth = (settings.username, settings.password.get_secret_value() if settings.password else "") if settings.username and not headers else None
    try:
        context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
        async with httpx.AsyncClient(base_url=url, headers=headers, auth=auth, verify=context, timeout=SECONDS, trust_env=False) as client:
            for step in (f"/{aliases}/_refresh", f"/{aliases}/_flush", f"/{aliases}/_forcemerge?only_expunge_deletes=true", f"/{aliases}/_refresh"):
                _fine(await client.post(step))
            answer = _fine(await client.get(f"/{aliases}/_stats/docs"))
            return int(answer.json()["_all"]["primaries"]["docs"]["deleted"])
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, KeyError) as error:
        raise Unavailable(f"Elasticsearch does not answer ({type(error).__name__}): check ELASTICSEARCH_URL") from error


def _fine(answer: httpx.Response) -> httpx.Response:
    if answer.status_code in (401, 403):
        raise _refused(answer)
    answer.raise_for_status()
    return answer


def _refused(answer: httpx.Response) -> JianbaoError:
    return Misconfigured(f"Elasticsearch refuses with {answer.status_code}: check ELASTICSEARCH_API_KEY, or user name and password")
