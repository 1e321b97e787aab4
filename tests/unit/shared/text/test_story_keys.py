"""Story keys: the same for one wording, another for anything that says something else."""

import subprocess
import sys

import pytest

from shared.text.bands import READ
from shared.text.folding import fold
from shared.text.story_keys import lasting, story_key

TITLE = "昆山:将新增(近)零碳工厂10家"
BODY = "2月2日,昆山市人民政府印发《行动方案》,提出新增分布式光伏装机容量25万千瓦以上,同比增长1.5%,降幅-3%。"

SAME = [
    (None, f"{TITLE}\n{BODY}"),
    (TITLE, BODY.replace(",", "，").replace("。", "。\n")),
    (TITLE, BODY.replace("印发", "印發").replace("25", "２５")),
    (TITLE, f"{BODY}(26小时前)"),
    (TITLE, f"{BODY} 3天前"),
    (TITLE, f"{BODY} 2 hours ago"),
    (TITLE, f"{BODY}阅读 1.2万"),
    (TITLE, f"{BODY} 1,204次阅读"),
    (TITLE, f"{BODY} ⭐ 1,234"),
]
OTHER = [
    ("昆山:将新增(近)零碳工厂11家", BODY),
    (TITLE, BODY.replace("25万", "26万")),
    (TITLE, BODY.replace("1.5%", "15%")),
    (TITLE, BODY.replace("-3%", "3%")),
    (TITLE, BODY.replace("2月2日", "2月3日")),
    (TITLE, BODY.replace("昆山市", "太仓市")),
    (TITLE, f"{BODY}5天前刚解除留置"),
    (TITLE, f"{BODY}收到评论"),
]


@pytest.mark.parametrize(("title", "body"), SAME)
def test_one_wording_has_one_key(title: str | None, body: str) -> None:
    """Forms of characters, spaces and punctuation, how old the page is and how many have read it."""
    assert story_key(title, body) == story_key(TITLE, BODY)


@pytest.mark.parametrize(("title", "body"), OTHER)
def test_what_says_something_else_has_another(title: str | None, body: str) -> None:
    """A number, its point or sign, a day, a name, a span of time that the story itself speaks of."""
    assert story_key(title, body) != story_key(TITLE, BODY)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("发布时间:2026-08-04(10小时前) [经济参考报]", "发布时间:2026-08-04( ) [经济参考报]"),
        ("120 points, 35 comments, 3 hours ago", " ,  ,  "),
        ("5天前刚解除留置,公司回应", "5天前刚解除留置,公司回应"),
        ("3天前发布", "3天前发布"),
        ("热度12.5%的城市", "热度12.5%的城市"),
        ("播放量提高到30%", "播放量提高到30%"),
    ],
)
def test_what_passes_is_left_out(text: str, left: str) -> None:
    """And nothing of the story itself."""
    assert lasting(fold(text)) == left


@pytest.mark.parametrize("text", ["", "。。。", "国际联播快讯", "各地天气:晴", "\ud800"])
def test_too_few_letters_have_no_key(text: str) -> None:
    """Such headings come every day."""
    assert story_key(None, text) is None


def test_a_book_is_read_to_its_end() -> None:
    """Two that begin alike are not one."""
    book = BODY * (READ // len(BODY) + 20)
    assert story_key(None, book) == story_key(None, book)
    assert story_key(None, book) != story_key(None, f"{book}完")


def test_a_new_process_says_the_same() -> None:
    """Keys stand in the index for years; whoever changes this one has every item indexed anew."""
    code = f"from shared.text.story_keys import story_key; print(story_key({TITLE!r}, {BODY!r}))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == story_key(TITLE, BODY) == "a78de5f8c90988ce"
