"""Which texts tell the same story."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.stories.same_story import days_apart, same_story, text

DAY = date(2024, 9, 23)
POWER = (
    "国家能源局表示,截至8月底,全国累计发电装机容量约31.3亿千瓦,同比增长14%。其中,太阳能发电装机容量约7.5亿千瓦,增长48.8%;"
    "风电装机容量约4.7亿千瓦,增长19.9%。"
)
LONGER = (
    "国家能源局今天(9月23日)发布数据显示,截至8月底,全国累计发电装机容量约31.3亿千瓦,同比增长14.0%。其中,太阳能发电装机容量约7.5亿千瓦,同比增长48.8%;"
    "风电装机容量约4.7亿千瓦,同比增长19.9%。"
)
RAIL = "国铁集团透露,今年1至8月份,中欧班列累计开行13056列,发送货物139.9万标箱,同比分别增长12%、11%,其中8月份开行1653列。"
MEETING = "十四届全国人大常委会第二十七次委员长会议在北京人民大会堂举行。会议听取了宪法和法律委员会的汇报,审议了有关报告和议案。"
BRIEF = "国际奥委会暂时恢复俄奥委会会员资格"

# Two texts, how many days apart, by the same source or not, and whether they tell the same.
PAIRS = [
    pytest.param(POWER, POWER, 0, False, True, id="same text"),
    pytest.param(POWER, LONGER, 1, False, True, id="reworded"),
    pytest.param(POWER, POWER.partition(";")[0], 2, False, True, id="cut ending"),
    pytest.param(POWER, POWER.replace("国家能源局表示,", ""), 10, False, True, id="dropped clause, a weekly"),
    pytest.param(POWER, POWER.replace("31.3亿", "31.9亿"), 0, False, False, id="another number"),
    pytest.param(POWER, POWER.replace("8月", "9月"), 0, False, False, id="another month"),
    pytest.param(RAIL, RAIL.replace("13056列", "13,056列"), 0, False, True, id="thousands apart"),
    pytest.param(POWER, LONGER, 1, True, False, id="one source in other words"),
    pytest.param(POWER, POWER, 200, True, True, id="one source brings the same again"),
    pytest.param(POWER, LONGER, 60, False, False, id="other words two months later"),
    pytest.param(POWER, RAIL, 0, False, False, id="other story"),
    pytest.param(MEETING, MEETING.replace("第二十七次", "第27次"), 0, False, True, id="number written otherwise"),
    pytest.param(MEETING, MEETING.replace("第二十七次", "第二十八次"), 0, False, False, id="the next of a row"),
    pytest.param(BRIEF, f"{BRIEF}。", 1, False, True, id="brief"),
    pytest.param(BRIEF, "国际奥委会宣布恢复会员资格的条件", 1, False, False, id="brief of something else"),
    pytest.param("国际联播快讯", "国际联播快讯", 0, False, False, id="heading"),
    pytest.param(BRIEF, f"{BRIEF}。{POWER}{RAIL}", 0, False, False, id="one of many things in a long item"),
    pytest.param(f"{MEETING}(10小时前)", f"{MEETING}(34小时前)", 1, True, True, id="published some hours ago"),
    pytest.param(f"{MEETING}阅读 1.2万", f"{MEETING}阅读 3万", 1, True, True, id="read more often"),
    pytest.param("", "", 0, False, False, id="empty"),
]


@pytest.mark.parametrize(("one", "other", "days", "own", "same"), PAIRS)
def test_same_story(one: str, other: str, days: int, own: bool, same: bool) -> None:
    """Either way round."""
    first = text(None, one, source="日报", day=DAY)
    second = text(None, other, source="日报" if own else "周报", day=date.fromordinal(DAY.toordinal() + days))
    assert (same_story(first, second), same_story(second, first)) == (same, same)


def test_another_title_is_no_other_story() -> None:
    """Each digest writes its own."""
    assert same_story(text("发电装机同比增长14%", POWER, source="日报", day=None), text("能源局:装机31.3亿千瓦", POWER, source="周报", day=DAY))


PAGE, SITE = "https://example.org/news/1.html", "https://example.org/"


@pytest.mark.parametrize(
    ("other", "days", "links", "same"),
    [
        pytest.param(POWER.replace("31.3亿", "31.9亿"), 1, (PAGE, SITE), True, id="a number that was brought up to date"),
        pytest.param(POWER.replace("31.3亿", "31.9亿"), 2, (PAGE,), False, id="not on consecutive days"),
        pytest.param(POWER.replace("31.3亿", "31.9亿"), 1, (SITE,), False, id="the site alone"),
        pytest.param(POWER.replace("31.3亿", "31.9亿").replace("14%", "15%"), 1, (PAGE,), False, id="two numbers"),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_one_number_may_differ_where_both_link_to_one_page(other: str, days: int, links: tuple[str, ...], same: bool, own: bool) -> None:
    """In one issue or on consecutive days, by the same source or not."""
    first = text(None, POWER, source="日报", day=DAY, links=[PAGE, SITE])
    second = text(None, other, source="日报" if own else "周报", day=date.fromordinal(DAY.toordinal() + days), links=links)
    assert (same_story(first, second), same_story(second, first)) == (same, same)


@given(st.text(max_size=80), st.text(max_size=80))
def test_order_does_not_matter(one: str, other: str) -> None:
    """Of any two texts."""
    first, second = text(one, other, source="日报", day=DAY), text(other, one, source="周报", day=DAY)
    assert same_story(first, second) == same_story(second, first)


def test_days_apart() -> None:
    """Nothing is known of an item without a day."""
    assert (days_apart("2026-02-06", "2026-01-30"), days_apart(None, "2026-01-30")) == (7, 0)
