"""The filters of a search: parameter name → field, label, and how its values are counted. Pure.

Within one facet values are alternatives, so a facet's counts are taken under all *other* facets' filters: that is what ticking one more would
give. What is excluded counts nowhere, but for its own number beside it.

Counting costs as much as it meets items, so whatever holds for hits and for every facet that is asked for stands in the query itself
(`conditions`), facets without a filter of their own share one place, and only a facet that has one is counted apart.

A new facet also needs its parameter in services.search.query.request and a keyword field in services.index.mapping and services.index.document.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.query import days
from services.search.query.places import group, group_names, members
from shared.names.aliases import Kind, printed

Json = dict[str, Any]
Chosen = Mapping[str, Sequence[str]]
"""Facet → values"""


@dataclass(frozen=True)
class Facet:
    """One filter."""

    name: str
    label: str
    """For people"""
    field: str
    """Keyword field that is filtered by"""
    size: int = 30
    """Values that are counted: more than that is no overview"""
    tree: str | None = None
    """Keyword field of `code|path` for each value and all above it, counted instead: see shared.text.lineage"""


FACETS: Mapping[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("section", "栏目", "section"),
        # Ancestors are counted too (江苏省 for an item of 昆山市), so that the values make a tree.
        Facet("about", "所述地区", "about_regions", 60, "about_region_tree"),
        # All of the taxonomies' names, some sixty.
        Facet("topic", "主题", "topics", 80),
        Facet("doc_type", "类型", "doc_type"),
        Facet("level", "层级", "level"),
        Facet("agency", "机关", "agencies"),
        Facet("company", "企业", "companies"),
        Facet("document", "文件", "documents"),
        Facet("region", "提及地区", "regions", 60, "region_tree"),
        Facet("source", "来源", "source"),
    )
}

KINDS: Mapping[str, Kind] = {"agency": "agency", "company": "company"}
"""Facet → table of names"""

DATES = "date"
"""Name of the counts by day, which are no filter's"""
UNDATED = "undated"
"""Name of the count of what has no day, which comes with them"""
ALL = (*FACETS, DATES)

TREES: Mapping[str, tuple[str, str]] = {
    "region": ("region_names", "region_labels"),
    "about": ("about_region_names", "about_region_labels"),
}
"""Facet of regions → the fields that hold their names, and their codes with paths."""

OTHERS = "others"
"""Name under which the facets stand that share the filters of the rest"""


def condition(name: str, values: Sequence[str]) -> Json:
    """The query for any of a facet's values."""
    if name in KINDS:
        # What was indexed before a table of names knew a form has that form as its value.
        values = list(dict.fromkeys(form for value in values for form in (value, *printed(KINDS[name], value))))
    if name not in TREES:
        return {"terms": {FACETS[name].field: list(values)}}
    # A code or a name, as written or canonical; ancestors stand in the same fields. What speaks of a group names none of its members,
    # and what speaks of 保定 does not speak of 雄安新区.
    names, _ = TREES[name]
    groups = list(filter(None, map(group, values)))
    codes = list(dict.fromkeys((*values, *(code for value in values for code in members(value)))))
    said = list(dict.fromkeys((*values, *(called for divisions in groups for called in group_names(divisions)))))
    return {"bool": {"should": [{"terms": {FACETS[name].field: codes}}, {"terms": {names: said}}], "minimum_should_match": 1}}


def conditions(filters: Chosen, exclude: Chosen, wanted: Collection[str]) -> tuple[list[Json], list[Json]]:
    """What the filters ask for, in two parts: what belongs into the query, and what into `post_filter`, after the counts of `wanted` are taken."""
    query = [one for name in FACETS if name not in wanted for one in _own(name, filters, exclude)]
    after = [one for name in FACETS if name in wanted for one in _own(name, filters, exclude)]
    return query, after


def aggregations(filters: Chosen, exclude: Chosen | None = None, wanted: Collection[str] = ALL) -> Json:
    """Aggregations that count the values of the facets `wanted`, and the days, over a query that holds the first part of `conditions`."""
    left_out = exclude or {}
    own = {name: asked for name in FACETS if name in wanted and (asked := _own(name, filters, left_out))}
    shared: Json = {name: _terms(facet) for name, facet in FACETS.items() if name in wanted and name not in own}
    if DATES in wanted:
        # By day whatever is shown: services.search.answer.days makes weeks, months or years of them.
        histogram = {"field": days.DAY, "calendar_interval": "day", "min_doc_count": 1, "format": "yyyy-MM-dd"}
        shared[DATES] = {"filter": days.known(), "aggs": {"days": {"date_histogram": histogram}}}
        shared[UNDATED] = {"filter": days.unknown()}
    made = {name: _apart(FACETS[name], [one for other in own if other != name for one in own[other]], filters, left_out) for name in own}
    if own and shared:
        return made | {OTHERS: {"filter": {"bool": {"filter": [one for each in own.values() for one in each]}}, "aggs": shared}}
    return made | shared


def _own(name: str, filters: Chosen, exclude: Chosen) -> list[Json]:
    """What a facet's own filter asks for."""
    asked = [condition(name, filters[name])] if filters.get(name) else []
    return asked + ([{"bool": {"must_not": [condition(name, exclude[name])]}}] if exclude.get(name) else [])


def _terms(facet: Facet) -> Json:
    return {"terms": {"field": facet.tree or facet.field, "size": facet.size}}


def _apart(facet: Facet, others: list[Json], filters: Chosen, exclude: Chosen) -> Json:
    """The counts of a facet that has a filter, under those of the others."""
    chosen, left_out = filters.get(facet.name, ()), exclude.get(facet.name, ())
    counts: Json = {"values": _terms(facet)}
    if chosen:
        # What is ticked must show its count, be it rare or none.
        counts["chosen"] = _each(facet, chosen)
    if left_out:
        counts = {
            "kept": {"filter": {"bool": {"must_not": [condition(facet.name, left_out)]}}, "aggs": counts},
            "excluded": _each(facet, left_out),
        }
    return {"filter": {"bool": {"filter": others}}, "aggs": counts}


def _each(facet: Facet, values: Sequence[str]) -> Json:
    """The counts of these values, whatever their rank, in their order; with the names of regions that are given by code."""
    counted: Json = {"filters": {"filters": [condition(facet.name, [value]) for value in values]}}
    codes = [value for value in values if value.isascii() and value.isdigit()]
    if facet.tree and codes:
        counted["aggs"] = {"labels": {"terms": {"field": facet.tree, "size": len(codes), "include": rf"({'|'.join(codes)})\|.*"}}}
    return counted
