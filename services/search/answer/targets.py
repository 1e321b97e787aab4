"""An item's entities in, the table of its targets out: what shall be reached, how much, by when, against what. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from shared.text.same_target import MAX_TARGETS, Aim, Places, same_target

_CONDITIONS = {"=": "", ">=": "不低于", "<=": "不超过", ">": "超过", "<": "低于", "~": "约"}
_EXACTLY = "达到"
_YEAR = re.compile(r"\d{4}(?!.*\d{4})")
"""The last one: `2026/2028` is due in 2028."""
_DIRECTIONS = {"up": "增加", "down": "下降"}


@dataclass(frozen=True)
class Target:
    """One row, ready to be shown; empty where the text does not say."""

    indicator: str
    condition: str
    """`下降`, `不低于`, `增加、约`; `达到` where the text gives the number alone"""
    amount: str
    deadline: str
    baseline: str
    by: str
    """Who is to reach it"""
    base: str = ""
    """The amount in its base unit, `250,000 kW`; empty where it is printed in it"""


def targets(entities: Iterable[Mapping[str, Any]]) -> list[Target]:
    """The quantities that are targets, in the order of the text, each once though title and body both say it.

    No more of them than the index has.
    """
    told: list[tuple[Aim | None, Target]] = []
    known: dict[Target, int] = {}
    places = Places()
    quantities = (entity for entity in entities if entity.get("type") == "quantity")
    rows = ((entity, row) for entity in quantities if (row := _row(entity)))
    for entity, row in islice(rows, 2 * MAX_TARGETS):
        aim = _aim(entity, row)
        near = places.near(aim) if aim else ()
        same = (at for at in near if aim and (other := told[at][0]) and same_target(other, aim))
        at = min((at for at in (next(same, None), known.get(row)) if at is not None), default=None)
        if at is not None:
            known.pop(told[at][1], None)
            told[at] = (told[at][0], _both(told[at][1], row))
        elif len(told) < MAX_TARGETS:
            at = len(told)
            told.append((aim, row))
            if aim:
                places.add(aim, at)
        else:
            continue
        known[told[at][1]] = at
    return [row for _, row in told]


def _both(one: Target, other: Target) -> Target:
    """The first with what only the other says: a title says in short what its body says in full."""
    return replace(
        one,
        indicator=max(one.indicator, other.indicator, key=len),
        condition=other.condition if one.condition == _EXACTLY else one.condition,
        deadline=one.deadline or other.deadline,
        baseline=one.baseline or other.baseline,
        by=one.by or other.by,
    )


def _aim(entity: Mapping[str, Any], row: Target) -> Aim | None:
    """None where its amount is not known."""
    value, canonical = entity["value"], entity.get("canonical") or {}
    size = canonical.get("value", value.get("number"))
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        return None
    year = _YEAR.search(row.deadline)
    return Aim(
        field=str(entity.get("field")),
        metric=row.indicator,
        amount=size,
        unit=str(canonical.get("unit") or value.get("unit") or ""),
        floor=value.get("op") in (">=", ">"),
        ceiling=value.get("op") in ("<=", "<"),
        year=int(year[0]) if year else None,
        by=row.by,
    )


def _row(entity: Mapping[str, Any]) -> Target | None:
    value, canonical = entity.get("value"), entity.get("canonical") or {}
    if canonical.get("target") is not True or not isinstance(value, Mapping):
        return None
    said = [_DIRECTIONS.get(str(canonical.get("direction")), ""), _CONDITIONS.get(str(value.get("op")), str(value.get("op")))]
    part = str(canonical.get("of") or "")
    indicator = str(value.get("indicator") or "")
    return Target(
        indicator=f"{part}:{indicator}" if part and part != indicator else indicator,
        condition="、".join(word for word in said if word) or _EXACTLY,
        amount=amount(value),
        base=_base(value, canonical),
        deadline=_day(canonical.get("deadline")),
        baseline=_day(canonical.get("baseline")),
        by=str(canonical.get("by") or ""),
    )


def amount(value: Mapping[str, Any]) -> str:
    """Number and unit as people write them: 1,500万千瓦."""
    number = value.get("number")
    shown = f"{number:,.10g}" if isinstance(number, (int, float)) and not isinstance(number, bool) else str(number)
    return f"{shown}{value.get('unit') or ''}"


def _base(value: Mapping[str, Any], canonical: Mapping[str, Any]) -> str:
    unit = canonical.get("unit")
    said = {"number": canonical.get("value"), "unit": f" {unit}" if str(unit)[:1].isascii() else unit}
    return amount(said) if unit and unit != value.get("unit") and isinstance(said["number"], (int, float)) else ""


def _day(said: object) -> str:
    """`2030` is the year 2030; a day or a month stay as they are, words (上年同期) too."""
    text = str(said or "")
    return f"{text}年" if len(text) == 4 and text.isdigit() else text
