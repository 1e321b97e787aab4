"""Ranges → escaped HTML."""

import pytest

from services.search.answer.highlight import excerpt, joined, to_html


@pytest.mark.parametrize(
    ("text", "ranges", "expected"),
    [
        ("没有", [], "没有"),
        ("零碳工厂", [(0, 2)], "<em>零碳</em>工厂"),
        ("<script>alert(1)</script>", [(8, 13)], "&lt;script&gt;<em>alert</em>(1)&lt;/script&gt;"),
        ("\"'&<em>甲", [(7, 8)], "&quot;&#x27;&amp;&lt;em&gt;<em>甲</em>"),
        ("🟡零碳", [(1, 3)], "🟡<em>零碳</em>"),
    ],
)
def test_ranges_become_em(text: str, ranges: list[tuple[int, int]], expected: str) -> None:
    """Ours alone are markup."""
    assert to_html(text, ranges) == expected


def test_ranges_are_joined() -> None:
    """Those that touch or overlap."""
    assert joined([(4, 6), (0, 2), (2, 3), (5, 9), (7, 7)]) == [(0, 3), (4, 9)]


def test_long_fragments_are_cut_around_the_first_match() -> None:
    """With ellipses where something is left out."""
    text, ranges = excerpt("字" * 100 + "零碳工厂" + "字" * 100, [(100, 104)], limit=60)
    assert (text[0], text[-1], len(text)) == ("…", "…", 62)
    assert [text[a:b] for a, b in ranges] == ["零碳工厂"]
    assert excerpt("字" * 100, [], limit=10) == ("字" * 10 + "…", [])
