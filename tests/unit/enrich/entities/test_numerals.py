"""Numbers as people write them: two scales, Chinese numerals, powers of ten, ranges, each with its base value."""

from datetime import date

import pytest

from services.enrich.entities import extract
from shared.records import QuantityValue

Amount = tuple[str, float, str]


def stated(text: str) -> list[Amount]:
    """Operator, number and unit of the quantities in a text."""
    found = [e.value for e in extract(None, text, published_on=date(2026, 2, 6)) if e.type == "quantity"]
    return [(v.op, v.number, v.unit) for v in found if isinstance(v, QuantityValue)]


def worth(text: str) -> list[tuple[float, str]]:
    """Base value and base unit of the quantities in a text."""
    found = [e.canonical or {} for e in extract(None, text, published_on=date(2026, 2, 6)) if e.type == "quantity"]
    return [(facts["value"], facts["unit"]) for facts in found if "value" in facts]


@pytest.mark.parametrize(
    ("text", "number", "unit", "base"),
    [
        ("项目总投资1亿5千万元。", 1.5, "亿元", (1.5e8, "CNY")),
        ("项目总投资1亿5000万元。", 1.5, "亿元", (1.5e8, "CNY")),
        ("到2030年,总投资达到3亿2千万元。", 3.2, "亿元", (3.2e8, "CNY")),
        ("25万6千人受益。", 25.6, "万人", (256000, "人")),
        ("覆盖3万4000户。", 3.4, "万户", (34000, "户")),
        ("补贴1万5千元。", 1.5, "万元", (15000, "CNY")),
        ("装机2万5000千瓦。", 2.5, "万千瓦", (25000, "kW")),
        ("单价123元1角1分。", 123.11, "元", (123.11, "CNY")),
        ("单价7元5角。", 7.5, "元", (7.5, "CNY")),
        ("规模达1.2个亿。", 1.2, "亿元", (1.2e8, "CNY")),
        ("规模达3个亿元。", 3, "亿元", (3e8, "CNY")),
        ("预算1兆3,000亿元。", 1.3, "兆元", (1.3e12, "CNY")),
        ("预算2.5兆元。", 2.5, "兆元", (2.5e12, "CNY")),
    ],
)
def test_a_number_in_two_scales_is_one(text: str, number: float, unit: str, base: tuple[float, str]) -> None:
    """1亿5000万元 is 1.5 亿元, neither 1 亿 nor 5,000 万元."""
    assert stated(text) == [("=", number, unit)]
    assert worth(text) == [base]


@pytest.mark.parametrize(
    ("text", "values", "base"),
    [
        ("投资一亿五千万元", [("=", 1.5, "亿元")], [(1.5e8, "CNY")]),
        ("减排二十万吨", [("=", 20, "万吨")], [(2e5, "t")]),
        ("用电量增长百分之五", [("=", 5, "%")], [(5, "%")]),
        ("用电量增长百分之三点五", [("=", 3.5, "%")], [(3.5, "%")]),
        ("出生率下降千分之二", [("=", 2, "‰")], [(0.2, "%")]),
        ("装机五十万千瓦", [("=", 50, "万千瓦")], [(5e5, "kW")]),
        ("里程三百二十公里", [("=", 320, "公里")], [(3.2e5, "m")]),
        ("规模扩大三倍", [("=", 3, "倍")], [(3, "倍")]),
        ("出口突破千亿元", [(">", 1000, "亿元")], [(1e11, "CNY")]),
        ("贷款余额超万亿元", [(">", 1, "万亿元")], [(1e12, "CNY")]),
        ("接待游客两千万人次", [("=", 2000, "万人次")], [(2e7, "人次")]),
        ("处一万元以上十万元以下罚款", [(">=", 1, "万元"), ("<=", 10, "万元")], [(1e4, "CNY"), (1e5, "CNY")]),
        ("近三成企业停产", [("~", 3, "成")], [(30, "%")]),
        ("带动万名青年返乡", [("=", 1, "万名")], [(1e4, "名")]),
    ],
)
def test_chinese_numerals_are_numbers(text: str, values: list[Amount], base: list[tuple[float, str]]) -> None:
    """With 亿 or 万 as part of the unit, as figures have it."""
    assert stated(text) == values
    assert worth(text) == base


