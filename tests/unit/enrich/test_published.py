"""What a text says of its own day: stated at the top, else the newest day that it tells of."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.enrich.published import Published, published

SAMPLE = Path(__file__).parents[3] / "deploy" / "stack" / "sample" / "shuangtan-weekly.txt"


def found(text: str, received: str) -> str:
    """The day and its basis for a text of which nothing else is known, received at noon UTC."""
    at = datetime.combine(date.fromisoformat(received), datetime.min.time(), UTC).replace(hour=12)
    day = published(given=None, title=None, url=None, stated=None, heading=None, text=text, received_at=at)
    return f"{day.on} {day.basis}"


@pytest.mark.parametrize("received", ["2026-02-06", "2026-11-22"])
def test_the_sample(received: str) -> None:
    """Its newest story is of 2月4日; the full date in it, 截至2025年12月31日, is older."""
    assert found(SAMPLE.read_text(encoding="utf-8"), received) == "2026-02-04 text"


@pytest.mark.parametrize(
    ("text", "received", "expected"),
    [
        ("12月30日,昆山市印发《方案》。", "2026-01-03", "2025-12-30 text"),
        ("1月3日,昆山市印发《方案》。", "2026-01-03", "2026-01-03 text"),
        ("1月4日,昆山市印发《方案》。", "2026-01-03", "2025-01-04 text"),
        ("2月29日,昆山市印发《方案》。", "2026-01-03", "2024-02-29 text"),
        ("2月30日,昆山市印发《方案》。", "2026-01-03", "2026-01-03 received_at"),
        ("近日,昆山市印发《方案》。", "2026-01-03", "2026-01-03 received_at"),
    ],
)
def test_a_day_without_a_year_is_the_most_recent_such_day(text: str, received: str, expected: str) -> None:
    """At the turn of the year as on the day itself, and on a leap day."""
    assert found(text, received) == expected


@pytest.mark.parametrize(
    "ahead",
    [
        "3月31日前报送",
        "3月31日之前报送",
        "3月31日以前报送",
        "3月31日(周二)17:00前报送",
        "3月31日下午5点前报送",
        "3月31日起施行",
        "3月31日至年底开放",
        "3月28日—3月31日开放",
        "3月28日-31日开放",
        "3月28日到3月31日开放",
        "报名到3月31日",
        "报名截至3月31日",
        "截止日期：3月31日",
        "不晚于3月31日",
        "将于3月31日举行",
        "每年3月31日举行",
        "2024年3月31日印发",
        "2024 年 3 月 31 日印发",
    ],
)
def test_a_deadline_or_a_span_is_not_counted(ahead: str) -> None:
    """Received late, such a day would look newer than the story it stands in."""
    assert found(f"2月4日,昆山市印发《方案》,{ahead}。", "2026-11-22") == "2026-02-04 text"


@pytest.mark.parametrize(
    "told",
    ["2月4日前往昆山调研", "2月4日到昆山调研", "2月4日——昆山开工", "- 2月4日,昆山开工", "今年2月4日印发", "2月4日起草完成"],
)
def test_what_has_happened_is_counted(told: str) -> None:
    """Words that only look like a deadline's."""
    assert found(told, "2026-11-22") == "2026-02-04 text"


@pytest.mark.parametrize(
    "top",
    [
        "双碳周报\n2026-02-06\n",
        "双碳周报\n发布时间：2026-02-06\n",
        "双碳周报\n来源：双碳周报 发布日期: 2026年2月6日 浏览 20\n",
        "双碳周报\n2026年2月6日 星期五 18:00\n",
        "【2026.02.06】\n",
    ],
)
def test_a_full_date_that_states_the_publication_wins(top: str) -> None:
    """Over a day without a year that looks later, and over a later full date."""
    assert found(f"{top}2月4日,昆山市印发《方案》。\n3月31日,开工。自2026年10月1日起施行。", "2026-11-22") == "2026-02-06 text"


def test_a_date_within_a_sentence_states_nothing() -> None:
    """Nor does a line of its own far below the top: there the newest day counts."""
    story = "2月4日,昆山市印发《方案》,方案于2026年1月5日通过。\n"
    assert found(story + "绿色" * 200 + "\n2026-01-08\n", "2026-02-06") == "2026-02-04 text"


def test_a_digest_of_days_is_of_the_last_of_them() -> None:
    """Lines of their own head its days; the first of them is not the digest's."""
    assert found("2026-02-04\n昆山开工。\n2026-02-06\n常州开工。\n", "2026-02-08") == "2026-02-06 text"


def test_a_full_date_counts_as_one_without_a_year_does() -> None:
    """The newest of both kinds, none after the receipt, which is a day of Shanghai."""
    assert found("2月4日印发,2026年2月5日开工,2026年3月1日完工。", "2026-02-06") == "2026-02-05 text"
    late = datetime(2026, 2, 6, 16, 30, tzinfo=UTC)
    assert published(given=None, title=None, url=None, stated=None, heading=None, text="2月7日印发。", received_at=late) == Published(
        date(2026, 2, 7), "text"
    )


def test_the_text_is_asked_last() -> None:
    """What was given, the metadata, the title and the url are trusted before it."""
    at = datetime(2026, 2, 8, tzinfo=UTC)
    text = "2月4日印发。"
    asked = [
        published(given=date(2026, 2, 1), title=None, url=None, stated="2026-02-02", heading=None, text=text, received_at=at),
        published(given=None, title="周报 2月3日", url="https://a.example/20260205/1", stated="2026-02-02", heading=None, text=text, received_at=at),
        published(given=None, title="周报 2月3日", url="https://a.example/20260205/1", stated=None, heading=None, text=text, received_at=at),
        published(given=None, title="周报", url="https://a.example/20260205/1", stated=None, heading=None, text=text, received_at=at),
    ]
    assert [f"{day.on:%m-%d} {day.basis}" for day in asked] == ["02-01 given", "02-02 text", "02-03 title", "02-05 url"]
