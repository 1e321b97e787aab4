"""Dates: written, inferred, intervals, the turn of the year."""

from datetime import date

import pytest

from services.enrich.entities import extract


def dates(text: str, published_on: date | None = date(2026, 2, 6)) -> list[object]:
    """Values of the dates in a text."""
    return [e.value for e in extract(None, text, published_on=published_on) if e.type == "date"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1月30日,甘肃省", ["2026-01-30"]),
        ("12月30日，发布", ["2025-12-30"]),
        ("行动方案(2026—2028年)", ["2026/2028"]),
        ("2026-2028年", ["2026/2028"]),
        ("2025年第四季度", ["2025-10-01/2025-12-31"]),
        ("前三季度增长", ["2025-01-01/2025-09-30"]),
        ("2024上半年", ["2024-01-01/2024-06-30"]),
        ("到2030年前", ["../2030"]),
        ("力争2060年前", ["../2060"]),
        ("截至2025年12月31日", ["2025-12-31"]),
        ("截至8月底", ["2025-08-31"]),
        ("2026年年底前", ["../2026-12-31"]),
        ("施行至2028年12月31日", ["../2028-12-31"]),
        ("2026年8月18日至8月27日", ["2026-08-18/2026-08-27"]),
        ("2026年5月1日至2029年4月30日", ["2026-05-01/2029-04-30"]),
        ("3月1日起施行", ["2026-03-01"]),
        ("“十五五”时期", ["2026/2030"]),
        ("今年", ["2026"]),
        ("昨晚同步公告", ["2026-02-05"]),
        ("4月中旬前全面落实", ["../2026-04-20"]),
        ("9月15日前交还", ["../2026-09-15"]),
        ("二季度末", ["2025-06-30"]),
        ("2026年(下半年)报名", ["2026", "2026-07-01/2026-12-31"]),
        ("2024财年", ["2024"]),
        ("2024/2025年度大豆", ["2024/2025"]),
        ("周四收涨", ["2026-02-05"]),
        ("每周四开会", []),
        ("截至3日12时", ["2026-02-03"]),
        ("较去年同期多10项", []),
        ("近日，日前，目前", [None, None]),
        ("第30号楼3日龄", []),
        ("2025 年 3 月", ["2025-03"]),
        ("二〇二五年", ["2025"]),
        ("2月30日", []),
        ("明年四月，2018年十二月", ["2027-04", "2018-12"]),
        ("三月二十八日到四月15日", ["2025-03-28/2025-04-15"]),
        ("下下周，上上周三，本月10日", ["2026-02-16/2026-02-22", "2026-01-21", "2026-02-10"]),
        ("美油10月合约跌，日前市场申报", []),
        ("2月20日起调整", ["2026-02-20"]),
        ("征求意见期至3月1日", ["2026-03-01"]),
        ("20世纪80年代", ["1980/1989"]),
        ("2018/1/10-2018/7/10", ["2018-01-10/2018-07-10"]),
        ("十月革命，二十一月，本周期，工作日前", []),
    ],
)
def test_dates_are_iso(text: str, values: list[str]) -> None:
    """Resolved from an issue of 6 February 2026."""
    assert dates(text) == values


def test_at_the_turn_of_the_year_the_future_is_the_next_year() -> None:
    """In December, 1月5日 behind 将 is the coming one."""
    assert dates("大会将于1月5日举行", date(2025, 12, 20)) == ["2026-01-05"]
    assert dates("1月5日发布", date(2025, 12, 20)) == ["2025-01-05"]


def test_without_an_issues_day_a_date_is_unresolved_or_takes_the_year_before_it() -> None:
    """Nothing is guessed."""
    assert dates("3月5日发布", None) == [None]
    assert dates("2024年1月1日至今，3月5日发布", None) == ["2024-01-01", "2024-03-05"]


@pytest.mark.parametrize("published_on", [date.min, date.max, date(1, 12, 31), date(9999, 1, 1)])
@pytest.mark.parametrize(
    "text",
    ["昨日", "明天", "上周", "下周三", "下月", "上个月", "明年", "去年", "后年底", "1月5日将", "12月31日", "3月至2月", "上半年", "31日", "近日"],
)
def test_days_beyond_the_calendar_have_no_value(text: str, published_on: date) -> None:
    """Nothing raises, and every value has years of four digits from 1 to 9999."""
    for value in dates(text, published_on):
        assert value is None or all(day == ".." or (4 <= len(day) <= 10 and int(day[:4]) >= 1) for day in str(value).split("/"))


def test_a_date_says_how_it_was_resolved() -> None:
    """Precision, where the year comes from, whether it lies ahead; 近日 is the week before the issue."""
    found = [e for e in extract(None, "近日，2月3日印发，3月起施行，2024年第四季度", published_on=date(2026, 2, 6)) if e.type == "date"]
    assert [e.canonical for e in found] == [
        {"precision": "vague", "within": "2026-01-30/2026-02-06"},
        {"precision": "day", "year": "inferred", "basis": "issue"},
        {"precision": "month", "ahead": True, "year": "inferred", "basis": "issue"},
        {"precision": "quarter"},
    ]
    assert found[0].inferred
