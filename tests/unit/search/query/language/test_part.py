"""Queries without one of their conditions."""

from datetime import date

import pytest

from services.search.query.language.nodes import Word
from services.search.query.language.part import parts, without
from services.search.query.language.read import read

TODAY = date(2026, 2, 9)


@pytest.mark.parametrize(
    ("q", "left"),
    [
        ("昆山 零碳", ["零碳", "昆山"]),
        ("昆山 -补贴 日期:本周", ["-补贴 日期:本周", "昆山 日期:本周", "昆山 -补贴"]),
        ("地区:(昆山 OR 常州) “零 碳”", ["“零 碳”", "地区:(昆山 OR 常州)"]),
        ("(光伏 OR 风电) 昆山", ["昆山", "(光伏 OR 风电)"]),
        ("氢能 -(补贴 OR 奖励)", ["-(补贴 OR 奖励)", "氢能"]),
        ("氢能 NOT 补贴", ["NOT 补贴", "氢能"]),
        ("日期:(本周) 昆山", ["昆山", "日期:(本周)"]),
        ("昆山 地区:（“常州”）", ["地区:（“常州”）", "昆山"]),
        ("昆山 not 补贴", ["not 补贴", "昆山 补贴", "昆山 not"]),
        ("昆山 AND 零碳", [None, None]),
        ("昆山", [None]),
        ("光伏 OR 风电", [None]),
        ("", []),
        ("a b c d e f g h i", []),
    ],
)
def test_a_query_without_each_of_its_parts(q: str, left: list[str | None]) -> None:
    """As text that can be read, with its field, minus and parentheses; None where nothing or something else is left."""
    assert [without(q, part, today=TODAY) for part in parts(q, read(q, today=TODAY).node)] == left


@pytest.mark.parametrize("mark", ["氢", "(", "-", "NOT "])
def test_what_stands_far_before_a_part_is_not_looked_at(mark: str) -> None:
    """Else this would take hours: the time must not grow with the square of a query's length."""
    before = mark * 200_000
    (found,) = parts(before + " 昆山", Word("昆山", len(before) + 1, len(before) + 3))
    assert found.end == len(before) + 3
