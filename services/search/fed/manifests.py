"""What is asked for → manifests of the index: a page of them, the newest first; some by id; how many are in each state."""

from collections.abc import Collection
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from services.search import reading
from services.search.answer.finder import READ_SECONDS
from services.search.elasticsearch_errors import from_elastic
from services.search.fed.merged import Place
from services.search.models.fed import FedFilter, State
from shared import index_names as names
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

FIELDS = [
    "digest_id", "revision", "source", "title", "url", "external_id", "published_on", "received_at", "media_type", "key_name",
    "withdrawn", "released", "quarantine", "item_count", "warnings",
    "revisions.at", "revisions.withdrawn",
]  # fmt: skip
"""Of a row; those that an index lacks are just missing."""

AT_ONCE = 500
"""Manifests of one request by id."""

_WITHDRAWN: Json = {"term": {"withdrawn": True}}
_HELD: Json = {"exists": {"field": "quarantine"}}
_STATES: dict[State, Json] = {
    "withdrawn": {"bool": {"filter": [_WITHDRAWN]}},
    "quarantined": {"bool": {"filter": [_HELD], "must_not": [_WITHDRAWN]}},
    "searchable": {"bool": {"must_not": [_WITHDRAWN, _HELD]}},
}
"""States that the index knows by itself."""


class Manifests:
    """The manifests of one namespace; raises SearchError alone."""

    def __init__(self, elastic: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._elastic = elastic.options(request_timeout=READ_SECONDS)
        self._settings = settings
        self._alias = names.alias(namespace, "digests")

    async def page(self, wanted: FedFilter, *, behind: Place | None, size: int) -> list[Json]:
        """Those behind a place, the newest first, as the last refresh has them."""
        after: list[str | int | float | bool | None] | None = [behind.received_ms, behind.digest_id] if behind else None
        try:
            answer = await self._elastic.search(
                index=self._alias,
                query={"bool": {"filter": filters(wanted)}},
                sort=[{"received_at": "desc"}, {"digest_id": "desc"}],
                size=size,
                source_includes=FIELDS,
                track_total_hits=False,
                search_after=after,
            )
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    async def get(self, digest_ids: Collection[str]) -> dict[str, Json]:
        """Those of these digests that are there, as they are now."""
        ids, found = list(digest_ids), dict[str, Json]()
        try:
            for start in range(0, len(ids), AT_ONCE):
                answer = await self._elastic.mget(index=self._alias, ids=ids[start : start + AT_ONCE], source_includes=FIELDS)
                found |= {one["_id"]: one["_source"] for one in answer["docs"] if one.get("found")}
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        return found

    async def revisions(self, digest_ids: Collection[str]) -> dict[str, int]:
        """The revision that is there of each of these, as the last refresh has it; at most 10,000."""
        if not digest_ids:
            return {}
        try:
            answer = await self._elastic.search(
                index=self._alias,
                query={"ids": {"values": list(digest_ids)}},
                size=len(digest_ids),
                source=False,  # a manifest is as long as its digest's other text, and none of that is needed
                docvalue_fields=[{"field": "revision"}],
                track_total_hits=False,
            )
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        return {hit["_id"]: int(hit["fields"]["revision"][0]) for hit in answer["hits"]["hits"]}

    async def counts(self, wanted: FedFilter) -> dict[State, int]:
        """How many there are in each state that the index knows, whatever state is asked for."""
        try:
            answer = await self._elastic.search(
                index=self._alias,
                query={"bool": {"filter": filters(wanted.model_copy(update={"state": None}))}},
                size=0,
                track_total_hits=False,
                aggregations={"states": {"filters": {"filters": _STATES}}},
            )
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        buckets = answer["aggregations"]["states"]["buckets"]
        return {state: buckets[state]["doc_count"] for state in _STATES}


def filters(wanted: FedFilter) -> list[Json]:
    """The clauses that a manifest must fulfil."""
    found: list[Json] = reading.clauses()
    if wanted.source is not None:
        found.append({"term": {"source": wanted.source}})
    if wanted.key is not None:
        found.append({"term": {"key_name": wanted.key}})
    if wanted.day is not None:
        day = wanted.day.isoformat()  # `lte` takes it to its end
        found.append({"range": {"received_at": {"gte": day, "lte": day, "time_zone": "+08:00"}}})
    if wanted.state in _STATES:
        found.append(_STATES[wanted.state])
    return found
