"""Markdown as exporters print it → the lines that a person wrote."""

import pytest

from services.enrich.readers import read
from services.enrich.readers.broken import Breaks


def _blocks(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(text.encode(), media_type="text/markdown").blocks if block.text]


def _texts(text: str) -> list[str]:
    return [shown for _, shown in _blocks(text)]


@pytest.mark.parametrize("line_end", ["\n", "  \n"], ids=["soft breaks", "hard breaks"])
def test_lines_broken_where_scripts_meet_are_one(line_end: str) -> None:
    """As an exporter breaks them."""
    lines = ["【", "The Daily", "网站", "2", "月", "21", "日报道】甲部门（", "DISA", "）要求列出", "Alpha Beta", "的权限。", "DISA", "另有说明"]
    assert _texts(line_end.join(lines)) == ["【The Daily网站2月21日报道】甲部门（DISA）要求列出Alpha Beta的权限。DISA另有说明"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("甲地  \n，乙地", ["甲地，乙地"]),
        ("见《  \n甲法》", ["见《甲法》"]),
        ("床前明月光，  \n疑是地上霜。", ["床前明月光，", "疑是地上霜。"]),
        ("iOS  \n安卓  \nWindows  \n鸿蒙", ["iOS", "安卓", "Windows", "鸿蒙"]),
        ("来源：甲报  \nCVE-2026-1：高危", ["来源：甲报", "CVE-2026-1：高危"]),
        ("**1. 甲法案**\n法案要求报告。", ["1. 甲法案", "法案要求报告。"]),
        ("**2. Alpha\n防火墙漏洞，两千台受影响**", ["2. Alpha防火墙漏洞，两千台受影响"]),
        ("**2. Alpha\nBeta防火墙漏洞**", ["2. Alpha Beta防火墙漏洞"]),
    ],
)
def test_lines_that_a_person_parted_stay_parted(text: str, lines: list[str]) -> None:
    """Verse, lists and fields; a title broken within its emphasis is one, and so is a line before a comma."""
    assert _texts(text) == lines


def test_one_text_tells_how_it_was_broken() -> None:
    """Two lines that nobody parts so, and hardly any break elsewhere."""
    breaks = Breaks()
    for before, after in [("（", "DISA"), ("DISA", "）说"), ("两", "3")]:
        breaks.add(before, after)
    assert breaks.made
    for before, after in [("甲说", "乙说")] * 2:
        breaks.add(before, after)
    assert not breaks.made


def test_a_break_before_a_heading_is_no_block_of_html() -> None:
    """`<br />` and an anchor, as exporters print them, hide no heading and no list."""
    text = '<br />\n<a name="x"></a>\n### 甲事\n[乙](https://a.cn)<br />\n\n<br />\n- 丙\n\n<img src="a.png" alt="图">\n## 丁'
    assert _blocks(text) == [("heading", "甲事"), ("paragraph", "乙"), ("list", "- 丙"), ("heading", "丁")]


def test_blocks_of_html_are_still_read_as_html() -> None:
    """An element that is a block of its own begins one, whatever stands within."""
    assert _blocks("甲\n\n<div>\n\n<p>乙</p>\n</div>\n\n<ul>\n<li># 丙</li>\n</ul>") == [
        ("paragraph", "甲"), ("paragraph", "乙"), ("list", "- # 丙")]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("### [甲事](https://a.cn/x\n)\n正文", [("heading", "甲事"), ("paragraph", "正文")]),
        ("### 推荐：[甲 乙](https://a.cn/x(1)-y\n) 丙\n正文", [("heading", "推荐：甲 乙 丙"), ("paragraph", "正文")]),
        ("### 甲（乙\n) 丙", [("heading", "甲（乙"), ("paragraph", ") 丙")]),
    ],
)
def test_a_heading_broken_within_an_address_is_one(text: str, blocks: list[tuple[str, str]]) -> None:
    """As exporters break it; other headings end with their line."""
    assert _blocks(text) == blocks


def test_links_of_html_are_links() -> None:
    """Within a line of Markdown."""
    (block,) = read('见<a href="https://a.cn">甲文</a>。'.encode(), media_type="text/markdown").blocks
    assert [(link.text, link.url) for link in block.links] == [("甲文", "https://a.cn")]
