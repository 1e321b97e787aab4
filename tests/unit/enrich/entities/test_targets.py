"""Targets apart from facts: deadline, baseline, who, which of several."""

from datetime import date

import pytest

from services.enrich.entities import extract


def facts(text: str, *keys: str) -> list[tuple[object, ...]]:
    """Facts of the quantities of a text."""
    found = [e.canonical or {} for e in extract(None, text, published_on=date(2026, 2, 6)) if e.type == "quantity"]
    return [tuple(canonical.get(key) for key in keys) for canonical in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2030年，建成零碳园区10个", [(True, "2030", None)]),
        ("到2030年，碳排放强度较2020年下降20%", [(True, "2030", "2020")]),
        ("2026年底前建成充电桩500个", [(True, "2026-12-31", None)]),
        ("力争装机容量达到30万千瓦", [(True, None, None)]),
        ("2025年已新增光伏装机30万千瓦，同比增长5%", [(None, None, None), (None, None, "上年同期")]),
        ("提出，2026年，新增绿色工厂20家", [(True, "2026", None)]),
        ("2026年1月，新增绿色工厂20家", [(None, None, None)]),
        ("用电量100亿千瓦时，环比下降3%", [(None, None, None), (None, None, "上期")]),
    ],
)
def test_targets_are_marked_apart_from_facts(text: str, expected: list[tuple[object, ...]]) -> None:
    """Behind a day ahead or a word of intent; never behind 已 or 同比."""
    assert facts(text, "target", "deadline", "baseline") == expected


def test_a_quantity_knows_whose_it_is() -> None:
    """Who begins the clause, else the first that the sentence names."""
    assert facts("江苏省将新增电站20座，其中昆山市新增5座", "by") == [("江苏省",), ("昆山市",)]
    assert facts("江苏省能源局计划新建储能电站20座。宁德时代营业收入100亿元", "by") == [("江苏省能源局",), ("宁德时代",)]


def test_parts_of_a_list_go_to_their_numbers() -> None:
    """A、B分别增长5%、6% is one each."""
    assert facts("粮食、蔬菜产量分别增长4%、5%", "of") == [("粮食",), ("蔬菜产量",)]
