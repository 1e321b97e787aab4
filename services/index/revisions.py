"""Where a digest's records lie in the enriched topic → the list of its last revisions that its manifest carries. Pure.

The manifest is read anyway when a digest is written, so the list costs no request; a partition is never searched for a digest's records.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.index.document import Documents
from shared.ids import version

Json = dict[str, Any]

KEPT = 20
"""Of a digest: some 2 KB. Who has published an issue more often than that is asked about the last ones."""


def entry(documents: Documents, partition: int, offset: int) -> Json:
    """One revision, and the record that holds it."""
    facts = documents.manifest
    return {
        "revision": facts["revision"],
        "build": facts["build"],
        **({"knowledge": facts["knowledge"]} if facts["knowledge"] is not None else {}),
        "at": facts["received_at"],
        "items": facts["item_count"],
        "withdrawn": facts["withdrawn"],
        **({"quarantined": True} if facts.get("quarantine") else {}),
        "partition": partition,
        "offset": offset,
    }


def remember(documents: Documents, known: Iterable[Mapping[str, Any]]) -> None:
    """Put these too into the manifest's list, where they are not newer than it; of two records of one version its own or the first stays."""
    found: dict[int, Mapping[str, Any]] = {}
    for one in (*documents.manifest.get("revisions", ()), *known):
        found.setdefault(version(one["revision"], one["build"], one.get("knowledge")), one)
    own = documents.version
    kept = sorted((number for number in found if number <= own), reverse=True)[:KEPT]
    if kept:
        documents.manifest["revisions"] = [dict(found[number]) for number in kept]


def of(manifest: Mapping[str, Any] | None) -> list[Json]:
    """The list in a manifest; [] where it was written before there was one."""
    found = (manifest or {}).get("revisions") or []
    return found if isinstance(found, list) else [found]
