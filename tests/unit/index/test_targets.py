"""Entities → nested targets."""

from typing import Any

import pytest

from services.index import targets as indexed
from services.index.targets import targets, year
from shared.text.same_target import MAX_TARGETS, Aim, same_target


def quantity(number: object, unit: str, op: str = ">=", *, at: int = 0, **facts: Any) -> dict[str, Any]:
    """A quantity as the enricher writes it."""
    value = {"indicator": "新能源装机", "op": op, "number": number, "unit": unit}
    place = {"text": f"{number}{unit}", "field": "body", "start": at, "end": at + 5}
    return {"type": "quantity", "value": value, "canonical": {"target": True} | facts, **place}


def known(entity: dict[str, Any], value: float, unit: str) -> dict[str, Any]:
    """The same with its base value."""
    return entity | {"canonical": entity["canonical"] | {"value": value, "unit": unit}}


@pytest.mark.parametrize(
    ("op", "low", "high"),
    [(">=", 1e7, None), (">", 1e7, None), ("<=", None, 1e7), ("<", None, 1e7), ("=", 1e7, 1e7), ("~", 1e7, 1e7)],
)
def test_floors_and_ceilings(op: str, low: float | None, high: float | None) -> None:
    """What is open is left out; the amount is in the base unit."""
    (found,) = targets([quantity(1000.0, "万千瓦", op, deadline="2030", by="江苏省")])
    assert (found.get("low"), found.get("high"), found["value"], found["unit"]) == (low, high, 1e7, "kW")
    assert (found["metric"], found["deadline"], found["by"], found["start"], found["end"]) == ("新能源装机", 2030, "江苏省", 0, 5)


def test_a_range_is_one_target() -> None:
    """The enricher tells its ends one after the other."""
    (found,) = targets([quantity(50.0, "个"), quantity(60.0, "个", "<=")])
    assert (found["low"], found["high"], found["value"]) == (50.0, 60.0, 60.0)


def test_what_title_and_body_both_say_is_one_target() -> None:
    """With what either knows; another amount or another year is another."""
    title = quantity(10.0, "家") | {"field": "title"}
    (found,) = targets([title, quantity(10.0, "家", at=30, deadline="2030")])
    assert (found["field"], found["deadline"]) == ("title", 2030)
    assert len(targets([title, quantity(20.0, "家", at=30)])) == 2
    assert len(targets([quantity(10.0, "家", deadline="2027") | {"field": "title"}, quantity(10.0, "家", at=30, deadline="2030")])) == 2
    other = quantity(10.0, "家", at=30)
    assert len(targets([title, other | {"value": other["value"] | {"indicator": "绿色工厂"}}])) == 2


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ((1500.0, "万千瓦"), (15.0, "GW")),
        ((0.15, "亿千瓦"), (1500.0, "万千瓦")),
        ((15.0, "吉瓦"), (15000.0, "MW")),
        ((3.0, "万亩"), (2000.0, "公顷")),
    ],
)
def test_an_amount_in_two_units_is_one_target(title: tuple[float, str], body: tuple[float, str]) -> None:
    """By the same year, in title and body or twice in the body."""
    first, again = quantity(*title, deadline="2030"), quantity(*body, at=40, deadline="2030")
    assert len(targets([first | {"field": "title"}, again])) == 1
    assert len(targets([first, again])) == 1
    assert len(targets([first, quantity(*body, at=40, deadline="2035")])) == 2


def test_a_title_in_short_takes_the_bodys_bound_and_metric() -> None:
    """15GW in the title, 15GW以上 in the body: it may be more."""
    title = quantity(15.0, "GW", "=") | {"field": "title"}
    body = quantity(1500.0, "万千瓦", ">=", at=40, deadline="2030")
    body["value"] |= {"indicator": "全省新能源装机容量"}
    (found,) = targets([title, body])
    assert (found["low"], found.get("high"), found["metric"], found["deadline"]) == (15e6, None, "全省新能源装机容量", 2030)


def test_a_range_that_title_and_body_say_is_one_target() -> None:
    """Its ends are joined before it is looked for."""
    title = [quantity(50.0, "个") | {"field": "title"}, quantity(60.0, "个", "<=") | {"field": "title"}]
    (found,) = targets([*title, quantity(50.0, "个", at=20), quantity(60.0, "个", "<=", at=20)])
    assert (found["low"], found["high"]) == (50.0, 60.0)


def test_the_same_number_of_two_towns_stays_two() -> None:
    """Whose it is counts within a body."""
    assert len(targets([quantity(10.0, "家", by="昆山市"), quantity(10.0, "家", at=20, by="太仓市")])) == 2


def test_a_floor_and_a_ceiling_of_two_places_stay_two() -> None:
    """They are no range."""
    assert len(targets([quantity(50.0, "个"), quantity(60.0, "个", "<=", at=20)])) == 2


def test_a_currency_named_apart_is_the_enrichers_word() -> None:
    """港币5000万元 is no 50,000,000 yuan; what only the enricher understands (億美元) has its base value."""
    (named,) = targets([known(quantity(5000.0, "万元"), 5e7, "HKD")])
    assert (named["value"], named["unit"]) == (5e7, "HKD")
    (traditional,) = targets([known(quantity(12.0, "億美元"), 1.2e9, "USD")])
    assert (traditional["value"], traditional["unit"]) == (1.2e9, "USD")


def test_a_unit_that_is_not_known_stays_as_written() -> None:
    """It may still be found by its metric."""
    (found,) = targets([quantity(3.0, "光年")])
    assert (found["value"], found["unit"]) == (3.0, "光年")


@pytest.mark.parametrize(
    "entity",
    [
        quantity(1.0, "个") | {"canonical": None},
        quantity(1.0, "个") | {"canonical": {"direction": "up"}},
        quantity(1.0, "个") | {"value": "1个"},
        quantity(1.0, "个") | {"type": "region"},
        quantity(None, "个"),
        quantity(True, "个"),
        quantity(float("inf"), "个"),
    ],
)
def test_what_is_no_target(entity: dict[str, Any]) -> None:
    """Facts, names, and numbers that are none."""
    assert targets([entity]) == []


def test_there_are_never_too_many() -> None:
    """Or Elasticsearch would refuse the item."""
    assert len(targets(quantity(float(number), "个", at=number) for number in range(MAX_TARGETS + 5))) == MAX_TARGETS


def test_only_those_of_one_amount_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of a thousand with each would take most of a second."""
    compared = 0

    def counted(one: Aim, other: Aim) -> bool:
        nonlocal compared
        compared += 1
        return same_target(one, other)

    monkeypatch.setattr(indexed, "same_target", counted)
    targets(quantity(float(number // 2), "个", at=number) for number in range(1000))
    assert compared == 500


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("2030", 2030),
        ("2030-06", 2030),
        ("2030-06-30", 2030),
        ("2026/2028", 2028),
        ("../2030", 2030),
        ("2026/..", None),
        ("上年同期", None),
        (None, None),
    ],
)
def test_years(deadline: str | None, expected: int | None) -> None:
    """The last one that a deadline names."""
    assert year(deadline) == expected
