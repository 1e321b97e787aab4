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


@pytest.mark.parametrize(
    "text",
    [
        "《规划》提出，到2030年，风光总装机28亿千瓦以上",
        "2028年底前，全市建成充电枪3万个",
        "“十五五”末全省林草覆盖率将达55%",
        "力争全年新增高新技术企业突破3500家",
        "今年，浙江省计划建设改造样本30个",
        "计划到2030年，建成高标准农田800万亩，集中连片打造150万亩示范区",
        "8月计划新增7家门店",
        "公司拟购置客机95架",
        "将新建零碳工厂20家",
        "2026年，北京将再改造老旧小区500个",
        "增长目标定在5%左右",
        "粮食产量要达到1400亿斤",
        "二期规划60GWh",
    ],
)
def test_what_somebody_sets_out_to_reach_is_a_target(text: str) -> None:
    """By a time that is named, by words of intent in its clause or before it, or by 将 right before what is made."""
    assert [aim for (aim,) in facts(text, "target")][-1] is True


@pytest.mark.parametrize(
    "text",
    [
        # What watchers expect, and what was before.
        "预期CPI环比升0.1%",
        "预计年客流量将突破2亿人次",
        "机构预测2030年市场规模将达到500亿元",
        "由不低于30%的持股比例",
        "前值下降0.4%",
        # Results.
        "2026年1月，新增绿色工厂20家",
        "今年以来已建成充电桩500个",
        "截至1月3日，票房突破145亿元",
        "到去年底，种植面积达137万亩",
        "今年支持建设了6个前沿科学中心",
        # Spans of time, properties, counts of what is listed or stands there.
        "券有效期90天",
        "计划持续5天",
        "新建60千瓦以上功率的充电枪",
        "部署的16项指标",
        "提升等15项任务",
        # What others must keep to, and what is paid.
        "3月1日起，对进口商品征收30%关税",
        "公司将支付和解金1亿美元",
        "拟以每股25元发行股份",
        "拟转让子公司60%股权",
        "公司计划融资20亿元",
        # What is hit, what is expected to follow, what only says which.
        "空袭了18个目标",
        "建成后每年可减排二氧化碳500万吨",
        "拟进行分红的上市公司超过370家",
        "模拟计算提升达100倍",
    ],
)
def test_what_nobody_sets_out_to_reach_is_none(text: str) -> None:
    """However near 将, 计划, 目标 or a day to come may stand."""
    assert {aim for (aim,) in facts(text, "target")} <= {None}


def test_a_quantity_knows_whose_it_is() -> None:
    """Who begins the clause, else the first that the sentence names."""
    assert facts("江苏省将新增电站20座，其中昆山市新增5座", "by") == [("江苏省",), ("昆山市",)]
    assert facts("江苏省能源局计划新建储能电站20座。宁德时代营业收入100亿元", "by") == [("江苏省能源局",), ("宁德时代",)]


def test_parts_of_a_list_go_to_their_numbers() -> None:
    """A、B分别增长5%、6% is one each."""
    assert facts("粮食、蔬菜产量分别增长4%、5%", "of") == [("粮食",), ("蔬菜产量",)]
