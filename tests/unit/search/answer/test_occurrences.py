"""Where a needle stands in a text."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.answer.occurrences import ANY, MOST, Searched, every, near, runs, wildcard
from shared.text.folding import compact, fold

WILD = st.text("碳零ab 　\n\u0301\u200b₂ＡÅ🟡𠮷", max_size=30)


@given(WILD, st.data())
def test_a_piece_is_found_where_it_was_cut(text: str, data: st.DataObject) -> None:
    """Whatever is folded or left out: a place in the key is the place of the same characters in the text."""
    searched = Searched(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    needle = compact(fold(text[start:end]))
    if needle:
        places = [searched.place(span) for span in every(searched.key, needle)]
        assert all(compact(fold(text[first:last])) == needle for first, last in places)
        assert any(start <= first and last <= end for first, last in places)


@given(st.text("ab", max_size=12), st.text("ab", min_size=1, max_size=3))
def test_every_place_is_found(text: str, needle: str) -> None:
    """Overlapping ones too."""
    assert every(text, needle) == [(at, at + len(needle)) for at in range(len(text)) if text.startswith(needle, at)]


def test_there_is_a_bound() -> None:
    """For a body that is one letter; an empty needle is nowhere."""
    assert len(every("a" * 3 * MOST, "aa")) == MOST
    assert every("abc", "") == []


@pytest.mark.parametrize(
    ("text", "parts", "distance", "found"),
    [
        ("碳市场的配额", ["碳市场", "配额"], 1, ["碳市场", "配额"]),
        ("碳市场的配额", ["碳市场", "配额"], 0, []),
        ("配额与碳市场", ["碳市场", "配额"], 1, ["配额", "碳市场"]),
        ("配额碳市场", ["碳市场", "配额"], 0, ["配额", "碳市场"]),
        ("碳市场碳市场配额", ["碳市场", "配额"], 0, ["碳市场", "配额"]),
        ("碳市场甲乙丙丁配额", ["碳市场", "配额"], 3, []),
        ("甲一乙二丙", ["甲", "乙", "丙"], 2, ["甲", "乙", "丙"]),
        ("甲一乙二丙", ["甲", "乙", "丙"], 1, []),
        ("碳市场", ["碳市场", "配额"], 9, []),
        ("配额配额", ["配额", "配额"], 0, ["配额", "配额"]),
        ("配额", ["配额", "配额"], 0, []),
    ],
)
def test_parts_near_each_other(text: str, parts: list[str], distance: int, found: list[str]) -> None:
    """In any order; only those that are."""
    assert [text[start:end] for start, end in near({part: every(text, part) for part in parts}, Counter(parts), distance)] == found


@pytest.mark.parametrize(
    ("text", "parts", "between", "found"),
    [
        ("gb/t32151.1和gb/t32150", ["gb/t3215?"], 0, ["gb/t32151", "gb/t32150"]),
        ("零碳工厂、零碳大工厂", ["零碳", "工厂"], 20, ["零碳工厂", "零碳大工厂"]),
        ("零碳大工厂", ["零碳", "工厂"], 0, []),
        ("零碳、零碳工厂工厂", ["零碳", "工厂"], 20, ["零碳工厂"]),
        ("甲二乙三丙", ["甲", "乙", "丙"], 2, ["甲二乙三丙"]),
        ("甲二二乙丙", ["甲", "乙", "丙"], 2, ["甲二二乙丙"]),
        ("甲二二二乙丙", ["甲", "乙", "丙"], 2, []),
        ("乙甲", ["甲", "乙"], 9, []),
        ("碳", ["?碳"], 0, []),
        ("abc", [], 0, []),
        ("零碳工厂", ["零??厂"], 0, ["零碳工厂"]),
    ],
)
def test_wildcards(text: str, parts: list[str], between: int, found: list[str]) -> None:
    """One match for each beginning, the shortest."""
    assert [text[start:end] for start, end in wildcard(text, [part.replace("?", ANY) for part in parts], between)] == found


def test_pairs_of_characters() -> None:
    """Latin words and numbers as whole ones."""
    text = "零碳园区a10、10和100工厂"
    assert [text[start:end] for start, end in sorted(runs(text, ["零碳", "工厂", "10"]))] == ["零碳", "10", "工厂"]
