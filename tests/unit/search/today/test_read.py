"""Elasticsearch's answers for one day → the home page's parts."""

from typing import Any

import pytest

from services.search.models.today import NewDocument
from services.search.today import read


def item(**facts: Any) -> dict[str, Any]:
    """An item as the index holds it."""
    return {"item_id": "a", "ordinal": 1, "headline": "昆山：将新增零碳工厂", "title": "昆山：将新增零碳工厂", "body": "昆山市发布方案。", **facts}


def found(*items: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    """One digest with these items."""
    first = {"hits": {"total": {"value": total or len(items)}, "hits": [{"_source": one} for one in items]}}
    source = {"digest_id": "d", "source": "weekly", "digest_title": None}
    return {"hits": {"hits": [{"_source": source, "inner_hits": {"first": first}}]}}


def counted(name: str, **counts: int) -> dict[str, Any]:
    """Buckets of one aggregation."""
    return {"aggregations": {name: {"buckets": [{"key": key, "doc_count": count} for key, count in counts.items()]}}}


@pytest.mark.parametrize(
    ("facts", "lead"),
    [
        ({}, "昆山市发布方案。"),
        ({"body": "一\n 二"}, "一 二"),
        ({"body": "长" * 91}, "长" * 89 + "…"),
        ({"body": "长" * 90}, "长" * 90),
        ({"title": None}, ""),
        ({"body": None}, ""),
    ],
)
def test_a_lead_says_what_the_headline_does_not(facts: dict[str, Any], lead: str) -> None:
    """At most ninety characters of the body, and nothing where the headline was taken from it."""
    (digest,) = read.digests(found(item(**facts)))
    assert digest.items[0].lead == lead


def test_a_digest_says_how_many_items_it_has() -> None:
    """More than are shown."""
    (digest,) = read.digests(found(item(), total=40))
    assert (digest.total, len(digest.items)) == (40, 1)


def test_a_document_is_new_where_no_earlier_day_names_it() -> None:
    """In the order of the day."""
    day = counted("documents", 零碳园区建设方案=2, 碳排放权交易管理办法=1)
    assert read.new_documents(day, counted("known", 碳排放权交易管理办法=9)) == (NewDocument(name="零碳园区建设方案", count=2),)
    assert len(read.new_documents(day, None)) == 2


def test_a_target_that_two_items_say_stands_once() -> None:
    """Under the item that comes first."""
    target = {"metric": "装机容量", "text": "1000万千瓦", "deadline": 2027, "by": "江苏省"}
    hits = [{"_source": {"item_id": one}, "inner_hits": {"due": {"hits": {"hits": [{"_source": target}]}}}} for one in ("a", "b")]
    assert [one.item_id for one in read.due({"hits": {"hits": hits}})] == ["a"]
