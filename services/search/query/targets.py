"""What shall be reached, as somebody searches for it (`装机>=10GW@2030`) → the nested query and the order that find it over mixed units. Pure.

metric   words that the target's metric holds; none for any
op       >= reaches it: a floor or a plain number of at least as much, or a range that goes so far; a mere ceiling never does
         <= stays within it: the same for ceilings;  =  equals an end or lies in the range
@2030    to be reached by the end of that year, so also by 2028
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.search.errors import Invalid
from services.search.query.language import target as language
from services.search.query.language.errors import QueryError
from services.search.query.language.nodes import Target
from shared.text.units import COUNTED, amount, base

Json = dict[str, Any]

PATH = "targets"
SHOWN = 3
"""Of one item's matching targets"""

PATTERN = r"[^<>=≥≤@＞＜＝＠]*([<>=≥≤＞＜＝]+\s*[\d０-９][\d０-９.,，]*[^<>=≥≤@＞＜＝＠]*)?([@＠]\s*\d{4}年?)?"
"""What a target looks like, for OpenAPI"""
UNITS = "GW、万千瓦、亿千瓦时、万吨、吨标准煤、亿元、%、个百分点、平方公里、家、个、项"
"""Some of those that are known, for who asks for one that isn't"""


def read(text: str) -> Target:
    """`装机>=10GW@2030` → Target that can be searched for; raises QueryError."""
    made = language.target(text, 0, len(text))
    if made is None:
        raise QueryError(f"can't read the target {text!r}: {language.EXPECTED[0]}", language.EXPECTED[1], 0, len(text))
    size(made)
    return made


def size(target: Target) -> tuple[float, str | None] | None:
    """Its number in the base unit, which is None for a bare number; None where there is no number. Raises QueryError for an unknown unit."""
    if target.number is None:
        return None
    unit, length = target.unit or "", target.end - target.start
    if base(unit) is None:
        chinese = f"不认识单位“{unit}”:可用 {UNITS} 等。"
        raise QueryError(f"unknown unit {unit!r}: known are {UNITS} and others", chinese, target.start, length)
    made = amount(target.number, unit)
    if made is None:
        raise QueryError("a number beyond all measure: write a smaller one", "数值太大,请改小。", target.start, length)
    # 3亿 without a unit of its own counts things, as 3 does.
    return made[0], made[1] or None


def condition(target: Target, name: str | None = None) -> Json:
    """The query for items with such a target; with a `name`, unlike any other in the search, the hit brings those that match (`matched`).

    Raises QueryError for an unknown unit.
    """
    query: Json = {"path": PATH, "query": _matching(target), "ignore_unmapped": True}
    if name is not None:
        query["inner_hits"] = {"name": name, "size": SHOWN, "sort": [{f"{PATH}.value": "desc"}], "ignore_unmapped": True}
    return {"nested": query}


def matched(hit: Mapping[str, Any]) -> list[Json]:
    """The targets that a hit brings along, in the order of the conditions, each once."""
    found = (inner["_source"] for answer in hit.get("inner_hits", {}).values() for inner in answer["hits"]["hits"])
    return list({(one["metric"], one["text"], one.get("deadline")): one for one in found}.values())


def order(targets: Iterable[Target], *, ascending: bool = False) -> list[Json]:
    """By the value of the first of these targets that has a number, its greatest first (or its least); items without such a target come last.

    Raises Invalid where none has: numbers of different units have no order.
    """
    by = next((target for target in targets if target.number is not None), None)
    if by is None:
        raise Invalid("sort by target needs a target with a number and unit to sort by, such as target=装机>=0GW (按目标值排序,需给出带单位的目标)")
    value: Json = {
        "order": "asc" if ascending else "desc",
        "mode": "min" if ascending else "max",
        "missing": "_last",
        "unmapped_type": "double",
        "nested": {"path": PATH, "filter": _matching(by)},
    }
    # Ends in item_id, which is unique, so that pages neither repeat nor skip a hit.
    return [{f"{PATH}.value": value}, {"published_on": {"order": "desc", "missing": "_last"}}, {"item_id": "asc"}]


def _matching(target: Target) -> Json:
    filters: list[Json] = [{"match_phrase": {f"{PATH}.metric": word}} for word in target.metric.split()]
    measure = size(target)
    if measure is not None:
        number, unit = measure
        filters += [{"terms": {f"{PATH}.unit": ["", *COUNTED]}} if unit is None else {"term": {f"{PATH}.unit": unit}}]
        filters += _compared(target.op or "=", number)
    if target.by is not None:
        filters.append({"range": {f"{PATH}.deadline": {"lte": target.by}}})
    return {"bool": {"filter": filters or [{"match_all": {}}]}}


def _compared(op: str, number: float) -> Sequence[Json]:
    low, high = f"{PATH}.low", f"{PATH}.high"
    if op == "=":
        between = {"bool": {"filter": [_range(low, "<=", number), _range(high, ">=", number)]}}
        return [_any({"term": {low: number}}, {"term": {high: number}}, between)]
    side = low if op.startswith(">") else high
    return [{"exists": {"field": side}}, _any(_range(low, op, number), _range(high, op, number))]


def _range(field: str, op: str, number: float) -> Json:
    return {"range": {field: {{">=": "gte", ">": "gt", "<=": "lte", "<": "lt"}[op]: number}}}


def _any(*queries: Json) -> Json:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
