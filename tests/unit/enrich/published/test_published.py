"""What is known of a digest's own day: what was said of it, its names, what its text states, else the days
that are usual in it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.enrich.published import Published, published

SAMPLE = Path(__file__).parents[4] / "deploy" / "stack" / "sample" / "shuangtan-weekly.txt"


def known(received: str = "2026-11-22", **said: Any) -> str:
    """The day and its basis for what is said of a digest, received at noon UTC."""
    at = datetime.combine(date.fromisoformat(received), datetime.min.time(), UTC).replace(hour=12)
    nothing: dict[str, Any] = {"given": None, "title": None, "url": None, "names": (), "stated": None, "heading": None, "text": ""}
    day = published(**nothing | said, received_at=at)
    return f"{day.on} {day.basis}"


def found(text: str, received: str) -> str:
    """The same for a text of which nothing else is known."""
    return known(received, text=text)


@pytest.mark.parametrize("received", ["2026-02-06", "2026-11-22"])
def test_days_without_a_year_never_date_a_digest(received: str) -> None:
    """The sample has a dozen of them, and one full date, as of which a figure is: read in any year it must
    not be of that year."""
    assert found(SAMPLE.read_text(encoding="utf-8"), received) == "None received_at"
    assert found("2月4日,昆山市印发《方案》。", received) == "None received_at"
    assert published(
        given=None, title=None, url=None, names=(), stated=None, heading=None, text="2月4日", received_at=datetime(2026, 2, 6, 16, 30, tzinfo=UTC)
    ) == Published(None, "received_at", date(2026, 2, 7))


@pytest.mark.parametrize(
    "ahead",
    [
        "2026年3月31日前报送",
        "2026年3月31日之前报送",
        "2026年3月31日(周二)17:00前报送",
        "自2026年3月31日起施行",
        "2026-03-31起施行",
        "2026年3月31日至年底开放",
        "2026年3月28日—2026年3月31日开放",
        "报名到2026年3月31日",
        "截至2026年3月31日",
        "截止日期：2026年3月31日",
        "不晚于2026年3月31日",
        "将于2026年3月31日举行",
        "定于2026年3月31日举行",
    ],
)
def test_a_deadline_a_span_a_day_to_come_or_of_figures_is_not_counted(ahead: str) -> None:
    """Received late, such a day would look newer than the story it stands in."""
    assert found(f"2026年2月4日,昆山市印发《方案》,{ahead}。", "2026-11-22") == "2026-02-04 text"


@pytest.mark.parametrize(
    "told",
    [
        "2026年2月4日前往昆山调研",
        "2026年2月4日到昆山调研",
        "2026年2月4日——昆山开工",
        "- 2026年2月4日,昆山开工",
        "2026年2月4日起草完成",
        "2026年2月4日起火",
        "2026年2月4日前方传来捷报",
    ],
)
def test_what_has_happened_is_counted(told: str) -> None:
    """Words that only look like a deadline's."""
    assert found(told, "2026-11-22") == "2026-02-04 text"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2026-02-05T18:30:00Z", "2026-02-06 text"),
        ("2026-02-05T18:30:00+00:00", "2026-02-06 text"),
        ("2026-02-05T18:30:00+08:00", "2026-02-05 text"),
        ("2026-02-05T18:30:00", "2026-02-05 text"),
        ("Thu, 05 Feb 2026 18:30:00 GMT", "2026-02-06 text"),
        ("Thu, 05 Feb 2026 18:30:00 +0800", "2026-02-05 text"),
        ("2026年2月5日 18:30", "2026-02-05 text"),
        ("yesterday", "None received_at"),
    ],
)
def test_a_moment_of_the_metadata_is_a_day_in_shanghai(stated: str, expected: str) -> None:
    """ISO 8601 and RFC 822 say their zone; what says none is taken at its word."""
    assert known(stated=stated) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("双碳周报-2018-07-13.md", "2018-07-13 name"),
        ("energy_daily_2026-08-20.md", "2026-08-20 name"),
        ("20260206.txt", "2026-02-06 name"),
        ("2026年2月6日新闻联播.docx", "2026-02-06 name"),
        ("周报2026.01.31-02.06.pdf", "2026-02-06 name"),
        ("日报_2026_02_06_终稿.docx", "2026-02-06 name"),
        ("202602061830.txt", "2026-02-06 name"),
        ("IMG_20260206_183000.pdf", "2026-02-06 name"),
        ("周报2025.12.29-2026.1.4(2).pdf", "2026-01-04 name"),
        ("周报2025.12.29-01.04.docx", "2026-01-04 name"),
        ("周报2025年12月29日至1月4日.docx", "2026-01-04 name"),
        ("周报2026-01-31~02-06.docx", "2026-02-06 name"),
        ("周报2026-01-31 - 02-06.docx", "2026-02-06 name"),
        ("2026-02-06-10-15.html", "2026-02-06 name"),
        ("2025-02-06-10-15.html", "2025-02-06 name"),
        ("2024-02-06-12-30-daily.md", "2024-02-06 name"),
        ("2026-02-06 前沿科技周报.md", "2026-02-06 name"),
        ("2026-02-06前瞻.md", "2026-02-06 name"),
        ("2026-02-06 前端周刊.md", "2026-02-06 name"),
        ("2026-02-06前海要闻.md", "2026-02-06 name"),
        ("2026年2月6日将军报.md", "2026-02-06 name"),
        ("2026-02-06底层逻辑.md", "2026-02-06 name"),
        ("2026-02-06 起点周报.md", "2026-02-06 name"),
        ("2026-02-06执行力周报.md", "2026-02-06 name"),
        ("来自2026-02-06.md", "2026-02-06 name"),
        ("2026年3月1日前方可领取.docx", "2026-01-05 text"),
        ("2026年3月1日前提交.docx", "2026-01-05 text"),
        ("2026年3月1日起执行.docx", "2026-01-05 text"),
        ("2026年3月1日将领取.docx", "2026-01-05 text"),
        ("2026.3.3-2025.3.9周报.md", "2026-01-05 text"),
        ("自2026年3月1日起施行的新规.docx", "2026-01-05 text"),
        ("2026年3月1日前报送.docx", "2026-01-05 text"),
        ("2027-01-01.md", "2026-01-05 text"),
        ("issue-92.md", "2026-01-05 text"),
        ("13800138000.txt", "2026-01-05 text"),
        ("20261399.txt", "2026-01-05 text"),
    ],
)
def test_the_name_of_file_or_feeder_comes_before_the_text(name: str, expected: str) -> None:
    """Old issues that are fed years later keep their day."""
    assert known(names=(None, name), text="2026年1月5日,昆山开工。") == expected
    assert known(names=(name, None), text="2026年1月5日,昆山开工。") == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/2026/02/06/1.html", "2026-02-06 url"),
        ("https://a.example/n1/2026/0206/c1001-40.html", "2026-02-06 url"),
        ("https://a.example/2026-02/06/content_1.htm", "2026-02-06 url"),
        ("https://a.example/202602/t20260206_1378.html", "2026-02-06 url"),
        ("https://a.example/art/2026/2/6/art_1_2.html", "2026-02-06 url"),
        ("https://a.example/202602/1.html", "2026-01-05 text"),
        ("https://a.example/s?id=2026139901", "2026-01-05 text"),
    ],
)
def test_an_address_has_its_day_in_many_forms(url: str, expected: str) -> None:
    """As newspapers and authorities write them."""
    assert known(url=url, text="2026年1月5日,昆山开工。") == expected


