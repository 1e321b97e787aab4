"""Whatever is typed is read or refused with a place and a suggestion that can be read; nothing else ever happens."""

import time
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.query.language.errors import QueryError
from services.search.query.language.limits import MAX_QUERY
from services.search.query.language.nodes import And, Leaf, Node, Not, Or, Query
from services.search.query.language.read import read

TODAY = date(2026, 2, 6)

PIECES = (
    *'碳市场昆山a1 　-－|｜()（）*?？~～:："“”„「」『』＂《》<>=≥@%.…\x00\u200b\ud800\u202e𠮷𝟙²\n\t',
    *("OR", " OR ", " AND ", "NOT ", " -", "~10", " ~10 ", "region:", "地区：", "title:", "正文:(", "date:", "日期:上周", "after:2026-01"),
    *("2026-02-30", "..", "近7天", "近三个月", "第四季度", "十十月", "target:", "目标:装机>=10GW", "@2030", ">= ", "regoin:"),
    *("*ST", "http://a?b", "12:30", "C-NCAP", "(近)", '"a b"'),
)
QUERIES = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60)


def leaves(node: Node | None) -> Iterator[Leaf]:
    """Every leaf of a tree."""
    match node:
        case None:
            return
        case And(nodes) | Or(nodes):
            for one in nodes:
                yield from leaves(one)
        case Not(inner):
            yield from leaves(inner)
        case _:
            yield node


def outcome(q: str) -> Query | QueryError:
    """What becomes of a query."""
    try:
        return read(q, today=TODAY)
    except QueryError as error:
        return error


@given(QUERIES)
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused_with_a_place_and_a_mend(q: str) -> None:
    """Leaves and errors lie within the query, in code points; a suggestion can be read."""
    found = outcome(q)
    if isinstance(found, QueryError):
        assert 0 <= found.position <= found.position + found.length <= len(q)
        assert found.chinese
        assert found.suggestion is None or read(found.suggestion, today=TODAY).node is not None
    else:
        places = [(leaf.start, leaf.end) for leaf in leaves(found.node)]
        assert all(0 <= start < end <= len(q) for start, end in places)
        assert places == sorted(places)
        assert bool(places) is (found.node is not None)


@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=1, max_size=40).filter(lambda text: text not in ("OR", "AND", "NOT")))
@settings(deadline=None)
def test_a_word_of_letters_is_searched_for_as_it_stands(word: str) -> None:
    """No letter or digit of any script means anything else."""
    (leaf,) = leaves(read(word, today=TODAY).node)
    assert (leaf.start, leaf.end) == (0, len(word))
    assert getattr(leaf, "text", None) == word


ROWS = ["(", ")", "NOT ", "-", "a ", "(a)", "a|", '"', "“", "”", '"a"', "～10 ", "a(", "region:(", "title:a ", "*", "?", "碳", "日期:上周 ", "- "]


@pytest.mark.parametrize("piece", ROWS)
def test_a_long_query_takes_no_time(piece: str) -> None:
    """The longest query of any one kind: measured at most 20 ms; the bound has room for a busy machine."""
    outcome("warm up")
    q = (piece * MAX_QUERY)[:MAX_QUERY]
    began = time.process_time()
    outcome(q)
    assert time.process_time() - began < 0.25
