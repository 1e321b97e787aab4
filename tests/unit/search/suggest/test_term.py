"""The end of the box → what is completed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.query.language.nodes import Filter
from services.search.query.language.read import read
from services.search.suggest.term import Term, terms, written


@pytest.mark.parametrize(
    ("q", "parts"),
    [
        ("ks", [("", None, "ks")]),
        ("零碳 昆", [("零碳 ", None, "昆")]),
        ("kun shan", [("", None, "kun shan"), ("kun ", None, "shan")]),
        ("零碳 kun shan", [("零碳 ", None, "kun shan"), ("零碳 kun ", None, "shan")]),
        ("region:ks", [("", "region", "ks")]),
        ("零碳 -地区：昆", [("零碳 -", "地区", "昆")]),
        ("(ks", [("(", None, "ks")]),
        ("昆山:将", [("", None, "昆山:将")]),
        ('零碳 "昆山 将', [("零碳 ", None, "昆山 将")]),
        ('document:"行动 方', [("", "document", "行动 方")]),
        ("“零碳", [("", None, "零碳")]),
        ('"零碳" ks', [('"零碳" ', None, "ks")]),
        ('"零碳"', []),
        ("零碳 ", []),
        ("region:", []),
        ("", []),
        ('"', []),
    ],
)
def test_terms(q: str, parts: list[tuple[str, str | None, str]]) -> None:
    """The longest first; words before it stay."""
    assert [(term.before, term.field, term.typed) for term in terms(q)] == parts


@pytest.mark.parametrize(
    ("term", "name", "html"),
    [
        ("昆", "昆山市", "<em>昆</em>山市"),
        ("kuns", "昆山市", "<em>昆山</em>市"),
        ("ks", "(昆山)市", "(<em>昆山</em>)市"),
        ("昆shan", "昆山市", "<em>昆山</em>市"),
        ("kshan", "昆山市", "<em>昆山</em>市"),
        ("GB", "执行ｇｂ标准", "执行<em>ｇｂ</em>标准"),
        ("碳", "碳<b>", "<em>碳</em>&lt;b&gt;"),
        ("x", "昆山", "昆山"),
    ],
)
def test_what_fits_is_marked(term: str, name: str, html: str) -> None:
    """In the name as it is written, escaped."""
    assert Term(term).html(name) == html


VALUES = [
    "昆山市",
    "GB/T 32151.1",
    "a b",
    '某"公司"',
    "320583",
    "-x",
    "OR",
    "关于“双碳”的通知",
    "a*b",
    "(近)零碳",
    "阿里·巴巴",
    "A:B",
    "region:x",
    "「甲」",
]


@pytest.mark.parametrize("value", VALUES)
def test_the_language_reads_values_as_they_are(value: str) -> None:
    """What is put into the box means the value and nothing else."""
    assert filtered(f"section:{written(value)}") == value


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30))
def test_the_language_reads_any_value(value: str) -> None:
    """But for one that holds every kind of quotation mark."""
    assert filtered(f"section:{written(value)}") == value


def filtered(q: str) -> str:
    """The value of a query that is one filter."""
    node = read(q, today=date(2026, 2, 6)).node
    assert isinstance(node, Filter), node
    return node.value


def test_marking_ends_on_names_made_to_take_long() -> None:
    """Thousands of signs without a reading; many ways to spell a beginning."""
    assert Term("ks").html("。" * 8000 + "昆山") == "。" * 8000 + "昆山"
    assert "<em>" not in Term("an" * 20 + "x").html("安那" * 100)


@given(st.text(max_size=80))
def test_any_text_ends(q: str) -> None:
    """What is completed is the end of the text."""
    for term in terms(q):
        assert q.rstrip().endswith(term.typed.rstrip())
        term.html(q)
