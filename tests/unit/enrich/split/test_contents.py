"""Units → the contents list and what does not match it."""

import pytest

from services.enrich.readers import read
from services.enrich.split.digest import SplitDigest
from services.enrich.split.split import split


def _plain(text: str) -> SplitDigest:
    return split(read(text.encode(), media_type="text/plain"))


def _kinds(parted: SplitDigest) -> list[str]:
    return [warning.kind for warning in parted.warnings]


LISTED = ("甲市出台绿色工厂管理办法", "乙市发布碳足迹核算指南", "丙市启动零碳园区申报", "丁市淘汰燃煤锅炉二十台")


def _digest(listed: tuple[str, ...], printed: tuple[str, ...]) -> str:
    lines = ["一周要闻", "目录", *(f"{number}.{title}" for number, title in enumerate(listed, 1))]
    for number, title in enumerate(printed, 1):
        lines += [f"{number}.{title}", "该项工作自四月起施行,由当地主管部门负责解释。"]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("listed", "printed", "kinds"),
    [
        (LISTED, LISTED, []),
        (LISTED, (LISTED[0], "乙市发布碳足迹核算新指南", *LISTED[2:]), ["contents_differs"]),
        (LISTED, LISTED[:3], ["contents_extra"]),
        (LISTED, (*LISTED, "戊市公布空气质量排名"), ["contents_missing"]),
        (LISTED, ("甲市出台绿色工厂管理新办法", *LISTED[1:]), ["contents_differs"]),
    ],
)
def test_what_does_not_match_is_told(listed: tuple[str, ...], printed: tuple[str, ...], kinds: list[str]) -> None:
    """Equal, similar, missing and extra; the first entry too may be worded otherwise."""
    parted = _plain(_digest(listed, printed))
    assert [story.title for story in parted.stories] == list(printed)
    assert _kinds(parted) == kinds


def test_an_entry_broken_over_two_lines_is_one() -> None:
    """`3.某人士：` goes on in the line below."""
    printed = (*LISTED[:2], "某国人士：调查结论遭到掩盖", LISTED[3])
    parted = _plain(_digest(printed, printed).replace("3.某国人士：调查结论遭到掩盖\n4", "3.某国人士：\n调查结论遭到掩盖；\n4", 1))
    assert [story.title for story in parted.stories] == list(printed)
    assert _kinds(parted) == []
    assert parted.contents == printed


def test_a_list_of_highlights_lacks_nothing() -> None:
    """It names less than half of the digest, as it was meant to."""
    printed = (*LISTED, "戊市公布空气质量排名", "己市试点垃圾计量收费", "庚市新建充电站百座", "辛市修复湿地八百亩", "壬市发放绿色消费券")
    assert _kinds(_plain(_digest(printed[:4], printed))) == []


def test_sections_of_the_list_are_no_entries() -> None:
    """They name where the entries below them stand."""
    text = (
        "简报\n目录\n一、民生热点\n老旧电梯更换……2\n学区划分征求意见……3\n"
        "一、民生热点\n老旧电梯更换\n多地推进更换,费用怎样分担最受关注。\n学区划分征求意见\n一周收到意见两千条,多数赞成。"
    )
    parted = _plain(text)
    assert parted.contents == ("老旧电梯更换", "学区划分征求意见")
    assert [(story.title, story.section_path) for story in parted.stories] == [("老旧电梯更换", ("民生热点",)), ("学区划分征求意见", ("民生热点",))]


def test_an_entry_of_many_headlines_does_not_end_the_list() -> None:
    """An entry may join three headlines; a story has sentences."""
    long = "市领导对防汛工作作出批示 要求逐级压实责任 全面排查隐患 确保安全度汛 " * 3
    printed = (*LISTED[:2], long.strip(), LISTED[3])
    parted = _plain(_digest(printed, printed))
    assert [piece.kind for piece in parted.boilerplate] == ["digest_title", "contents"]
    assert len(parted.stories) == 4
