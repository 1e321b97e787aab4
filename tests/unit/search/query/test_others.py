"""A question → the search for digests' other text."""

from datetime import date
from typing import Any

import pytest

from services.search.query import days, others
from services.search.query.language.read import read
from services.search.query.query import Question
from services.search.query.request import SearchRequest
from tests.unit.search.query.test_query import TODAY


def _search(q: str, **facts: Any) -> dict[str, Any] | None:
    return others.search(Question(SearchRequest(q=q, **facts), read(q, today=TODAY)))


@pytest.mark.parametrize(
    ("q", "facts"),
    [
        ("", {}),
        ("零碳", {"others": 0}),
        ("零碳", {"region": ["320583"]}),
        ("零碳", {"topic": ["零碳园区"]}),
        ("零碳", {"exclude": ["company:某公司"]}),
        ("零碳", {"target": ["装机>=10GW"]}),
        ("零碳", {"story": ["9f1c0a7d52e84b36"]}),
        ("title:零碳", {}),
        ("零碳 body:园区", {}),
        ("零碳 地区:昆山", {}),
        ("零碳 目标:装机>=10GW", {}),
        ("来源:weekly", {}),
        ("-零碳", {}),
        ("零碳 OR 来源:weekly", {}),
    ],
)
def test_what_only_items_have_and_what_says_nothing_leaves_others_out(q: str, facts: dict[str, Any]) -> None:
    """Facets of items, targets, stories, title and body; no words at all."""
    assert _search(q, **facts) is None


@pytest.mark.parametrize(
    ("q", "facts", "filters"),
    [
        ("零碳", {}, []),
        ("零碳", {"source": ["weekly"]}, [{"terms": {"source": ["weekly"]}}]),
        ("零碳", {"undated": True}, [days.unknown()]),
        ("零碳", {"date_from": "2026-02-01"}, [days.between(date(2026, 2, 1), None)]),
    ],
)
def test_source_and_days_hold_for_digests_too(q: str, facts: dict[str, Any], filters: list[Any]) -> None:
    """Beside the words, each as a phrase of single characters."""
    body = _search(q, **facts)
    assert body is not None
    words, *rest = body["query"]["bool"]["filter"]
    assert words["bool"]["should"] == [{"match_phrase": {"others.text": {"query": "零碳"}}}]
    assert rest == filters


def test_an_excluded_source_is_left_out() -> None:
    """As of items."""
    body = _search("零碳", exclude=["source:weekly"])
    assert body is not None
    assert body["query"]["bool"]["must_not"] == [{"terms": {"source": ["weekly"]}}]


@pytest.mark.parametrize(
    ("q", "kind"),
    [
        ('"零碳工厂"', "match_phrase"),
        ('"零碳 工厂"~5', "intervals"),
        ("零碳*工厂", "span_near"),
        ("零碳 来源:weekly", "bool"),
        ("零碳 OR 园区", "bool"),
    ],
)
def test_the_language_is_the_items_own(q: str, kind: str) -> None:
    """Phrases, words near each other, wildcards, sources, alternatives."""
    body = _search(q)
    assert body is not None
    assert kind in str(body["query"]["bool"]["filter"][0])


def test_as_many_as_are_asked_for_the_newest_first() -> None:
    """And the oldest where the oldest are asked for."""
    body, oldest = _search("零碳", others=7), _search("零碳", sort="date_asc")
    assert body is not None
    assert oldest is not None
    assert (body["size"], body["sort"][0]["published_on"]["order"], oldest["sort"][0]["published_on"]["order"]) == (7, "desc", "asc")
