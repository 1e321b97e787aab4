"""Labels of lines → items with the sections that govern them."""

import pytest

from services.enrich.readers import read
from services.enrich.segment.items import parts_of
from services.enrich.segment.labels import BODY, CONTENTS, OTHER, SECTION, TITLE
from services.enrich.split.units import units_of

_LABELS = {"T": TITLE, "B": BODY, "S": SECTION, "C": CONTENTS, "O": OTHER}


@pytest.mark.parametrize(
    ("text", "labels", "sections"),
    [
        pytest.param(
            "## 详细新闻\n\n### 甲事\n\n正文。\n\n### 联播快讯\n\n**乙事**\n\n正文。\n\n### 丙事\n\n正文。", "STBSTBTB",
            ["详细新闻", "联播快讯", "详细新闻"], id="a heading beside items holds items of another kind",
        ),
        pytest.param(
            "## 热点\n\n### 甲组\n\n#### 甲事\n\n正文。\n\n### 乙事\n\n正文。", "SSTBTB", ["甲组", "热点"], id="and of a deeper level",
        ),
        pytest.param(
            "**热点**\n\n## 甲事\n\n正文。\n\n### 乙事\n\n正文。\n\n**事件**\n\n### 丙事\n\n正文。", "STBTBSTB",
            ["热点", "热点", "事件"], id="a section that is no heading holds headings of all levels",
        ),
        pytest.param(
            "# 内容\n\n1. 甲事；\n\n2. 快讯：\n\n（1）乙事；\n\n（2）丙事；\n\n3. 丁事。", "STSTTT",
            ["内容", "快讯", "快讯", "内容"], id="one number among others names a section",
        ),
        pytest.param(
            "### 热点\n\n### 甲事\n\n正文。\n\n### 乙事\n\n正文。", "STBTB", ["热点", "热点"], id="section and items of one level",
        ),
    ],
)  # fmt: skip
def test_a_section_ends_where_an_item_stands_beside_it(text: str, labels: str, sections: list[str]) -> None:
    """Unless its first item stood so too."""
    document = read(text.encode(), media_type="text/markdown")
    parts = parts_of(document, units_of(document.blocks), [_LABELS[label] for label in labels])
    assert [story.section_path[-1] for story in parts.stories] == sections


def test_sections_of_the_contents_list_govern_where_the_digest_names_none() -> None:
    """Each the items that it lists; its last one not all that follows."""
    text = (
        "## 概览\n\n### 要闻\n\n- 甲公司发布新的模型\n- 乙公司开放邀请测试\n\n### 传闻\n\n- 丙公司或将收购丁公司\n\n"
        "## 甲公司发布新的模型\n\n正文。\n\n## 乙公司开放邀请测试\n\n正文。\n\n## 丙公司或将收购丁公司\n\n正文。"
    )
    document = read(text.encode(), media_type="text/markdown")
    parts = parts_of(document, units_of(document.blocks), [_LABELS[label] for label in "OSCCSCTBTBTB"])
    assert [story.section_path for story in parts.stories] == [("要闻",), ("要闻",), ("传闻",)]
