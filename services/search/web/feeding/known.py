"""The registry and Elasticsearch → the sources that digests came from or are expected of, to be suggested."""

from collections.abc import Awaitable, Callable, Sequence

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from shared.index_names import alias
from shared.registry.listing import Listing

Sources = Callable[[], Awaitable[Sequence[tuple[str, str]]]]
"""Ids of sources, each with the name that people read"""

MOST = 200
"""That a list to choose from can have."""

SECONDS = 2.0
"""The page comes without them where Elasticsearch takes longer."""


def sources(elastic: AsyncElasticsearch, namespace: str, listing: Listing) -> Sources:
    """Those of the index, by what each brought, the most first, and those of the registry besides; none that are off."""

    async def ask() -> Sequence[tuple[str, str]]:
        ids = dict.fromkeys((*await _indexed(elastic, namespace), *sorted(listing.entries)))
        return [(one, listing.shown(one)) for one in ids if listing.on(one)][:MOST]

    return ask


async def _indexed(elastic: AsyncElasticsearch, namespace: str) -> Sequence[str]:
    """None where Elasticsearch does not answer."""
    aggregations = {"sources": {"terms": {"field": "source", "size": MOST}}}
    try:
        answer = await elastic.options(request_timeout=SECONDS, max_retries=0).search(
            index=alias(namespace, "items"), size=0, track_total_hits=False, aggs=aggregations
        )
        return [str(bucket["key"]) for bucket in answer["aggregations"]["sources"]["buckets"]]
    except (ApiError, TransportError, KeyError):
        return ()
