"""An enriched digest as parsed JSON → its manifest and its items' documents for Elasticsearch. Pure.

A dict is projected, not a model dumped: only fields that our mapping knows are taken, so that a newer enricher's field is no
mapping error, and no time is spent on validating what our own enricher validated when it wrote (pydantic takes longer than all else here).
What the mapping refuses is judged by Elasticsearch, item by item.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from services.index.joint import joint_issuers
from services.index.targets import targets
from shared.errors import Rejected
from shared.ids import version
from shared.names.divisions import gazetteer
from shared.quality.figures import measured
from shared.text.bands import bands
from shared.text.document_keys import document_keys
from shared.text.dressing import bare
from shared.text.lineage import lineage
from shared.text.segmented import lead, words
from shared.text.story_keys import story_key
from shared.text.title_keys import title_keys

Json = dict[str, Any]

BESIDE = 2
"""Headlines on each side that are kept with an item without a body: about as long as a snippet."""
BESIDE_LENGTH = 60
"""Characters of each: a title may have 500."""

_DIGEST_ID = re.compile(r"[0-9a-f]{32}")

# Entity type → keyword field; these hold the canonical name where there is one, else the value.
_NAMED = {
    "agency": "agencies",
    "company": "companies",
    "document": "documents",
    "document_no": "document_nos",
    "standard": "standards",
    "scheme": "schemes",
    "person": "persons",
}


@dataclass(frozen=True, slots=True)
class Documents:
    """What Elasticsearch shall hold of one digest."""

    digest_id: str
    version: int
    """Of the manifest and of every item: see shared.ids.version"""
    withdrawn: bool
    received_at: str
    """ISO 8601, UTC"""
    manifest: Json
    """Without `to_delete`: that depends on the manifest before this one"""
    items: dict[str, Json]
    """Document by item id, in the digest's order; empty when withdrawn or held in quarantine"""
    place: tuple[int, int] | None = None
    """Partition and offset of its record in the enriched topic, where it was read from there"""

    @property
    def gone(self) -> str | None:
        """Why it has no items on purpose; None where it may have some."""
        if self.withdrawn:
            return "its digest was withdrawn"
        return "its digest is held in quarantine" if self.manifest["quarantine"] else None


def read(value: bytes | None) -> Documents:
    """The documents of an enriched record's value.

    Raises Rejected: `undecodable` when it is not JSON, `unknown_form` when it is not an enriched digest.
    """
    try:
        enriched = orjson.loads(value or b"")
    except orjson.JSONDecodeError as error:
        raise Rejected("undecodable", f"not JSON: {error.msg} at character {error.pos}") from error
    return documents(enriched)


