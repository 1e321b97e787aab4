"""The name of a document → the searches for its trail, and what of their answers is told. Pure.

A document is known by its key (shared.text.document_keys): brackets, spaces and forms of characters do not matter, each word does. An item
that gives the document's number alone is a step of the trail too. Items of one wording are one step: the first telling, with how many there are. What
may be the same under another name is offered, not mixed in: a name that holds this one (关于印发《…》的通知), or the same without the issuer before
关于, which another body may have issued too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.search.models.days import day
from services.search.models.related import OtherName, Step, TrailAnswer
from services.search.query import days
from shared.text.document_keys import document_key

Json = dict[str, Any]

MAX_STEPS = 1000
"""Items of one trail that are told; nobody reads on, and the total stays exact."""
PAGE = 200
"""Items of one search: their entities come with them, some 10 KB each."""
MAX_ALSO = 20
LEAST_KEY = 5
"""Letters from which on other names are looked for: 办法 stands in thousands."""
MOST_KEY = 60
"""Characters that other names are looked for by: they tell any name from all others, and of a hundred that repeat Lucene makes no automaton."""

ORDER: list[Json] = [
    # 1 where the day is known, 0 where nobody knows it, also where an old build guessed one.
    {"_score": "desc"},
    {"published_on": {"order": "asc", "missing": "_last"}},
    {"received_at": "asc"},
    {"digest_id": "asc"},
    {"ordinal": "asc"},
    {"item_id": "asc"},
]
_SOURCE = ("item_id", "digest_id", "ordinal", "source", "digest_title", "headline", "published_on", "published_on_basis",
           "received_at", "story_key", "entities")  # fmt: skip
_SHOWN = ("item_id", "digest_id", "source", "digest_title", "headline", "published_on", "published_on_basis")


def mentioning(key: str) -> Json:
    """The condition of the items that name the document."""
    return {"term": {"document_keys": key}}


def by_number(key: str, numbers: Sequence[str]) -> Json:
    """The condition of the items that give one of its numbers and not its name."""
    return {"bool": {"filter": [{"terms": {"document_nos": list(numbers)}}], "must_not": [mentioning(key)]}}


def steps(condition: Json, *, start: int = 0) -> Json:
    """The search for the first telling of each wording (shared.text.story_keys), from the `start`th on; at first also for how many items there are,
    and how often each wording that was told again was told."""
    body = _steps({"bool": {"filter": [condition, {"exists": {"field": "story_key"}}]}}) | {"collapse": {"field": "story_key"}, "from": start}
    told = {"terms": {"field": "story_key", "size": MAX_STEPS, "min_doc_count": 2, "execution_hint": "map"}}
    return body if start else body | {"track_total_hits": True, "aggs": {"told": told}}


def unkeyed(condition: Json, *, after: Sequence[Any] | None = None) -> Json:
    """The search for items without a key, each for itself; at first also for how many there are."""
    body = _steps({"bool": {"filter": [condition], "must_not": [{"exists": {"field": "story_key"}}]}})
    return body | {"search_after": list(after)} if after else body | {"track_total_hits": True}


def _steps(query: Json) -> Json:
    known = [{"constant_score": {"filter": days.known()}}]
    query = {"bool": {"filter": [query], "should": known}}
    return {"query": query, "size": PAGE, "sort": ORDER, "_source": list(_SOURCE), "track_total_hits": False}


@dataclass(frozen=True)
class Steps:
    """Items as they were found, MAX_STEPS of each kind at most."""

    sources: Sequence[Mapping[str, Any]] = ()
    total: int = 0
    """Items, also those that are not among them"""
    told: Mapping[str, int] = field(default_factory=dict)
    """Key → items, of wordings that were told again"""


def base(key: str) -> str:
    """The key from its last 关于 on where that begins what it is about: without who issues it."""
    match = re.search(r"关于.{4,}$", key)
    return match[0] if match else key


def named_alike(key: str) -> Json | None:
    """The search that counts other names; None where the key is too short to look by."""
    part = base(key)[:MOST_KEY]
    if len(part) < LEAST_KEY:
        return None
    # Keys are letters and digits only, so they mean nothing in a pattern.
    keys = {"field": "document_keys", "include": f".*{part}.*", "exclude": [key], "size": MAX_ALSO}
    counts = {"terms": keys, "aggs": {"item": {"top_hits": {"size": 1, "_source": ["documents"]}}}}
    return {"query": {"wildcard": {"document_keys": {"value": f"*{part}*"}}}, "size": 0, "track_total_hits": False, "aggs": {"keys": counts}}


def also(answer: Mapping[str, Any]) -> tuple[OtherName, ...]:
    """The names that `named_alike` found, as they are written."""
    found = []
    for bucket in answer["aggregations"]["keys"]["buckets"]:
        names = (name for hit in bucket["item"]["hits"]["hits"] for name in hit["_source"].get("documents") or ())
        found.append(OtherName(name=next((name for name in names if document_key(name) == bucket["key"]), bucket["key"]), count=bucket["doc_count"]))
    return tuple(found)


_NOBODYS = re.compile("公告|令|通告|命令|第")
"""What the number of some body or other begins with"""


def numbers_of(sources: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    """The numbers that the items tie to the document, the most frequent first; without those that name no issuer, as every body has its 第5号令."""
    told = Counter(number for source in sources for number in _told(_mentions(source, key), "number"))
    return [number for number, _ in told.most_common() if not _NOBODYS.match(number)]


def answer(name: str, named: Steps, numbered: Steps, *, others: tuple[OtherName, ...], took_ms: int) -> TrailAnswer:
    """The trail of those that name the document and those that give its number."""
    key, total = document_key(name), named.total + numbered.total
    found = [(source, _step(source, key, named.told, by_number=False)) for source in named.sources]
    found += [(source, _step(source, key, numbered.told, by_number=True)) for source in numbered.sources]
    shown = [step for _, step in sorted(found, key=lambda pair: _place(pair[0]))][:MAX_STEPS]
    days = [step.published_on for step in shown if step.published_on]
    written = Counter(str(_name(entity)) for source in named.sources for entity in _mentions(source, key))
    told = sum(step.count for step in shown)
    return TrailAnswer(
        name=written.most_common(1)[0][0] if written else name,
        total=total,
        numbers=tuple(numbers_of(named.sources, key)),
        issuers=tuple(dict.fromkeys(issuer for step in shown for issuer in step.issuers)),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        steps=tuple(shown),
        also=others,
        notices=(f"共 {total:,} 条,只列出 {told:,} 条。",) if total > told else (),
        took_ms=took_ms,
    )


def _place(source: Mapping[str, Any]) -> tuple[Any, ...]:
    return day(source) or "9", source.get("received_at") or "", source["digest_id"], source["ordinal"]


def _step(source: Mapping[str, Any], key: str, told: Mapping[str, int], *, by_number: bool) -> Step:
    mentions = _mentions(source, key)
    facts = {name: source[name] for name in _SHOWN if source.get(name) is not None}
    issuers = [issuer for entity in mentions for issuer in (entity.get("canonical") or {}).get("issuers") or ()]
    return Step(
        **facts,
        count=told.get(source.get("story_key") or "", 1),
        story=source.get("story_key"),
        actions=tuple(_told(mentions, "action")),
        numbers=tuple(_told(mentions, "number")),
        issuers=tuple(dict.fromkeys(issuers)),
        by_number=by_number,
    )


def _mentions(source: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    documents = (entity for entity in source.get("entities") or () if entity.get("type") == "document")
    return [entity for entity in documents if isinstance(name := _name(entity), str) and document_key(name) == key]


def _name(entity: Mapping[str, Any]) -> object:
    return (entity.get("canonical") or {}).get("name") or entity.get("value")


def _told(mentions: Iterable[Mapping[str, Any]], fact: str) -> list[str]:
    said = ((entity.get("canonical") or {}).get(fact) for entity in mentions)
    return list(dict.fromkeys(word for word in said if isinstance(word, str) and word))
