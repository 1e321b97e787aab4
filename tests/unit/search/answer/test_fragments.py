"""What is shown of a body."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.answer.fragments import fragments, title_html
from services.search.answer.match_highlight import Match, mark, needles
from services.search.query.language.nodes import And, Phrase


def found(body: str, *phrases: str) -> tuple[Match, ...]:
    """Where the phrases stand."""
    node = And(tuple(Phrase(text, 0, len(text)) for text in phrases))
    return mark("", body, needles(node, lambda _text, _exact: ())).body


def said(body: str, *phrases: str, count: int = 3, limit: int = 160) -> tuple[str, ...]:
    """Fragments for the phrases."""
    return fragments(body, found(body, *phrases), count=count, limit=limit)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("甲乙。昆山市。丙丁。", ("<em>昆山</em>市。",)),
        ("甲乙！昆山？！丙丁", ("<em>昆山</em>？！",)),
        ("甲乙；昆山；丙", ("<em>昆山</em>；",)),
        ("甲乙\n昆山\r\n丙", ("<em>昆山</em>",)),
        ("甲。“昆山。”丙。", ("“<em>昆山</em>。”",)),
        ("甲!昆山! b? c?昆山=1", ("<em>昆山</em>!", "<em>昆山</em>=1")),
        ("见http://a.cn/?昆山=1;b", ("<em>昆山</em>=1;b",)),
        ("见http://a.cn/?a=1;昆山b", ("<em>昆山</em>b",)),
        ("昆\n山", ("<em>昆\n山</em>",)),
        ("甲。昆。山乙。丙", ()),
        ("  昆山 。 ", ("<em>昆山</em> 。",)),
        ("<b>昆山</b>&", ("&lt;b&gt;<em>昆山</em>&lt;/b&gt;&amp;",)),
    ],
)
def test_sentences(body: str, expected: tuple[str, ...]) -> None:
    """Cut behind 。！？； and at line ends; Latin marks only before white space and Chinese."""
    result = said(body, "昆山")
    assert result == (expected or (body,))


def test_a_match_over_two_sentences_is_shown_whole() -> None:
    """With both."""
    assert said("甲乙。丙丁。戊己。庚", "丁。戊") == ("丙<em>丁。戊</em>己。",)


def test_words_that_were_not_shown_yet_come_first() -> None:
    """Three sentences on one word would hide the other; shown in the order of the text."""
    body = "昆山一。昆山二。昆山三。昆山四。零碳五。"
    assert said(body, "昆山", "零碳") == ("<em>昆山</em>一。", "<em>昆山</em>二。", "<em>零碳</em>五。")
    assert said(body, "昆山", "零碳", count=1) == ("<em>昆山</em>一。",)


def test_most_words_then_most_matches_then_first() -> None:
    """One fragment."""
    assert said("昆山。昆山、昆山。昆山零碳。", "昆山", "零碳", count=1) == ("<em>昆山零碳</em>。",)
    assert said("昆山。昆山、昆山。", "昆山", count=1) == ("<em>昆山</em>、<em>昆山</em>。",)
    assert said("昆山甲。昆山乙。", "昆山", count=1) == ("<em>昆山</em>甲。",)


def test_an_overlong_sentence_is_cut_around_its_matches() -> None:
    """Where the most words stand together; every match that is shown is marked."""
    body = "昆山" + "甲" * 100 + "昆山" + "乙" * 20 + "零碳" + "丙" * 100
    (text,) = said(body, "昆山", "零碳", limit=60)
    assert text == "…" + "甲" * 30 + "<em>昆山</em>" + "乙" * 20 + "<em>零碳</em>" + "丙" * 6 + "…"
    (text,) = said("昆山" * 2 + "甲" * 20 + "昆山零碳" + "丙" * 100, "昆山", "零碳", limit=60)
    assert text == "<em>昆山昆山</em>" + "甲" * 20 + "<em>昆山零碳</em>" + "丙" * 32 + "…"


def test_without_a_match_the_beginning_is_shown() -> None:
    """Without white space before it; nothing of an empty body."""
    assert said("\n 甲乙。丙", "昆山") == ("甲乙。丙",)
    assert said("甲" * 200, "昆山") == ("甲" * 160 + "…",)
    assert said(" " * 5000 + "甲", "昆山") == ("甲",)
    assert said(" \n", "昆山") == ()


def test_a_title_is_marked_and_escaped() -> None:
    """A title without a mark is left to the caller."""
    assert title_html("昆山&", found("昆山&", "昆山")) == "<em>昆山</em>&amp;"
    assert title_html("昆山", ()) is None
    assert title_html("昆山\n<i>", found("昆山\n<i>", "山\n<")) == "昆<em>山\n&lt;</em>i&gt;"


WILD = st.text("碳零ab。！?；;…” 　\n<&🟡\u0301", max_size=80)


@given(WILD, st.lists(st.text("碳零ab。 ", min_size=1, max_size=3), min_size=1, max_size=3), st.integers(1, 4), st.integers(31, 60))
def test_fragments_are_pieces_of_the_body(body: str, phrases: list[str], count: int, limit: int) -> None:
    """Without the marks and ellipses they are the body's own text, no longer than asked for, each with a match if there is any."""
    matches = found(body, *phrases)
    result = fragments(body, matches, count=count, limit=limit)
    assert len(result) <= count
    for fragment in result:
        assert bool(matches) == ("<em>" in fragment)
        text = html.unescape(re.sub("</?em>", "", fragment))
        assert len(text) <= limit + 2
        assert text.removeprefix("…").removesuffix("…") in body
    assert html.unescape(re.sub("</?em>", "", title_html(body, matches) or html.escape(body))) == body


@given(WILD, st.text("碳零ab", min_size=1, max_size=2))
def test_what_is_shown_is_marked_wherever_it_stands(body: str, phrase: str) -> None:
    """No match that is shown whole stays without a mark."""
    for fragment in said(body, phrase, limit=40):
        assert phrase not in re.sub("<em>.*?</em>", "§", html.unescape(fragment), flags=re.DOTALL)
