"""An item's entities → its targets for nested search: what shall be reached, from how much to how much, in base units, by when. Pure.

    到2030年,全省新能源装机容量达到1000万千瓦以上  →  全省新能源装机容量, low 1e7, high open, kW, 2030

A target has a floor (以上, 超), a ceiling (以内, 不超过) or both; 约 is taken at its word, as is a plain number; the two quantities
of a range (50—60个) are one target, as is what title and body both say, or the body twice, in whatever units.
"""

import math
import re
from collections.abc import Iterable
from typing import Any

from shared.text.same_target import MAX_TARGETS, Aim, Places, same_target
from shared.text.units import amount

Json = dict[str, Any]

_FLOORS, _CEILINGS = (">=", ">", "=", "~"), ("<=", "<", "=", "~")
_YEAR = re.compile(r"\d{4}")


def targets(entities: Iterable[Json]) -> list[Json]:
    """The targets in the order of the text; those whose number is beyond all measure are left out."""
    found: list[Json] = []
    for entity in entities:
        if entity["type"] != "quantity" or (entity.get("canonical") or {}).get("target") is not True or not isinstance(entity.get("value"), dict):
            continue
        if (one := _target(entity)) is None:
            continue
        if found and _same_range(found[-1], one):
            found[-1] = _joined(found[-1], one)
        elif len(found) < 2 * MAX_TARGETS:
            found.append(one)
    return _once(found)


def _once(found: Iterable[Json]) -> list[Json]:
    told: list[Json] = []
    aims: list[Aim] = []
    places = Places()
    for one in found:
        aim = _aim(one)
        if (at := next((at for at in places.near(aim) if same_target(aims[at], aim)), None)) is not None:
            told[at] = _both(told[at], one)
            aims[at] = _aim(told[at])
        elif len(told) < MAX_TARGETS:
            places.add(aim, len(told))
            told.append(one)
            aims.append(aim)
    return told


def _target(entity: Json) -> Json | None:
    value, facts = entity["value"], entity["canonical"]
    number, unit, op, indicator = value.get("number"), str(value.get("unit") or ""), value.get("op"), str(value.get("indicator") or "")
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
        return None
    # Of a range older builds give the value of one end to both, so the number counts; a currency named apart (港币5000万元) is canonical's alone.
    size, base = amount(number, unit) or (_finite(facts.get("value")) or float(number), unit)
    base = str(facts.get("unit") or base)
    part = str(facts.get("of") or "")
    known = {
        "metric": f"{part}:{indicator}" if part and part != indicator else indicator,
        "low": size if op in _FLOORS else None,
        "high": size if op in _CEILINGS else None,
        "value": size,
        "unit": base,
        "deadline": year(facts.get("deadline")),
        "by": facts.get("by"),
        "text": entity["text"],
        "field": entity["field"],
        "start": entity["start"],
        "end": entity["end"],
    }
    return {name: fact for name, fact in known.items() if fact is not None}


def _finite(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) else None


def year(deadline: object) -> int | None:
    """The last year of a deadline, be it a day, a month, a year or the interval up to it (`2026/2028`, `../2030`)."""
    said = _YEAR.match(str(deadline or "").rpartition("/")[2])
    return int(said[0]) if said else None


def _same_range(one: Json, other: Json) -> bool:
    place = ("field", "start", "end", "metric", "unit")
    return all(one[name] == other[name] for name in place) and "high" not in one and "low" not in other


def _aim(one: Json) -> Aim:
    return Aim(
        field=one["field"],
        metric=one["metric"],
        amount=one["value"],
        unit=one["unit"],
        floor="high" not in one,
        ceiling="low" not in one,
        year=one.get("deadline"),
        by=one.get("by") or "",
    )


def _both(one: Json, other: Json) -> Json:
    """A title says in short what its body says in full: where the first stands, with what either knows; 15GW and 15GW以上 is a floor."""
    open_ends = {end for end in ("low", "high") if end not in one or end not in other}
    made = {name: fact for name, fact in (other | one).items() if name not in open_ends}
    return made | {"metric": max(one["metric"], other["metric"], key=len)}


def _joined(one: Json, other: Json) -> Json:
    """Both ends of a range; what it comes to is its greater end."""
    return one | {"high": other["high"], "value": max(one["value"], other["value"])}
