"""What marks an index that is filled anew, and a commit that is about it: `_meta.fill` of both indices ↔ the note beside an offset. Pure.

services.index.fill says how an indexer goes by it.
"""

from collections.abc import Mapping
from typing import Any

META = "fill"
"""The key in an index's `_meta`."""


def of(metas: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the fills of a pair, given the `_meta` of each kind of index; empty where neither has one."""
    return " ".join(f"{kind}:{meta[META]}" for kind, meta in sorted(metas.items()) if meta.get(META))


def holds(note: str | None, fills: str) -> bool:
    """Return whether an offset that was committed with this note holds for indices with these fills."""
    return not fills or note == fills
