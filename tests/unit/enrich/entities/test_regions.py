"""Regions: codes of GB/T 2260, short names, ambiguity, groups."""

from datetime import date

import pytest

from services.enrich.entities import extract
from shared.names.divisions import gazetteer
from shared.records import Entity


def regions(text: str, title: str | None = None) -> list[Entity]:
    """Regions of an item."""
    return [e for e in extract(title, text, published_on=date(2026, 2, 6)) if e.type == "region"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("甘肃省零碳园区建设方案", ["620000"]),
        ("江苏省昆山市人民政府", ["320000", "320583"]),
        ("除西藏、青海外，内蒙古和广西也有。", ["540000", "630000", "150000", "450000"]),
        ("山东重化工业集群（如东营、滨州）转型", ["370000", "370500", "371600"]),
        ("恩施土家族苗族自治州与延边州签约", ["422800", "222400"]),
        ("原襄樊市的企业", ["420600"]),
        ("庆阳、酒泉、白银三市", ["621000", "620900", "620400"]),
        ("线上海量信息与北京时间、南京路都不是地点", []),
        ("北京大学的研究、海南话、缙云山隧道", []),
        ("哈尔滨至铁力段、重庆至黔江段、沈阳至长白山高铁", ["230100", "230781", "500000", "500114", "210100"]),
        ("广西水资源配置、甘肃推进合作项目、玉门关外", ["450000", "620000"]),
        ("下一步开展国际合作，公安机关负责", []),
    ],
)
def test_regions_are_found_with_their_codes(text: str, codes: list[str]) -> None:
    """Full, short, former and listed names are regions; parts of other words and names are not."""
    assert [e.value for e in regions(text)] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [("南京鼓楼区", "320106"), ("福建省福州市的鼓楼区", "350102"), ("北京朝阳区", "110105"), ("辽宁朝阳", "211300"), ("深圳南山", "440305")],
)
def test_a_shared_name_is_resolved_by_its_city_or_province(text: str, code: str) -> None:
    """鼓楼区 is that of the city named with it."""
    assert code in [e.value for e in regions(text)]


def test_a_shared_name_without_context_keeps_its_candidates() -> None:
    """Nothing says which 鼓楼区 it is, so none is chosen."""
    (found,) = regions("鼓楼区出台措施")
    assert found.value is None
    assert (found.canonical or {})["candidates"] == ["320106", "320302", "350102", "410204"]


def test_a_region_carries_its_path() -> None:
    """Path and codes from the province down."""
    (found,) = regions("昆山推动零碳园区")
    assert found.canonical == {"name": "昆山市", "path": ["江苏省", "苏州市", "昆山市"], "codes": ["320000", "320500", "320583"], "about": True}


def test_an_item_is_about_its_titles_regions_or_those_of_its_first_sentence() -> None:
    """What is named later is only mentioned."""
    assert [(e.value, "about" in (e.canonical or {})) for e in regions("近日，无锡市试点。", title="昆山:建设")] == [
        ("320583", True),
        ("320200", False),
    ]
    assert [(e.value, "about" in (e.canonical or {})) for e in regions("无锡市试点。苏州跟进。")] == [("320200", True), ("320500", False)]


def test_a_region_in_a_companys_name_is_inferred() -> None:
    """苏州炘隆… is a company; that it is from 苏州 the text does not say itself."""
    assert [(e.value, e.inferred) for e in regions("苏州炘隆超净科技有限公司完成盘查")] == [("320500", True)]


def test_a_headlines_subject_may_be_a_bare_short_name() -> None:
    """长兴 needs its province elsewhere, but not as the subject of a headline; 粤 is a region only there."""
    assert [e.value for e in regions("无", title="长兴:建设园区")] == ["330522"]
    assert [e.value for e in regions("无", title="粤:建设园区")] == ["440000"]
    assert regions("长兴不衰") == []


def test_groups_of_regions_have_their_own_type() -> None:
    """长三角 is no region with a code, but a group of them."""
    found = [e for e in extract(None, "长三角、京津冀、粤港澳大湾区", published_on=None) if e.type in ("region", "region_group")]
    assert [(e.type, e.value) for e in found] == [("region_group", "长三角"), ("region_group", "京津冀"), ("region_group", "粤港澳大湾区")]


def test_every_ancestor_of_every_division_is_known() -> None:
    """A county's province is in the gazetteer, so that its path is whole."""
    book = gazetteer()
    assert all(code[:2] + "0000" in book.divisions for code in book.divisions)
    assert len(book.divisions) > 3000


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("南京银行与泸州老窖签约。", []),
        ("评级最多的是华为、中国石化、泸州老溪。", []),
        ("长沙岳麓青江村镇银行下调利率。", []),
        ("河北电力交易中心受理申请。", ["130000"]),
        ("华为、中国石化、江苏南京等地。", ["320000", "320100"]),
        ("宁德时代新能源科技股份有限公司在德国建厂。", []),
        ("宁德时代、上海电气、北京银行、苏州固锝签约。", []),
        ("长春高新业绩预告，张家港行业绩快报。", []),
        ("宁德新时代电池有限公司投产。", ["350900"]),
    ],
)
def test_a_place_that_is_a_part_of_a_firms_name(text: str, codes: list[str]) -> None:
    """It is no region where the name does not say where the firm is."""
    assert [e.value for e in regions(text)] == codes


@pytest.mark.xfail(strict=True, reason="nothing but the name, which no table has, says that 泸州老溪 is a firm")
def test_a_place_in_an_unknown_name_alone() -> None:
    """泸州老溪 is a firm here."""
    assert regions("评级最多的是泸州老溪。") == []
