"""What a number measures, in which currency, and which way it went."""

from datetime import date
from typing import Any

import pytest

from services.enrich.entities import extract
from shared.records import QuantityValue

Quantity = tuple[str, str, float, str]


def quantities(text: str) -> list[Quantity]:
    """Quantities of a text as tuples."""
    found = [e.value for e in extract(None, text, published_on=date(2026, 4, 25)) if e.type == "quantity"]
    return [(v.indicator, v.op, v.number, v.unit) for v in found if isinstance(v, QuantityValue)]


def facts(text: str, name: str) -> list[Any]:
    """One fact of each quantity in a text."""
    return [(e.canonical or {}).get(name) for e in extract(None, text, published_on=date(2026, 4, 25)) if e.type == "quantity"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("监管局同意青源银行发行50亿元绿色金融债券。", [("绿色金融债券", "=", 50, "亿元")]),
        ("对进口木材加征15%关税。", [("关税", "=", 15, "%")]),
        ("拟对该国商品征收 25% 数字税。", [("数字税", "=", 25, "%")]),
        ("公司完成1.2亿元A轮融资。", [("A轮融资", "=", 1.2, "亿元")]),
        ("将释放近300亿元资金。", [("资金", "~", 300, "亿元")]),
        ("探矿队在当地投产，年产130根大型曲轴。", [("大型曲轴", "=", 130, "根")]),
        ("处以8000万元的罚款。", [("罚款", "=", 8000, "万元")]),
        ("某新能源企业10亿元并购基金落户。", [("并购基金", "=", 10, "亿元")]),
        ("开展为期5个月的专项行动。", [("专项行动", "=", 5, "个月")]),
        ("新建22个750千伏和330千伏电网工程。", [("电网工程", "=", 22, "个")]),
        ("培育10家左右在全国有影响力的龙头企业。", [("龙头企业", "~", 10, "家")]),
        ("销售额10亿元。", [("销售额", "=", 10, "亿元")]),
        ("5月6日开展 3000 亿元 3 个月期逆回购操作", [("逆回购操作", "=", 3000, "亿元")]),
        ("计划出售价值 74 亿美元武器", [("武器", "=", 74, "亿美元")]),
        ("拼多多涨2.88%，某指数跌1%", [("拼多多", "=", 2.88, "%"), ("某指数", "=", 1, "%")]),
        (
            "将在 4 月 28 日开展 6000 亿元、5 月 3 日开展 3000 亿元操作。",
            [("操作", "=", 6000, "亿元"), ("操作", "=", 3000, "亿元")],
        ),
    ],
)
def test_behind_a_transitive_verb_the_noun_is_behind_the_number(text: str, values: list[Quantity]) -> None:
    """What is issued, levied or built, rather than who does it."""
    assert quantities(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("入学率、巩固率均达99%。", [("入学率", "=", 99, "%"), ("巩固率", "=", 99, "%")]),
        ("发电量、用电量和装机均增长5%。", [("发电量", "=", 5, "%"), ("用电量", "=", 5, "%"), ("装机", "=", 5, "%")]),
        ("规上纺织业、食品加工业增加值年均分别增长7%、6%。", [("规上纺织业增加值", "=", 7, "%"), ("食品加工业增加值", "=", 6, "%")]),
        ("小麦、玉米产量分别增长2%、3%。", [("小麦产量", "=", 2, "%"), ("玉米产量", "=", 3, "%")]),
        ("出口实现两倍增长，突破千亿元。", [("出口", "=", 2, "倍"), ("出口", ">", 1000, "亿元")]),
        ("移交林业部门和水利部门36个站点。", [("站点", "=", 36, "个")]),
    ],
)
def test_several_nouns_may_share_a_number_or_a_word(text: str, values: list[Quantity]) -> None:
    """均 gives each of them the number; 分别 gives each its own, and the last word is that of all."""
    assert quantities(text) == values


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2024年末结转和结余10.56亿元。", ["结转和结余"]),
        ("碳配额盈余120万吨。", ["碳配额盈余"]),
        ("结余5亿元。", ["结余"]),
        ("结余10.56亿元,盈余3亿元,剩余2万吨。", ["结余", "盈余", "剩余"]),
        ("投资额5亿元。", ["投资额"]),
        ("投资额达5亿元。", ["投资额"]),
        ("2.2本计划投资3541.07万元2.3本项目新建厂房。", ["投资"]),
        ("用电量同比负增长2.3%。", ["用电量"]),
    ],
)
def test_words_that_end_like_operators_are_whole(text: str, names: list[str]) -> None:
    """盈余 is no "more than", and 投资额 no verb."""
    assert [(indicator, op) for indicator, op, _, _ in quantities(text)] == [(name, "=") for name in names]


