"""Dates as digests write them: weekdays in brackets, intervals, short years, digits in a row, and what only looks like a date."""

from datetime import date

import pytest

from services.enrich.entities import extract


def dates(text: str, published_on: date) -> list[object]:
    """Values of the dates in a text."""
    return [e.value for e in extract(None, text, published_on=published_on) if e.type == "date"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("会议将于9月15日(周一)在京召开。", ["2025-09-15"]),
        ("会议于2025年9月1日（星期一）召开。", ["2025-09-01"]),
        ("论坛于9月1日(周一)至9月3日(周三)举行。", ["2025-09-01/2025-09-03"]),
        ("会议将于9月18日,周四,召开。", ["2025-09-18"]),
        ("9月8日(本周一)；2025年9月8日,星期一。", ["2025-09-08", "2025-09-08"]),
        ("展会9月4日（周四）至5日（周五）举行", ["2025-09-04/2025-09-05"]),
        ("部门周三公开征求意见。", ["2025-09-10"]),
        ("于周一全面停产", ["2025-09-08"]),
        ("每周三例会，周一至周五开放，一周三次", []),
    ],
)
def test_a_weekday_behind_a_date_says_that_date_again(text: str, values: list[str]) -> None:
    """Alone it is the last such day."""
    assert dates(text, date(2025, 9, 10)) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("9月5号到9月8号放假。", ["2025-09-05/2025-09-08"]),
        ("9月5号到8号放假。", ["2025-09-05/2025-09-08"]),
        ("自9月1日起到9月30日止,开展专项检查。", ["2025-09-01/2025-09-30"]),
        ("自2025年9月1日起到9月30日止,开展专项检查。", ["2025-09-01/2025-09-30"]),
        ("自2025年9月1日起至2026年8月31日止", ["2025-09-01/2026-08-31"]),
        ("论坛将于9月21日上午9点到9月22日上午5点举行。", ["2025-09-21/2025-09-22"]),
        ("停电时间为9月21日8:00至9月22日17:30。", ["2025-09-21/2025-09-22"]),
        ("9月28号到10月8号放假。", ["2025-09-28/2025-10-08"]),
        ("今年4月-5月接待增长。", ["2025-04/2025-05"]),
        ("去年11月至今年2月", ["2024-11/2025-02"]),
        ("4月-5月接待增长。", ["2025-04/2025-05"]),
        ("休渔期时间为7.1–9.30", ["2025-07-01/2025-09-30"]),
        ("布展（8.28-9.3）", ["2025-08-28/2025-09-03"]),
        ("2024-25年大豆产量", ["2024/2025"]),
        ("9日至11日举行", ["2025-09-09/2025-09-11"]),
        ("自2024年起至2026年", ["2024/2026"]),
        ("今年前7个月，提前3个月", ["2025-01-01/2025-07-31"]),
        ("上月底，本月8日", ["2025-08-31", "2025-09-08"]),
    ],
)
def test_to_between_two_dates_makes_an_interval(text: str, values: list[str]) -> None:
    """With 号, hours, 起…止, months or points on both sides; never a deadline, never two years."""
    assert dates(text, date(2025, 9, 10)) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("截至20240331,共有12家企业。", ["2024-03-31"]),
        ("会议于2022 11 23召开。", ["2022-11-23"]),
        ("发布日期:20231201", ["2023-12-01"]),
        ("编号20240331", []),
        ("共20240331元", []),
        ("2016.08 印发指导意见。", ["2016-08"]),
        ("2016.08.15 印发", ["2016-08-15"]),
        ("成本2008.02元", []),
        ("产能2016.08万吨", []),
        ("截至24年底", ["2024-12-31"]),
        ("24年3月投产，23年上半年开工", ["2024-03", "2023-01-01/2023-06-30"]),
        ("工作近24年，历时12年3个月", []),
        ("23Q3业绩与2023财年第三季度", ["2023-07-01/2023-09-30", "2023-07-01/2023-09-30"]),
        ("民国113年5月1日施行，112年3月2日修正", ["2024-05-01", "2023-03-02"]),
        ("今年第一季营收增长，首季业绩亮眼", ["2024-01-01/2024-03-31", "2024-01-01/2024-03-31"]),
        ("某剧第一季开播", []),
    ],
)
def test_short_and_compact_forms(text: str, values: list[str]) -> None:
    """Digits in a row and two-digit years, where they stand for a time."""
    assert dates(text, date(2024, 5, 21)) == values


@pytest.mark.parametrize(
    "text",
    [
        "最高人民法院(2023)最高法民终123号判决,(2024)粤0106民初2342号裁定。",
        "(2024)某仲字第2342号。",
        "依据财政部2016年第8号令办理。",
        "海关总署2024年第12号公告",
        "冬季（11-12月）执行高峰电价。",
        "每年6月5日举办",
        "汛期(6-8月)停工",
    ],
)
def test_years_of_numbers_and_what_comes_every_year_are_no_dates(text: str) -> None:
    """A case, an order, a season."""
    assert dates(text, date(2025, 9, 11)) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("通知3月2日成文，3月6日发布。", ["2026-03-02", "2026-03-06"]),
        ("合同执行至12月20日。", ["2026-12-20"]),
        ("休渔期（5.1-6.15）不得出海。", ["2026-05-01/2026-06-15"]),
        ("截至12月20日", ["2025-12-20"]),
        ("12月20日发布", ["2025-12-20"]),
        ("将 在 4 月 28 日 开 展", ["2026-04-28"]),
        ("到2030年初步建成，2030年初开工", ["../2030", "2030"]),
        ("到2030年底层技术突破", ["../2030"]),
    ],
)
def test_words_around_a_date_decide_its_year(text: str, values: list[str]) -> None:
    """Spaces do not count; a day a few weeks ahead is meant rather than last year's."""
    assert dates(text, date(2026, 3, 2)) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("到2030年初步建成，2030年初建成", ["../2030", "2030"]),
        ("2025年初级产品、3月初步数据、8月初赛", ["2025", "2025-03", "2025-08"]),
        ("2025年末端配送、今年末位淘汰、2024年末期股息", ["2025", "2025", "2024"]),
        ("去年底部区域，上月底部震荡", ["2024", "2025-08"]),
        ("2024年年底部署，今年年底部署，2024年末位居第一", ["2024-12-31", "2025-12-31", "2024-12-31"]),
        ("26年底部区域，年末端用户", []),
        ("2025年初中国经济，2025年初中学生，2025年初步入正轨", ["2025", "2025", "2025"]),
        ("2030年中国经济，2030年中期票据，3月中国出口，8月中旬", ["2030", "2030", "2025-03", "2025-08-11/2025-08-20"]),
        ("2025年上半年度报告，2025年底前", ["2025-01-01/2025-06-30", "../2025-12-31"]),
        ("光明日报与今日头条报道", []),
    ],
)
def test_what_follows_a_year_may_begin_another_word(text: str, values: list[str]) -> None:
    """初步 is no beginning of a year, 末期股息 no end of one, 光明日报 no tomorrow."""
    assert dates(text, date(2025, 9, 10)) == values


@pytest.mark.parametrize(
    ("text", "written"),
    [("到2030年初步建成", "2030年"), ("2025年初中学生", "2025年"), ("2025年初中国", "2025年初"), ("2025年末端", "2025年"), ("3月初赛", "3月")],
)
def test_the_word_behind_a_year_is_no_part_of_the_date(text: str, written: str) -> None:
    """What is marked ends before 初步 and behind 年初."""
    assert [e.text for e in extract(None, text, published_on=date(2025, 9, 10)) if e.type == "date"] == [written]
