"""The filters of a search: parameter name → field, label, and how its values are counted. Pure.

Within one facet values are alternatives, so a facet's counts are taken under all *other* filters: that is what ticking one more would give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Facet:
    """One filter."""

    name: str
    label: str
    """For people"""
    field: str
    """Keyword field that is counted"""
    size: int = 30
    """Values that are counted: more than that is no overview"""


FACETS: Mapping[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("section", "栏目", "section"),
        # Ancestors are counted too (江苏省 for an item of 昆山市), so that the values make a tree.
        Facet("about", "所述地区", "about_regions", 60),
        Facet("topic", "主题", "topics", 50),
        Facet("doc_type", "类型", "doc_type"),
        Facet("level", "层级", "level"),
        Facet("agency", "机关", "agencies"),
        Facet("company", "企业", "companies"),
        Facet("document", "文件", "documents"),
        Facet("region", "提及地区", "regions", 60),
        Facet("source", "来源", "source"),
    )
}

TREES: Mapping[str, tuple[str, str]] = {
    "region": ("region_names", "region_labels"),
    "about": ("about_region_names", "about_region_labels"),
}
"""Facet of regions → the fields that hold their names, and their codes with paths."""

REGION_LABELS = 500
"""Labels read to name the region codes: each names its ancestors too, and the 60 codes that are shown stand in the most frequent of them."""


def condition(name: str, values: Sequence[str]) -> Json:
    """The query for any of a facet's values."""
    if name not in TREES:
        return {"terms": {FACETS[name].field: list(values)}}
    # A code or a name, as written or canonical; ancestors stand in the same fields.
    names, _ = TREES[name]
    return {"bool": {"should": [{"terms": {FACETS[name].field: list(values)}}, {"terms": {names: list(values)}}], "minimum_should_match": 1}}


def aggregations(filters: Mapping[str, Sequence[str]]) -> Json:
    """Aggregations that count every facet's values, each under the other facets' filters."""
    return {facet.name: _aggregation(facet, filters) for facet in FACETS.values()}


def _aggregation(facet: Facet, filters: Mapping[str, Sequence[str]]) -> Json:
    others = [condition(name, values) for name, values in filters.items() if name != facet.name]
    counts: Json = {"values": {"terms": {"field": facet.field, "size": facet.size}}}
    if chosen := filters.get(facet.name):
        # What is ticked must show its count, be it rare or none.
        counts["chosen"] = {"filters": {"filters": [condition(facet.name, [value]) for value in chosen]}}
    if facet.name in TREES:
        counts["labels"] = {"terms": {"field": TREES[facet.name][1], "size": REGION_LABELS}}
    return {"filter": {"bool": {"filter": others}}, "aggs": counts}
