"""A split → how sure it is: wrong splits get less than right ones of the same digest."""

import pytest

from services.enrich.split.confidence import confidence_of
from services.enrich.split.items import Story

BODY = "办法自四月起施行，分为五章二十条，由主管部门负责解释。"


def _story(title: str | None, body: str = BODY, *, number: str | None = None, path: tuple[str, ...] = (), by: str = "heading 3") -> Story:
    return Story(0, 1, number, title, title or body, None, path, body, (), (), None, by)


RIGHT = [
    _story("甲市出台绿色工厂管理办法"),
    _story("乙市发布产品碳足迹核算指南"),
    _story("丙市启动零碳园区申报工作"),
    _story("丁市建成智慧能源管理平台"),
]


def _sure(stories: list[Story]) -> tuple[float, str]:
    sure, reasons = confidence_of(stories, None, [], whole=False)
    return sure, " ".join(reasons)


@pytest.mark.parametrize(
    ("stories", "reason"),
    [
        ([_story(title) for title in ("政策背景情况说明", "主要内容具体如下") * 2], "said again and again"),
        ([_story(title) for title in ("宏观", "策略", "行业", "公司")], "as short as names"),
        ([_story(story.title, f"前两月数据点评开局平稳\n{BODY}") for story in RIGHT], "may be a title itself"),
        ([_story(RIGHT[0].title, f"{BODY}\n市场行情"), *RIGHT[1:]], "may belong to the next"),
        ([_story(RIGHT[0].title, path=("要闻",)), *RIGHT[1:]], "some in none"),
        ([_story(None), *RIGHT[1:]], "some have none"),
        ([_story(story.title, number=str(number)) for story, number in zip(RIGHT, (1, 2, 5, 6), strict=True)], "numbers are missing"),
        (RIGHT[:2], "too few items"),
    ],
    ids=["labels", "names", "overlooked titles", "a section's name left over", "half in sections", "half titled", "gaps", "two"],
)
def test_what_looks_wrong_makes_less_sure_and_is_said(stories: list[Story], reason: str) -> None:
    """Each doubt lowers the confidence below that of a plain digest of four titled stories."""
    sure, reasons = _sure(stories)
    assert sure < _sure(RIGHT)[0]
    assert reason in reasons


def test_numbers_without_a_gap_make_surer() -> None:
    """Also where they begin anew with each section."""
    numbered = [
        _story(story.title, number=number, path=(section,))
        for story, number, section in zip(RIGHT, "1212", ("国内", "国内", "国际", "国际"), strict=True)
    ]
    assert _sure(numbered)[0] > _sure(RIGHT)[0]
