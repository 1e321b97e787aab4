"""Elasticsearch's answers → the models of models.py. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.index.search import highlight
from services.index.search.facets import FACETS, TREES, Facet
from services.index.search.models import (
    Answer,
    DigestAnswer,
    DigestItem,
    FacetAnswer,
    FacetValue,
    Highlights,
    Hit,
    ItemAnswer,
    Neighbour,
    Region,
    SearchAnswer,
)
from services.index.search.query import Marks
from services.index.search.request import SearchRequest
from services.index.search.words import MAX_LOOSE, MAX_WORDS, parse

Json = Mapping[str, Any]


def read(answer: Json, request: SearchRequest, *, marks: Marks, page: int) -> tuple[SearchAnswer, list[Any] | None]:
    """One page of hits without its cursor, and the sort values of its last hit if another page follows."""
    found = answer["hits"]["hits"]
    shown = found[: request.size]
    after = shown[-1]["sort"] if len(found) > request.size else None
    scored = bool(parse(request.q))
    result = SearchAnswer(
        total=answer["hits"]["total"]["value"],
        page=page,
        sort=request.order,
        hits=tuple(_hit(hit, marks, scored=scored) for hit in shown),
        facets=facets(answer.get("aggregations", {}), request.filters),
        notices=_notices(request),
        took_ms=answer["took"],
    )
    return result, after


def _notices(request: SearchRequest) -> tuple[str, ...]:
    if parse(request.q).shortened:
        return (f"查询太长,只用了前 {MAX_LOOSE} 个字、{MAX_WORDS} 个词。",)
    return ()


def _hit(hit: Json, marks: Marks, *, scored: bool) -> Hit:
    source = hit["_source"]
    marked = hit.get("highlight", {})
    titles = marked.get("title")
    return Hit(
        **_known(Hit, source),
        regions=regions(source.get("region_labels") or ()),
        about_regions=regions(source.get("about_region_labels") or ()),
        score=hit.get("_score") if scored else None,
        highlights=Highlights(
            title=highlight.fragment(titles[0], marks, limit=None) if titles else None,
            body=tuple(highlight.fragment(text, marks) for text in marked.get("body", ())),
        ),
    )


def _known(model: type[Answer], source: Json) -> dict[str, Any]:
    """What the model has of the document's fields; null counts as absent, so that lists default to empty."""
    return {name: source[name] for name in model.model_fields if name not in ("regions", "about_regions", "items") and source.get(name) is not None}


def regions(labels: Iterable[str]) -> tuple[Region, ...]:
    """`320583|江苏省/苏州市/昆山市` → code and path."""
    split = (label.partition("|") for label in labels)
    return tuple(Region(code=code, path=tuple(path.split("/"))) for code, _, path in split if path)


def facets(aggregations: Json, filters: Mapping[str, Sequence[str]]) -> tuple[FacetAnswer, ...]:
    """The counts of every facet, in the order of FACETS."""
    return tuple(_facet(facet, aggregations[name], filters.get(name, ())) for name, facet in FACETS.items() if name in aggregations)


def _facet(facet: Facet, aggregation: Json, chosen: Sequence[str]) -> FacetAnswer:
    counts = {bucket["key"]: bucket["doc_count"] for bucket in aggregation["values"]["buckets"]}
    ticked = dict(zip(chosen, (bucket["doc_count"] for bucket in aggregation.get("chosen", {}).get("buckets", ())), strict=False))
    if facet.name in TREES:
        values = _tree(counts, ticked, regions(bucket["key"] for bucket in aggregation["labels"]["buckets"]))
    else:
        values = [FacetValue(value=value, label=value, count=count, selected=value in ticked) for value, count in (counts | ticked).items()]
    return FacetAnswer(name=facet.name, label=facet.label, values=tuple(values))


def _tree(counts: Mapping[str, int], ticked: Mapping[str, int], known: Iterable[Region]) -> list[FacetValue]:
    """Region codes below their ancestors, each level by count; a code that no label names is left out.

    `ticked` holds codes and names as they were asked for; what is not in the tree stands before it.
    """
    paths: dict[tuple[str, ...], str] = {}
    for region in known:
        for depth, code in enumerate(codes(region)):
            if code in counts:
                paths.setdefault(region.path[: depth + 1], code)

    def rank(path: tuple[str, ...]) -> list[tuple[int, str]]:
        above = [path[: depth + 1] for depth in range(len(path))]
        return [(-counts.get(paths.get(node, ""), 0), node[-1]) for node in above]

    values, shown = [], set()
    for path in sorted(paths, key=rank):
        asked = next((word for word in (paths[path], path[-1]) if word in ticked), None)
        shown.add(asked)
        values.append(FacetValue(value=asked or paths[path], label=path[-1], count=counts[paths[path]], selected=bool(asked), depth=len(path) - 1))
    rest = [FacetValue(value=word, label=word, count=count, selected=True) for word, count in ticked.items() if word not in shown]
    return rest + values


def codes(region: Region) -> tuple[str, ...]:
    """The codes of a region's path by GB/T 2260: two digits name the province, four the prefecture, six the county."""
    code, depth = region.code, len(region.path)
    first = (f"{code[:2]}0000",) if depth > 1 else ()
    middle = (f"{code[:4]}00",) if depth > 2 else ()
    # A path longer than three (a town) repeats its county's code, which keeps its first name.
    return (*first, *middle, *(code,) * (depth - len(first) - len(middle)))


def item(source: Json, neighbours: tuple[Json | None, Json | None] = (None, None)) -> ItemAnswer:
    """An item's document with the documents before and after it in its digest."""
    previous, following = (Neighbour(item_id=near["item_id"], headline=near["headline"]) if near else None for near in neighbours)
    return ItemAnswer(
        **_known(ItemAnswer, source),
        regions=regions(source.get("region_labels") or ()),
        about_regions=regions(source.get("about_region_labels") or ()),
        previous=previous,
        next=following,
    )


def digest(manifest: Json, items: Sequence[Json]) -> DigestAnswer:
    """A manifest with its items' documents, in the manifest's order; those not indexed yet are only counted."""
    facts = _known(DigestAnswer, manifest)
    missing = 0 if manifest.get("withdrawn") else len(manifest.get("item_ids") or ()) - len(items)
    return DigestAnswer(**facts, items=tuple(DigestItem(**_known(DigestItem, source)) for source in items), missing_items=missing)