def documents(enriched: object) -> Documents:
    """The documents of an enriched digest; raises Rejected `unknown_form` when it is not one."""
    if not isinstance(enriched, dict):
        raise Rejected("unknown_form", "not an EnrichedDigest: the value is not an object")
    try:
        return _documents(enriched)
    except KeyError as error:
        raise Rejected("unknown_form", f"not an EnrichedDigest: {error.args[0]} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise Rejected("unknown_form", f"not an EnrichedDigest: {error}") from error


def _documents(enriched: Json) -> Documents:
    digest_id, source, received_at = (_text(enriched, name) for name in ("digest_id", "source", "received_at"))
    if not _DIGEST_ID.fullmatch(digest_id):
        raise ValueError("digest_id is not 32 hex digits")
    revision, build = (_whole(enriched, name) for name in ("revision", "build"))
    knowledge = _whole(enriched, "knowledge") if enriched.get("knowledge") is not None else None
    withdrawn = enriched.get("withdrawn", False) is True
    get = enriched.get
    quarantine = None if withdrawn else _quarantine(get("quarantine"))
    absent = withdrawn or quarantine is not None
    # Builds before 6 wrote the day of receipt where nobody knew one: that is no day of publication.
    published_on = get("published_on") if get("published_on_basis") != "received_at" else None
    facts = {
        "digest_id": digest_id,
        "revision": revision,
        "build": build,
        "source": source,
        "digest_title": get("title"),
        "digest_url": get("url"),
        "external_id": get("external_id"),
        "published_on": published_on,
        "published_on_basis": get("published_on_basis"),
        "received_at": received_at,
    }
    told = [] if absent else get("items", ())
    items = {_text(item, "item_id"): facts | _item(item) | _context(told, at) for at, item in enumerate(told)}
    number = version(revision, build, knowledge)
    manifest = {
        "digest_id": digest_id,
        "version": number,
        "revision": revision,
        "build": build,
        "knowledge": knowledge,
        "source": source,
        "title": get("title"),
        "url": get("url"),
        "external_id": get("external_id"),
        "key_name": get("key_name"),
        "publisher": get("publisher"),
        "issue_number": get("issue_number"),
        "media_type": get("media_type"),
        "published_on": published_on,
        "published_on_basis": get("published_on_basis"),
        "received_at": received_at,
        "enriched_at": get("enriched_at"),
        "withdrawn": withdrawn,
        "released": get("released", False) is True,
        "quarantine": quarantine,
        "item_ids": list(items),
        "item_count": len(items),
        "sections": get("sections"),
        "contents": get("contents"),
        "warnings": get("warnings"),
        "confidence": get("confidence"),
        "reasons": get("reasons"),
        "share": get("share"),
        "looks": None if absent else measured(enriched),
        "others": [] if absent else [_other(other) for other in get("others") or ()],
    }
    return Documents(digest_id, number, withdrawn, received_at, manifest, items)


def _quarantine(told: Json | None) -> Json | None:
    """Why a digest is held, which search shows to a person; None where it is not."""
    if told is None:
        return None
    return {"code": _text(told, "code")} | {name: told[name] for name in ("message", "figures", "beginning") if name in told}


def _context(items: Sequence[Json], at: int) -> Json:
    """What stands beside an item without a body; empty where nothing does."""
    if items[at]["body"].strip() or len(items) == 1:
        return {}
    before, after = items[max(0, at - BESIDE) : at], items[at + 1 : at + 1 + BESIDE]
    return {"context": {"before": _headlines(before), "after": _headlines(after)}}


def _headlines(items: Iterable[Json]) -> list[str]:
    """Of items beside one without a body: its digest tells what such a line is about."""
    return [item["headline"][:BESIDE_LENGTH] for item in items]


def _other(other: Json) -> Json:
    return {"kind": other["kind"], "text": _text(other, "text"), "start": other.get("start"), "after": other.get("after")}


def _item(item: Json) -> Json:
    get = item.get
    entities = get("entities") or ()
    return {
        "item_id": item["item_id"],
        "ordinal": _whole(item, "ordinal"),
        "number": get("number"),
        "title": get("title"),
        "headline": _text(item, "headline"),
        "subject": get("subject"),
        "section": get("section"),
        "section_path": get("section_path"),
        "body": _text(item, "body"),
        "doc_type": get("doc_type"),
        "level": get("level"),
        "topics": [topic["name"] for topic in get("topics") or ()],
        "entities": entities,
        "links": get("links"),
        "images": get("images"),
        "printed": get("printed"),
        "spans": get("spans"),
        "source_line": get("source_line"),
        "targets": targets(entities),
        "title_keys": title_keys(get("title")),
        "bands": bands(get("title"), item["body"]),
        # What is too short to tell a story is known by itself, so that every item has a key.
        "story_key": story_key(*bare(get("title"), item["body"])) or item["item_id"],
        "lead": lead(item["body"]),
        "words": words(item["body"]),
        **({"joint_issuers": together} if (together := joint_issuers(entities, get("title"), item["body"])) else {}),
        **_keywords(entities),
        **_about(get("about_regions") or (), entities),
    }


def _about(codes: Iterable[str], entities: Iterable[Json]) -> dict[str, list[str]]:
    """The regions that the item is about as codes with their ancestors, names and labels; empty where it is about none."""
    found: dict[str, dict[str, None]] = {}
    places = [entity for entity in entities if entity["type"] == "region"]
    for code in codes:
        mentions = [place for place in places if place.get("value") == code]
        region: Json = next((place["canonical"] for place in mentions if place.get("canonical")), {}) or _division(code)
        _add(found, "about_regions", region.get("codes") or (code,))
        _add(found, "about_region_names", (*(region.get("path") or ()), region.get("name"), *(place["text"] for place in mentions)))
        if path := region.get("path"):
            label, tree = _label(code, "/".join(path))
            _add(found, "about_region_labels", (label,))
            _add(found, "about_region_tree", tree)
    return {name: list(values) for name, values in found.items()}


def _division(code: str) -> Json:
    """The canonical facts of a region that the item itself does not mention, as where it is its source's; {} for an unknown code."""
    path = gazetteer().path(code)
    if not path or path[-1].code != code:
        return {}
    return {"codes": [one.code for one in path], "path": [one.name for one in path], "name": path[-1].name}


def _keywords(entities: Iterable[Json]) -> dict[str, list[str]]:
    """Keyword arrays that filters and facets use, each value once, in the order of the text."""
    found: dict[str, dict[str, None]] = {}
    for entity in entities:
        kind, value, canonical = entity["type"], entity.get("value"), entity.get("canonical") or {}
        if kind == "region":
            _add(found, "regions", canonical.get("codes") or (value,))
            _add(found, "region_names", (*(canonical.get("path") or ()), canonical.get("name"), entity["text"]))
            if value and (path := canonical.get("path")):
                label, tree = _label(value, "/".join(path))
                _add(found, "region_labels", (label,))
                _add(found, "region_tree", tree)
        elif kind == "region_group":
            _add(found, "region_names", (canonical.get("name"), entity["text"]))
        elif kind in _NAMED:
            _add(found, _NAMED[kind], (canonical.get("name") or value,))
            if kind == "document":
                _add(found, "document_keys", document_keys((canonical.get("name") or value,)))
    return {name: list(values) for name, values in found.items()}


@lru_cache(maxsize=4096)  # there are 3,200 divisions, and news names the same ones again and again
def _label(code: str, path: str) -> tuple[str, list[str]]:
    """A region's label, and the labels of it and of all that it lies in."""
    label = f"{code}|{path}"
    return label, lineage((label,))


def _add(found: dict[str, dict[str, None]], name: str, values: Iterable[object]) -> None:
    known = found.setdefault(name, {})
    for value in values:
        if isinstance(value, str) and value:
            known[value] = None


def _text(record: Json, name: str) -> str:
    value = record[name]
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a string")
    return value


def _whole(record: Json, name: str) -> int:
    value = record[name]
    if type(value) is not int:  # a bool is an int to isinstance
        raise ValueError(f"{name} is not a whole number")
    return value
