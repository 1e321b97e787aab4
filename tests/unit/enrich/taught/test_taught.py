"""One corrected issue, and how others of its source are split then: literal issues of invented publishers."""

import json
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.enrich.blocks import Document
from services.enrich.commands.examples import NEXT, example_of, pairs
from services.enrich.enrich import enrich
from services.enrich.readers import read
from services.enrich.split.digest import SplitDigest
from services.enrich.split.split import split
from services.enrich.taught.agreement import agreement
from services.enrich.taught.given import right_items
from services.enrich.taught.taught import LEARNED, document_of, learned, lesson_of, round_trip, split_taught, taught_by
from shared import sources
from shared.errors import Rejected
from shared.records import RawDigest
from shared.sources import Example, RightItem, Source
from tests.sizes import examples
from tests.unit.enrich.digests import Shape, shapes

FOLDER = Path(__file__).parents[3] / "data/profiles"
FOUND = {issue.stem: example_of(str(issue), str(items)) for issue, items in pairs(FOLDER)}
NAMES = sorted(name for name in FOUND if not name.endswith(NEXT))
LINES = [line for example in FOUND.values() for line in example.content.decode().split("\n")]
LINES += ["", "1、甲市办起园区", "【国内】", "    ", "一、要闻", "阅读原文", "# 标题", "2.5.3 版发布", "〓〓", "⟦⟧", "……"]
OTHER_LAYOUT = """# 木简早读

## 1. 旧城墙修好了

砖从原处捡回，一共四千块。

## 2. 河边装上栏杆

孩子们可以靠近看鱼了，家长也放心。

## 3. 集市改到周日

摊位比去年多出一倍。"""


def _covered(document: Document, parted: SplitDigest) -> None:
    pieces = sorted([(span.start, span.end) for spans in parted.spans for span in spans] + [(one.start, one.end) for one in parted.boilerplate])
    assert pieces[0][0] == 0
    assert pieces[-1][1] == len(document.text)
    assert all(before[1] == after[0] for before, after in pairwise(pieces))


@pytest.mark.parametrize("name", NAMES)
def test_an_issue_and_the_next_come_out_as_a_person_split_one(name: str) -> None:
    """Titles, sections and texts of both; the general splitter gets neither right, so the example is no dead weight."""
    example, following = FOUND[name], FOUND[name + NEXT]
    lesson = lesson_of(document_of(example), example.items)
    taught = learned([lesson])
    assert round_trip(lesson, taught).differences == ()
    document = document_of(following)
    assert agreement(following.items, split_taught(document, taught).stories).differences == ()
    assert lesson.general.spans < LEARNED
    assert agreement(following.items, split(document).stories).spans < LEARNED


@pytest.mark.parametrize("name", NAMES)
def test_spans_cover_what_is_split_as_taught(name: str) -> None:
    """Every character once, in an item or in boilerplate, whatever the person left out of an item."""
    known = Source(source=name, knowledge=1, examples=(FOUND[name],))
    taught, _ = taught_by(known)
    assert taught is not None
    parted = split_taught(document := document_of(FOUND[name + NEXT]), taught)
    _covered(document, parted)


def test_an_issue_in_another_layout_is_left_to_the_general_splitter() -> None:
    """Where that did well on the examples, and the titles that were found look like none of theirs; a warning says so."""
    document = read(OTHER_LAYOUT.encode(), media_type="text/markdown")
    taught = learned([lesson_of(document, tuple(RightItem(title=story.title) for story in split(document).stories))])
    issue = document_of(FOUND["liushui"])
    parted = split_taught(issue, taught)
    assert [warning.kind for warning in parted.warnings if warning.kind == "layout_changed"] == ["layout_changed"]
    assert parted.stories == split(issue).stories


def test_several_examples_teach_several_layouts() -> None:
    """Each layout is split as its own example was."""
    document = read(OTHER_LAYOUT.encode(), media_type="text/markdown")
    items = tuple(
        RightItem(title=title, starts=starts, ends=ends)
        for title, starts, ends in (("旧城墙修好了", "砖从", "千块。"), ("河边装上栏杆", "孩子们", "放心。"), ("集市改到周日", "摊位比", "一倍。"))
    )
    lessons = [lesson_of(document, items), lesson_of(document_of(FOUND["mujian"]), FOUND["mujian"].items)]
    taught = learned(lessons)
    assert [round_trip(lesson, taught).differences for lesson in lessons] == [(), ()]
    following = FOUND["mujian" + NEXT]
    assert agreement(following.items, split_taught(document_of(following), taught).stories).differences == ()


def test_items_that_an_issue_lacks_are_named() -> None:
    """A person who gave the wrong file sees which items are not in it."""
    items = (RightItem(title="旧书市集搬到了河边"), RightItem(title="天上掉下馅饼", starts="没有这回事", ends="回事"))
    with pytest.raises(Rejected, match=r"1 of 2 items are not found in it: 天上掉下馅饼"):
        lesson_of(document_of(FOUND["mujian"]), items)


def test_what_is_known_of_a_source_is_in_what_enrich_says() -> None:
    """Items as taught, and the knowledge number; forgotten, the number stays above what was said before."""
    example, following = FOUND["liushui"], FOUND["liushui" + NEXT]
    now = datetime(2026, 2, 6, tzinfo=UTC)
    raw = RawDigest(digest_id="0" * 32, source="liushui", media_type="text/plain", charset="utf-8", received_at=now, sha256="", revision=1)
    known = sources.taught(None, "liushui", example, most_bytes=2**23)
    digest = enrich(raw, following.content, enriched_at=now, known=known)
    assert [(item.title, item.section) for item in digest.items] == [(item.title, item.section) for item in following.items]
    assert (digest.knowledge, enrich(raw, following.content, enriched_at=now).knowledge) == (1, 0)
    assert enrich(raw, following.content, enriched_at=now, known=sources.forgotten(known)).knowledge == 2


