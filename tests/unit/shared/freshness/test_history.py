"""The answer to the one question about all sources → their latest issues."""

from datetime import UTC, date, datetime
from typing import Any

from shared.freshness import history


def hit(name: str, received: str, day: str | None, **facts: Any) -> dict[str, Any]:
    """A manifest as Elasticsearch gives it."""
    said = {"digest_id": name, "received_at": f"{received}T04:00:00Z", "published_on": day, "item_count": 9, "build": 7}
    return {"_id": name, "_source": said | facts}


def answer(latest: list[Any], undated: list[Any]) -> dict[str, Any]:
    """Of one source."""
    bucket = {
        "key": "weekly",
        "doc_count": 40,
        "items": {"value": 360.0},
        "received": {"value_as_string": "2026-02-06T04:00:00Z"},
        "latest": {"hits": {"hits": latest}},
        "undated": {"newest": {"hits": {"hits": undated}}},
        "contents": {"hits": {"hits": [{"_id": latest[0]["_id"], "_source": {"contents": ["甲", "乙"]}}]}},
    }
    return {"aggregations": {"sources": {"buckets": [bucket]}}}


def test_issues_that_lost_their_day_stand_among_those_that_have_one() -> None:
    """By the day of receipt: those that a new layout took the day from are the newest, and each counts once."""
    dated = [hit("b", "2026-01-30", "2026-01-30"), hit("a", "2026-01-23", "2026-01-23")]
    undated = [hit("c", "2026-02-06", None), hit("b", "2026-01-30", "2026-01-30")]
    found = history.read(answer(dated, undated))["weekly"]
    assert [issue.digest_id for issue in found.issues] == ["c", "b", "a"]
    assert (found.digests, found.items, found.received_at) == (40, 360, datetime(2026, 2, 6, 4, tzinfo=UTC))


def test_contents_lists_are_known_of_older_manifests_too() -> None:
    """Of the latest by its titles, of others by the count that the indexer keeps."""
    looks = {"contents": 5, "entities": 18, "unclassified": 0, "untitled": 9, "longest": 80}
    found = history.read(answer([hit("b", "2026-01-30", "2026-01-30"), hit("a", "2026-01-23", "2026-01-23", looks=looks)], []))
    assert [issue.contents for issue in found["weekly"].issues] == [2, 5]
    first = found["weekly"].looks(since=date(2026, 1, 1))[0]
    assert (first.digest_id, first.entities, first.untitled, first.made_by) == ("a", 2.0, 1.0, (7, 0))
    assert [one.digest_id for one in found["weekly"].looks(since=date(2026, 1, 30))] == ["b"]
