"""Documents → stories, sections, contents lists and boilerplate."""

import unicodedata

import pytest

from services.enrich.readers import read
from services.enrich.split.digest import SplitDigest
from services.enrich.split.split import split
from tests.unit.enrich.digests import SAMPLE, Shape, shapes


def _shown(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def _plain(text: str) -> SplitDigest:
    return split(read(text.encode(), media_type="text/plain"))


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_each_shape_comes_out_as_a_person_would_split_it(shape: Shape) -> None:
    """Titles, sections and both ends of every body are those beside the digest."""
    parted = split(shape.document())
    got = [(story.title, story.section_path[-1] if story.section_path else None) for story in parted.stories]
    assert got == [(item["title"], item["section"]) for item in shape.items]
    for story, item in zip(parted.stories, shape.items, strict=True):
        assert _shown(story.body).startswith(_shown(item["starts"]))
        assert _shown(story.body).endswith(_shown(item["ends"]))
        assert item["starts"] or not story.body
        for name in ("number", "source_line"):
            assert name not in item or getattr(story, name) == item[name]
        assert "section_path" not in item or list(story.section_path) == item["section_path"]
    if shape.boilerplate is not None:
        assert [piece.kind for piece in parted.boilerplate] == shape.boilerplate
    if shape.title:
        assert parted.title == shape.title


def test_the_sample_comes_out_whole() -> None:
    """Nine items in two sections, in order, numbered by the contents list."""
    parted = split(read(SAMPLE.read_bytes(), media_type="text/plain"))
    assert parted.title == "本周双碳要闻"
    assert parted.sections == ("地方动态", "行业动态")
    assert [(story.number, story.subject, story.section_path) for story in parted.stories] == [
        ("1", "甘肃", ("地方动态",)),
        ("2", "常州", ("地方动态",)),
        ("3", "杭州", ("地方动态",)),
        ("4", "昆山", ("地方动态",)),
        ("5", "昆山", ("地方动态",)),
        ("6", "乐山", ("地方动态",)),
        ("7", "MSCI", ("行业动态",)),
        ("8", "炘隆", ("行业动态",)),
        ("9", "百甲科技", ("行业动态",)),
    ]
    assert parted.stories[0].body.count("🟡") == 3
    assert len(parted.contents) == 9
    assert parted.warnings == ()
    assert parted.confidence > 0.8


CONTENTS = """一周要闻
目录
1.甲市出台绿色工厂管理办法
2.乙市发布碳足迹核算指南
3.丙市启动零碳园区申报
甲市出台绿色工厂管理办法
甲市出台办法,自四月起施行,分为五章二十条。
{second}
乙市发布指南,覆盖十类产品,由质检部门解释。
{third}
"""


def test_a_title_that_the_contents_list_words_otherwise_is_a_warning() -> None:
    """Similar titles are matched and told."""
    parted = _plain(CONTENTS.format(second="乙市发布碳足迹核算新指南", third="丙市启动零碳园区申报\n丙市启动申报,截止五月底。"))
    assert [warning.kind for warning in parted.warnings if warning.kind == "contents_differs"] == ["contents_differs"]


def test_a_title_that_the_body_lacks_is_a_warning() -> None:
    """What the list announces and the digest does not bring is told."""
    parted = _plain(CONTENTS.format(second="乙市发布碳足迹核算指南", third="以上。"))
    assert "contents_extra" in [warning.kind for warning in parted.warnings]


def test_the_contents_list_is_never_an_item() -> None:
    """Its lines repeat titles and hold no news."""
    parted = _plain(CONTENTS.format(second="乙市发布碳足迹核算指南", third="丙市启动零碳园区申报\n丙市启动申报,截止五月底。"))
    assert [story.title for story in parted.stories] == ["甲市出台绿色工厂管理办法", "乙市发布碳足迹核算指南", "丙市启动零碳园区申报"]
    assert [piece.kind for piece in parted.boilerplate] == ["digest_title", "contents"]


def test_a_text_without_structure_is_one_item_and_says_so() -> None:
    """Nothing is dropped, and nobody is told that it was split well."""
    parted = _plain("只有一段话,没有标题也没有编号。\n\n第二段还是同一件事情,读到这里就结束了。")
    assert len(parted.stories) == 1
    assert [warning.kind for warning in parted.warnings] == ["whole_item"]
    assert parted.confidence < 0.5


def test_boilerplate_is_told_by_kind() -> None:
    """Contents, credits, disclaimers and codes are no news."""
    parted = _plain(
        "周报\n1、甲公司发布新品\n新品售价三百元。\n2、乙公司裁员\n裁员涉及两百人。\n责任编辑:小王\n免责声明:本文不构成投资建议\n扫码关注公众号"
    )
    assert [story.title for story in parted.stories] == ["甲公司发布新品", "乙公司裁员"]
    assert [piece.kind for piece in parted.boilerplate] == ["digest_title", "credits", "disclaimer", "qr_code"]


def test_a_brief_without_title_gets_a_headline() -> None:
    """The first sentence stands for it in lists."""
    parted = _plain("早报\n1、央行今日开展逆回购操作。利率维持不变。\n2、某市发布人才新政。补贴最高两百万元。")
    assert [(story.title, story.headline) for story in parted.stories] == [(None, "央行今日开展逆回购操作。"), (None, "某市发布人才新政。")]


def test_no_family_is_known_by_name() -> None:
    """The same digest under another name comes out the same."""
    text = SAMPLE.read_text("utf-8")
    other = _plain(text.replace("本周双碳要闻", "绿色纵览"))
    assert [story.title for story in other.stories] == [story.title for story in _plain(text).stories]


def test_more_lines_than_a_digest_has_are_one_item(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is dropped and no minute is spent on it."""
    monkeypatch.setattr("services.enrich.split.split.MOST_BLOCKS", 3)
    parted = _plain("1.甲乙\n2.丙丁\n3.戊己\n4.庚辛")
    assert [(story.title, story.body) for story in parted.stories] == [(None, "1.甲乙\n2.丙丁\n3.戊己\n4.庚辛")]
    assert [warning.kind for warning in parted.warnings] == ["whole_item"]
    assert parted.confidence < 0.2


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("昆山:将新增零碳工厂10家", "昆山"),
        ("甲省：推出青年驿站", "甲省"),
        ("【甲股份】拟回购股份", "甲股份"),
        ("某国央行：“按兵不动”", "某国央行"),
        ("两市高开", None),
    ],
)
def test_the_subject_of_a_title(title: str, subject: str | None) -> None:
    """What stands before the colon, or in the brackets before the title."""
    parted = _plain(f"周报\n1、{title}\n这里是第一条的正文,说明了来龙去脉。\n2、另一条\n这里是第二条的正文。")
    assert (parted.stories[0].title, parted.stories[0].subject) == (title, subject)


@pytest.mark.parametrize(
    ("wrong", "words"), [("3、乙\n乙的正文在这里说完。", "numbers are missing"), ("1、甲\n甲的正文又在这里说了一遍。", "more than once")]
)
def test_what_speaks_against_a_split_lowers_its_confidence(wrong: str, words: str) -> None:
    """And is said among the reasons."""
    right = _plain("周报\n1、甲\n甲的正文在这里说完。\n2、乙\n乙的正文在这里说完。")
    doubtful = _plain(f"周报\n1、甲\n甲的正文在这里说完。\n{wrong}")
    assert doubtful.confidence < right.confidence
    assert any(words in reason for reason in doubtful.reasons)


@pytest.mark.parametrize(
    "text",
    ["本周双碳要闻目录\n本周双碳要闻目录\n二", "周报标题\n一"],
    ids=["a number alone at the end", "and below one line"],
)
def test_what_fuzzing_found_is_one_item_or_several(text: str) -> None:
    """Texts that once raised; each is whole somewhere."""
    parted = _plain(text)
    assert parted.stories