@pytest.mark.parametrize(
    ("title", "received", "expected"),
    [
        ("双碳周报 2月6日", "2026-02-06", "2026-02-06 title"),
        ("双碳周报 2月6日", "2026-02-20", "2026-02-06 title"),
        ("双碳周报 12月30日", "2026-01-03", "2025-12-30 title"),
        ("双碳周报 2月6日", "2026-02-21", "None received_at"),
        ("双碳周报 2月6日", "2026-11-22", "None received_at"),
        ("2月10日前报送的材料", "2026-02-20", "None received_at"),
        ("自2026年3月1日起施行的新规盘点", "2026-11-22", "None received_at"),
        ("2026年3月1日正式实施的新规", "2026-11-22", "None received_at"),
        ("周报(2026年1月31日至2026年2月6日)", "2026-11-22", "2026-02-06 title"),
        ("周报2025.3.3-2024.3.9", "2026-11-22", "None received_at"),
        ("周报(2025.12.29-01.04)", "2026-11-22", "2026-01-04 title"),
        ("2024-02-06-10-15", "2026-11-22", "2024-02-06 title"),
    ],
)
@pytest.mark.parametrize("kind", ["title", "heading"])
def test_a_title_has_the_day_it_is_of(kind: str, title: str, received: str, expected: str) -> None:
    """One without a year only shortly after it: issues of other years would pass for this one's. Deadlines
    and first days of rules never count."""
    assert known(received, **{kind: title}) == expected


