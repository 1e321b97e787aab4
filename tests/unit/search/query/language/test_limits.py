"""Long queries: pasted text is shortened with a notice, anything else is refused."""

from datetime import date

import pytest

from services.search.query.language.errors import QueryError
from services.search.query.language.limits import MAX_LOOSE, MAX_QUERY, MAX_WORDS, SHORTENED
from services.search.query.language.nodes import And, Phrase, Word
from services.search.query.language.read import read

TODAY = date(2026, 2, 6)


@pytest.mark.parametrize(
    "q",
    [
        "碳" * (MAX_LOOSE + 1),
        " ".join(f"词{n}" for n in range(MAX_WORDS + 1)),
        " ".join(f'"词{n}"' for n in range(40)),
        "\u200b" + "碳市场 扩围 " * 400 + "尾" * 300,
        "、".join(f"第{n}条" for n in range(600)),
    ],
)
def test_pasted_text_is_shortened_and_says_so(q: str) -> None:
    """Characters and words alike; the places still lie in the query."""
    query = read(q, today=TODAY)
    leaves = query.node.nodes if isinstance(query.node, And) else (query.node,)
    assert query.notices[0] == SHORTENED == "查询太长,只用了前 256 个字、32 个词。"
    assert len(leaves) <= MAX_WORDS
    assert sum(len(leaf.text) for leaf in leaves if isinstance(leaf, Word)) <= MAX_LOOSE
    for leaf in leaves:
        assert isinstance(leaf, Word | Phrase)
        assert leaf.text == q[leaf.start : leaf.end].strip('"')


def test_words_that_come_twice_count_once() -> None:
    """So a text that repeats itself is not shortened."""
    assert read("碳市场 " * 100, today=TODAY).notices == ()


@pytest.mark.parametrize(
    ("q", "position"),
    [
        (" OR ".join(f"词{n}" for n in range(MAX_WORDS + 1)), 214),
        ("甲 -" + "碳" * MAX_LOOSE, 3),
        ("标题:甲 " + "碳" * MAX_LOOSE, 5),
        ("甲 OR 乙 " + " " * MAX_QUERY, MAX_QUERY),
        ("(" + "碳" * MAX_QUERY + ")", MAX_QUERY),
    ],
)
def test_operators_are_never_lost(q: str, position: int) -> None:
    """A shortened query of this kind would be another one."""
    with pytest.raises(QueryError) as caught:
        read(q, today=TODAY)
    assert caught.value.position == position
    assert caught.value.suggestion is None
