"""Lines whose part in an item is known → the item's title and text."""

import pytest

from services.enrich.readers import read
from services.enrich.split.items import Head, Story, story_of
from services.enrich.split.units import units_of
from shared.records import MediaType


def _story(text: str, form: Head | None, *, media_type: MediaType = "text/markdown", without: tuple[int, ...] = ()) -> Story:
    """All of `text` as one item, headed by its first line."""
    blocks = read(text.encode(), media_type=media_type).blocks
    units = units_of(blocks)
    return story_of(units, blocks, 0, 0, len(units), path=(), form=form, without=without)


@pytest.mark.parametrize(
    ("text", "form", "title", "body"),
    [
        ("1. 昆山发布行动方案。", "title", "昆山发布行动方案", ""),
        ("昆山发布行动方案", "untitled", None, "昆山发布行动方案"),
        ("**昆山发布行动方案** 提出新增绿色工厂", "inline", "昆山发布行动方案", "提出新增绿色工厂"),
        ("【昆山】提出新增绿色工厂", "inline", "昆山", "提出新增绿色工厂"),
        ("昆山发布行动方案——提出新增绿色工厂", "inline", "昆山发布行动方案", "提出新增绿色工厂"),
        ("[碳表](https://a.cn)：算出产品的碳足迹", "title", "碳表", "算出产品的碳足迹"),
        ("昆山提出新增绿色工厂十家", "inline", None, "昆山提出新增绿色工厂十家"),
        ("**昆山：发布行动方案**", "inline", "昆山：发布行动方案", ""),
        ("昆山提出新增绿色工厂，" * 20, "title", None, "昆山提出新增绿色工厂，" * 20),
        ("## 昆山：发布行动方案", "inline", "昆山：发布行动方案", ""),
        ("**昆山发布行动方案。**" + "昆山提出新增绿色工厂。" * 8, "title", "昆山发布行动方案", "昆山提出新增绿色工厂。" * 8),
    ],
)
def test_a_known_line_is_title_or_text_as_it_is_said(text: str, form: Head, title: str | None, body: str) -> None:
    """Whatever the line's looks say."""
    story = _story(text, form)
    assert (story.title, story.body) == (title, body)


def test_lines_that_are_none_of_the_item_are_not_in_its_text() -> None:
    """An advertisement between two paragraphs."""
    assert _story("甲\n\n乙。\n\n广告\n\n丙。", "title", without=(2,)).body == "乙。\n丙。"


@pytest.mark.parametrize("form", [None, "title"])
def test_an_address_behind_a_title_is_text_only_where_there_is_no_other(form: Head | None) -> None:
    """The item links to it in any case."""
    alone = _story("1. 昆山发布行动方案：https://a.cn/b", form, media_type="text/plain")
    assert (alone.title, alone.body) == ("昆山发布行动方案", "https://a.cn/b")
    told = _story("1. 昆山发布行动方案：https://a.cn/b\n昆山提出新增绿色工厂。", form, media_type="text/plain")
    assert (told.title, told.body) == ("昆山发布行动方案", "昆山提出新增绿色工厂。")
    assert [link.url for link in alone.links] == [link.url for link in told.links] == ["https://a.cn/b"]


@pytest.mark.parametrize("form", [None, "title"])
def test_badges_of_a_page_are_no_part_of_a_title(form: Head | None) -> None:
    """Words as small as these tell nothing by themselves: their elements do."""
    page = '<h3><span class="tag">政策</span>昆山发布行动方案<span class="score">88</span></h3><p>昆山提出新增绿色工厂。</p>'
    assert _story(page, form, media_type="text/html").title == "昆山发布行动方案"


@pytest.mark.parametrize(
    ("row", "title", "body"),
    [
        ("CVE-2026-0001 | 甲路由器命令注入 | 高", "CVE-2026-0001", "甲路由器命令注入 | 高"),
        ("1 | 甲公司 | 中标储能项目", "甲公司", "1 | 中标储能项目"),
        ("2026年2月8日 | 昆山发布行动方案 | ", "昆山发布行动方案", "2026年2月8日"),
        ("1 | 2 | 3", "1", "2 | 3"),
    ],
)
def test_a_row_is_titled_by_its_first_cell_of_words(row: str, title: str, body: str) -> None:
    """What counts or dates the row is its text, as the other cells are."""
    rows = read(f"甲 | 乙 | 丙\n--- | --- | ---\n{row}".encode(), media_type="text/markdown").blocks
    units = units_of(rows)
    story = story_of(units, rows, 1, 1, 2, path=(), form="title")
    assert (story.title, story.body) == (title, body)