def test_a_time_that_a_page_marks_comes_behind_names() -> None:
    """The first of a page may be its story's; it is a day of Shanghai."""
    assert known(marked="2026-02-05T18:30:00Z") == "2026-02-06 text"
    assert known(marked="2026-02-05T18:30:00Z", names=(None, "2026-02-04.html")) == "2026-02-04 name"
    assert known(marked="2026-02-05T18:30:00Z", heading="周报 2026-02-04") == "2026-02-06 text"


@pytest.mark.parametrize(
    "top",
    [
        "双碳周报\n2026-02-06\n",
        "双碳周报\n发布时间：2026-02-06\n",
        "双碳周报\n来源：双碳周报 发布日期: 2026年2月6日 浏览 20\n",
        "双碳周报\n2026年2月6日 星期五 18:00\n",
        "【2026.02.06】\n",
        "Subject: 双碳周报\nDate: Thu, 05 Feb 2026 18:30:00 +0000\n",
        "published_time: 2026-02-05T18:30:00Z\n",
        "各位早上好,今天是2026年2月6日,星期五。\n",
    ],
)
def test_a_full_date_that_states_the_publication_wins(top: str) -> None:
    """Over later dates."""
    assert found(f"{top}2月4日,昆山市印发《方案》。\n3月31日,开工。自2026年10月1日起施行。", "2026-11-22") == "2026-02-06 text"


@pytest.mark.parametrize(
    "notice",
    [
        "时间：2026年9月3日 14:00\n地点：昆山",
        "一、时间: 2026年9月3日\n二、地点：昆山",
        "【时间】2026年9月3日 14:00",
        "会议时间：2026年9月3日 14:00",
        "报名时间：2026年9月3日",
    ],
)
def test_the_time_of_an_event_dates_no_digest(notice: str) -> None:
    """Neither alone nor below the digest's own day, near or far."""
    assert found(f"会议通知\n{notice}", "2026-11-22") == "None received_at"
    assert found(f"双碳周报\n2026-02-06\n{notice}\n", "2026-11-22") == "2026-02-06 text"
    assert found(f"双碳周报\n2026-02-06\n{'昆山开工。' * 100}\n{notice}\n", "2026-11-22") == "2026-02-06 text"


def test_blanks_do_not_hide_that_a_time_is_of_publication() -> None:
    """As pages that were copied have them."""
    assert found(f"昆山开工。\n发布时间：{' ' * 9}2026-02-06", "2026-11-22") == "2026-02-06 text"


def test_only_dates_alone_move_the_day_that_is_stated_first() -> None:
    """A line with words says something of its own story."""
    assert found("双碳周报\n2026-02-06\n昆山会议\n日期：2026年9月3日\n", "2026-11-22") == "2026-02-06 text"
    assert found("双碳周报\n发布时间：2026-02-06\n昆山开工。\n今天是2026年9月3日。", "2026-11-22") == "2026-02-06 text"
    assert found("双碳周报\n日期：2026-02-06\n昆山开工。", "2026-11-22") == "2026-02-06 text"