def test_an_example_that_can_not_be_learned_any_more_is_said() -> None:
    """The source's other digests go on, with a warning."""
    example: Example = FOUND["mujian"].model_copy(update={"items": (RightItem(title="不在其中"),)})
    now = datetime(2026, 2, 6, tzinfo=UTC)
    raw = RawDigest(digest_id="0" * 32, source="mujian", media_type="text/plain", received_at=now, sha256="", revision=1)
    digest = enrich(raw, FOUND["mujian"].content, enriched_at=now, known=Source(source="mujian", knowledge=4, examples=(example,)))
    assert digest.items
    assert any("can't be learned any more" in warning.message for warning in digest.warnings)


@pytest.mark.parametrize(
    "line",
    ["1" * 60_000 + "甲", " ." * 60_000 + "乙", "〓〓 " * 30_000, "⟦" * 60_000 + "⟧", "甲：" * 40_000, "第" * 80_000],
    ids=["figures", "marks", "frames", "brackets", "colons", "letters"],
)
def test_long_lines_take_no_time(line: str) -> None:
    """Learned from or split: what looks for a piece anywhere in a line looks at its ends only. A bound of 10 s where seconds² would be minutes."""
    begun = time.monotonic()
    text = f"木简早读\n〓〓 旧书市集搬家。 〓〓\n{line}\n〓〓 鸭子上岗。 〓〓\n{line}\n"
    document = read(text.encode(), media_type="text/plain")
    lesson = lesson_of(document, (RightItem(title="旧书市集搬家"), RightItem(title="鸭子上岗")))
    split_taught(document, learned([lesson]))
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_every_shape_can_be_learned(shape: Shape) -> None:
    """The invented digests that the general splitter is held to: what a person saw in them comes out again."""
    lesson = lesson_of(shape.document(), right_items(json.dumps(shape.items).encode()))
    found = round_trip(lesson, learned([lesson]))
    assert min(found.titles, found.spans) >= LEARNED, found.differences


@settings(max_examples=examples(short=30, long=5000), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(NAMES), st.lists(st.sampled_from(LINES), min_size=1, max_size=30))
def test_lines_in_any_order_are_covered(name: str, lines: list[str]) -> None:
    """Lines of the issues and foreign ones, lost, doubled and out of order: every character is in an item or in boilerplate, once."""
    taught, _ = taught_by(Source(source=name, knowledge=1, examples=(FOUND[name],)))
    assert taught is not None
    try:
        document = read("\n".join(lines).encode(), media_type="text/plain")
    except Rejected:
        return  # nothing to read
    parted = split_taught(document, taught)
    assert parted.stories
    _covered(document, parted)


def _listed(*titles: str) -> Document:
    """An issue whose contents list alone says which section a story is of."""
    first, second, third = titles
    listed = f"### 要闻\n\n- {first} `#1`\n- {second} `#2`\n\n### 市场\n\n- {third} `#3`"
    texts = ("今天开工的消息，预计明年完成。", "首批签约的消息。", "较上周高一成。")
    stories = "\n\n---\n\n".join(f"## {title} `#{number}`\n\n{text}" for number, (title, text) in enumerate(zip(titles, texts, strict=True), 1))
    return read(f"# 每日速览\n\n## 概览\n\n{listed}\n\n---\n\n{stories}\n".encode(), media_type="text/markdown")


def test_sections_that_no_line_before_the_items_names_are_the_general_splitters() -> None:
    """Where the example shows that it finds them better, such as in a contents list."""
    texts = (("今天", "完成。"), ("首批", "消息。"), ("较上周", "一成。"))
    named = zip(("甲市办起园区", "乙市试行绿证", "丙矿石涨价"), ("要闻", "要闻", "市场"), texts, strict=True)
    items = tuple(RightItem(title=title, section=section, starts=starts, ends=ends) for title, section, (starts, ends) in named)
    lesson = lesson_of(_listed("甲市办起园区", "乙市试行绿证", "丙矿石涨价"), items)
    parted = split_taught(_listed("丁县装上路灯", "戊港创下新高", "己材料回落"), learned([lesson]))
    found = [(story.title, story.section_path) for story in parted.stories]
    assert found == [("丁县装上路灯", ("要闻",)), ("戊港创下新高", ("要闻",)), ("己材料回落", ("市场",))]


def test_an_item_that_a_person_mistyped_does_not_stop_the_others() -> None:
    """Up to one in four; the round trip names it."""
    example = FOUND["mujian"]
    items = (*example.items[:3], RightItem(title="山里通了夜班火车", starts="并没有", ends="这一条"))
    lesson = lesson_of(document_of(example), items)
    found = round_trip(lesson, learned([lesson]))
    assert any("山里通了夜班火车: is not found" in words for words in found.differences)
    assert found.titles < LEARNED


def test_an_issue_that_fits_badly_is_said_to_also_where_nothing_better_is_known() -> None:
    """The general splitter gets this source wrong in any layout, so the examples are used, and a person is asked to look."""
    example = FOUND["mujian"]
    issue = example.content.decode().replace("〓〓 ", "◇ ").replace(" 〓〓", "")
    parted = split_taught(read(issue.encode(), media_type="text/plain"), learned([lesson_of(document_of(example), example.items)]))
    assert parted.stories
    assert [warning.kind for warning in parted.warnings if warning.kind == "layout_changed"] == ["layout_changed"]
