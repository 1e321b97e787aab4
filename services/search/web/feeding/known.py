"""Elasticsearch → the sources that digests came from, to be suggested."""

from collections.abc import Awaitable, Callable, Sequence

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from shared.index_names import alias

Sources = Callable[[], Awaitable[Sequence[tuple[str, str]]]]
"""Ids of sources, each with the name that people read"""

MOST = 200
"""That a list to choose from can have."""

SECONDS = 2.0
"""The page comes without them where Elasticsearch takes longer."""


def sources(elastic: AsyncElasticsearch, namespace: str) -> Sources:
    """Those of the index, by what each brought, the most first; none where Elasticsearch does not answer."""

    async def ask() -> Sequence[tuple[str, str]]:
        try:
            answer = await elastic.options(request_timeout=SECONDS, max_retries=0).search(
                index=alias(namespace, "items"), size=0, track_total_hits=False, aggs={"sources": {"terms": {"field": "source", "size": MOST}}}
            )
            return [(str(bucket["key"]), str(bucket["key"])) for bucket in answer["aggregations"]["sources"]["buckets"]]
        except (ApiError, TransportError, KeyError):
            return ()

    return ask
