"""An item's entities → its targets for nested search: what shall be reached, from how much to how much, in base units, by when. Pure.

    到2030年,全省新能源装机容量达到1000万千瓦以上  →  全省新能源装机容量, low 1e7, high open, kW, 2030

A target has a floor (以上, 超), a ceiling (以内, 不超过) or both; 约 is taken at its word, as is a plain number; the two quantities
of a range (50—60个) are one target, as is what title and body both say.
"""

import math
import re
from collections.abc import Iterable
from typing import Any

from shared.text.units import amount

Json = dict[str, Any]

MAX_TARGETS = 500
"""Of one item: Elasticsearch refuses a document with more than 10,000 nested ones, and no news item sets that many goals."""

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
        elif (at := next((at for at, other in enumerate(found) if _told_again(other, one)), None)) is not None:
            # A title says in short what its body says in full: it is one target, with what either knows.
            found[at] = one | found[at]
        elif len(found) < MAX_TARGETS:
            found.append(one)
    return found


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


def _told_again(title: Json, body: Json) -> bool:
    """Whether a target of the title is the body's: the same amount, no other year, and words of its metric."""
    if (title["field"], body["field"]) != ("title", "body") or any(title.get(name) != body.get(name) for name in ("low", "high", "unit")):
        return False
    if None not in (years := (title.get("deadline"), body.get("deadline"))) and years[0] != years[1]:
        return False
    return bool(_pairs(title["metric"]) & _pairs(body["metric"])) or not (title["metric"] and body["metric"])


def _pairs(text: str) -> set[str]:
    """Its pairs of neighbouring characters."""
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _joined(one: Json, other: Json) -> Json:
    """Both ends of a range; what it comes to is its greater end."""
    return one | {"high": other["high"], "value": max(one["value"], other["value"])}
