"""Elasticsearch → IndexFacts: how many items and digests, how new. One small request each, with the monitor's own time limit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from services.search.pipeline.measurement import IndexFacts
from shared import index_names as names
from shared.dead_letters.manifests import manifests
from shared.dead_letters.state import Known
from shared.elastic import explained
from shared.errors import JianbaoError, Unavailable
from shared.settings import ElasticsearchSettings

SECONDS = 3.0
"""Counting takes some ms."""


HELD: dict[str, Any] = {"exists": {"field": "quarantine"}}
STATES: dict[str, Any] = {
    "filters": {
        "digests": {"bool": {"filter": {"term": {"withdrawn": False}}, "must_not": HELD}},
        "quarantined": HELD,
    }
}
"""Manifests of digests whose items are found, and of those that are held."""


class ElasticProbe:
    """Measures the index."""

    def __init__(self, elastic: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._elastic = elastic.options(request_timeout=SECONDS)
        self._settings = settings
        self._namespace = namespace
        self._items, self._digests = names.alias(namespace, "items"), names.alias(namespace, "digests")

    async def measure(self) -> IndexFacts:
        """One round; raises Unavailable or Misconfigured in plain words."""
        try:
            found: dict[str, Any] = (
                await self._elastic.search(
                    index=self._items, size=0, track_total_hits=True, aggregations={"newest": {"max": {"field": "received_at"}}}
                )
            ).body
            described: dict[str, Any] = (await self._elastic.indices.get(index=[self._items, self._digests], features="settings")).body
            counted: dict[str, Any] = (
                await self._elastic.search(index=self._digests, size=0, track_total_hits=False, aggregations={"states": {"filters": STATES}})
            ).body["aggregations"]["states"]["buckets"]
        except NotFoundError as error:
            if "index_not_found" not in str(error.body):
                raise explained(error, self._settings) from error
            raise IndexMissing("Elasticsearch answers, but the index does not exist yet: start the index service, which makes it") from error
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        newest = found["aggregations"]["newest"]["value"]
        return IndexFacts(
            items=found["hits"]["total"]["value"],
            digests=counted["digests"]["doc_count"],
            quarantined=counted["quarantined"]["doc_count"],
            newest_at=datetime.fromtimestamp(newest / 1000, UTC) if newest else None,
            indices=tuple(one["settings"]["index"]["uuid"] for one in described.values()),
        )

    async def manifests(self, digest_ids: Sequence[str]) -> dict[str, Known | None]:
        """What the index holds of these digests; raises Unavailable or Misconfigured."""
        return await manifests(self._elastic, self._settings, digest_ids, namespace=self._namespace)

    async def answers(self) -> None:
        """Raise in plain words unless a search would be answered."""
        try:
            await self._elastic.search(index=self._items, size=0, track_total_hits=False)
        except NotFoundError as error:
            raise IndexMissing("the index does not exist yet: start the index service, which makes it") from error
        except (ApiError, TransportError) as error:
            raised: JianbaoError = explained(error, self._settings)
            raise raised from error


class IndexMissing(Unavailable):
    """Elasticsearch works, but nothing was ever indexed under this name."""
