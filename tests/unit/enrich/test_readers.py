"""Bytes → blocks, for each media type."""

import pytest

from services.enrich.blocks import Block
from services.enrich.readers import media_type_of, read
from services.enrich.split.markers import marker_of
from shared.records import MediaType


def _blocks(text: str, media_type: MediaType = "text/markdown") -> tuple[Block, ...]:
    return read(text.encode(), media_type=media_type).blocks


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("一、政策动态", "han", 1),
        ("十二、其他", "han", 12),
        ("（三）某某", "han_paren", 3),
        ("1.某某发布", "dot", 1),
        ("01. 地方动态", "padded", 1),
        ("12、某某", "comma", 12),
        ("(4)某某", "paren", 4),
        ("⑦某某", "circled", 7),
        ("3️⃣ 某某", "keycap", 3),
        ("PART 02 某某", "part", 2),
        ("第三部分 某某", "di", 3),
        ("🟡 鼓励", "bullet", None),
        ("▶某某", "bullet", None),
    ],
)
def test_markers_are_told(text: str, style: str, number: int | None) -> None:
    """Numbering and bullets of Chinese print."""
    marker = marker_of(text)
    assert marker is not None
    assert (marker.style, marker.number) == (style, number)


@pytest.mark.parametrize(
    "text",
    ["15.3.x ≤ 甲软件", "3.2.1版发布", "★★ 级动态", "⭐️⭐️⭐️ 推荐", "2026年2月", "5 月 1 日起", "12:30 更新", "昆山:将新增", "一般来说", "MSCI:32%"],
)
def test_what_is_no_marker_is_none(text: str) -> None:
    """Dates, times and words begin like numbers."""
    assert marker_of(text) is None


@pytest.mark.parametrize("text", ["15.3.x ≤ 甲软件", "3.2.1版发布", "★★ 级动态", "⭐️⭐️⭐️ 推荐"])
def test_versions_and_ratings_are_no_markers(text: str) -> None:
    """They begin like numbers and bullets."""
    assert marker_of(text) is None


def test_words_broken_over_lines_are_joined_and_hard_breaks_part() -> None:
    """Exporters break lines within words; two spaces at the end mean a new line."""
    assert [block.text for block in _blocks("新出现的Black\nBasta勒索组织。  \n第二行")] == ["新出现的Black Basta勒索组织。", "第二行"]


def test_bold_runs_side_by_side_are_one() -> None:
    """`**0****1**` is the number 01 in two bold runs."""
    (block,) = _blocks("**0****1**")
    assert block.text == "01"
    assert block.emphasised


def test_bold_that_touches_chinese_punctuation_is_bold() -> None:
    """CommonMark does not see it; readers do."""
    (block,) = _blocks("**标题，**正文")
    assert (block.text, block.strong) == ("标题，正文", 3)


def test_wechat_pages_are_read_at_their_article() -> None:
    """Script, style and what stands around the article are not read."""
    article = '<div id="js_content"><p><b>标题</b></p><script>1</script><p>正文<img alt="图"></p></div>'
    page = f"<html><head><title>t</title><style>x{{}}</style></head><body><p>菜单</p>{article}</body></html>"
    document = read(page.encode(), media_type="text/html")
    assert [(block.text, block.emphasised, block.images) for block in document.blocks] == [("标题", True, ()), ("正文", False, ("图",))]


def test_blocks_know_where_they_lie_in_the_source() -> None:
    """The source offset is that of the line."""
    source = "# 题\n\n第一段\n\n第二段\n"
    assert [source[block.source :].split("\n")[0].lstrip("# ") for block in _blocks(source)] == [block.text for block in _blocks(source)]


@pytest.mark.parametrize(
    ("text", "media_type"),
    [("<!DOCTYPE html><p>新闻</p>", "text/html"), ("# 题\n\n- 一\n- 二\n", "text/markdown"), ("题\n1、一\n2、二\n", "text/plain")],
)
def test_the_media_type_is_told_by_content(text: str, media_type: str) -> None:
    """For what comes without a telling name."""
    assert media_type_of(text.encode()) == media_type


def test_full_width_stays_as_printed_and_zero_width_goes() -> None:
    """People see the text as it was printed."""
    document = read("\ufeff标题：ＡＢＣ\u200b\r\n正文".encode(), media_type="text/plain")
    assert document.text == "标题：ＡＢＣ\n正文"


def test_tags_nested_without_end_are_read_in_time() -> None:
    """The parser's own work is quadratic; ours must bound it."""
    assert _blocks("<div>" * 50_000 + "新闻", "text/html")[0].text == "新闻"
