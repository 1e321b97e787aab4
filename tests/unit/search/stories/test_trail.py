"""The trail of a document, from its items' documents."""

from typing import Any

import pytest

from services.search.models.related import OtherName
from services.search.stories.trail import LEAST_KEY, Steps, also, answer, base, by_number, mentioning, named_alike, numbers_of, steps, unkeyed

NAME = "甘肃省零碳园区建设方案"


def source(number: int, day: str | None, *mentions: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """An item's document with mentions of documents."""
    entities = [{"type": "document", "value": NAME, "canonical": None} | mention for mention in mentions]
    told = {"item_id": f"{number:03}", "digest_id": "d", "ordinal": number, "source": "日报", "headline": f"第{number}条", "published_on": day}
    return told | {"entities": entities} | facts


DRAFT = source(1, "2025-11-03", {"canonical": {"action": "征求意见"}})
ISSUED = source(
    2, "2026-01-09", {"canonical": {"name": NAME, "action": "印发", "number": "甘政办发〔2026〕1号", "issuers": ["甘肃省人民政府办公厅"]}}, {}
)
UNDATED = source(
    3, None, {"value": "《甘肃省 零碳园区建设方案》"}, {"value": "另一份方案", "canonical": {"action": "废止", "number": "甘发〔2020〕9号"}}
)
NUMBERED = source(4, "2025-12-30")


def test_steps_by_date_with_what_each_says() -> None:
    """An item without a day last; what is said of another document in the same item is not told of this one."""
    trail = answer("《甘肃省零碳园区建设方案》", Steps([ISSUED, UNDATED, DRAFT], 3), Steps([NUMBERED], 1), others=(), took_ms=1)
    assert [(step.item_id, step.actions, step.numbers, step.by_number) for step in trail.steps] == [
        ("001", ("征求意见",), (), False),
        ("004", (), (), True),
        ("002", ("印发",), ("甘政办发〔2026〕1号",), False),
        ("003", (), (), False),
    ]
    assert (trail.name, trail.first, trail.last, trail.issuers, trail.notices) == (NAME, "2025-11-03", "2026-01-09", ("甘肃省人民政府办公厅",), ())


def test_a_guessed_day_is_none() -> None:
    """As items of builds before 6 have it, the day of receipt: neither a step's nor the trail's first or last."""
    guessed = [source(number, day, {}, published_on_basis="received_at") for number, day in ((5, "2020-01-01"), (6, "2027-01-01"))]
    trail = answer(NAME, Steps([*guessed, DRAFT], 3), Steps(), others=(), took_ms=1)
    assert [(step.item_id, step.published_on) for step in trail.steps] == [("001", "2025-11-03"), ("005", None), ("006", None)]
    assert (trail.first, trail.last) == ("2025-11-03", "2025-11-03")


def test_what_is_not_told_is_said() -> None:
    """The total is exact in any case."""
    trail = answer(NAME, Steps([DRAFT], 1200), Steps(), others=(), took_ms=1)
    assert (trail.total, trail.notices) == (1200, ("共 1,200 条,只列出 1 条。",))


def test_an_unknown_name_stays_as_asked() -> None:
    """There is nothing to tell of it."""
    trail = answer("没有的文件", Steps(), Steps(), others=(), took_ms=1)
    assert (trail.name, trail.steps, trail.first) == ("没有的文件", (), None)


def test_numbers_are_those_tied_to_the_name() -> None:
    """Not another document's in the same item."""
    assert numbers_of([ISSUED, UNDATED], NAME) == ["甘政办发〔2026〕1号"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("国家发展改革委关于做好碳市场工作的通知", "关于做好碳市场工作的通知"),
        ("关于做好碳市场工作的通知", "关于做好碳市场工作的通知"),
        ("甘肃省零碳园区建设方案", "甘肃省零碳园区建设方案"),
        ("有关关于", "有关关于"),
    ],
)
def test_base_leaves_the_issuer_out(key: str, expected: str) -> None:
    """From 关于 on, where something follows."""
    assert base(key) == expected


def test_short_names_have_no_others() -> None:
    """办法 stands in thousands of names."""
    assert named_alike("字" * (LEAST_KEY - 1)) is None
    assert named_alike("字" * LEAST_KEY) is not None


def test_other_names_as_they_are_written() -> None:
    """The key where no item gives the name any more."""
    hit = {"_source": {"documents": ["别的", "关于印发《甘肃省零碳园区建设方案》的通知"]}}
    buckets = [
        {"key": "关于印发甘肃省零碳园区建设方案的通知", "doc_count": 2, "item": {"hits": {"hits": [hit]}}},
        {"key": "没有名字", "doc_count": 1, "item": {"hits": {"hits": []}}},
    ]
    assert also({"aggregations": {"keys": {"buckets": buckets}}}) == (
        OtherName(name="关于印发《甘肃省零碳园区建设方案》的通知", count=2),
        OtherName(name="没有名字", count=1),
    )


def test_items_of_one_wording_are_one_step() -> None:
    """The first telling, with how many there are; they are told, so nothing is left out."""
    told = DRAFT | {"story_key": "k1"}
    trail = answer(NAME, Steps([told, ISSUED], 12, {"k1": 11}), Steps(), others=(), took_ms=1)
    assert [(step.item_id, step.count, step.story) for step in trail.steps] == [("001", 11, "k1"), ("002", 1, None)]
    assert (trail.total, trail.notices) == (12, ())


def test_the_second_search_goes_on() -> None:
    """The total is counted once."""
    condition = mentioning("k")
    assert (steps(condition)["track_total_hits"], unkeyed(condition)["track_total_hits"]) == (True, True)
    assert (steps(condition, start=200)["track_total_hits"], steps(condition, start=200)["from"]) == (False, 200)
    assert (unkeyed(condition, after=[1])["track_total_hits"], unkeyed(condition, after=[1])["search_after"]) == (False, [1])
    assert by_number("k", ["n"])["bool"]["must_not"] == [{"term": {"document_keys": "k"}}]


def test_a_number_without_an_issuer_leads_nowhere() -> None:
    """Every body has its 第5号令."""
    order = source(5, "2026-01-09", {"canonical": {"name": NAME, "number": "第5号令"}})
    assert numbers_of([order, ISSUED], NAME) == ["甘政办发〔2026〕1号"]
