"""Digest ids → what the index holds of them, read in real time."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from shared import index_names as names
from shared.dead_letters.state import Known
from shared.elastic import explained
from shared.settings import ElasticsearchSettings

AT_ONCE = 1000
"""Ids in one request: some 100 kB."""

_DIGEST_ID = re.compile(r"[0-9a-f]{32}")


async def manifests(
    elastic: AsyncElasticsearch, settings: ElasticsearchSettings, digest_ids: Sequence[str], *, namespace: str
) -> dict[str, Known | None]:
    """None for a digest that the index does not hold. Raises Unavailable or Misconfigured."""
    found: dict[str, Known | None] = dict.fromkeys(digest_ids)
    asked = [digest_id for digest_id in found if _DIGEST_ID.fullmatch(digest_id)]
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        try:
            answer = await elastic.mget(index=names.alias(namespace, "digests"), ids=part, source_includes=["version", "refused"])
        except NotFoundError as error:
            if "index_not_found" in str(error.body):
                return found  # nothing was ever indexed
            raise explained(error, settings) from error
        except (ApiError, TransportError) as error:
            raise explained(error, settings) from error
        found |= {doc["_id"]: known(doc["_source"]) for doc in answer["docs"] if doc.get("found")}
    return found


def known(manifest: Mapping[str, Any]) -> Known:
    """What a manifest says of its digest."""
    return Known(int(manifest.get("version") or 0), bool(manifest.get("refused")))
