"""The ledger's index → without what it knows of some digests; what says that they were erased stays."""

from collections.abc import Collection
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from services.ingest.erasure import ERASED_SOURCE
from shared import index_names as names
from shared.connections.elastic_http import connect, refused
from shared.errors import Unavailable
from shared.settings import ElasticsearchSettings

AT_ONCE = 1000
"""Events that are deleted by one request; a digest has some ten."""

NDJSON = {"Content-Type": "application/x-ndjson"}

SECONDS = 600.0
"""As for the merge of the other indices."""


async def forget(settings: ElasticsearchSettings, namespace: str, digest_ids: Collection[str]) -> None:
    """Delete these digests' events; raises Unavailable and Misconfigured. A ledger that is missing has none."""
    ledger = quote(names.ledger(namespace))
    of = {"filter": [{"terms": {"digest_id": list(digest_ids)}}], "must_not": [{"term": {"source": ERASED_SOURCE}}]}
    wanted = {"query": {"bool": of}, "_source": False, "size": AT_ONCE}
    first, *others = connect(settings, timeout=SECONDS)
    for other in others:
        await other.aclose()
    try:
        async with first as client:

            async def post(step: str, **body: Any) -> httpx.Response:
                answer = await client.post(f"/{ledger}/{step}ignore_unavailable=true", **body)
                if answer.status_code in (401, 403):
                    raise refused(answer, settings)
                return answer.raise_for_status()

            # By hand: deleting by query is a module that not every Elasticsearch has.
            while True:
                await post("_refresh?")
                hits = (await post("_search?", json=wanted)).json()["hits"]["hits"]
                if not hits:
                    break
                lines = b"".join(orjson.dumps({"delete": {"_id": hit["_id"]}}) + b"\n" for hit in hits)
                answer = await client.post(f"/{ledger}/_bulk", content=lines, headers=NDJSON)
                if answer.raise_for_status().json()["errors"]:
                    raise Unavailable("Elasticsearch did not delete all events of the ledger: run the same again")
            await post("_forcemerge?only_expunge_deletes=true&")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, KeyError) as error:
        raise Unavailable(f"Elasticsearch does not answer ({type(error).__name__}): check ELASTICSEARCH_URL") from error
