"""What of the index can be suggested: requests for the values of its keyword fields, and their answers → names. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import nlargest
from typing import Any

from services.search.query.facets import KINDS
from services.search.query.places import codes
from services.search.suggest.names import Name, OtherNames
from shared.names.aliases import listed, printed

Json = dict[str, Any]

FIELDS: Mapping[str, str] = {
    "region": "region_tree",
    "agency": "agencies",
    "company": "companies",
    "document": "documents",
    "topic": "topics",
    "section": "section",
    "source": "source",
    "doc_type": "doc_type",
    "level": "level",
    "standard": "standards",
    "scheme": "schemes",
    "person": "persons",
}
"""Kind → keyword field; that of regions holds `code|path` for each region and all above it."""

MAX_VALUES = 60_000
"""Values read of one field, the most frequent; Elasticsearch refuses answers of more than 65,536 buckets."""
MAX_NAMES = 100_000
"""Names of all kinds, the most frequent: 0.1 s of work whenever they are read again, some 80 MB."""

LONGEST_SAID = 8
"""Characters of a firm's name, or of what analysts call it, that is looked for among other names"""

LONGEST = 200
"""Characters of a name: what is longer was taken for one by mistake."""

MARK: Json = {"size": 1, "_source": False, "track_total_hits": True, "aggs": {"last": {"max": {"field": "_seq_no"}}}}
"""Asks for what changes with every write: the last write's number and, for deletions, how many items there are."""

_LAST = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "地区", "省", "市", "区", "县", "盟")


def mark(answer: Json) -> tuple[object, ...]:
    """Of an answer to MARK; another one where the index has changed or is another index."""
    hits = answer["hits"]
    return hits["total"]["value"], answer["aggregations"]["last"]["value"], hits["hits"][0]["_index"] if hits["hits"] else None


def requests() -> dict[str, Json]:
    """Kind → the search that counts its values."""
    asked = {kind: {"values": {"terms": {"field": field, "size": MAX_VALUES}}} for kind, field in FIELDS.items()}
    return {kind: {"size": 0, "track_total_hits": False, "aggs": counts} for kind, counts in asked.items()}


def names(kind: str, answer: Json, other_names: OtherNames) -> list[Name]:
    """The names of one kind, from the answer to its request."""
    found = answer.get("aggregations", {})
    buckets = found["values"]["buckets"] if found else ()
    counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets if len(bucket["key"]) <= LONGEST}
    if kind == "region":
        return _regions(counts)
    return [Name(kind, value, value, count, others=_called(kind, value, other_names)) for value, count in counts.items()]


def _called(kind: str, name: str, other_names: OtherNames) -> tuple[str, ...]:
    """国家发改委, NDRC, 宁王: how people say the name of a body or firm; what is longer helps nobody who types."""
    if kind not in KINDS:
        return ()
    known, shortest = printed(KINDS[kind], name), len(name) - 1
    # A firm may have been given any short name; of a longer one no part said otherwise (CATL新能源科技) is what anybody types.
    others = other_names(name) if kind == "agency" or len(name) <= LONGEST_SAID else ()
    if not others and len(known) == 1 and name not in listed():
        return ()
    longest = max(LONGEST_SAID, shortest) if kind == "company" else shortest
    listed_as = (code for form in known if kind == "company" and (code := listed().get(form)))
    return tuple(dict.fromkeys((*(other for other in others if 1 < len(other) <= longest), *(one for one in known if one != name), *listed_as)))


def named(name: Name, sources: Mapping[str, str]) -> Name:
    """A source under its display name, found by its id too; any other name as it is."""
    shown = sources.get(name.value) if name.kind == "source" else None
    return replace(name, label=shown, others=(name.value,)) if shown and shown != name.value else name


def most(names: Iterable[Name]) -> list[Name]:
    """The names that there is room for."""
    return nlargest(MAX_NAMES, names, key=lambda name: name.count)


def _regions(counts: Mapping[str, int]) -> list[Name]:
    found = [(code, path.split("/"), count) for label, count in counts.items() for code, _, path in (label.partition("|"),) if path]
    return [Name("region", _asked_by(code, path), path[-1], count, "".join(path[:-1]), _short(path[-1])) for code, path, count in found]


def _asked_by(code: str, path: Sequence[str]) -> str:
    """The shortest name that means this region alone: 鼓楼区 is in four cities, 南京市鼓楼区 in one; else its code."""
    names = ("".join(path[depth:]) for depth in range(len(path) - 1, -1, -1))
    return next((name for name in names if codes(name) == (code,)), code)


def _short(name: str) -> tuple[str, ...]:
    """昆山市 → 昆山, as people say."""
    return next(((short,) for last in _LAST if len(short := name.removesuffix(last)) > 1 and short != name), ())
