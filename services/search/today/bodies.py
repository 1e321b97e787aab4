"""A day → the searches that the home page is made of. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from services.search.query import days

Json = dict[str, Any]

MAX_DIGESTS = 30
"""Digests of one day that are shown; the page says how many more there are."""
MAX_UNDATED = 10
ITEMS = 6
"""First items of a digest that are shown, in its own order"""
TOPICS = 12
DOCUMENTS = 60
"""Documents of a day that are looked for on earlier days: most of a day's are known already."""
DUE = 8
DUE_DAYS = 30
"""How old the item may be that says a target: older ones were on this page before."""
UNDATED_DAYS = 7

UNCLASSIFIED = "未分类"
"""What enrich calls an item without a topic: no news for a reader"""

_ITEM = ("item_id", "ordinal", "headline", "title", "body", "section", "digest_id", "source", "digest_title")


def neighbours(day: date | None, today: date) -> Json:
    """Return the search for the day itself or, without one, the last up to `today`; and for those beside it."""
    until = day or today
    before = days.between(None, until - timedelta(days=1) if day else until)
    after = days.between(until + timedelta(days=1), None)
    bound = {"field": days.DAY, "format": "yyyy-MM-dd"}
    return {
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            "before": {"filter": before, "aggs": {"day": {"max": bound}}},
            "after": {"filter": after, "aggs": {"day": {"min": bound}}},
        },
    }


def digests(day: date) -> Json:
    """Return the search for the digests of a day with their first items, the topics and the documents."""
    topics = {"terms": {"field": "topics", "size": TOPICS, "exclude": [UNCLASSIFIED]}}
    documents = {"terms": {"field": "documents", "size": DOCUMENTS}}
    counted = {"digests": {"cardinality": {"field": "digest_id"}}, "topics": topics, "documents": documents}
    return _collapsed(days.between(day, day), MAX_DIGESTS) | {"track_total_hits": True, "aggs": counted}


def undated(day: date) -> Json:
    """Return the search for digests without a day that were received in the week up to this one."""
    received = {"range": {"received_at": {"gte": (day - timedelta(days=UNDATED_DAYS - 1)).isoformat(), "lt": f"{day}||+1d", "time_zone": "+08:00"}}}
    return _collapsed({"bool": {"filter": [days.unknown(), received]}}, MAX_UNDATED) | {"track_total_hits": False}


def _collapsed(condition: Json, most: int) -> Json:
    first = {"name": "first", "size": ITEMS, "sort": [{"ordinal": "asc"}], "_source": list(_ITEM), "track_scores": False}
    return {
        "query": {"bool": {"filter": [condition]}},
        "size": most,
        "sort": [{"received_at": "desc"}, {"digest_id": "asc"}],
        "_source": ["digest_id", "source", "digest_title"],
        "collapse": {"field": "digest_id", "inner_hits": first},
    }


def known_before(documents: Sequence[str], day: date) -> Json:
    """Return the search for which of the documents an earlier day names already."""
    condition = [{"terms": {"documents": list(documents)}}, days.between(None, day - timedelta(days=1))]
    # As many at most as were asked for: an item may name others too, which `include` leaves out.
    known = {"terms": {"field": "documents", "size": max(len(documents), 1), "include": list(documents)}}
    return {"size": 0, "track_total_hits": False, "query": {"bool": {"filter": condition}}, "aggs": {"known": known}}


def due(day: date) -> Json:
    """Return the search for targets due this year or the next that items of the last weeks say."""
    soon = {"range": {"targets.deadline": {"gte": day.year, "lte": day.year + 1}}}
    inner = {"name": "due", "size": 1, "_source": ["targets.metric", "targets.text", "targets.deadline", "targets.by"]}
    nested = {"nested": {"path": "targets", "query": soon, "inner_hits": inner}}
    return {
        "size": DUE,
        "track_total_hits": False,
        "_source": ["item_id"],
        "sort": [{"targets.deadline": {"order": "asc", "mode": "min", "nested": {"path": "targets", "filter": soon}}}, {days.DAY: "desc"}],
        "query": {"bool": {"filter": [days.between(day - timedelta(days=DUE_DAYS - 1), day), nested]}},
    }
