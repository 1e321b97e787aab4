"""Where a region's name is part of another word or name, and where a report was filed."""

from datetime import date

import pytest

from services.enrich.entities import extract


def codes(text: str) -> list[object]:
    """Codes of the regions that the text says itself."""
    return [e.value for e in extract(None, text, published_on=date(2026, 2, 6)) if e.type == "region" and not e.inferred]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("社保定额缴费可以补办。", []),
        ("医保定点医院，确保定价合理", []),
        ("河北保定试点", ["130000", "130600"]),
        ("牛首山东麓与华山东坡", []),
        ("抽水蓄能电站落户牛首山东侧，山东也有", ["370000"]),
        ("三大连锁药房，业界首个模型，投资中国", []),
        ("佛罗里达州与马里兰州", []),
        ("各级红十字会理事会", []),
        ("未来十天全国大部", []),
        ("老城区管网要先改造。", []),
        ("洛阳市老城区改造", ["410300", "410302"]),
        ("枢纽和静集群扩容。", ["652827"]),
    ],
)
def test_names_that_arise_between_words_are_none(text: str, values: list[str]) -> None:
    """医保定点 has no 保定 in it."""
    assert codes(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("项目位于青岛市市南区香港中路18号。", ["370200", "370202"]),
        ("石首市建设路香港城西街启动改造。", ["421081"]),
        ("上海市山西北路启动改造。", ["310000"]),
        ("南京市北京东路启动改造。", ["320100"]),
        ("武汉市南京大街扩建", ["420100"]),
        ("贵阳市观山湖区龙泉苑启动改造。", ["520100", "520115"]),
        ("太仓市城厢镇华源上海城启动改造。", ["320585"]),
        ("成都市武侯区重庆大厦改造", ["510100", "510107"]),
        ("山东舰开放参观，辽宁舰出海", []),
        ("宁德时代发布新品", []),
        ("《南京照相馆》与《寻找上海》热映", []),
        ("《江苏省数据条例》和《上海方案》", ["320000", "310000"]),
        ("普洱茶与哈密瓜、兰州拉面", []),
        ("湖北路网改造，鞍山路段通车", ["420000", "210300"]),
    ],
)
def test_streets_estates_ships_and_brands_are_no_places(text: str, values: list[str]) -> None:
    """They are named after places elsewhere."""
    assert codes(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("国内只有上海船用曲轴公司年产40根", []),
        ("昆山农村商业银行变更股权", []),
        ("上海多家上市公司公告", ["310000"]),
        ("江苏省属企业集团重组", ["320000"]),
        ("杭州一公司推新品", ["330100"]),
        ("评级最多的是泸州老溪。", []),
        ("泸州老城、泸州老区改造", ["510500", "510500"]),
    ],
)
def test_a_place_in_the_name_of_a_firm_is_inferred(text: str, values: list[str]) -> None:
    """Be the firm known or not."""
    assert codes(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("新华社北京8月5日电 郑州暴雨", ["410100"]),
        ("新华社北京电 郑州暴雨", ["410100"]),
        ("本报上海讯 苏州试点", ["320500"]),
        ("中新网广州3月2日电 深圳试点", ["440300"]),
        ("支持北京电力建设", ["110000"]),
    ],
)
def test_where_a_report_was_filed_is_not_where_its_news_are(text: str, values: list[str]) -> None:
    """A dateline says nothing of the item."""
    assert codes(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("台北市与高雄", ["710100", "710200"]),
        ("台湾新竹、花莲", ["710000", "710800", "712600"]),
        ("香港大埔火灾", ["810000", "810014"]),
        ("香港特别行政区湾仔区", ["810000", "810002"]),
        ("平台中心与后台北向接口，创新北斗应用", []),
        ("中国台北队", []),
    ],
)
def test_cities_of_taiwan_and_districts_of_hong_kong_have_their_own_codes(text: str, values: list[str]) -> None:
    """Below 710000 and 810000."""
    assert codes(text) == values
