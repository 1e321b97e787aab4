"""A field's value by any of its names."""

import re
from datetime import date
from typing import Any

import pytest

from services.search.query.language.read import read
from services.search.query.named import condition, known, notices, parameter_notices, resolved, taken, values
from services.search.query.request import SearchRequest

TODAY = date(2026, 2, 8)


def nothing(_text: str, _exact: bool) -> list[str]:
    """No other names."""
    return []


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("苏州", ["320500"]),
        ("苏州市", ["320500"]),
        ("江苏苏州", ["320500"]),
        ("江苏省苏州市", ["320500"]),
        ("粤", ["440000"]),
        ("吉林", ["220000"]),
        ("北京朝阳", ["110105"]),
        ("鼓楼区", ["320106", "320302", "350102", "410204"]),
        ("320583", ["320583"]),
        ("臺北市", ["710100"]),
        ("朝阳", ["110105", "211300", "220104"]),
        ("江干区", ["330102"]),
        ("Suzhou", ["320500", "341300"]),
        ("Kunshan", ["320583"]),
        ("Shaanxi", ["610000"]),
        ("Xi'an", ["610100"]),
        ("火星", ["火星"]),
        ("北京" * 200, ["北京" * 200]),
    ],
)
def test_a_region_is_its_code(value: str, codes: list[str]) -> None:
    """Full, short, former, with what it lies in, by the character of number plates, in letters, as a group; what bears no name is left as it is."""
    assert values("region", value, nothing) == tuple(codes)
    assert values("about", value, nothing) == tuple(codes)


@pytest.mark.parametrize("value", ["雄安新区", "海南自贸港", "关中平原城市群", "珠三角"])
def test_what_is_only_a_part_of_one_place_is_not_all_of_it(value: str) -> None:
    """It is asked for by its names, and nothing is said of the place that it lies in."""
    asked: Any = condition("region", value, nothing)
    codes, names = asked["bool"]["should"]
    assert (codes, value in names["terms"]["region_names"]) == ({"terms": {"regions": [value]}}, True)
    assert (values("region", value, nothing), known("region", value, nothing)) == ((value,), True)
    assert notices(read(f"地区:{value}", today=TODAY).node, nothing) == []


def test_a_group_is_its_members() -> None:
    """And stays one value, so that one tick takes it off."""
    assert taken("region", "长三角", nothing).values == ("310000", "320000", "330000", "340000")
    assert values("region", "长三角", nothing) == ("长三角",)


@pytest.mark.parametrize(
    ("facet", "value", "holds"),
    [
        ("agency", "发改委", "国家发展和改革委员会"),
        ("agency", "国家发展改革委", "国家发展和改革委员会"),
        ("agency", "工信部", "工业和信息化部"),
        ("company", "中石油", "中国石油天然气集团有限公司"),
        ("company", "中国石油", "中石油"),
        ("company", "宁王", "宁德时代新能源科技股份有限公司"),
        ("company", "ｃａｔｌ", "宁德时代"),
        ("company", "300750", "宁德时代"),
        ("company", "300750.SZ", "宁德时代"),
        ("company", "SZ300750", "宁德时代"),
        ("company", "600519.SS", "贵州茅台"),
        ("company", "601012", "隆基绿能"),
        ("agency", "ndrc", "国家发展和改革委员会"),
        ("agency", "苏州发改委", "苏州市发展和改革委员会"),
        ("agency", "江苏省发改委", "江苏省发展和改革委员会"),
        ("agency", "江苏昆山市政府", "昆山市人民政府"),
        ("topic", "碳市场", "碳市场"),
        ("level", "省级", "省"),
    ],
)
def test_a_body_or_firm_is_all_its_names(facet: str, value: str, holds: str) -> None:
    """By the tables of names."""
    assert {value, holds} <= set(taken(facet, value, nothing).values)


def test_what_analysts_add_holds_for_fields() -> None:
    """Their own other names lead to all names of the same."""
    one = taken("company", "油老大", lambda text, _exact: ["中国石油"] if text == "油老大" else [])
    assert (one.labels, "中石油" in one.values) == (("中国石油天然气集团有限公司",), True)


def test_firms_whose_names_begin_so_are_meant_too() -> None:
    """But not where a name is short, or whole."""
    assert "regexp" in str(condition("company", "宁德时代", nothing))
    assert "regexp" not in str(condition("company", "时代", nothing))
    assert "regexp" not in str(condition("company", "中国石油", nothing))
    assert "regexp" not in str(condition("agency", "江苏省能源", nothing))
    assert "regexp" not in str(condition("company", "甲乙" * 400, nothing))
    assert r"A\\.B" in str(condition("company", "A.B时代", nothing))


@pytest.mark.parametrize(
    ("value", "standard"),
    [
        ("DB32/T 4000", "DB32/T 4000-2021"),
        ("DB32/T4000", "DB32/T 4000-2021"),
        ("db32t4000", "DB32/T 4000-2021"),
        ("DB3205/T 4000.1", "DB3205/T 4000.1"),
        ("DB32/T 4000—2021", "DB32/T 4000-2021"),
        ("DB32/4000", "DB32/ 4000-2021"),
        ("DB32/ 4000-2021", "DB32/ 4000-2021"),
        ("gbt32151", "GB/T 32151.1-2015"),
        ("iso14064", "ISO 14064-1:2018"),
    ],
)
def test_a_standard_is_found_however_it_is_spelt(value: str, standard: str) -> None:
    """Local ones have digits among their letters; parts and years may be left out."""
    asked: Any = condition("standard", value, nothing)
    assert re.fullmatch(asked["regexp"]["standards"]["value"], standard, re.IGNORECASE)


