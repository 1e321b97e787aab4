"""Elasticsearch → identities and totals of the two indices, and what one slice of them holds; a handful of small requests a round."""

from dataclasses import dataclass
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from services.monitor.completeness.ledger import Manifest, bounds
from shared import index_names as names
from shared.elastic import explained
from shared.kafka import fills
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

SECONDS = 10.0
"""For one request: each takes some ms on an index of a million items."""

PAGE = 5000
"""Manifests of a slice in one answer, of some 100 bytes each; Elasticsearch takes 10,000 at most."""

BUCKETS = 65_535
"""Digests of a slice that are counted: Elasticsearch's own limit, reached with four million digests in all."""


@dataclass(frozen=True)
class Totals:
    """Both indices as a whole."""

    indices: tuple[str, ...] = ()
    """Their identities, of those that exist"""
    fills: str = ""
    """What marks commits that are about them (shared.kafka.fills)"""
    manifests: int = 0
    named: int = 0
    items: int = 0


class Index:
    """What is under the aliases of one namespace; raises Unavailable or Misconfigured in plain words."""

    def __init__(self, client: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._client = client.options(request_timeout=SECONDS)
        self._settings = settings
        self._aliases = {kind: names.alias(namespace, kind) for kind in names.KINDS}

    async def totals(self) -> Totals:
        """Measure; an index that does not exist is left out, and nothing is counted then."""
        identities: list[str] = []
        metas: dict[str, Json] = {}
        try:
            for kind, alias in self._aliases.items():
                described: Json = (await self._client.indices.get(index=alias, features="settings,mappings")).body
                for one in described.values():
                    identities.append(str(one["settings"]["index"]["uuid"]))
                    metas[kind] = one.get("mappings", {}).get("_meta") or {}
            aggregations = {"named": {"sum": {"field": "item_count"}}}
            digests = (await self._client.search(index=self._aliases["digests"], size=0, track_total_hits=True, aggregations=aggregations)).body
            items = (await self._client.count(index=self._aliases["items"])).body["count"]
        except NotFoundError as error:
            if "index_not_found" not in str(error.body):
                raise explained(error, self._settings) from error
            return Totals()
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        return Totals(
            tuple(identities), fills.of(metas), digests["hits"]["total"]["value"], int(digests["aggregations"]["named"]["value"] or 0), items
        )

    async def slice(self, number: int) -> tuple[dict[str, Manifest], dict[str, int]]:
        """Return the manifests of a slice, and how many items each digest has, as they can be found now."""
        first, end = bounds(number)
        query: Json = {"range": {"digest_id": {"gte": first, "lt": end}}}
        try:
            manifests = await self._manifests(query)
            counted = {"digests": {"terms": {"field": "digest_id", "size": BUCKETS}}}
            answer = (await self._client.search(index=self._aliases["items"], size=0, query=query, aggregations=counted)).body
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        return manifests, {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["digests"]["buckets"]}

    async def _manifests(self, query: Json) -> dict[str, Manifest]:
        found: dict[str, Manifest] = {}
        after: list[Any] | None = None
        while True:
            answer = await self._client.search(
                index=self._aliases["digests"],
                query=query,
                size=PAGE,
                sort=[{"digest_id": "asc"}],
                search_after=after,
                source={"includes": ["version", "item_count", "withdrawn"]},
                track_total_hits=False,
            )
            hits = answer.body["hits"]["hits"]
            for hit in hits:
                said = hit["_source"]
                found[hit["_id"]] = Manifest(said.get("version") or 0, said.get("item_count") or 0, said.get("withdrawn") is True)
            if len(hits) < PAGE:
                return found
            after = hits[-1]["sort"]
