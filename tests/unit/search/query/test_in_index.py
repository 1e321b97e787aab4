"""Which words of a query the index is asked for, and what its answer says."""

from datetime import date

import pytest

from services.search.query import in_index
from services.search.query.language.read import read


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("售电公司管理办法", ("售电公司管理办法",)),
        ("售电公司管理办法 政府工作报告 2026", ("售电公司管理办法", "政府工作报告")),
        ("售电公司管理办法 OR 建设银行", ("售电公司管理办法",)),
        # One part by themselves: short, or known to the tables.
        ("建设银行", ()),
        ("国家发展和改革委员会", ()),
        # Quoted text stands as it is, what must not hold is a phrase, and no name is as long as a headline.
        ('"售电公司管理办法"', ()),
        ("-售电公司管理办法", ()),
        ("我国新能源公共汽电车占比达到历史最高位并且还在不断地继续提高之中", ()),
        ("", ()),
    ],
)
def test_only_words_that_would_be_taken_apart_are_asked_for(q: str, expected: tuple[str, ...]) -> None:
    """All else costs no search."""
    assert in_index.words(read(q, today=date(2026, 2, 8)).node) == expected


def test_what_some_item_has_for_a_name_is_one() -> None:
    """Folded, as words are compared."""
    answer = {"aggregations": {"names": {"buckets": {"0": {"doc_count": 2}, "1": {"doc_count": 0}}}}}
    assert in_index.read(answer, ("售電公司管理辦法", "政府工作报告")) == frozenset({"售电公司管理办法"})


def test_documents_are_known_by_their_keys() -> None:
    """Brackets and spaces are written differently by everybody."""
    filters = in_index.search(("黑神话：悟空",))["aggs"]["names"]["filters"]["filters"]
    assert {"term": {"document_keys": "黑神话悟空"}} in filters["0"]["bool"]["should"]
