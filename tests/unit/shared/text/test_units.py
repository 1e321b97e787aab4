"""Units as printed → base units."""

import pytest

from shared.text.units import KNOWN, amount, base


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (10, "GW", (1e7, "kW")),
        (10, "gw", (1e7, "kW")),
        (1000, "万千瓦", (1e7, "kW")),
        (0.1, "亿千瓦", (1e7, "kW")),
        (10, "吉瓦", (1e7, "kW")),
        (10000, "MW", (1e7, "kW")),
        (1.3, "亿千瓦时", (1.3e8, "kWh")),
        (130, "GW·h", (1.3e8, "kWh")),
        (25, "%", (25.0, "%")),
        (25, "％", (25.0, "%")),
        (2, "个百分点", (2.0, "百分点")),
        (3, "亿吨", (3e8, "t")),
        (2, "km²", (2e6, "m2")),
        (2, "千米²", (2e6, "m2")),
        (2, "ha", (2e4, "m2")),
        (300, "克标准煤/千瓦时", (3e-4, "tce/kWh")),
        (3, "万吨CO₂", (3e4, "tCO2")),
        (1, "万亿元", (1e12, "CNY")),
        (15, "亩", (1e4, "m2")),
        (5, "㎡", (5.0, "m2")),
        (2, "万座", (2e4, "座")),
        (3, "亿", (3e8, "")),
        (0.3, "吨标准煤/万元", (3e-5, "tce/CNY")),
        (0.3, "元/度", (0.3, "CNY/kWh")),
        (500, "万吨/年", (5e6, "t/年")),
    ],
)
def test_amounts(number: float, unit: str, expected: tuple[float, str]) -> None:
    """The same amount is the same number of the same unit, however it is printed."""
    assert amount(number, unit) == expected


@pytest.mark.parametrize("unit", ["光年", "GWW", "M", "元/", "/年", "吨/光年"])
def test_unknown_units(unit: str) -> None:
    """Are told as such."""
    assert base(unit) is None


def test_what_is_no_number_any_more() -> None:
    """A text may hold as many digits as it likes."""
    assert amount(1e308, "亿千瓦") is None


def test_case_never_decides() -> None:
    """So that gw may be read as GW."""
    cases: dict[str, set[tuple[float, str]]] = {}
    for unit, worth in KNOWN.items():
        if len(unit) > 1:
            cases.setdefault(unit.lower(), set()).add(worth)
    assert [unit for unit, worth in cases.items() if len(worth) > 1] == []
