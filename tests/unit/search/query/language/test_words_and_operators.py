"""Words, phrases, operators and parentheses → the tree."""

from datetime import date

import pytest

from services.search.query.language.nodes import Phrase, Word
from services.search.query.language.read import read
from tests.unit.search.query.language.shown import shown

TODAY = date(2026, 2, 6)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", ""),
        (" 　\u200b\x00\ud800", ""),
        ("零碳工厂", "零碳工厂"),
        ("昆山 零碳　工厂\t减排", "(昆山 & 零碳 & 工厂 & 减排)"),
        ('零碳 "昆山:将新增" GB/T', "(零碳 & “昆山:将新增” & GB/T)"),
        ("“甲 乙”「丙」『丁』＂戊＂„己“", "(“甲 乙” & “丙” & “丁” & “戊” & “己”)"),
        ("“聚焦“双碳”目标”", "“聚焦“双碳”目标”"),
        ('"聚焦“双碳”目标"', "“聚焦“双碳”目标”"),
        ("江苏“十五五”规划", "(江苏 & “十五五” & 规划)"),
        ("甲 甲 乙", "(甲 & 乙)"),
        ("零\u200b碳", "零碳"),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_words_and_phrases(q: str, expected: str) -> None:
    """White space parts words, quotation marks of any kind hold phrases, what nobody sees drops out."""
    assert shown(read(q, today=TODAY).node) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("甲 OR 乙", "(甲 | 乙)"),
        ("甲 | 乙｜ 丙", "(甲 | 乙 | 丙)"),
        ("甲|乙", "(甲 | 乙)"),
        ("甲 AND 乙", "(甲 & 乙)"),
        ("甲 乙 OR 丙 丁", "((甲 & 乙) | (丙 & 丁))"),
        ("甲 AND 乙 OR 丙", "((甲 & 乙) | 丙)"),
        ("甲 (乙 丙)", "(甲 & 乙 & 丙)"),
        ("甲 (乙 OR 丙)", "(甲 & (乙 | 丙))"),
        ("（甲 OR 乙） 丙", "((甲 | 乙) & 丙)"),
        ("（甲 OR 乙)丙", "((甲 | 乙) & 丙)"),
        ("(甲|乙)丙", "((甲 | 乙) & 丙)"),
        ("“丁”(甲 OR 乙)", "(“丁” & (甲 | 乙))"),
        ("((甲))", "甲"),
        ("甲 -乙", "(甲 & !乙)"),
        ("甲 －乙", "(甲 & !乙)"),
        ("-甲", "!甲"),
        ("NOT 甲", "!甲"),
        ("NOT NOT 甲", "甲"),
        ("NOT -甲", "甲"),
        ("甲 -(乙 OR 丙)", "(甲 & !(乙 | 丙))"),
        ("甲 -“乙 丙”", "(甲 & !“乙 丙”)"),
        ("-《条例》", "!《条例》"),
        ("甲 OR -乙", "(甲 | !乙)"),
        ("or and not", "(or & and & not)"),
        ("ORAL NOTE", "(ORAL & NOTE)"),
    ],
)
def test_operators(q: str, expected: str) -> None:
    """AND binds closer than OR; side by side means AND; operators are upper case."""
    assert shown(read(q, today=TODAY).node) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("“碳市场 配额”~10", "{碳市场 配额 ~10}"),
        ('"碳市场 配额"～10', "{碳市场 配额 ~10}"),
        ("碳市场 ~10 配额", "{碳市场 配额 ~10}"),
        ("碳市场 ~5 “全国 配额” ~5 履约", "{碳市场 全国 配额 履约 ~5}"),
        ("甲 碳市场 ~0 配额 乙", "(甲 & {碳市场 配额 ~0} & 乙)"),
        ("(碳市场 ~10 配额)", "{碳市场 配额 ~10}"),
        ("标题:“碳市场 配额”~10", "title:{碳市场 配额 ~10}"),
        ("标题:(碳市场 ~10 配额)", "title:{碳市场 配额 ~10}"),
        ("1~3月 10~20GW", "(1~3月 & 10~20GW)"),
        ("~10% 甲", "(~10% & 甲)"),
    ],
)
def test_nearness(q: str, expected: str) -> None:
    """~ with a number stands right behind a phrase or alone between two words; elsewhere it is text."""
    assert shown(read(q, today=TODAY).node) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("GB/T 32151.*", "(GB/T & /32151.*/)"),
        ("零碳?厂", "/零碳?厂/"),
        ("?碳工厂", "/?碳工厂/"),
        ("**碳市场**扩围", "**碳市场**扩围"),
        ("标题:零碳*区", "title:/零碳*区/"),
        ("-零碳*区", "!/零碳*区/"),
        ("怎么了?", "怎么了?"),
        ("怎么了??", "怎么了??"),
        ("碳价会涨吗?专家这样说", "碳价会涨吗?专家这样说"),
        ("怎么了？看这里", "怎么了？看这里"),
        ("碳＊场", "碳＊场"),
        ("http://example.com/a?b=*", "http://example.com/a?b=*"),
        ("*ST海投 S*ST前锋", "(*ST海投 & S*ST前锋)"),
        ("“零碳*厂”", "“零碳*厂”"),
    ],
)
def test_wildcards(q: str, expected: str) -> None:
    """`*` and, where letters follow, `?`; not in quotation marks, urls and stocks' names."""
    assert shown(read(q, today=TODAY).node) == expected


def test_leaves_know_where_they_stand_in_what_was_typed() -> None:
    """Invisible characters count, quotation marks belong to their phrase, a field to its value."""
    node = read("\u200b甲 “乙\u200b丙” 标题:丁", today=TODAY).node
    assert node is not None
    assert getattr(node, "nodes", ()) == (Word("甲", 1, 2), Phrase("乙丙", 3, 8), Word("丁", 9, 13, "title"))
