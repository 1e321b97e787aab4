"""Elasticsearch → the digests of every source: how many, and the latest issues; one question for all of
them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from shared import index_names as names
from shared.elastic import explained
from shared.freshness.judge import Issue
from shared.quality import figures
from shared.quality.figures import Figures
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

SECONDS = 10.0
"""For the one question: some ms for a source of a hundred digests."""

MOST_SOURCES = 500
"""Sources with digests that are looked at, those with most digests first."""

LATEST = 36
"""Issues of each: seven weeks of a daily that skips weekends, and as many as drift looks back on
(shared.quality.drift)."""

UNDATED = 6
"""Of those that came last, those that have no day: a new layout may have lost it, and by their day they'd
come last."""

_FIELDS = ["received_at", "published_on", "published_on_basis", "issue_number", *figures.FIELDS]
_NEWEST: list[Json] = [{"published_on": {"order": "desc", "missing": "_last"}}, {"received_at": "desc"}]
_DATED: Json = {"exists": {"field": "published_on"}}


@dataclass(frozen=True)
class History:
    """What came of one source; what was withdrawn or is held back counts nowhere."""

    digests: int
    items: int
    received_at: datetime
    """Of the digest that came last, whatever its day"""
    issues: tuple[Issue, ...]
    """The latest, the newest first"""

    def looks(self, since: date | None = None) -> list[Figures]:
        """Return what its issues of that day on look like, the oldest first; those of older indexers say
        little of it."""
        shown = (issue.looks for issue in reversed(self.issues) if since is None or issue.day >= since)
        return [looks for looks in shown if looks is not None]


class Histories:
    """The digests of one namespace; raises Unavailable and Misconfigured alone."""

    def __init__(self, elastic: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        """Ask nothing yet."""
        self._elastic = elastic.options(request_timeout=SECONDS)
        self._settings = settings
        self._alias = names.alias(namespace, "digests")

    async def all(self) -> dict[str, History]:
        """Return what came of each source, by its id."""
        try:
            answer = await self._elastic.search(index=self._alias, body=question())
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        return read(answer.body)


def question() -> Json:
    """Return the one search. Pure."""
    latest = {"top_hits": {"size": LATEST, "sort": _NEWEST, "_source": _FIELDS}}
    newest = {"top_hits": {"size": UNDATED, "sort": [{"received_at": "desc"}], "_source": _FIELDS}}
    undated = {"filter": {"bool": {"must_not": [_DATED]}}, "aggs": {"newest": newest}}
    contents = {"top_hits": {"size": 1, "sort": _NEWEST, "_source": ["contents"]}}
    counts = {"items": {"sum": {"field": "item_count"}}, "received": {"max": {"field": "received_at"}}}
    of_each = {"latest": latest, "undated": undated, "contents": contents, **counts}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"must_not": [{"term": {"withdrawn": True}}, {"exists": {"field": "quarantine"}}]}},
        "aggs": {"sources": {"terms": {"field": "source", "size": MOST_SOURCES}, "aggs": of_each}},
    }


def read(answer: Mapping[str, Any]) -> dict[str, History]:
    """Return what the answer to `question` says. Pure."""
    found = answer.get("aggregations", {}).get("sources", {}).get("buckets", ())
    return {bucket["key"]: _history(bucket) for bucket in found}


def _history(bucket: Mapping[str, Any]) -> History:
    listed = {hit["_id"]: len(hit["_source"].get("contents") or ()) for hit in bucket["contents"]["hits"]["hits"]}
    hits = [*bucket["latest"]["hits"]["hits"], *bucket["undated"]["newest"]["hits"]["hits"]]
    issues = {hit["_id"]: _issue(hit["_source"], listed.get(hit["_id"], 0)) for hit in hits}
    newest = sorted(issues.values(), key=lambda issue: (issue.day, issue.received_at), reverse=True)
    return History(
        bucket["doc_count"],
        int(bucket["items"]["value"]),
        _time(bucket["received"]["value_as_string"]),
        tuple(newest),
    )


def _issue(facts: Mapping[str, Any], contents: int) -> Issue:
    looks = figures.read(facts)
    # Builds before 6 wrote the day of receipt as a guess: that is no day.
    on = facts.get("published_on") if facts.get("published_on_basis") != "received_at" else None
    return Issue(
        looks.digest_id,
        _time(facts["received_at"]),
        date.fromisoformat(on) if on else None,
        looks.items,
        facts.get("issue_number"),
        looks.contents if looks.contents is not None else contents,
        looks,
    )


def _time(said: str) -> datetime:
    return datetime.fromisoformat(said.replace("Z", "+00:00"))
