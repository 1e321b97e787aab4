"""The table of targets, and what is told beside names."""

from typing import Any

import pytest

from services.search.answer import targets as told
from services.search.answer.entity_markup import by_kind
from services.search.answer.targets import Target, targets
from shared.text.same_target import MAX_TARGETS, Aim, same_target


def quantity(op: str = "=", number: object = 18.0, unit: str = "%", **canonical: Any) -> dict[str, Any]:
    """A quantity as the index keeps it."""
    value = {"indicator": "单位生产总值能耗", "op": op, "number": number, "unit": unit}
    return {"type": "quantity", "text": "18%", "field": "body", "start": 0, "end": 3, "value": value, "canonical": {"target": True} | canonical}


@pytest.mark.parametrize(
    ("entity", "row"),
    [
        (
            quantity(direction="down", deadline="2030", baseline="2020", by="江苏省人民政府"),
            Target("单位生产总值能耗", "下降", "18%", "2030年", "2020年", "江苏省人民政府"),
        ),
        (quantity(">=", 1500.0, "万千瓦", deadline="2026-12-31"), Target("单位生产总值能耗", "不低于", "1,500万千瓦", "2026-12-31", "", "")),
        (quantity("~", direction="up", baseline="上年同期", of="苏州"), Target("苏州:单位生产总值能耗", "增加、约", "18%", "", "上年同期", "")),
        (quantity(), Target("单位生产总值能耗", "达到", "18%", "", "", "")),
    ],
)
def test_rows(entity: dict[str, Any], row: Target) -> None:
    """Words for signs, years with 年, nothing where nothing is said."""
    assert targets([entity, entity]) == [row]


def test_what_title_and_body_say_in_two_units_is_one_row() -> None:
    """As in the index (services.index.targets): with what either knows."""
    size = {"value": 15e6, "unit": "kW"}
    title = quantity("=", 15.0, "GW") | {"field": "title", "canonical": {"target": True} | size}
    body = quantity(">=", 1500.0, "万千瓦") | {"canonical": {"target": True, "deadline": "2030", "by": "江苏省"} | size}
    assert targets([title, body]) == [Target("单位生产总值能耗", "不低于", "15GW", "2030年", "", "江苏省", "15,000,000 kW")]
    assert len(targets([title | {"canonical": {"target": True, "deadline": "2035"} | size}, body])) == 2


def test_an_amount_is_told_in_its_base_unit() -> None:
    """Unless it is printed in it."""
    assert targets([quantity("=", 25.0, "万千瓦") | {"canonical": {"target": True, "value": 250000.0, "unit": "kW"}}])[0].base == "250,000 kW"
    assert targets([quantity("=", 10.0, "家") | {"canonical": {"target": True, "value": 10.0, "unit": "家"}}])[0].base == ""


def test_there_are_no_more_than_in_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those of one amount are compared: each of two thousand with each would take half a second."""
    compared = 0

    def counted(one: Aim, other: Aim) -> bool:
        nonlocal compared
        compared += 1
        return same_target(one, other)

    monkeypatch.setattr(told, "same_target", counted)
    found = targets(quantity(number=float(number)) for number in range(2000))
    assert ([row.amount for row in found], compared) == ([f"{number:,}%" for number in range(MAX_TARGETS)], 0)


def test_facts_are_no_targets() -> None:
    """Nor is what no extractor of ours wrote."""
    assert targets([quantity(target=False), {"type": "quantity", "value": "18%"}, {"type": "date", "canonical": {"target": True}}]) == []


def test_what_is_told_beside_a_name() -> None:
    """A body's level and role, a document's kind and what is done with it, whichever mention tells it."""
    entities = [
        {"type": "document", "text": "《方案》", "value": "碳达峰方案", "canonical": {"name": "碳达峰方案"}},
        {"type": "document", "text": "《碳达峰方案》", "value": "碳达峰方案", "canonical": {"kind": "方案", "action": "印发"}},
        {"type": "agency", "text": "省府", "value": "省府", "canonical": {"name": "江苏省人民政府", "level": "省", "role": "issuer"}},
    ]
    found = by_kind(entities)
    assert [(mention.label, mention.count, mention.note) for kind in ("agency", "document") for mention in found[kind]] == [
        ("江苏省人民政府", 1, "省、发文"),
        ("碳达峰方案", 2, "方案、印发"),
    ]
