"""Companies: full names, short names, and the tie between them."""

import pytest

from services.enrich.entities import extract
from shared.records import Entity


def companies(text: str, title: str | None = None) -> list[Entity]:
    """Companies of an item."""
    return [e for e in extract(title, text, published_on=None) if e.type == "company"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("近日，苏州炘隆超净科技有限公司完成盘查", ["苏州炘隆超净科技有限公司"]),
        ("受理腾奥（宁夏）新能源科技有限公司的申请", ["腾奥（宁夏）新能源科技有限公司"]),
        ("对内蒙古协鑫智慧技术服务有限公司、深圳市道和能源有限公司进行了公示", ["内蒙古协鑫智慧技术服务有限公司", "深圳市道和能源有限公司"]),
        ("在碳衡科技的助力下", ["碳衡科技"]),
        ("国网甘肃省电力公司：经研究", ["国网甘肃省电力公司"]),
        ("河北电力交易中心受理申请，北京产权交易所7月预披露", ["河北电力交易中心", "北京产权交易所"]),
        ("华为、中国石化、某某甲等企业", ["华为", "中国石化", "某某甲"]),
        ("王某不再担任某甲集团股份有限公司书记", ["某甲集团股份有限公司"]),
        ("甲乙丙第二季度营收58亿欧元，同比增长8.9%", ["甲乙丙"]),
        ("中概股多数下跌，丁戊己跌10.66%，布伦特原油跌2%，标普500指数涨1%", ["丁戊己"]),
        ("美国科技公司裁员，美国联合甲乙公司证实", ["美国联合甲乙公司"]),
        ("新一轮汽车以旧换新，偏债混合基金减配", []),
        ("《中国核电发展报告》", []),
        ("推动钢铁、水泥、电力和新能源汽车产业发展", []),
        ("金融机构向银行业投资，证券市场平稳", []),
    ],
)
def test_companies_are_found_as_written(text: str, names: list[str]) -> None:
    """Names end where companies' names end and begin after what can't be part of one; industries are none."""
    assert [e.value for e in companies(text)] == names


def test_a_headlines_subject_is_tied_to_the_full_name() -> None:
    """百甲科技 has the characters of the one full name in the body: the same company."""
    found = companies("近日，徐州中煤百甲重钢科技股份有限公司获得声明。", title="百甲科技:获产品碳足迹核查声明")
    assert [(e.text, e.value, e.field) for e in found] == [
        ("百甲科技", "徐州中煤百甲重钢科技股份有限公司", "title"),
        ("徐州中煤百甲重钢科技股份有限公司", "徐州中煤百甲重钢科技股份有限公司", "body"),
    ]


def test_a_subject_in_latin_letters_is_a_company_unless_a_scheme() -> None:
    """`ACME:` before what it did is a firm; `CBAM:` is a mechanism."""
    assert [e.text for e in companies("近日，ACME发布报告。", title="ACME:发布报告")] == ["ACME", "ACME"]
    assert companies("新规生效。", title="CBAM:新规生效") == []


def test_a_defined_short_name_is_found_where_it_stands() -> None:
    """（以下简称“…”） behind a full name defines one."""
    found = companies("广东某某新材料有限公司（以下简称“某某新材”）投产。某某新材表示满意。")
    assert [e.value for e in found] == ["广东某某新材料有限公司", "某某新材", "某某新材"]
