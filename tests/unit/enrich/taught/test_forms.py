"""Where titles stand in their lines, learned from some and taken from others: literal tables."""

import pytest

from services.enrich.readers import read
from services.enrich.split.items import Head
from services.enrich.split.units import Unit, units_of
from services.enrich.taught.forms import GENERAL, Form, learned, taken


def unit(line: str) -> Unit:
    """The line of a Markdown digest as the splitter sees it."""
    return units_of(read(line.encode(), media_type="text/markdown").blocks)[0]


def form_of(lines: dict[str, str], head: Head = "title", begins: str = "") -> Form:
    """What is learned from lines and the titles that a person took."""
    return learned([(unit(line), title, begins) for line, title in lines.items()], head)


@pytest.mark.parametrize(
    ("lines", "another", "title"),
    [
        ({"1. 甲市办起零碳园区": "甲市办起零碳园区", "2. 乙市试行绿证": "乙市试行绿证"}, "3. 丙市装上新灯", "丙市装上新灯"),
        ({"⟦南街：豆腐脑涨价⟧": "南街：豆腐脑涨价", "⟦北街：菜场装上冷柜⟧": "北街：菜场装上冷柜"}, "⟦东桥：修桥绕行⟧", "东桥：修桥绕行"),
        ({"〓〓 旧书市集搬家。 〓〓": "旧书市集搬家", "〓〓 鸭子上岗。 〓〓": "鸭子上岗"}, "〓〓 夜班车进山。 〓〓", "夜班车进山"),
        ({"快讯 | 某厂投产 | 阅读 3 分钟": "某厂投产", "快讯 | 某站并网 | 阅读 5 分钟": "某站并网"}, "快讯 | 某线通车 | 阅读 12 分钟", "某线通车"),
        ({"[某厂投产](//a.cn/1)（张三荐）": "某厂投产", "[某站并网](//a.cn/2)（李四荐）": "某站并网"}, "[某线通车](//a.cn/3)（王五荐）", "某线通车"),
        ({"第12条·某厂投产": "某厂投产", "第13条·某站并网": "某站并网"}, "第140条·某线通车", "某线通车"),
    ],
    ids=["as any", "in brackets", "between signs", "between words", "a link", "behind a number"],
)  # fmt: skip
def test_a_title_stands_where_the_others_stand(lines: dict[str, str], another: str, title: str) -> None:
    """The simplest rule that takes what a person took from two lines takes it from the third."""
    found = taken(form_of(lines), unit(another), "title")
    assert found is not None
    assert found[0] == title


def test_text_behind_a_title_goes_on_as_the_item() -> None:
    """Of several places to cut, the one behind which the text begins as given."""
    lines = [(unit("甲股份——拟回购：不超过一亿元。"), "甲股份", "拟回购"), (unit("乙科技——预增：净利翻番。"), "乙科技", "预增")]
    assert taken(learned(lines, "inline"), unit("丙能源——中标：风电二期。"), "inline") == ("丙能源", "中标：风电二期。")


def test_what_explains_nothing_leaves_titles_as_any() -> None:
    """A person who reworded titles teaches nothing about where they stand."""
    assert form_of({"1. 某厂投产": "一家工厂开工了", "2. 某站并网": "一座电站发电了"}) == GENERAL


def test_a_line_without_that_part_has_no_title() -> None:
    """So that who asked can take another rule."""
    assert taken(Form("in ⟦⟧"), unit("没有括号的一行"), "title") is None
