"""Who acts, and where."""

from datetime import date

import pytest

from services.enrich.about import about_regions
from services.enrich.classify import classify
from services.enrich.entities import extract
from services.enrich.taxonomy import compiled_by_name


@pytest.mark.parametrize(
    ("title", "body", "level"),
    [
        ("国务院印发《2030年前碳达峰行动方案》", "", "国家"),
        ("五部门部署污水管网建设", "", "国家"),
        ("江苏省发展改革委印发《实施方案》", "", "省"),
        ("苏州市出台绿电补贴办法", "", "市"),
        ("昆山:将新增零碳工厂10家", "昆山市人民政府印发《方案》。", "县"),
        ("欧盟通过碳边境调节机制修正案", "", "国际"),
        ("宁德时代发布三季报", "公司公告称,前三季度净利润增长。", "企业"),
        (None, "春天来了。", None),
        ("鲜花市场与城市公园", "很美。", None),
    ],
)
def test_level(title: str | None, body: str, level: str | None) -> None:
    """Of the body, company or place that acts."""
    assert classify(title, body, None, extract(title, body, published_on=date(2026, 2, 6))).level == level


@pytest.mark.parametrize(
    ("subject", "title", "body", "codes"),
    [
        ("昆山", "昆山:与上海共建零碳园区", "江苏省支持。", ("320583", "310000")),
        (None, "江苏省昆山市印发方案", "", ("320583",)),
        (None, "零碳园区开工", "项目位于浙江省杭州市。南京、合肥将效仿。", ("330100",)),
        (None, "某公司发布新品", "产品销往各地。", ()),
        (None, "商务部回应加征关税", "新华社北京3月5日电(记者李平)商务部回应。", ()),
        (None, "外贸回稳", "(上海综合讯)外贸回稳,苏州增速居前。", ("320500",)),
        (None, "宁德时代新能源科技股份有限公司在德国建厂", "香港中路与重庆大厦无关。", ()),
    ],
)
def test_about_regions(subject: str | None, title: str, body: str, codes: tuple[str, ...]) -> None:
    """The subject first; the title's, else the first sentence's; the innermost alone."""
    assert about_regions(subject, title, body, extract(title, body, published_on=date(2026, 2, 6))) == codes


@pytest.mark.parametrize("title", ["星野机器人完成A轮融资", "海川股份半年报：净利润3亿元"])
def test_results_and_financing_are_of_a_company(title: str) -> None:
    """As 企业动态 is, whatever bodies are named."""
    found = classify(title, "证监会已备案。", None, [], lexicon=compiled_by_name("news"))
    assert (found.doc_type in ("融资", "财报"), found.level) == (True, "企业")
