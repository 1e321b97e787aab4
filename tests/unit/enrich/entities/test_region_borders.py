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
        ("广州市北京路步行街，天津市和平区成都道12号", ["440100", "120000", "120101"]),
        ("南京西路商圈、四川北一路、苏州街站、上海路小学、西藏南路", []),
        ("黄浦区南京东路街道与北京东路路口", ["310101"]),
        ("北京市西城区西安门大街", ["110000", "110102"]),
        ("入住重庆大厦、上海新村、南京公馆、广东花园，昆明巷改造", []),
        ("重庆道路改造，上海街道办，江苏路政执法，北京路边停车", ["500000", "310000", "320000", "110000"]),
        ("山西八路军纪念馆、北京街头、上海里程碑", ["140000", "110000", "310000"]),
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
        ("新华社北京3月5日电(记者李平)杭州试点", ["330100"]),
        ("杭州试点。（新华社北京3月5日电）", ["330100"]),
        ("新华社新疆阿勒泰3月5日电 伊犁试点", ["654000"]),
        ("新华社北京、上海3月5日综合电 杭州试点", ["330100"]),
        ("新华财经广州3月5日电，深圳试点", ["440300"]),
        ("路透上海3月5日电 深圳试点", ["440300"]),
        ("法新社北京3月5日电 深圳试点", ["440300"]),
        ("美联社香港3月5日报道称，深圳试点", ["440300"]),
        ("本报上海讯 苏州试点", ["320500"]),
        ("本报记者 张三 李四 上海报道 苏州试点", ["320500"]),
        ("本报讯（记者张三 北京报道）苏州试点", ["320500"]),
        ("新华社记者王小明上海报道：苏州试点", ["320500"]),
        ("（北京综合讯）苏州试点", ["320500"]),
        ("【上海讯】苏州试点", ["320500"]),
        ("北京3月5日电 苏州试点", ["320500"]),
        ("央广网北京3月5日消息，苏州试点", ["320500"]),
        ("中新网广州3月2日电 深圳试点", ["440300"]),
        ("支持北京电力建设", ["110000"]),
        ("记者从上海获悉，3月5日北京电动车上牌", ["310000", "110000"]),
        ("据北京3月5日报道的数据，该社北京分社", ["110000", "110000"]),
    ],
)
def test_where_a_report_was_filed_is_not_where_its_news_are(text: str, values: list[str]) -> None:
    """A dateline says nothing of the item, and is no mention at all."""
    assert [e.value for e in extract(None, text, published_on=date(2026, 3, 6)) if e.type == "region"] == values


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
