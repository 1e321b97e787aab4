"""Patterns → span queries."""

from typing import Any

import pytest

from services.search.query.wildcard_query import MAX_BETWEEN, spans

F = "body.chars"


def term(character: str) -> dict[str, Any]:
    """One character."""
    return {"span_term": {F: character}}


def row(*clauses: dict[str, Any], slop: int = 0) -> dict[str, Any]:
    """Clauses in order."""
    return {"span_near": {"clauses": list(clauses), "slop": slop, "in_order": True}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("零?厂", [row(term("零"), {"span_gap": {F: 1}}, term("厂"))]),
        ("T 3??", [row(term("t"), term("3"))]),
        ("零碳*厂", [row(term("零"), term("碳")), term("厂")]),
        ("＊零?碳", [row(term("*"), term("零"), {"span_gap": {F: 1}}, term("碳"))]),
    ],
)
def test_patterns(pattern: str, expected: list[dict[str, Any]]) -> None:
    """Folded as the index is; a full-width sign stands for itself; wildcards at an end say nothing."""
    made = spans(pattern, F, 2)["span_near"]
    assert (made["clauses"], made["boost"], made["slop"]) == (expected, 2, MAX_BETWEEN * (len(expected) - 1))


def test_a_pattern_without_characters_finds_nothing() -> None:
    """Rather than everything."""
    assert spans("*?\u200b*", F, 1) == {"match_none": {}}
