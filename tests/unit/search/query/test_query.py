"""A request with its words read → the searches' bodies."""

from datetime import date
from typing import Any

import pytest

from services.search.errors import Invalid
from services.search.query import days
from services.search.query.language.read import read
from services.search.query.query import Question, counts, folding, hits
from services.search.query.request import SearchRequest

TODAY = date(2026, 2, 8)


def question(**parameters: Any) -> Question:
    """The question of these parameters."""
    request = SearchRequest.model_validate(parameters)
    return Question(request, read(request.q, today=TODAY))


def body(**parameters: Any) -> dict[str, Any]:
    """The body for the first page."""
    return hits(question(**parameters), pit_id="p", keep_alive="1m", size=21)


def test_hits_are_narrowed_by_all_filters_at_once() -> None:
    """Alternatives within one, all of them together; what is excluded must not hold."""
    made = body(region=["320583"], topic=["甲", "乙"], exclude=["source:周报"])["query"]["bool"]["filter"]
    assert {"terms": {"topics": ["甲", "乙"]}} in made
    assert {"bool": {"must_not": [{"terms": {"source": ["周报"]}}]}} in made
    assert len(made) == 3


def test_counts_leave_a_facets_own_filter_until_they_are_taken() -> None:
    """Else ticking one value would hide the others; and they are the same for every page of a search, so that Elasticsearch can keep them."""
    made = counts(question(topic=["甲"], source=["周报"], facets=["topic"], cursor="x"))
    assert made["post_filter"] == {"bool": {"filter": [{"terms": {"topics": ["甲"]}}]}}
    assert {"terms": {"source": ["周报"]}} in made["query"]["bool"]["filter"]
    assert (made["size"], "pit" in made) == (0, False)


@pytest.mark.parametrize(
    ("parameters", "order"),
    [
        ({}, "date"),
        ({"q": "碳"}, "relevance"),
        ({"q": "碳", "sort": "date"}, "date"),
        ({"q": "碳", "sort": "date_asc"}, "date_asc"),
        # Nothing but conditions: there is no relevance.
        ({"q": "地区:昆山"}, "date"),
        ({"q": "-钢铁", "sort": "relevance"}, "date"),
        ({"q": "地区:昆山 OR 碳"}, "relevance"),
        ({"q": "目标:装机>=10GW", "sort": "target"}, "target"),
    ],
)
def test_order(parameters: dict[str, Any], order: str) -> None:
    """Without words there is no relevance."""
    assert question(**parameters).order == order


@pytest.mark.parametrize(
    "parameters", [{"q": "碳"}, {"q": "碳", "sort": "date"}, {}, {"sort": "date_asc"}, {"target": ["装机>=1GW"], "sort": "target"}]
)
def test_order_ends_in_what_is_unique(parameters: dict[str, Any]) -> None:
    """Else pages would repeat or skip hits."""
    assert body(**parameters)["sort"][-1] == {"item_id": "asc"}


def test_an_order_by_target_needs_a_target_with_a_number() -> None:
    """A target within OR is not every hit's."""
    for parameters in ({"q": "碳"}, {"q": "碳 OR 目标:装机>=1GW"}, {"target": ["装机"]}):
        with pytest.raises(Invalid):
            body(**parameters, sort="target")


def test_totals_are_exact() -> None:
    """However many there are."""
    assert body(size=7)["track_total_hits"] is True


def test_dates_bound_the_search() -> None:
    """Both ends included."""
    assert body(date_from="2026-02-01", date_to="2026-02-06")["query"]["bool"]["filter"] == [days.between(date(2026, 2, 1), date(2026, 2, 6))]
    assert body(undated=True)["query"]["bool"]["filter"] == [days.unknown()]


def test_folding_asks_the_same_search() -> None:
    """In its order, from its point in time."""
    made = folding(question(q="碳"), pit_id="p", keep_alive="1m")
    assert {name: made[name] for name in ("query", "sort", "pit")} == {name: body(q="碳")[name] for name in ("query", "sort", "pit")}


def test_a_story_is_opened_by_its_keys() -> None:
    """Or by the id of an item that has none; whatever else is asked for holds too."""
    made = body(q="碳", story=["k1", "i2"], source=["日报"])["query"]["bool"]["filter"]
    assert {"bool": {"should": [{"terms": {"story_key": ["i2", "k1"]}}, {"terms": {"item_id": ["i2", "k1"]}}], "minimum_should_match": 1}} in made
    assert {"terms": {"source": ["日报"]}} in made
