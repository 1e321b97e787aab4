"""Elasticsearch → the digests of every source: how many, and the latest issues; one question for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from services.search.answer.finder import READ_SECONDS
from services.search.elasticsearch_errors import from_elastic
from services.search.freshness.judge import Issue
from services.search.models.days import day
from shared import index_names as names
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

MOST_SOURCES = 500
"""Sources with digests that are looked at, those with most digests first."""

LATEST = 24
"""Issues of each: half a year of a weekly, a month of a daily that skips weekends."""

_FIELDS = ["digest_id", "received_at", "published_on", "published_on_basis", "item_count", "issue_number"]
_NEWEST: list[Json] = [{"published_on": {"order": "desc", "missing": "_last"}}, {"received_at": "desc"}]


@dataclass(frozen=True)
class History:
    """What came of one source; what was withdrawn or is held back counts nowhere."""

    digests: int
    items: int
    received_at: datetime
    """Of the digest that came last, whatever its day"""
    issues: tuple[Issue, ...]
    """The latest, the newest first"""


class Histories:
    """The digests of one namespace; raises SearchError alone."""

    def __init__(self, elastic: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        """Asks nothing yet."""
        self._elastic = elastic.options(request_timeout=READ_SECONDS)
        self._settings = settings
        self._alias = names.alias(namespace, "digests")

    async def all(self) -> dict[str, History]:
        """By source."""
        try:
            answer = await self._elastic.search(index=self._alias, body=question())
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        return read(answer.body)


def question() -> Json:
    """The one search. Pure."""
    latest = {"top_hits": {"size": LATEST, "sort": _NEWEST, "_source": _FIELDS}}
    contents = {"top_hits": {"size": 1, "sort": _NEWEST, "_source": ["contents"]}}
    counts = {"items": {"sum": {"field": "item_count"}}, "received": {"max": {"field": "received_at"}}}
    of_each = {"latest": latest, "contents": contents, **counts}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"must_not": [{"term": {"withdrawn": True}}, {"exists": {"field": "quarantine"}}]}},
        "aggs": {"sources": {"terms": {"field": "source", "size": MOST_SOURCES}, "aggs": of_each}},
    }


def read(answer: Mapping[str, Any]) -> dict[str, History]:
    """The answer to `question`. Pure."""
    found = answer.get("aggregations", {}).get("sources", {}).get("buckets", ())
    return {bucket["key"]: _history(bucket) for bucket in found}


def _history(bucket: Mapping[str, Any]) -> History:
    latest = [hit["_source"] for hit in bucket["latest"]["hits"]["hits"]]
    listed = [len(hit["_source"].get("contents") or ()) for hit in bucket["contents"]["hits"]["hits"]]
    issues = [_issue(facts, listed[0] if listed and at == 0 else 0) for at, facts in enumerate(latest)]
    received = datetime.fromisoformat(bucket["received"]["value_as_string"].replace("Z", "+00:00"))
    return History(bucket["doc_count"], int(bucket["items"]["value"]), received, tuple(issues))


def _issue(facts: Mapping[str, Any], contents: int) -> Issue:
    on = day(facts)
    return Issue(
        facts["digest_id"],
        datetime.fromisoformat(facts["received_at"].replace("Z", "+00:00")),
        date.fromisoformat(on) if on else None,
        facts.get("item_count") or 0,
        facts.get("issue_number"),
        contents,
    )
