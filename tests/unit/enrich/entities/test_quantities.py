"""Quantities: indicator, operator, number, unit."""

from datetime import date

import pytest

from services.enrich.entities import extract
from shared.records import QuantityValue

Quantity = tuple[str, str, float, str]


def quantities(text: str) -> list[Quantity]:
    """Quantities of a text as tuples."""
    found = [e.value for e in extract(None, text, published_on=date(2026, 2, 6)) if e.type == "quantity"]
    return [(v.indicator, v.op, v.number, v.unit) for v in found if isinstance(v, QuantityValue)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("新增省级以上绿色工厂20家,(近)零碳工厂10家", [("省级以上绿色工厂", "=", 20, "家"), ("(近)零碳工厂", "=", 10, "家")]),
        ("新增分布式光伏装机容量25万千瓦以上", [("分布式光伏装机容量", ">=", 25, "万千瓦")]),
        ("打通50条断头路，建设100个零碳园区和500个零碳工厂", [("断头路", "=", 50, "条"), ("零碳园区", "=", 100, "个"), ("零碳工厂", "=", 500, "个")]),
        ("地区生产总值增长5%—5.5%", [("地区生产总值", ">=", 5, "%"), ("地区生产总值", "<=", 5.5, "%")]),
        ("发电装机容量约31.3亿千瓦，同比增长14%", [("发电装机容量", "~", 31.3, "亿千瓦"), ("发电装机容量", "=", 14, "%")]),
        ("单次股权投资最高100万元", [("单次股权投资", "<=", 100, "万元")]),
        ("全国新能源利用率不低于90%", [("全国新能源利用率", ">=", 90, "%")]),
        ("收入分别增长5%、6.5%左右", [("收入", "~", 5, "%"), ("收入", "~", 6.5, "%")]),
        ("营收仅同比增长3.1%至672亿美元", [("营收", "=", 3.1, "%"), ("营收", "=", 672, "亿美元")]),
        (
            "接待游客17亿人次、旅游花费1万亿元，分别增长32%、41%",
            [("接待游客", "=", 17, "亿人次"), ("旅游花费", "=", 1, "万亿元"), ("接待游客", "=", 32, "%"), ("旅游花费", "=", 41, "%")],
        ),
        ("品种 | 价格 | 日涨跌\n甲气 | 15.3 美元/百万英热 | -3.2%", [("甲气价格", "=", 15.3, "美元/百万英热"), ("甲气日涨跌", "=", -3.2, "%")]),
        ("品种 | 价格(美元/桶)\n乙油 | 80.5", [("乙油价格", "=", 80.5, "美元/桶")]),
        ("110千伏两部制电价0.07元/千瓦时", [("110千伏两部制电价", "=", 0.07, "元/千瓦时")]),
        ("担任书记1年4个月后离任", []),
        ("净利润-73万元", [("净利润", "=", -73, "万元")]),
        ("实施亿元以上技改项目1200项以上", [("技改项目", ">=", 1, "亿元"), ("技改项目", ">=", 1200, "项")]),
        ("细颗粒物年均浓度控制在29微克/立方米左右", [("细颗粒物年均浓度", "~", 29, "微克/立方米")]),
        ("成交额1,234.5亿元", [("成交额", "=", 1234.5, "亿元")]),
        ("在北京、上海等8个城市部署", []),
        ("2026年1月30日第3次会议", []),
        ("国办发〔2024〕12号", []),
        ("12月32日 99月，等5部门，36小时前，28日报道", []),
    ],
)
def test_quantities_are_read(text: str, values: list[Quantity]) -> None:
    """The noun before or behind the number, its operator from the words around."""
    assert quantities(text) == values


def test_a_quantity_has_its_base_value() -> None:
    """25 万千瓦 are 250,000 kW, and 新增 says which way."""
    (found,) = [e for e in extract(None, "新增光伏装机容量25万千瓦", published_on=None) if e.type == "quantity"]
    assert found.canonical == {"value": 250000.0, "unit": "kW", "direction": "up"}
