"""What can differ, and the exact comparison of what the enriched topic says of one digest with what the index holds of it. Pure.

| kind      | enriched                              | manifest                             | item                          |
|-----------|---------------------------------------|--------------------------------------|-------------------------------|
| missing   | of the archive's newest revision      | of a digest that is enriched         | that its digest has           |
| extra     | that the archive does not have        | that the enriched topic does not have | that its digest does not have |
| stale     |                                       | of an older version                  | of an older version           |
| different | says otherwise whether it is withdrawn | of other items, or some to delete    | of another text or version    |
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from services.index.document import Documents
from services.index.manifest import ids
from services.operate.comparison.documents import Json, differing, written
from shared.ids import version_parts

Kind = Literal["missing", "extra", "stale", "different"]
KINDS: tuple[Kind, ...] = ("missing", "extra", "stale", "different")
Where = Literal["enriched", "manifest", "item"]
WHERE: tuple[Where, ...] = ("enriched", "manifest", "item")


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference."""

    kind: Kind
    where: Where
    digest_id: str
    """Empty for an item that names no digest"""
    item_id: str | None = None
    detail: str = ""
    """In plain words, never the digest's text"""


@dataclass(frozen=True, slots=True)
class Held:
    """A document of the index."""

    version: int
    source: Json | None = None
    """None where it was not asked for"""
    seen: tuple[int, int] | None = None
    """A manifest's sequence number and primary term: deleted only if nobody has written it since"""


def differences(digest_id: str, documents: Documents | None, manifest: Held | None, items: Mapping[str, Held]) -> Iterator[Finding]:
    """What the index holds otherwise than `documents` (None: the enriched topic has nothing of the digest) says."""
    if documents is None:
        if manifest is not None:
            yield Finding("extra", "manifest", digest_id, detail="nothing of this digest is in the enriched topic")
        for item_id in items:
            yield Finding("extra", "item", digest_id, item_id, "nothing of its digest is in the enriched topic")
        return
    if manifest is not None and manifest.version > documents.version:
        # Its items are of that version too: they can't be judged by what the topic has.
        yield Finding(
            "extra", "manifest", digest_id, detail=f"of {_said(manifest.version)}, the enriched topic has {_said(documents.version)} at most"
        )
        return
    if manifest is None:
        yield Finding("missing", "manifest", digest_id)
    elif manifest.version < documents.version:
        yield Finding("stale", "manifest", digest_id, detail=f"of {_said(manifest.version)} instead of {_said(documents.version)}")
    elif (named := names(manifest.source or {})) != documents.items.keys():
        yield Finding("different", "manifest", digest_id, detail=f"it names {len(named)} items, which are not the digest's {len(documents.items)}")
    elif left := (manifest.source or {}).get("to_delete"):
        yield Finding("different", "manifest", digest_id, detail=f"{len(left)} items are still to be deleted")
    refused = set(ids(manifest.source or {}, "refused")) if manifest is not None and manifest.version == documents.version else set()
    for item_id, document in documents.items.items():
        held = items.get(item_id)
        if held is None:
            if item_id not in refused:
                yield Finding("missing", "item", digest_id, item_id)
        elif held.version < documents.version:
            yield Finding("stale", "item", digest_id, item_id, f"of {_said(held.version)} instead of {_said(documents.version)}")
        elif held.version > documents.version:
            yield Finding("different", "item", digest_id, item_id, f"of {_said(held.version)} instead of {_said(documents.version)}")
        elif held.source is not None and written(held.source) != written(document):
            yield Finding("different", "item", digest_id, item_id, f"in {', '.join(differing(held.source, document))}")
    for item_id, held in items.items():
        if item_id not in documents.items:
            of = "of the same version" if held.version == documents.version else f"of {_said(held.version)}"
            yield Finding("extra", "item", digest_id, item_id, documents.gone or f"{of}, not named by its digest")


def names(manifest: Json) -> frozenset[str]:
    """The items that a manifest names, those that Elasticsearch refused included."""
    return frozenset((*ids(manifest, "item_ids"), *ids(manifest, "refused")))


def _said(version: int) -> str:
    revision, build, knowledge = version_parts(version)
    return f"revision {revision} build {build}" + (f" knowledge {knowledge}" if knowledge else "")
