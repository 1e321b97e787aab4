"""Elasticsearch's aggregations → the facets of an answer: values with counts, regions as trees, what is ticked and what is left out. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.models.search import FacetAnswer, FacetValue
from services.search.query.facets import FACETS, OTHERS, Chosen, Facet
from services.search.query.sources import shown

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A value as it was asked for, ticked or to be left out."""

    word: str
    count: int
    excluded: bool
    path: tuple[str, ...]
    """Of a region given by its code; empty where nothing names it"""


def facets(aggregations: Json, filters: Chosen, exclude: Chosen | None = None) -> tuple[FacetAnswer, ...]:
    """The counts of the facets that were asked for, in the order of FACETS."""
    found = {**aggregations.get(OTHERS, {}), **aggregations}
    left_out = exclude or {}
    return tuple(_facet(facet, found[name], filters.get(name, ()), left_out.get(name, ())) for name, facet in FACETS.items() if name in found)


def _facet(facet: Facet, counted: Json, chosen: Sequence[str], left_out: Sequence[str]) -> FacetAnswer:
    inner = counted.get("kept", counted)
    buckets = inner["values"]["buckets"] if "values" in inner else counted["buckets"]
    asked = [*_asked(chosen, inner.get("chosen"), excluded=False), *_asked(left_out, counted.get("excluded"), excluded=True)]
    values = _tree(buckets, asked) if facet.tree else _flat(buckets, asked)
    if facet.name == "source":
        values = [value.model_copy(update={"label": shown(value.value)}) for value in values]
    return FacetAnswer(name=facet.name, label=facet.label, values=tuple(values))


def _asked(values: Sequence[str], counted: Json | None, *, excluded: bool) -> list[_Asked]:
    found = []
    for value, bucket in zip(values, (counted or {"buckets": ()})["buckets"], strict=False):
        labels = [label["key"] for label in bucket.get("labels", {"buckets": ()})["buckets"]]
        path = next((label.partition("|")[2] for label in labels if label.startswith(f"{value}|")), "")
        found.append(_Asked(value, bucket["doc_count"], excluded, tuple(path.split("/")) if path else ()))
    return found


def _value(asked: _Asked, label: str, depth: int = 0) -> FacetValue:
    return FacetValue(value=asked.word, label=label, count=asked.count, selected=not asked.excluded, excluded=asked.excluded, depth=depth)


def _flat(buckets: Iterable[Json], asked: Iterable[_Asked]) -> list[FacetValue]:
    """Values by count; what was asked for and is not among them stands last."""
    words = {one.word: one for one in asked}
    values = [
        _value(words.pop(bucket["key"]), bucket["key"])
        if bucket["key"] in words
        else FacetValue(value=bucket["key"], label=bucket["key"], count=bucket["doc_count"])
        for bucket in buckets
    ]
    return values + [_value(one, word) for word, one in words.items()]


def _tree(buckets: Iterable[Json], asked: Sequence[_Asked]) -> list[FacetValue]:
    """Regions below their ancestors, each level by count; what was asked for by a name that is none of theirs stands before the tree."""
    nodes: dict[tuple[str, ...], FacetValue] = {}
    for bucket in buckets:
        code, _, names = bucket["key"].partition("|")
        path = tuple(names.split("/"))
        nodes.setdefault(path, FacetValue(value=code, label=path[-1], count=bucket["doc_count"], depth=len(path) - 1))
    rest = []
    for one in asked:
        path = one.path or next((path for path, node in nodes.items() if one.word in (node.value, path[-1])), ())
        if path:
            nodes[path] = _value(one, path[-1], len(path) - 1)
        else:
            rest.append(_value(one, one.word))

    def rank(path: tuple[str, ...]) -> list[tuple[int, str]]:
        above = [path[: depth + 1] for depth in range(len(path))]
        return [(-nodes[node].count if node in nodes else 0, node[-1]) for node in above]

    return rest + [nodes[path] for path in sorted(nodes, key=rank)]
