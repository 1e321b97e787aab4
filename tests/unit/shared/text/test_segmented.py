"""Words of a text, and its beginning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.segmented import LEAD, lead, words

WORDS = [
    ("碳达峰碳中和工作领导小组", "碳达峰 工作 领导 小组 领导小组"),
    ("国家能源局:2025年新增装机", "国家 能源 2025 新增 装机"),
    ("GB/T 32151.1", "gb 32151.1"),
    ("ＣＯ₂　排放", "co2 排放"),
    ("", ""),
    ("。\n", ""),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(text: str, expected: str) -> None:
    """Folded, with the shorter words in long ones, without punctuation."""
    assert words(text) == expected


def test_traditional_characters_give_the_same_words() -> None:
    """Folded before it is segmented, as the segmenter knows simplified words."""
    assert words("國務院常務會議") == words("国务院常务会议") != ""


@given(st.text(st.characters(codec=None)))
def test_any_text_has_words(text: str) -> None:
    """Whatever was typed or sent, half of a surrogate pair included."""
    assert words(text).split() == words(text).split(" ") or not words(text)


def test_lead_is_the_beginning() -> None:
    """A short body is its own lead."""
    assert lead("新增零碳工厂") == "新增零碳工厂"
    assert lead("甲" * LEAD + "乙") == "甲" * LEAD
