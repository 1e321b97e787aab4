"""Documents, their numbers, and standards."""

import pytest

from services.enrich.entities import extract


def values(kind: str, text: str, title: str | None = None) -> list[object]:
    """Values of one kind of entity."""
    return [e.value for e in extract(title, text, published_on=None) if e.type == kind]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("印发《常州市行动方案(2026—2028年)》。《方案》指出", ["常州市行动方案(2026—2028年)", "常州市行动方案(2026—2028年)"]),
        ("《办公室关于印发〈2026年工作要点〉的通知》", ["办公室关于印发〈2026年工作要点〉的通知", "2026年工作要点"]),
        ("公布《碳排放权交易管理暂行条例》（以下简称《条例》）。《条例》明确", ["碳排放权交易管理暂行条例"] * 3),
        ("MSCI发布2025年第四季度转型金融追踪报告(Transition", ["2025年第四季度转型金融追踪报告"]),
        ("《华尔街日报》报道", [None]),
        ("《没有合上的标题", []),
        ("《方案》提出", [None]),
        ("发布2024年玉米进口配额再分配公告,", ["2024年玉米进口配额再分配公告"]),
        ("德某公布2024年全年业绩报告，", []),
        ("《甲》《乙》等新片上映", [None, None]),
        ("《三国演义》变成“枪战片”。", [None]),
        ("《西游记》与《红楼梦》展出", [None, None]),
        ("某剧由《山月》改编", [None]),
        ("《山月》翻拍成短剧", [None]),
        ("发布了关于“2+6都市圈”医保结算有关事项的通知。", ["关于“2+6都市圈”医保结算有关事项的通知"]),
        ("近日，某中心印发关于“一件事”联办的通知。", ["关于“一件事”联办的通知"]),
        ("办公厅转发某部关于加强环境治理工作意见的通知国办函〔2021〕49号", ["办公厅转发某部关于加强环境治理工作意见的通知"]),
    ],
)
def test_titles_are_read(text: str, titles: list[str | None]) -> None:
    """With and without brackets, nested, and by their alias; a newspaper and an alias of nothing have no value."""
    assert values("document", text) == titles


def test_a_headline_that_is_a_title_is_a_document() -> None:
    """关于…的通知 needs no brackets."""
    nested = "关于转发《工作方案》的通知"
    assert values("document", "各单位：", title=nested) == [nested, None]
    assert values("document", "各单位：", title="关于组织开展零碳工厂建设工作的通知") == ["关于组织开展零碳工厂建设工作的通知"]


@pytest.mark.parametrize(
    ("title", "titles"),
    [
        ("青岚园区配电网纳入自治区电网规划", []),
        ("四川省明确分布式光伏上网价格政策", []),
        ("江苏省出台零碳园区建设方案", []),
        ("湖北省支持人工智能发展若干措施(试行)", ["湖北省支持人工智能发展若干措施(试行)"]),
    ],
)
def test_a_headline_that_tells_news_is_no_title(title: str, titles: list[str]) -> None:
    """It ends like a document, but says what happened to one."""
    assert values("document", "已经同意。", title=title) == titles


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("根据国办发〔2024〕12号要求", ["国办发〔2024〕12号"]),
        ("《办法》(发改能源规[2025]1656号)", ["发改能源规[2025]1656号"]),
        ("（国家发展改革委、工业和信息化部令第42号）", ["国家发展改革委、工业和信息化部令第42号"]),
        ("商务部公告2025年第12号", ["商务部公告2025年第12号"]),
        ("第3号机组", []),
        ("依据财政部2016年第8号令办理", ["财政部2016年第8号令"]),
        ("海关总署2024年第5号公告", ["海关总署2024年第5号公告"]),
        ("某总统签署第14257号行政令", ["第14257号行政令"]),
    ],
)
def test_numbers_of_documents(text: str, numbers: list[str]) -> None:
    """Code word, year, number; and those of orders and announcements."""
    assert values("document_no", text) == numbers


@pytest.mark.parametrize(
    ("text", "standards", "name"),
    [
        ("遵循ISO 14064-1标准", ["ISO 14064-1"], "ISO 14064-1"),
        ("（GB/T 32151.1—2015）", ["GB/T 32151.1—2015"], "GB/T 32151.1-2015"),
        ("（GB／T4754－2017）", ["GB／T4754－2017"], "GB/T 4754-2017"),
        ("DB44/T 1941-2016", ["DB44/T 1941-2016"], "DB44/T 1941-2016"),
        ("T/CEC 123-2020", ["T/CEC 123-2020"], "T/CEC 123-2020"),
        ("HJ 2519-2012", ["HJ 2519-2012"], "HJ 2519-2012"),
        ("应符合《木结构通用规范》GB55005的规定", ["GB55005"], "GB 55005"),
        ("《设计规范》GB50016-2014", ["GB50016-2014"], "GB 50016-2014"),
    ],
)
def test_standards_have_one_spelling(text: str, standards: list[str], name: str) -> None:
    """As written, and the canonical spelling beside it."""
    found = [e for e in extract(None, text, published_on=None) if e.type == "standard"]
    assert [e.value for e in found] == standards
    assert found[0].canonical is not None
    assert found[0].canonical["name"] == name
