"""Two told targets → whether they are one."""

from dataclasses import replace
from typing import Any

import pytest

from shared.text.same_target import Aim, Places, same_target

TITLE = Aim(field="title", metric="新能源装机", amount=15e6, unit="kW", floor=False, ceiling=False, year=2030, by="江苏省")
BODY = replace(TITLE, field="body", metric="全省新能源装机容量")


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"amount": 0.15 * 1e8}, True),
        ({"year": None, "by": "", "floor": True}, True),
        ({"by": "江苏省能源局"}, True),
        ({"metric": ""}, True),
        ({"metric": "装机容量"}, True),
        ({"metric": "储能规模"}, False),
        ({"amount": 16e6}, False),
        ({"unit": "kWh"}, False),
        ({"year": 2035}, False),
    ],
)
def test_a_title_and_its_body(changed: dict[str, Any], same: bool) -> None:
    """The same amount in base units, no other year, and any word of the metric."""
    assert same_target(TITLE, replace(BODY, **changed)) is same


@pytest.mark.parametrize(
    ("changed", "same"),
    [({}, True), ({"by": ""}, True), ({"metric": "装机容量"}, False), ({"by": "昆山市"}, False), ({"metric": ""}, False), ({"year": 2027}, False)],
)
def test_a_body_twice(changed: dict[str, Any], same: bool) -> None:
    """Only where one metric holds the other and nobody else is to reach it."""
    assert same_target(replace(BODY, metric="新能源装机"), replace(BODY, **changed)) is same


def test_a_floor_is_no_ceiling() -> None:
    """不低于 and 不超过 are two."""
    assert not same_target(replace(TITLE, floor=True), replace(BODY, ceiling=True))


@pytest.mark.parametrize(("amount", "other"), [(15e6, 0.15 * 1e8), (12345675.0, 12345675.000001), (0.0, 0.0), (-3.0, -3.0), (1e300, 1e300)])
def test_one_amount_is_near_itself(amount: float, other: float) -> None:
    """Also where its seven digits are at their border; another is not looked at."""
    places = Places()
    places.add(replace(BODY, amount=amount), 3)
    places.add(replace(BODY, amount=amount + 1e3), 4)
    places.add(replace(BODY, amount=amount, unit="kWh"), 5)
    assert places.near(replace(TITLE, amount=other))[:1] == [3]
    assert 5 not in places.near(replace(TITLE, amount=other))