@pytest.mark.parametrize("value", ["DB32/T 400", "DB3205/T 4000", "DB32/T 24000", "DB32/T 4000-2020", "DB 4000"])
def test_another_standard_is_not_found(value: str) -> None:
    """Nor one of another province, year or number."""
    asked: Any = condition("standard", value, nothing)
    assert not re.fullmatch(asked["regexp"]["standards"]["value"], "DB32/T 4000-2021", re.IGNORECASE)


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        ("standard", "GB1" + ".1" * 900),
        ("standard", "ABCDEF/ABCDEF/ABCDEF123456" + ".123" * 4 + ":2026"),
        ("company", "宁德x" + "\u0301" * 1200),
        ("company", "宁德x" + " " * 1200),
        ("company", "((" * 15),
        ("agency", "住" + "\u0301" * 1200),
    ],
)
def test_expressions_are_no_longer_than_elasticsearch_takes(facet: str, value: str) -> None:
    """`index.max_regex_length` is 1,000 characters."""
    asked = [one for one in _leaves(condition(facet, value, nothing)) if "regexp" in one]
    assert all(len(field["value"]) <= 1000 for one in asked for field in one["regexp"].values())


def _leaves(asked: Any) -> list[Any]:
    return asked["bool"]["should"] if "bool" in asked else [asked]


def test_bodies_of_every_place_are_meant_where_none_is_said() -> None:
    """By the ends that the table of local bodies has."""
    assert "{1,20}住房和城乡建设局" in str(condition("agency", "住建局", nothing))
    assert "regexp" not in str(condition("agency", "发改委", nothing))


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("地区:苏州 补贴", ["地区“苏州”按“江苏省苏州市”查找。"]),
        ("地区:江苏省", []),
        ("地区:粤", ["地区“粤”按“广东省”查找。"]),
        ("所述地区:长三角", ["所述地区“长三角”按“上海市、江苏省、浙江省、安徽省”查找。"]),
        ("机关:发改委 -机关:工信部", ["机关“发改委”按“国家发展和改革委员会”查找。", "机关“工信部”按“工业和信息化部”查找。"]),
        ("机关:住建局", ["机关“住建局”按各地的住房和城乡建设局查找;只要一地,请连同地名一起写。"]),
        ("企业:300750", ["企业“300750”按“宁德时代”查找。"]),
        ("企业:某某光电", ["企业“某某光电”连同名称以它开头的企业一起查找。"]),
        (
            "地区:鼓楼区",
            [
                "地区“鼓楼区”可指江苏省南京市鼓楼区、江苏省徐州市鼓楼区、福建省福州市鼓楼区、河南省开封市鼓楼区,都已列出;"
                "只要其中之一,请写 地区:江苏省南京市鼓楼区 这样的全称。"
            ],
        ),
        ("机关:国家发展和改革委员会", []),
        ("类型:政策解读 补贴", []),
    ],
)
def test_the_answer_says_what_a_value_was_taken_for(q: str, said: list[str]) -> None:
    """Where it is another name than the index has; candidates where several bear it."""
    assert notices(read(q, today=TODAY).node, nothing) == said


def test_parameters_are_resolved_too() -> None:
    """So that what is ticked is what is counted; resolved again they stay, and codes are not explained."""
    given = {"region": ["苏州"], "agency": ["发改委"], "document": ["《条例》"], "exclude": ["about:江苏", "topic:碳市场"]}
    request = SearchRequest.model_validate(given)
    found = resolved(request, nothing)
    assert found.filters == {"region": ["320500"], "agency": ["国家发展和改革委员会"], "document": ["条例"]}
    assert found.excluded == {"about": ["320000"], "topic": ["碳市场"]}
    assert resolved(found, nothing) == found
    exchange = SearchRequest.model_validate({"agency": ["上海证券交易所", "南京海关"]})
    assert resolved(exchange, nothing) == exchange
    assert parameter_notices(request, nothing) == [
        "机关“发改委”按“国家发展和改革委员会”查找。",
        "地区“苏州”按“江苏省苏州市”查找。",
        "所述地区“江苏”按“江苏省”查找。",
    ]
    assert parameter_notices(found, nothing) == []


def test_parameters_too_know_what_analysts_add() -> None:
    """As fields of a query do, groups of places among them."""
    own = {"油老大": ["中国石油"], "苏南": ["苏州", "无锡"]}
    request = SearchRequest.model_validate({"company": ["油老大"], "region": ["苏南"]})
    assert resolved(request, lambda text, _exact: own.get(text, [])).filters == {
        "region": ["320500", "320200"],
        "company": ["中国石油天然气集团有限公司"],
    }


@pytest.mark.parametrize(
    ("facet", "value", "has"),
    [("region", "苏州", True), ("region", "火星", False), ("agency", "某某会", False), ("company", "宁王", True), ("topic", "什么", True)],
)
def test_whether_a_name_is_known(facet: str, value: str, has: bool) -> None:
    """By any table; where no table has the facet's values, none is unknown."""
    assert known(facet, value, nothing) is has
