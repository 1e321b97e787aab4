"""A field's value by any of its names."""

from datetime import date

import pytest

from services.search.query.language.read import read
from services.search.query.named import condition, notices, taken, values
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
        ("长三角", ["310000", "320000", "330000", "340000"]),
        ("鼓楼区", ["320106", "320302", "350102", "410204"]),
        ("320583", ["320583"]),
        ("臺北市", ["710100"]),
        ("火星", ["火星"]),
    ],
)
def test_a_region_is_its_code(value: str, codes: list[str]) -> None:
    """Full, short, with what it lies in, by the character of number plates, as a group; what bears no name is left as it is."""
    assert values("region", value) == codes
    assert values("about", value) == codes


@pytest.mark.parametrize(
    ("facet", "value", "holds"),
    [
        ("agency", "发改委", "国家发展和改革委员会"),
        ("agency", "国家发展改革委", "国家发展和改革委员会"),
        ("agency", "工信部", "工业和信息化部"),
        ("company", "中石油", "中国石油天然气集团有限公司"),
        ("company", "中国石油", "中石油"),
        ("topic", "碳市场", "碳市场"),
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
    """But not where a name is short, or whole; other fields take no beginnings."""
    assert "regexp" in str(condition("company", "宁德时代", nothing))
    assert "regexp" not in str(condition("company", "时代", nothing))
    assert "regexp" not in str(condition("company", "宁德时代新能源科技股份有限公司", nothing))
    assert "regexp" not in str(condition("agency", "江苏省能源", nothing))
    assert r"A\\.B" in str(condition("company", "A.B时代", nothing))


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("地区:苏州 补贴", ["提及地区“苏州”按“江苏省苏州市”查找。"]),
        ("地区:苏州市", ["提及地区“苏州市”按“江苏省苏州市”查找。"]),
        ("机关:发改委 -机关:工信部", ["机关“发改委”按“国家发展和改革委员会”查找。", "机关“工信部”按“工业和信息化部”查找。"]),
        (
            "地区:鼓楼区",
            [
                "提及地区“鼓楼区”可指江苏省南京市鼓楼区、江苏省徐州市鼓楼区、福建省福州市鼓楼区、河南省开封市鼓楼区,都已列出;"
                "要分开,请连同上级一起写,如 提及地区:江苏省南京市鼓楼区。"
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
    """So that what is ticked is what is counted."""
    request = SearchRequest.model_validate({"region": ["苏州"], "agency": ["发改委"], "exclude": ["about:江苏", "topic:碳市场"]})
    assert request.filters == {"region": ["320500"], "agency": ["国家发展和改革委员会"]}
    assert request.excluded == {"about": ["320000"], "topic": ["碳市场"]}