@pytest.mark.parametrize(
    "text", ["生猪(外三元)价格", "一亩泉复涌", "一成不变", "第三十家门店", "几千万元", "上百亿元", "一个部门", "数十家分公司", "百亿元级私募"]
)
def test_numerals_that_are_parts_of_words_are_no_amounts(text: str) -> None:
    """Names, ordinals and vague numbers."""
    assert stated(text) == []


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("年发电量1.2×10^8千瓦时。", [(1.2e8, "kWh")]),
        ("某厂减排量3.5×10⁴吨。", [(35000, "t")]),
        ("某厂减排量3.5x10^4吨。", [(35000, "t")]),
        ("排放浓度5×10⁻³毫克。", [(0.005, "毫克")]),
        ("库容10^6立方米。", [(1e6, "m3")]),
        ("减排3.5×104吨。", []),
        ("排放5×10-3毫克。", []),
        ("装机2×1000MW。", [(1e6, "kW")]),
        ("占地5km²，新增10家¹。", [(5e6, "m2"), (10, "家")]),
    ],
)
def test_powers_of_ten_are_one_number(text: str, base: list[tuple[float, str]]) -> None:
    """Where the form of a power is lost there is no quantity rather than a wrong one."""
    assert worth(text) == base


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("单个项目补助500万元至1亿元。", (5e6, "CNY"), (1e8, "CNY")),
        ("注册资本5000万元至1亿元。", (5e7, "CNY"), (1e8, "CNY")),
        ("年产能3000吨至1万吨。", (3000, "t"), (1e4, "t")),
        ("收入9000万—1.1亿元。", (9e7, "CNY"), (1.1e8, "CNY")),
        ("装机800千瓦到1.2万千瓦。", (800, "kW"), (12000, "kW")),
        ("装机500MW-1GW。", (5e5, "kW"), (1e6, "kW")),
        ("长度300米至1.2公里。", (300, "m"), (1200, "m")),
        ("补贴标准为5~8万元。", (5e4, "CNY"), (8e4, "CNY")),
        ("到2030年,装机规模达到10~20GW。", (1e7, "kW"), (2e7, "kW")),
        ("出口额增长5%到8%。", (5, "%"), (8, "%")),
        ("补贴标准为500至1万元。", (500, "CNY"), (1e4, "CNY")),
        ("订单金额10亿—12亿美元。", (1e9, "USD"), (1.2e9, "USD")),
        ("处5万元以上10万元以下罚款。", (5e4, "CNY"), (1e5, "CNY")),
    ],
)
def test_each_end_of_a_range_is_read_in_its_own_unit(text: str, low: tuple[float, str], high: tuple[float, str]) -> None:
    """The lower one is >=, the higher one <=, each with its own base value."""
    assert [op for op, _, _ in stated(text)] == [">=", "<="]
    assert worth(text) == [low, high]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("占比由8%至3%", [("=", 8, "%"), ("=", 3, "%")]),
        ("库存增加27.9万桶至3.8亿桶", [("=", 27.9, "万桶"), ("=", 3.8, "亿桶")]),
        ("营收增长3.1%至672亿美元", [("=", 3.1, "%"), ("=", 672, "亿美元")]),
    ],
)
def test_two_numbers_that_are_no_range_stay_two(text: str, values: list[Amount]) -> None:
    """From more to less, by how much to how much, of different things."""
    assert stated(text) == values


@pytest.mark.parametrize(
    ("text", "unit", "base"),
    [
        ("新建公寓3.5万套（间）。", "万套(间)", (35000, "套")),
        ("提供岗位5万个(次)。", "万个(次)", (50000, "个")),
        ("电价0.35元/(千瓦·时)。", "元/(千瓦·时)", (0.35, "CNY/kWh")),
        ("电价0.35元/千瓦·时。", "元/千瓦·时", (0.35, "CNY/kWh")),
        ("占地5km²。", "km²", (5e6, "m2")),
        ("占地3公里2。", "公里2", (3e6, "m2")),
        ("单耗12kgce/t。", "kgce/t", (0.012, "tce/t")),
        ("煤耗290克标准煤/千瓦时。", "克标准煤/千瓦时", (0.00029, "tce/kWh")),
    ],
)
def test_units_are_taken_whole(text: str, unit: str, base: tuple[float, str]) -> None:
    """With brackets, dots, powers and what they are per."""
    assert [one[2] for one in stated(text)] == [unit]
    assert worth(text) == [base]
