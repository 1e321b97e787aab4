"""The line of a title: what is title, what is text behind it, and what is neither."""

import pytest

from services.enrich.blocks import Anchor
from services.enrich.split.forms import form


@pytest.mark.parametrize(
    ("line", "title", "address"),
    [
        ("昆山:将新增(近)零碳工厂10家", "昆山:将新增(近)零碳工厂10家", ""),
        ("[政策] 昆山发布行动方案", "昆山发布行动方案", ""),
        ("[NEW] 昆山发布行动方案", "昆山发布行动方案", ""),
        ("NEW 昆山发布行动方案", "昆山发布行动方案", ""),
        ("NEW BALANCE 关闭门店", "NEW BALANCE 关闭门店", ""),
        ("[1] 昆山发布行动方案", "[1] 昆山发布行动方案", ""),
        ("标题：昆山发布行动方案", "昆山发布行动方案", ""),
        ("昆山发布行动方案 ⭐️ 7.0/10", "昆山发布行动方案", ""),
        ("昆山发布行动方案 评分：8.5/10", "昆山发布行动方案", ""),
        ("国足战绩 2/10", "国足战绩 2/10", ""),
        ("昆山发布行动方案 ★★★☆☆", "昆山发布行动方案", ""),
        ("甲公司中标储能项目 利好", "甲公司中标储能项目", ""),
        ("甲公司中标储能项目带来利好", "甲公司中标储能项目带来利好", ""),
        ("甲公司中标储能项目（利好）", "甲公司中标储能项目", ""),
        ("昆山发布行动方案 #12", "昆山发布行动方案", ""),
        ("微软发布 C#12", "微软发布 C#12", ""),
        ("昆山发布行动方案↗", "昆山发布行动方案", ""),
        ("昆山发布行动方案 https://example.com/a", "昆山发布行动方案", "https://example.com/a"),
        ("昆山发布行动方案：<https://example.com/a?b=c&d>", "昆山发布行动方案", "https://example.com/a?b=c&d"),
        ("昆山发布行动方案 链接：https://example.com/a", "昆山发布行动方案", "https://example.com/a"),
        ("[02-08] 昆山发布行动方案", "昆山发布行动方案", ""),
        ("[2026-02-08] [政策] 昆山发布行动方案", "昆山发布行动方案", ""),
        ("[09:30]昆山发布行动方案", "昆山发布行动方案", ""),
        ("昆山发布行动方案（征求意见稿）", "昆山发布行动方案（征求意见稿）", ""),
        ("见 https://example.com/a 的说明", "见 https://example.com/a 的说明", ""),
        ("https://example.com/a", "https://example.com/a", ""),
        ("★★★", "★★★", ""),
    ],
)  # fmt: skip
def test_title_and_what_follows(line: str, title: str, address: str) -> None:
    """Tags, badges, ratings and addresses are no title."""
    found = form(line)
    assert (found.title, found.address) == (title, address)
    assert line[found.begun :].startswith(title)


@pytest.mark.parametrize(
    ("line", "link", "title", "rest"),
    [
        ("碳表：算出产品的碳足迹", "碳表", "碳表", "算出产品的碳足迹"),
        ("碳表 — 算出产品的碳足迹", "碳表", "碳表", "算出产品的碳足迹"),
        ("[工具] 碳表: 算出产品的碳足迹", "碳表", "碳表", "算出产品的碳足迹"),
        ("碳表发布新版", "碳表", "碳表发布新版", ""),
        ("碳表：https://example.com/a", "碳表", "碳表", ""),
        ("碳表 (From example.com 2026.02.08)", "碳表", "碳表", "(From example.com 2026.02.08)"),
        ("“碳表 （来源：甲报）”", "碳表", "碳表", "（来源：甲报）”"),
        ("碳表（征求意见稿）", "碳表", "碳表（征求意见稿）", ""),
        ("碳表：算出产品的碳足迹，点击阅读", "碳表", "碳表", "算出产品的碳足迹，点击阅读"),
        ("发布碳表：算出产品的碳足迹", "碳表", "发布碳表：算出产品的碳足迹", ""),
    ],
)
def test_a_linked_name_and_its_description(line: str, link: str, title: str, rest: str) -> None:
    """The name is the title where a colon or a dash parts it from the description."""
    found = form(line, [Anchor(link, "https://example.com/")])
    assert (found.title, found.rest) == (title, rest)


def test_marks_that_were_escaped_twice_are_no_title() -> None:
    """As pages print them that were made of other pages; a tag that is spoken of stays."""
    assert form('<a href="https://a.cn/b" hreflang="zh">昆山发布行动方案</a>').title == "昆山发布行动方案"
    assert form("怎样写 <a> 标签").title == "怎样写 <a> 标签"


@pytest.mark.parametrize(
    ("line", "link", "title"),
    [
        ("昆山发布行动方案 阅读原文", "阅读原文", "昆山发布行动方案"),
        ("昆山发布行动方案 [查看详情 →]", "查看详情 →", "昆山发布行动方案"),
        ("昆山发布行动方案 | 原文链接", "原文链接", "昆山发布行动方案"),
        ("昆山发布行动方案原文", "昆山发布行动方案原文", "昆山发布行动方案原文"),
        ("原文链接", "原文链接", "原文链接"),
        ("原文见昆山发布", "原文", "原文见昆山发布"),
    ],
)
def test_a_link_that_asks_to_read_on_is_no_title(line: str, link: str, title: str) -> None:
    """Where it stands behind one."""
    assert form(line, [Anchor(link, "https://example.com/")]).title == title
