"""A search and what folding wants to know of its hits → the bodies of the searches for that. Pure.

`base` is the body of the search whose stories are folded, with `query` and `sort`.
"""

from collections.abc import Collection, Sequence
from typing import Any

from services.search.query import days
from services.search.stories.fold_stories import OTHERS

Json = dict[str, Any]

OLDEST: list[Json] = [
    {"published_on": {"order": "asc", "missing": "_last"}},
    {"received_at": {"order": "asc", "missing": "_last"}},
    {"item_id": "asc"},
]

# Read from columns: a story's thousand tellings would else be unpacked with all their texts.
_FACTS: Json = {
    "_source": False,
    "docvalue_fields": [
        "item_id",
        "source",
        "published_on",
        "published_on_basis",
        {"field": "received_at", "format": "strict_date_time_no_millis"},
    ],
}


def narrowed(base: Json, having: Sequence[Json] = (), must_not: Sequence[Json] = ()) -> Json:
    """The same search of those hits alone, with the same scores."""
    return {**base, "query": {"bool": {"must": [base["query"]], "filter": list(having), "must_not": list(must_not)}}}


def collapsed(body: Json) -> Json:
    """The same search with the best hit of each story key alone."""
    return {**body, "collapse": {"field": "story_key"}, "track_total_hits": False}


def of_keys(keys: Collection[str]) -> list[Json]:
    """Conditions that hold for the items of these wordings."""
    return [{"terms": {field: sorted(keys)}} for field in ("story_key", "item_id")] if keys else []


def of_story(keys: Collection[str]) -> Json:
    """The condition of all items of a story: by keys, or by the id of an item that has no key."""
    return {"bool": {"should": of_keys(keys), "minimum_should_match": 1}}


def tellings(base: Json, keys: Collection[str]) -> Json:
    """The search for how many items have each of these keys, the first of them in order, and the one that was there first.

    In order but for their scores: items of one wording have nearly the same, and a hundred thousand would all have to be scored once more.
    """
    order = [field for field in base["sort"] if "_score" not in field]
    first = {"size": 1, **_FACTS}
    aggregations = {
        "best": {"top_hits": {"size": OTHERS + 1, "sort": order, **_FACTS}},
        # A guessed day comes before none; it is none, though, and so behind all that are known.
        "dated": {"filter": days.known(), "aggs": {"first": {"top_hits": {"sort": OLDEST, **first}}}},
        "first": {"top_hits": {"sort": OLDEST[1:], **first}},
    }
    body = narrowed(base, [{"terms": {"story_key": sorted(keys)}}])
    return {name: value for name, value in body.items() if name != "sort"} | {
        "size": 0,
        "track_total_hits": False,
        "track_scores": False,
        # By a map of the few keys, not by the numbers of all keys in the index, which would be made anew after each refresh.
        "aggs": {"keys": {"terms": {"field": "story_key", "size": len(keys), "execution_hint": "map"}, "aggs": aggregations}},
    }
