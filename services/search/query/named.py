"""A field's value, as somebody says it → the values of the index that it stands for, and what it was taken for. Pure.

    地区:苏州     320500, all that lies within it         地区:粤       440000
    地区:朝阳     辽宁省朝阳市, 北京市朝阳区 …: all of them, and the answer says how to tell them apart
    机关:发改委   国家发展和改革委员会 and all its other names
    企业:宁德时代  the same, and names of firms that begin so: 宁德时代新能源科技股份有限公司

Names of divisions are those of `shared.names.divisions`, of bodies and firms those of `shared.names.aliases`; what else a name is
called is given by `alternatives`, so that what analysts add to their own file holds for fields too.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from services.search.query.facets import FACETS, TREES
from services.search.query.language.nodes import And, Filter, Node, Not, Or
from shared.names.aliases import Kind, full_name, printed
from shared.names.divisions import ABBREVIATIONS, GROUPS, Gazetteer, gazetteer
from shared.text.folding import compact, fold

Json = dict[str, Any]
Alternatives = Callable[[str, bool], Iterable[str]]

KINDS: dict[str, Kind] = {"agency": "agency", "company": "company"}
"""Facet → table of names."""

SHORTEST_BEGINNING = 3
"""Characters of a name by which firms that begin so are found too: two would be half the country's."""

FIRMS = "(公司|集团|银行|股份|厂|院)"
"""What names of firms end with."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a value stands for."""

    values: tuple[str, ...]
    """Of the index; the value itself among them"""
    labels: tuple[str, ...] = ()
    """What it was taken for, in people's words; empty for itself alone"""
    beginning: bool = False
    """Whether firms whose names begin with it are meant too"""

    @property
    def ambiguous(self) -> bool:
        """Whether several things bear the name."""
        return len(self.labels) > 1


def taken(facet: str, value: str, alternatives: Alternatives) -> Taken:
    """What `value` stands for in that facet."""
    if facet in TREES:
        return _region(value)
    kind = KINDS.get(facet)
    if kind is None:
        return Taken((value,))
    said = compact(fold(value))
    known = full_name(kind, said)
    names = dict.fromkeys((value, *(printed(kind, said) if known else ()), *alternatives(value, False)))
    for name in tuple(names):
        names |= dict.fromkeys(printed(kind, name))
    found = known or next((full for name in names if (full := full_name(kind, name))), None)
    beginning = kind == "company" and len(said) >= SHORTEST_BEGINNING and not re.search(f"{FIRMS}$", said)
    return Taken(tuple(names), (found,) if found and found != value else (), beginning)


def condition(facet: str, value: str, alternatives: Alternatives) -> Json:
    """The query for whatever the value stands for."""
    one = taken(facet, value, alternatives)
    field = FACETS[facet].field
    ways: list[Json] = [{"terms": {field: list(one.values)}}]
    if facet in TREES:
        ways.append({"terms": {TREES[facet][0]: [value]}})
    if one.beginning:
        escaped = re.sub(r'([.?+*|{}\[\]()"\\#@&<>~^$-])', r"\\\1", value)
        ways.append({"regexp": {field: {"value": f"{escaped}.{{0,20}}{FIRMS}.{{0,2}}"}}})
    return {"bool": {"should": ways, "minimum_should_match": 1}} if len(ways) > 1 else ways[0]


def values(facet: str, said: str) -> list[str]:
    """The values of the index that a parameter means: codes of regions, the full name of a body or firm; itself where no name is known."""
    one = taken(facet, said, lambda _text, _exact: ())
    if facet in TREES:
        return [code for code in one.values if code != said] or [said]
    return list(one.labels[:1]) or [said]


def notice(label: str, facet: str, value: str, alternatives: Alternatives) -> str | None:
    """What is to be said of how a value was read; None where it is just itself. `label` is the field's name in Chinese."""
    one = taken(facet, value, alternatives)
    if one.ambiguous and facet in TREES:
        return f"{label}“{value}”可指{'、'.join(one.labels)},都已列出;要分开,请连同上级一起写,如 {label}:{one.labels[0]}。"
    if one.labels:
        return f"{label}“{value}”按“{one.labels[0]}”查找。"
    return None


def notices(node: Node | None, alternatives: Alternatives) -> list[str]:
    """What is to be said of the fields of a query, each once, in its order."""
    match node:
        case And(nodes) | Or(nodes):
            return list(dict.fromkeys(said for one in nodes for said in notices(one, alternatives)))
        case Not(inner):
            return notices(inner, alternatives)
        case Filter():
            said = notice(FACETS[node.facet].label, node.facet, node.value, alternatives)
            return [said] if said else []
        case _:
            return []


def _region(value: str) -> Taken:
    said, divisions = compact(fold(value)), gazetteer()
    if members := GROUPS.get(said):
        return Taken((value, *members), ("、".join(divisions.divisions[code].name for code in members),))
    codes = _codes(said, divisions)
    labels = tuple("".join(division.name for division in divisions.path(code)) for code in codes)
    return Taken((value, *codes), () if labels == (value,) else labels)


def _codes(said: str, divisions: Gazetteer) -> tuple[str, ...]:
    """The divisions of a name, those alone that lie in none of the others; with its province or city before it the one that lies there."""
    if said in ABBREVIATIONS:
        return (ABBREVIATIONS[said],)
    if said in divisions.spellings:
        spelling = divisions.spellings[said]
        every = spelling.codes if spelling.strength in ("full", "short") else spelling.every
        return tuple(code for code in every if not divisions.ancestors(code) & set(every))
    for size in range(2, len(said) - 1):
        above, below = divisions.spellings.get(said[:size]), _codes(said[size:], divisions)
        held = tuple(code for code in below if above and divisions.ancestors(code) & set(above.every))
        if held:
            return held
    return ()
