"""Elasticsearch's marks → escaped HTML."""

import pytest

from services.index.search.highlight import excerpt, fragment, fresh, joined, read
from services.index.search.query import Marks

MARKS = Marks("«", "»")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("没有", "没有"),
        ("«零碳»工厂", "<em>零碳</em>工厂"),
        ("«零碳»«工厂»", "<em>零碳工厂</em>"),
        ("«零碳»、«工厂»", "<em>零碳</em>、<em>工厂</em>"),
        ("<script>«alert»(1)</script>", "&lt;script&gt;<em>alert</em>(1)&lt;/script&gt;"),
        ("\"'&<em>«甲»</em>", "&quot;&#x27;&amp;&lt;em&gt;<em>甲</em>&lt;/em&gt;"),
        ("🟡«零碳»", "🟡<em>零碳</em>"),
        ("«»空", "空"),
        ("»反«", "反"),
    ],
)
def test_marks_become_em(marked: str, expected: str) -> None:
    """Ours alone are markup; adjacent ones are one."""
    assert fragment(marked, MARKS) == expected


def test_marks_are_new_for_each_search() -> None:
    """So that nobody can write them into a digest."""
    assert fresh() != fresh()


def test_reading_back() -> None:
    """Text and ranges in code points."""
    assert read("甲«乙»«丙»丁", MARKS) == ("甲乙丙丁", [(1, 3)])


def test_ranges_are_joined() -> None:
    """Those that touch or overlap."""
    assert joined([(4, 6), (0, 2), (2, 3), (5, 9), (7, 7)]) == [(0, 3), (4, 9)]


def test_long_fragments_are_cut_around_the_first_match() -> None:
    """With ellipses where something is left out."""
    text, ranges = excerpt("字" * 100 + "零碳工厂" + "字" * 100, [(100, 104)], limit=60)
    assert (text[0], text[-1], len(text)) == ("…", "…", 62)
    assert [text[a:b] for a, b in ranges] == ["零碳工厂"]
    assert excerpt("字" * 100, [], limit=10) == ("字" * 10 + "…", [])
