"""An enriched digest as parsed JSON → figures that say what it looks like, for its manifest; and back from
there. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

UNCLASSIFIED = "未分类"
"""What the enricher calls a kind of text that nothing speaks for (services.enrich.unclassified)."""


class Figures(NamedTuple):
    """What one digest looks like; None where an older indexer measured nothing."""

    digest_id: str
    items: int
    share: float | None
    """Of its visible characters in items, 0 to 1"""
    confidence: float | None
    """How sure the splitter is, 0 to 1"""
    contents: int | None = None
    """Titles in its contents list; 0 where it has none"""
    entities: float | None = None
    """An item"""
    unclassified: float | None = None
    """Share of items that no rule could class"""
    untitled: float | None = None
    """Share of items"""
    longest: int | None = None
    """Characters of the longest item"""
    made_by: tuple[int, int] = (0, 0)
    """Build of the enricher, and number of what was known of the source: figures of two are not compared"""


def measured(enriched: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts that a manifest keeps of a digest; raises KeyError and TypeError where it is none."""
    items = enriched.get("items") or ()
    return {
        "contents": len(enriched.get("contents") or ()),
        "entities": sum(len(item.get("entities") or ()) for item in items),
        "unclassified": sum(item.get("doc_type") in (None, UNCLASSIFIED) for item in items),
        "untitled": sum(not item.get("title") for item in items),
        "longest": max((len(item.get("title") or "") + len(item["body"]) for item in items), default=0),
    }


FIELDS = ("digest_id", "item_count", "share", "confidence", "build", "knowledge", "looks")
"""Of a manifest, what `read` needs."""


def read(manifest: Mapping[str, Any]) -> Figures:
    """Return what a manifest says of its digest; raises KeyError where it is none."""
    items, looks = manifest.get("item_count") or 0, manifest.get("looks") or {}

    def each(name: str) -> float | None:
        return looks[name] / items if items and name in looks else None

    return Figures(
        manifest["digest_id"],
        items,
        manifest.get("share"),
        manifest.get("confidence"),
        looks.get("contents"),
        each("entities"),
        each("unclassified"),
        each("untitled"),
        looks.get("longest"),
        (manifest.get("build") or 0, manifest.get("knowledge") or 0),
    )
