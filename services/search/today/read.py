"""Elasticsearch's answers for one day → the answer of the home page. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.search.models.today import DueTarget, NewDocument, TodayDigest, TodayItem, TopicCount

Json = Mapping[str, Any]

LEAD = 90
"""Characters of a body: two lines beside the other digests, and in full on a phone."""
MAX_DOCUMENTS = 12


def day(found: Json, name: str) -> date | None:
    """Return the day before or after, as `neighbours` asked for it."""
    text = found["aggregations"][name]["day"].get("value_as_string")
    return date.fromisoformat(text[:10]) if text else None


def digests(found: Json) -> tuple[TodayDigest, ...]:
    """Return the digests in the order of the hits."""
    return tuple(_digest(hit) for hit in found["hits"]["hits"])


def _digest(hit: Json) -> TodayDigest:
    source, first = hit["_source"], hit["inner_hits"]["first"]["hits"]
    items = tuple(_item(one["_source"]) for one in first["hits"])
    return TodayDigest(
        digest_id=source["digest_id"],
        source=source["source"],
        title=source.get("digest_title"),
        total=first["total"]["value"],
        items=items,
    )


def _item(source: Json) -> TodayItem:
    # A headline that was taken from the body says it already; a lead would repeat it.
    body = " ".join((source.get("body") or "").split()) if source.get("title") else ""
    return TodayItem(
        item_id=source["item_id"],
        ordinal=source["ordinal"],
        headline=source["headline"],
        lead=body if len(body) <= LEAD else body[: LEAD - 1] + "…",
        section=source.get("section"),
    )


def topics(found: Json) -> tuple[TopicCount, ...]:
    """Return the topics, the most frequent first."""
    return tuple(TopicCount(topic=one["key"], count=one["doc_count"]) for one in _buckets(found, "topics"))


def documents(found: Json) -> list[str]:
    """Return the documents that the day's items name, the most frequent first."""
    return [one["key"] for one in _buckets(found, "documents")]


def new_documents(found: Json, before: Json | None) -> tuple[NewDocument, ...]:
    """Return those that no earlier day names."""
    known = {one["key"] for one in _buckets(before, "known")} if before else set()
    new = [one for one in _buckets(found, "documents") if one["key"] not in known]
    return tuple(NewDocument(name=one["key"], count=one["doc_count"]) for one in new[:MAX_DOCUMENTS])


def due(found: Json) -> tuple[DueTarget, ...]:
    """Return the targets, those of one wording and year once."""
    made: dict[tuple[str, str, int], DueTarget] = {}
    for hit in found["hits"]["hits"]:
        for inner in hit["inner_hits"]["due"]["hits"]["hits"]:
            target = DueTarget(item_id=hit["_source"]["item_id"], **inner["_source"])
            made.setdefault((target.metric, target.text, target.deadline), target)
    return tuple(made.values())


def _buckets(found: Json, name: str) -> Sequence[Json]:
    buckets: Sequence[Json] = found["aggregations"][name]["buckets"]
    return buckets
