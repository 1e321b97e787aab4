"""Folding: as many characters as before, and the same for what is searched as the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.folding import KEPT_NUMBERS, MAPPINGS, TABLE, compact, fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("碳達峰碳中和", "碳达峰碳中和"),
        ("臺灣電力、香港電燈", "台湾电力、香港电灯"),
        ("裡裏爲為衆眾羣群綫線", "里里为为众众群群线线"),
        ("顯著與看著", "显着与看着"),
        ("瞭解、瞭望", "了解、了望"),
        ("什么", "什么"),
        ("ＣＯ₂ CO2 CO²", "co2 co2 co2"),
        ("２５％，﹪", "25%,%"),
        ("GB∕T 32151.1—2015", "gb/t 32151.1-2015"),
        ("GB/T 32151.1–2015", "gb/t 32151.1-2015"),
        ("国发〔2026〕1号【1】［1］", "国发[2026]1号[1][1]"),
        ("“十四五”「十四五」", '"十四五""十四五"'),
        ("昆山：将新增（近）零碳", "昆山:将新增(近)零碳"),
        ("2×660ＭＷ", "2x660mw"),
        ("二〇三〇年", "二零三零年"),
        ("⼆氧化碳⾼", "二氧化碳高"),
        ("Ⅰ类Ⅱ类ⅱ类", "i类ⅱ类ⅱ类"),
        ("①推进⑩推进", "1推进⑩推进"),
        ("㎡℃½ßİ", "㎡℃½ßİ"),
        ("。、；“", '。、;"'),
        ("𝟐𝟎𝟑𝟎 Ω Ω µ μ", "2030 ω ω μ μ"),
        ("a　b\u00a0c", "a　b\u00a0c"),
        ("", ""),
    ],
)
def test_what_is_searched_as_the_same(text: str, folded: str) -> None:
    """Literally."""
    assert fold(text) == folded


@pytest.mark.parametrize(("one", "other"), [("。", "."), ("、", ","), ("(", "["), ("Ⅱ", "Ⅲ"), ("℃", "c"), ("米²", "米"), ("未", "末"), ("-", "~")])
def test_what_differs_stays_different(one: str, other: str) -> None:
    """Folding joins ways to write one thing, not things."""
    assert fold(one) != fold(other)


@given(st.text())
def test_a_place_stays_the_same_place(text: str) -> None:
    """One code point stays one, wherever it stands, and nothing is left to fold."""
    folded = fold(text)
    assert len(folded) == len(text)
    assert folded == "".join(fold(character) for character in text)
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "kept"),
    [("GB/T 32151.1\n标准", "GB/T32151.1标准"), ("a　\u00a0\u200b\ufeffb", "ab"), ("e\u0301\ufe0f🟡𠮷½ⅱ⑩", "e🟡𠮷½ⅱ⑩"), ("。，“%+", "。，“%+")],
)
def test_what_phrases_are_found_over(text: str, kept: str) -> None:
    """White space, marks and what nobody sees are dropped."""
    assert compact(text) == kept


def test_every_rule_is_one_that_elasticsearch_reads() -> None:
    """Either side a letter or digit, or its code: nothing that a rule could be misread by; no character twice; no white space made."""
    side = r"(?:\w|\\u[0-9A-F]{4}|(?:\\uD8[0-9A-F]{2}|\\uD83[0-9A-F])\\uD[C-F][0-9A-F]{2})"
    assert [rule for rule in MAPPINGS if not re.fullmatch(f"{side}=>{side}", rule)] == []
    assert len({rule.split("=>")[0] for rule in MAPPINGS}) == len(MAPPINGS) == len(TABLE)
    assert not any(folded.isspace() for folded in TABLE.values())


def test_kept_numbers_lie_in_the_first_plane() -> None:
    """Elasticsearch takes `custom_token_chars` apart by UTF-16 units."""
    assert max(KEPT_NUMBERS) < "\U00010000"
    assert {"½", "ⅱ", "⑩", "㈠"} <= set(KEPT_NUMBERS)
    assert not set(KEPT_NUMBERS) & set("ⅠⅡ①")
