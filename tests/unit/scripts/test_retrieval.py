"""Known-item search: its figures, its queries, its baseline."""

import pytest

from scripts.retrieval import pairs, product
from scripts.retrieval.known import identity, known_items
from scripts.retrieval.score import Score, score


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([["a"], ["b"]], Score(1, 1, 1)),
        ([["x", "a"], ["b"]], Score(0.75, 0.5, 1)),
        ([["x"], []], Score(0, 0, 0)),
        ([[*"0123456789", "a"], ["b"]], Score(0.5, 0.5, 0.5)),
    ],
)
def test_score(answers: list[list[str]], expected: Score) -> None:
    """1 over the rank within the first ten, on average."""
    assert score(["a", "b"], answers) == expected


def test_no_query_has_no_score() -> None:
    """Rather than a zero that somebody takes for a result."""
    with pytest.raises(ValueError, match="no query"):
        score([], [])


def test_a_headline_of_two_bodies_is_no_query() -> None:
    """And a body that comes twice is one document."""
    items = known_items("n", [("快讯", "甲"), ("快讯", "乙"), ("零碳工厂", "丙"), ("零碳工厂", "丙")], ["甲", "丁"])
    assert set(items.bodies.values()) == {"甲", "乙", "丙", "丁"}
    assert [(query.text, query.item) for query in (*items.tuning, *items.held_out)] == [("零碳工厂", identity("丙"))]


def test_no_query_is_in_both_halves() -> None:
    """What weights are chosen on is not what is reported."""
    items = known_items("n", [(f"第{n}条", f"正文{n}") for n in range(9)])
    tuning, held_out = ({query.text for query in half} for half in (items.tuning, items.held_out))
    assert (len(tuning), len(held_out), tuning & held_out) == (5, 4, set())


def test_the_baseline_asks_what_it_indexes() -> None:
    """Nothing is asked that is not indexed."""
    assert set(pairs.document("i", "零碳工厂")) == set(pairs.MAPPING["properties"])
    assert set(pairs.query("新增零碳工厂")["match"]) <= set(pairs.MAPPING["properties"])


def test_the_products_document_has_no_title() -> None:
    """A document that has a body, and no title to be found by."""
    found = product.document("i", "零碳工厂")
    assert (found["item_id"], found["title"], found["body"], found["lead"]) == ("i", None, "零碳工厂", "零碳工厂")
