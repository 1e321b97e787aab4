"""What Elasticsearch holds of a digest (its last manifest) + what it shall hold → what must be deleted. Pure.

    to_delete = (old.item_ids ∪ old.to_delete) − new.item_ids

A digest that is held in quarantine has a manifest without items, so those of an earlier revision are deleted as any that a correction lacks.
A digest that was withdrawn keeps a manifest too, of the withdrawal's higher version: so an older write can't bring it back (`is_older`).

The manifest is written with this list before any item is touched, and without it once all is deleted: whoever is interrupted between
leaves the list behind for the next.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.index.document import Documents

FIELDS = ("version", "item_ids", "to_delete", "refused", "revisions")
"""All that is needed of the last manifest."""


def surplus(previous: Mapping[str, Any] | None, documents: Documents) -> list[str]:
    """Ids of items that may be there and shall not, in the order of the last manifest; [] for a digest never seen."""
    if previous is None:
        return []
    known = dict.fromkeys((*ids(previous, "item_ids"), *ids(previous, "to_delete")))
    return [item_id for item_id in known if item_id not in documents.items]


def is_older(previous: Mapping[str, Any] | None, documents: Documents) -> bool:
    """Whether the last manifest is of a higher version, so that nothing of this one is to be written."""
    return previous is not None and previous.get("version", 0) > documents.version


def still_refused(previous: Mapping[str, Any] | None, documents: Documents) -> list[str]:
    """Ids of items that were refused when this very version came last: they stay named until they are answered for."""
    return list(ids(previous, "refused")) if previous is not None and previous.get("version") == documents.version else []


def place(previous: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """Sequence number and primary term of the last manifest, by which it is replaced; None where there is none."""
    return None if previous is None else (previous["_seq_no"], previous["_primary_term"])


def strays(current: Mapping[str, Any] | None, documents: Documents) -> list[str]:
    """Ids of items of ours that a newer manifest does not name, so that they must not stay where they were written late; [] when ours is the last."""
    if current is None or not is_older(current, documents):
        return []
    named = set(ids(current, "item_ids"))
    return [item_id for item_id in documents.items if item_id not in named]


def before(documents: Documents, to_delete: Sequence[str], refused: Sequence[str] = ()) -> dict[str, Any]:
    """The manifest as written first."""
    return documents.manifest | {"to_delete": list(to_delete), "refused": list(refused)}


def after(documents: Documents, refused: Sequence[str] = ()) -> dict[str, Any]:
    """The manifest once all is deleted; items that Elasticsearch refused are named apart, as they are not there."""
    item_ids = [item_id for item_id in documents.items if item_id not in refused]
    return documents.manifest | {"item_ids": item_ids, "item_count": len(item_ids), "to_delete": [], "refused": list(refused)}


def ids(manifest: Mapping[str, Any], field: str) -> Sequence[str]:
    """A field of ids: a list, one alone, or nothing."""
    value = manifest.get(field) or ()
    return (value,) if isinstance(value, str) else value
