"""An item's document → the search for items like it, and what of its answer is told. Pure.

What is alike is found by words: Elasticsearch takes the 25 pairs of characters of title and body that tell most (`more_like_this`); a fifth
of them must stand in the other. What both name adds to the score but finds nothing by itself: on ten news items that were looked at, documents, firms
and persons in common put the better neighbours first (for 特斯拉 another item on 特斯拉, not any on 特朗普), while asked for alone they bring
whatever has the same topic. 7 to 35 ms among 20,000 items.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from services.search.models.days import day
from services.search.models.related import Shared, SimilarItem
from services.search.stories.wording import NEEDED

Json = dict[str, Any]

NAMED: Mapping[str, tuple[str, float]] = {
    "documents": ("document", 12),
    "standards": ("standard", 12),
    "companies": ("company", 12),
    "schemes": ("scheme", 8),
    "persons": ("person", 6),
    "agencies": ("agency", 4),
    "topics": ("topic", 4),
}
"""Field → kind, and what a value in common adds; a pair of characters adds about as much as an agency. In the order in which they are told."""

NO_TOPIC = "未分类"
"""What enrich calls a topic where it found none: nothing in common."""

MAX_NAMED = 60
"""Values of the item that are looked for; a list of a hundred firms is no better told by all of them."""

SOURCE = (*NEEDED, *NAMED)
SHOWN = ("item_id", "digest_id", "source", "digest_title", "headline", "published_on", "published_on_basis", *NAMED)


def alike(index: str, source: Mapping[str, Any], *, size: int) -> Json:
    """The search for `size` items like the one that `source` is the document of, which Elasticsearch leaves out itself."""
    words = {
        "fields": ["title", "body"],
        "like": [{"_index": index, "_id": source["item_id"]}],
        "min_term_freq": 1,
        "min_doc_freq": 2,
        "max_query_terms": 25,
        "minimum_should_match": "20%",
    }
    named = [{"constant_score": {"filter": {"term": {field: value}}, "boost": NAMED[field][1]}} for field, value in _named(source)]
    # Its copies are told apart (services.search.stories.fold_stories), and would leave no room for others.
    copies = [{"term": {"story_key": source["story_key"]}}] if source.get("story_key") else []
    return {
        "query": {"bool": {"must": [{"more_like_this": words}], "should": named[:MAX_NAMED], "must_not": copies}},
        "size": size,
        "sort": [{"_score": "desc"}, {"published_on": {"order": "desc", "missing": "_last"}}, {"item_id": "asc"}],
        "track_total_hits": False,
        "_source": [*SHOWN, "story_key"],
    }


def items(
    source: Mapping[str, Any], same: Sequence[Mapping[str, Any]], found: Iterable[Mapping[str, Any]], *, size: int, keys: Collection[str] = ()
) -> tuple[SimilarItem, ...]:
    """Those that tell the same story, the first first, then hits that are like it and have none of the story's `keys`, `size` in all."""
    told: Collection[str] = {one["item_id"] for one in (source, *same)}
    first = sorted(same, key=lambda one: (day(one) or "9", one.get("received_at") or "9", one["item_id"]))
    near = [_item(source, one, same_story=True, score=None) for one in first]
    like = [_item(source, hit["_source"], same_story=False, score=hit["_score"]) for hit in found if _other(hit["_source"], told, keys)]
    return tuple([*near, *like][:size])


def _other(one: Mapping[str, Any], told: Collection[str], keys: Collection[str]) -> bool:
    return one["item_id"] not in told and one.get("story_key") not in keys


def _item(source: Mapping[str, Any], other: Mapping[str, Any], *, same_story: bool, score: float | None) -> SimilarItem:
    theirs = set(_named(other))
    facts = {name: other[name] for name in SHOWN if name not in NAMED and other.get(name) is not None}
    shared = tuple(Shared(kind=NAMED[field][0], value=value) for field, value in _named(source) if (field, value) in theirs)
    return SimilarItem(**facts, same_story=same_story, score=score, shared=shared)


def _named(source: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(field, value) for field in NAMED for value in source.get(field) or () if value != NO_TOPIC]
