"""A wrong query → where it is wrong, and a query that can be read."""

from datetime import date

import pytest

from services.search.query.language.errors import QueryError
from services.search.query.language.read import read

TODAY = date(2026, 2, 6)


@pytest.mark.parametrize(
    ("q", "place", "suggestion"),
    [
        # Quotation marks
        ('"没有关上', '"', '"没有关上"'),
        ("碳 “没有 关上", "“", "碳 “没有 关上”"),
        ('平台“有品有鱼"停运', "“", "平台“有品有鱼”停运"),
        ('平台"有品有鱼”停运', '"', '平台"有品有鱼"停运'),
        ("指出”下跌“系谣言", "”", "指出“下跌”系谣言"),
        ("碳 “", "“", "碳"),
        ("「没有关上", "「", "「没有关上」"),
        ("碳市场”", "”", "“碳市场”"),
        ("”碳市场”", "”", "“碳市场”"),
        ('甲 ""', '""', "甲"),
        ("“ ” 甲", "“ ”", "甲"),
        ('""', '""', None),
        # Parentheses
        ("(甲 OR 乙", "(", "(甲 OR 乙)"),
        ("甲 ((乙 丙)", "(", "甲 ((乙 丙))"),
        ("甲 OR 乙)", ")", "甲 OR 乙"),
        ("甲 ()", "()", "甲"),
        ("地区:()", "()", '"地区:"'),
        # Operators
        ("甲 OR", "OR", "甲"),
        ("OR 甲", "OR", "甲"),
        ("甲 OR OR 乙", "OR", "甲 OR 乙"),
        ("甲 |", "|", "甲"),
        ("甲 AND", "AND", "甲"),
        ("甲 NOT", "NOT", "甲"),
        ("(甲 OR) 乙", "OR", "(甲) 乙"),
        ("OR", "OR", None),
        # Fields
        ("regoin:昆山", "regoin", "region:昆山"),
        ("-titel:“碳 市场”", "titel", "-title:“碳 市场”"),
        ("region: 昆山", "region:", "region:昆山"),
        ("region:", "region:", '"region:"'),
        ("甲 地区：", "地区：", '甲 "地区："'),
        ("region:-昆山", "-", "-region:昆山"),
        ("region:昆山|常州", "|", "region:(昆山|常州)"),
        ("标准:GB|32150", "|", "标准:(GB|32150)"),
        ("标准:GB｜3", "｜", "标准:(GB｜3)"),
        ("地区:昆山｜常州 碳", "｜", "地区:(昆山｜常州) 碳"),
        ("region:(title:甲)", "title:甲", None),
        ("企业:宁德*", "宁德*", "企业:宁德"),
        # Wildcards
        ("*", "*", '"*"'),
        ("a*", "a*", '"a*"'),
        ("?碳", "?碳", '"?碳"'),
        ("a*b*c*d*e*f*g*h*i*j", "a*b*c*d*e*f*g*h*i*j", '"a*b*c*d*e*f*g*h*i*j"'),
        # Distances
        ("~10 配额", "~10", '"~10" 配额'),
        ("碳 ~10", "~10", '碳 "~10"'),
        ("碳* ~10 配额", "碳*", '"碳*" ~10 配额'),
        ("“碳市场”~10", "~10", "“碳市场”"),
        ("“碳市场 配额”~", "~", "“碳市场 配额”~10"),
        ("“碳市场 配额”~1000", "~1000", "“碳市场 配额”~500"),
        ("甲 ~5 乙 ~6 丙", "~6", "甲 ~5 乙 ~5 丙"),
        ("标题:碳市场 ~10 配额", "~10", "标题:(碳市场 ~10 配额)"),
        # Times
        ("日期:2026-02-30", "2026-02-30", "日期:2026-02-28"),
        ("日期:2026年2月30日..2026-03-05", "2026年2月30日..2026-03-05", "日期:2026-02-28..2026-03-05"),
        ("日期:2026-13", "2026-13", None),
        ("日期:某天", "某天", None),
        ("日期:2026-03..2026-01 碳", "2026-03..2026-01", "日期:2026-01..2026-03 碳"),
        ("日期:0000", "0000", None),
        ("日期:近9999年", "近9999年", None),
        ("日期:十十月", "十十月", None),
        ("after:2026-01..2026-03", "2026-01..2026-03", "date:2026-01..2026-03"),
        ("日期:2026*", "2026*", "日期:2026"),
        # Targets
        ("目标:装机>=", "装机>=", None),
        ("目标:装机>=多少", "装机>=多少", None),
        ("目标:装机 >= 10GW 风电", "装机", "目标:装机>=10GW 风电"),
        ("目标:装机>= 10GW", "装机>=", "目标:装机>=10GW"),
        ("目标:装机>=10GW @2030", "装机>=10GW", "目标:装机>=10GW@2030"),
        ("目标:>=" + "9" * 400, ">=" + "9" * 400, None),
    ],
)
def test_slips(q: str, place: str, suggestion: str | None) -> None:
    """The place is the piece of the query that is wrong; the suggestion can be read."""
    with pytest.raises(QueryError) as caught:
        read(q, today=TODAY)
    error = caught.value
    assert (error.status, error.code) == (400, "bad_query")
    assert q[error.position : error.position + error.length] == place
    assert error.suggestion == suggestion
    if suggestion:
        read(suggestion, today=TODAY)


def test_the_place_counts_what_nobody_sees() -> None:
    """It points into what was typed."""
    with pytest.raises(QueryError) as caught:
        read("\u200b𠮷\u200b (甲", today=TODAY)
    assert (caught.value.position, caught.value.suggestion) == (4, "𠮷 (甲)")


def test_several_slips_are_mended_together() -> None:
    """The error is about the first, the suggestion about all of them."""
    with pytest.raises(QueryError) as caught:
        read("(regoin:昆山 OR", today=TODAY)
    assert (caught.value.chinese, caught.value.suggestion) == ("没有字段“regoin”,是否要写 region?", "(region:昆山)")


def test_nesting_is_bounded() -> None:
    """Twenty parentheses are enough for anybody."""
    read("(" * 20 + "甲" + ")" * 20, today=TODAY)
    with pytest.raises(QueryError, match="at most 20"):
        read("(" * 21 + "甲" + ")" * 21, today=TODAY)
