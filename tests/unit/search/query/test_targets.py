"""Targets as they are searched for → what Elasticsearch is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.errors import Invalid
from services.search.query.language.errors import QueryError
from services.search.query.language.nodes import Target
from services.search.query.targets import condition, matched, order, read, size


@pytest.mark.parametrize(
    ("text", "metric", "op", "number", "unit", "by"),
    [
        ("装机>=10GW@2030", "装机", ">=", 10.0, "GW", 2030),
        ("装机 ≥ 1,000 万千瓦 @ 2030年", "装机", ">=", 1000.0, "万千瓦", 2030),
        ("装机＞＝１０ＧＷ＠２０３０", "装机", ">=", 10.0, "ＧＷ", 2030),
        ("新能源 装机=>0.5亿千瓦", "新能源 装机", ">=", 0.5, "亿千瓦", None),
        ("能耗<=0.3吨标准煤/万元", "能耗", "<=", 0.3, "吨标准煤/万元", None),
        ("单位GDP能耗=13.5%", "单位GDP能耗", "=", 13.5, "%", None),
        ("零碳园区≥50", "零碳园区", ">=", 50.0, None, None),
        ("装机", "装机", None, None, None, None),
        ("@2030", "", None, None, None, 2030),
        (">=10GW", "", ">=", 10.0, "GW", None),
    ],
)
def test_reading(text: str, metric: str, op: str | None, number: float | None, unit: str | None, by: int | None) -> None:
    """Every part may be left out, but not all."""
    found = read(text)
    assert (found.metric, found.op, found.number, found.by) == (metric, op, number, by)
    assert found.unit == unit
    assert (found.start, found.end) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    ["", " ", "装机>=", "装机>=GW", "装机>=10GW@", "装机>=10GW@30", "装机>=10GW>=5", "装机>=10光年", "装机>=1e400GW", "装机>=" + "9" * 300 + "亿GW"],
)
def test_what_is_refused(text: str) -> None:
    """With what to write instead."""
    with pytest.raises(QueryError, match=r"装机>=10GW@2030|万千瓦|smaller"):
        read(text)


@given(st.text(alphabet="装机>=<≥≤@＞0123456789., GW%万千瓦/年", max_size=30))
def test_whatever_is_written(text: str) -> None:
    """Is read and searched for, or refused."""
    try:
        condition(read(text))
    except QueryError:
        return


def target(op: str = ">=", number: float | None = 10.0, unit: str | None = "GW") -> Target:
    """One that was read."""
    return Target("装机", op if number is not None else None, number, unit, None, 0, 0)  # type: ignore[arg-type]


def test_size() -> None:
    """In the base unit; 3亿 counts things as 3 does."""
    assert size(target()) == (1e7, "kW")
    assert size(target(number=3.0, unit="亿")) == (3e8, None)
    assert size(target(number=3.0, unit=None)) == (3.0, None)
    assert size(target(number=None, unit=None)) is None


def test_an_unknown_unit_is_told() -> None:
    """With units that are known, also where nobody read it before."""
    with pytest.raises(QueryError, match=r"光年.*万千瓦"):
        condition(target(unit="光年"))


def test_only_a_named_condition_brings_what_matched() -> None:
    """Under `not` there is nothing to bring."""
    assert "inner_hits" not in condition(target())["nested"]
    assert condition(target(), "p0")["nested"]["inner_hits"]["name"] == "p0"


def test_matched_targets_come_once() -> None:
    """Though title and body say the same, and two conditions find it."""
    one, other = ({"metric": "装机", "text": text, "deadline": 2030} for text in ("10GW", "12GW"))
    inner = {"p0": {"hits": {"hits": [{"_source": one}, {"_source": other}]}}, "p1": {"hits": {"hits": [{"_source": one}]}}}
    assert matched({"inner_hits": inner}) == [one, other]
    assert matched({}) == []


def test_an_order_needs_a_number() -> None:
    """The first target that has one decides."""
    with pytest.raises(Invalid, match="target=装机>=0GW"):
        order([target(number=None, unit=None)])
    first, *_, final = order([target(number=None, unit=None), target(unit="MW")], ascending=True)
    assert first["targets.value"]["order"] == "asc"
    assert final == {"item_id": "asc"}
