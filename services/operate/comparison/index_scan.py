"""An index or alias as it can be found now → its hits, streamed in pages of one point in time, so that what is written meanwhile shifts no page.

Memory is a page, whatever the index's size.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

Json = dict[str, Any]

KEEP_ALIVE = "5m"
"""That a point in time outlives the pause between two pages: as long as a repair of what was found may take."""

ALL: Json = {"match_all": {}}


async def scan(
    client: AsyncElasticsearch, index: str, queries: Iterable[Json] = (ALL,), *, page: int, sort: str = "_shard_doc", **asked: Any
) -> AsyncIterator[Json]:
    """Every hit of one query after the other, `page` hits at once, each query's in the order of `sort`; `asked` is what else a search may ask for.

    Finds what was refreshed before. Raises ApiError and TransportError.
    """
    pit = (await client.open_point_in_time(index=index, keep_alive=KEEP_ALIVE)).body["id"]
    asked |= {"size": page, "sort": [{sort: "asc"}], "track_total_hits": False}
    try:
        for query in queries:
            after: list[Any] | None = None
            while True:
                answer = (await client.search(pit={"id": pit, "keep_alive": KEEP_ALIVE}, query=query, search_after=after, **asked)).body
                pit = answer.get("pit_id", pit)
                hits = answer["hits"]["hits"]
                for hit in hits:
                    yield hit
                if len(hits) < page:
                    break
                after = hits[-1]["sort"]
    finally:
        with suppress(ApiError, TransportError):
            await client.close_point_in_time(id=pit)
