"""SearchRequest → the search's body."""

from typing import Any

import orjson
import pytest

from services.index.search.query import Marks, build
from services.index.search.request import SearchRequest

MARKS = Marks("<", ">")


def body(**parameters: Any) -> dict[str, Any]:
    """The body for these parameters."""
    return build(SearchRequest.model_validate(parameters), marks=MARKS, pit_id="p", keep_alive="1m")


def clauses(q: str) -> list[list[str]]:
    """For each required word or phrase the kinds of its alternatives."""
    return [[next(iter(clause)) for clause in must["bool"]["should"]] for must in body(q=q)["query"]["bool"]["must"]]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", []),
        ("零碳工厂", [["match_phrase", "match_phrase", "combined_fields"]]),
        ("碳", [["match_phrase", "match_phrase"]]),
        ("25万千瓦", [["match_phrase", "match_phrase"]]),
        ('"零碳工厂"', [["match_phrase", "match_phrase"]]),
        ("昆山 碳", [["match_phrase", "match_phrase", "combined_fields"], ["match_phrase", "match_phrase"]]),
    ],
)
def test_each_word_is_required(q: str, expected: list[list[str]]) -> None:
    """As a phrase of characters or, where they say something, by its pairs."""
    assert clauses(q) == expected


def test_phrases_go_to_single_characters() -> None:
    """Pairs would miss what stands over punctuation and digits."""
    (phrase,) = body(q='"昆山:将"')["query"]["bool"]["must"]
    assert [next(iter(clause["match_phrase"])) for clause in phrase["bool"]["should"]] == ["title.chars", "body.chars"]


def test_clauses_are_bounded() -> None:
    """2,000 characters, as one word, many or a phrase, stay far below a thousand clauses."""
    for q in ("碳" * 2000, "碳 " * 1000, " ".join(chr(0x4E00 + n) for n in range(1000)), '"' + "碳" * 1998 + '"'):
        made = orjson.dumps(body(q=q)["query"]).decode()
        assert made.count("match_phrase") + made.count("combined_fields") <= 3 * 32 + 2
        pairs = [must["bool"]["should"][-1].get("combined_fields", {}).get("query", "") for must in body(q=q)["query"]["bool"]["must"]]
        assert sum(map(len, pairs)) <= 256


def test_filters_hold_after_the_counts() -> None:
    """Alternatives within one, all of them together; a facet is counted without its own."""
    made = body(region=["320583"], topic=["甲", "乙"])
    assert len(made["post_filter"]["bool"]["filter"]) == 2
    assert made["aggs"]["topic"]["filter"]["bool"]["filter"] == [
        {"bool": {"should": [{"terms": {"regions": ["320583"]}}, {"terms": {"region_names": ["320583"]}}], "minimum_should_match": 1}}
    ]
    assert len(made["aggs"]["section"]["filter"]["bool"]["filter"]) == 2


def test_order_ends_in_what_is_unique() -> None:
    """Else pages would repeat or skip hits."""
    for parameters in ({"q": "碳"}, {"q": "碳", "sort": "date"}, {}):
        assert body(**parameters)["sort"][-1] == {"item_id": "asc"}
    assert "_score" in body(q="碳")["sort"][0]
    assert "published_on" in body()["sort"][0]


def test_totals_are_exact_and_one_more_hit_is_asked_for() -> None:
    """The one more tells whether there is a next page."""
    made = body(size=7)
    assert (made["track_total_hits"], made["size"]) == (True, 8)


def test_dates_bound_the_search() -> None:
    """Both ends included."""
    assert body(date_from="2026-02-01", date_to="2026-02-06")["query"]["bool"]["filter"] == [
        {"range": {"published_on": {"gte": "2026-02-01", "lte": "2026-02-06"}}}
    ]