@pytest.mark.parametrize(
    "text",
    ["该办法共5章32条。", "《规定》共20条。", "条例分为7章48条，自发布起施行", "上午9点到场", "9月22日下午5点", "某男，35岁，被带走", "展会2026期间"],
)
def test_what_only_counts_parts_or_hours_is_no_quantity(text: str) -> None:
    """Chapters and articles, times of day, ages of people."""
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("text", "unit", "name"),
    [
        ("融资港币5000万元。", "HKD", "融资"),
        ("合同额为欧元1.2亿元。", "EUR", "合同额"),
        ("发行美元3亿元债券。", "USD", "债券"),
        ("融资5000万元港币。", "HKD", "融资"),
        ("募资新台币3亿元。", "TWD", "募资"),
        ("项目总投资3万元欧元。", "EUR", "项目总投资"),
        ("罚金人民币11000元。", "CNY", "罚金"),
        ("合同额约为日元30亿元。", "JPY", "合同额"),
        ("融资5000万元。", "CNY", "融资"),
    ],
)
def test_a_currency_named_apart_decides(text: str, unit: str, name: str) -> None:
    """Before or behind 元, and never part of the noun."""
    assert facts(text, "unit") == [unit]
    assert [one[0] for one in quantities(text)] == [name]


@pytest.mark.parametrize(
    ("text", "directions"),
    [
        ("用电量同比负增长2.3%。", ["down"]),
        ("用电量由正增长3%转为负增长2%。", ["up", "down"]),
        ("用电量同比增长-2.3%。", ["down"]),
        ("降幅收窄2个百分点。", ["down"]),
        ("用电量同比增长2.3%。", ["up"]),
        ("营收年增41.6%，月减2%，按年升3%。", ["up", "down", "up"]),
        ("2025年升级改造机组50台。", [None]),
    ],
)
def test_less_than_nothing_is_down(text: str, directions: list[str]) -> None:
    """负增长 and a negative growth."""
    assert facts(text, "direction") == directions


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("项目 | 投资(亿元) | 产能(万吨)\n一期 | 10 | 20\n二期 | 10 | 30", ["一期投资10亿元", "一期产能20万吨", "二期投资10亿元", "二期产能30万吨"]),
        ("地区 | 企业 | 装机(万千瓦)\n甲区 | A厂 | 12\n甲区 | B厂 | 7", ["甲区A厂装机12万千瓦", "甲区B厂装机7万千瓦"]),
        ("地区 | 装机(万千瓦)\n地区 | 风电 | 光伏\n甲区 | 12 | 30", ["甲区装机风电12万千瓦", "甲区装机光伏30万千瓦"]),
        ("指标 | 单位 | 2024年 | 2025年\n发电量 | 亿千瓦时 | 120 | 130", ["发电量2024年120亿千瓦时", "发电量2025年130亿千瓦时"]),
        ("单位:亿元\n地区 | 产值\n甲区 | 12", ["甲区产值12亿元"]),
        ("地区 | 甲区 | 乙区\n产值(亿元) | 12 | 30", ["产值甲区12亿元", "产值乙区30亿元"]),
        ("项目 | 状态\n一期 | 在建", []),
    ],
)
def test_a_cell_is_measured_by_its_row_and_column(table: str, values: list[str]) -> None:
    """Heads of several lines, units in a column, a row or above the table."""
    assert [f"{name}{number:g}{unit}" for name, _, number, unit in quantities(f"公布清单。\n{table}")] == values