def test_a_date_within_a_sentence_states_nothing() -> None:
    """Nor does a line of its own in the midst of it: there the newest day counts."""
    story = "2026年1月9日,昆山市印发《方案》,方案于2026年1月5日通过。\n"
    assert found(story + "绿色" * 200 + "\n2026-01-08\n绿色\n", "2026-02-06") == "2026-01-09 text"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("\n2026年2月6日\n", "2026-02-06 text"),
        ("\n某市人民政府办公室\n2026年2月6日", "2026-02-06 text"),
        ("\n发布时间：2026-02-05T18:30:00Z", "2026-02-06 text"),
        ("\n下期见,2026年2月6日", "None received_at"),
        ("\n2026年2月6日\n往期回顾", "None received_at"),
    ],
)
def test_the_last_line_states_the_publication(end: str, expected: str) -> None:
    """Letters and notices are dated so; what only stands near the end states nothing."""
    assert found("绿色" * 1000 + end, "2026-11-22") == expected


def test_a_lone_date_among_many_stories_dates_nothing() -> None:
    """It is of an anniversary, a record, a photograph; where full dates are usual the newest is the digest's."""
    story = "昆山开工。" * 150 + "\n"
    assert found(story * 4 + "照片摄于2019年10月30日。", "2026-11-22") == "None received_at"
    dated = [f"2026年2月{day}日,{story}" for day in (3, 4, 5, 6)]
    assert found("".join(dated) + "公司成立于2008年12月16日。", "2026-11-22") == "2026-02-06 text"
    assert found("".join(dated).replace("2026年2月6日", "2026年8月6日"), "2026-11-22") == "None received_at"


def test_a_digest_of_days_is_of_the_last_of_them() -> None:
    """Lines of their own head its days; the first of them is not the digest's."""
    assert found("2026-02-04\n昆山开工。\n2026-02-06\n常州开工。\n", "2026-02-08") == "2026-02-06 text"


def test_no_day_after_the_receipt_counts() -> None:
    """It is of what is to come."""
    assert found("2026年2月5日开工,2026年3月1日完工。", "2026-02-06") == "2026-02-05 text"


def test_the_text_is_asked_last() -> None:
    """What was given, the metadata, the title, names and the url are trusted before it."""
    said: dict[str, Any] = {
        "given": date(2026, 2, 1),
        "stated": "2026-02-02",
        "title": "周报 2026年2月3日",
        "names": ("weekly-20260204",),
        "url": "https://a.example/20260205/1",
        "heading": "周报 2026.2.6",
        "text": "2026年2月7日印发。",
    }
    days = []
    for name in list(said):
        days.append(known(**said))
        del said[name]
    assert [day[5:] for day in days] == ["02-01 given", "02-02 text", "02-03 title", "02-04 name", "02-05 url", "02-06 title", "02-07 text"]


BLANKS = " " * 1_500


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (f"2026年2月6日{BLANKS}x", "2026-02-06"),
        (f"2026-02-06{BLANKS}(周五){BLANKS}x", "2026-02-06"),
        (f"2026年2月6日{BLANKS}上午{BLANKS}x", "2026-02-06"),
        (f"2026.02.06{BLANKS}-{BLANKS}x", "2026-02-06"),
        (f"2026.01.31{BLANKS}-02.06", "2026-02-06"),
        (f"2026年3月1日{BLANKS}前报送", "None"),
    ],
    ids=["a day", "its weekday", "its hours", "half a span", "a span", "a deadline"],
)
@pytest.mark.parametrize("kind", ["title", "heading", "stated", "name"])
def test_blanks_around_a_day_are_passed_over_once(kind: str, said: str, expected: str) -> None:
    """Patterns that tried each way of sharing them out did not come to an end."""
    assert known(**({"names": (None, said)} if kind == "name" else {kind: said})).split()[0] == expected


def test_blanks_within_a_text_are_passed_over_once() -> None:
    """They are read as far as the text is."""
    blanks = " " * 100_000
    assert found(f"2026年2月6日{blanks}x", "2026-11-22").startswith("None")
    assert found(f"2026年2月6日 x\n{'2026年2月6日上午' + BLANKS}x", "2026-11-22") == "2026-02-06 text"
