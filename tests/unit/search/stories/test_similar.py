"""Searching for similar items, and telling them."""

from typing import Any

from services.search.models.related import Shared
from services.search.stories.similar import MAX_NAMED, NO_TOPIC, alike, items


def source(item_id: str, day: str | None = "2026-02-06", **named: Any) -> dict[str, Any]:
    """An item's document."""
    return {"item_id": item_id, "digest_id": "d", "source": "日报", "headline": item_id, "published_on": day} | named


def hit(item_id: str, score: float, **named: Any) -> dict[str, Any]:
    """As Elasticsearch answers it."""
    return {"_source": source(item_id, **named), "_score": score}


def test_the_same_story_first_then_the_like() -> None:
    """The oldest telling first; a telling that is found by its words too is told once, the item itself never."""
    found = items(source("a"), [source("c", "2026-02-08"), source("b", "2026-02-07")], [hit("c", 9), hit("a", 8), hit("d", 7)], size=5)
    assert [(item.item_id, item.same_story, item.score) for item in found] == [("b", True, None), ("c", True, None), ("d", False, 7)]


def test_a_guessed_day_is_none() -> None:
    """As items of builds before 6 have it, the day of receipt: it is not shown, and stands behind all that are known."""
    guess = {"published_on_basis": "received_at"}
    found = items(source("a"), [source("b", "2026-02-01", **guess), source("c", "2026-02-08")], [hit("d", 7, **guess)], size=5)
    assert [(item.item_id, item.published_on) for item in found] == [("c", "2026-02-08"), ("b", None), ("d", None)]


def test_what_has_a_key_of_the_story_is_not_merely_like_it() -> None:
    """Also where it is none of the tellings that are listed; the item's own copies are not even asked for."""
    found = items(source("a"), [source("b")], [hit("c", 9, story_key="k2"), hit("d", 8, story_key="k3")], size=5, keys=("k1", "k2"))
    assert [(item.item_id, item.same_story) for item in found] == [("b", True), ("d", False)]
    assert alike("items", source("a", story_key="k1"), size=3)["query"]["bool"]["must_not"] == [{"term": {"story_key": "k1"}}]


def test_no_more_than_asked_for() -> None:
    """Tellings count."""
    assert len(items(source("a"), [source("b")], [hit("c", 2), hit("d", 1)], size=2)) == 2


def test_what_both_name() -> None:
    """Documents before firms before topics; no topic is nothing in common."""
    mine = source("a", topics=["碳市场", NO_TOPIC], companies=["甲公司", "乙公司"], documents=["方案"])
    (found,) = items(mine, [], [hit("b", 1, topics=[NO_TOPIC, "碳市场"], companies=["乙公司"], documents=["方案"])], size=5)
    assert found.shared == (Shared(kind="document", value="方案"), Shared(kind="company", value="乙公司"), Shared(kind="topic", value="碳市场"))


def test_a_list_of_firms_stays_a_query() -> None:
    """Elasticsearch refuses thousands of clauses."""
    body = alike("items", source("a", companies=[f"公司{n}" for n in range(5000)], topics=[NO_TOPIC]), size=3)
    assert len(body["query"]["bool"]["should"]) == MAX_NAMED
