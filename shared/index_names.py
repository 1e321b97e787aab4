"""Namespace, kind and version ↔ names of indices and aliases, builder and parser inverse. Pure.

    alias `items`    → index `items-v3`      one document for each item
    alias `digests`  → index `digests-v3`    one manifest for each digest

A namespace stands before both: `test-items`, `test-items-v3`. Readers and writers use aliases alone, so that an index can be
rebuilt beside the old one and swapped in one call. The rebuilt one is of the next generation: `items-v3-2`, `items-v3-3`, …; the first has no
number. Items and digests that belong together are of one version and generation.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["items", "digests"]
KINDS: tuple[Kind, Kind] = ("items", "digests")

INDEX_VERSION = 3
"""Of the indices that this code makes: raised with every change of mapping or analysis that an existing index can't take."""

_INDEX = re.compile(
    r"(?:(?P<namespace>[a-z0-9][a-z0-9-]*)-)?(?P<kind>items|digests)-v(?P<version>[1-9]\d*)(?:-(?P<generation>[2-9]|[1-9]\d+))?", re.ASCII
)


@dataclass(frozen=True)
class IndexName:
    """The parts of an index's name."""

    namespace: str
    kind: Kind
    version: int
    generation: int = 1


def alias(namespace: str, kind: Kind) -> str:
    """The alias that readers and writers use."""
    return f"{namespace}-{kind}" if namespace else kind


def index(namespace: str, kind: Kind, version: int = INDEX_VERSION, generation: int = 1) -> str:
    """The name of one version and generation of an index."""
    first = f"{alias(namespace, kind)}-v{version}"
    return first if generation == 1 else f"{first}-{generation}"


def parse(name: str) -> IndexName | None:
    """The parts of an index's name; None when it is not one of ours."""
    match = _INDEX.fullmatch(name)
    if match is None:
        return None
    kind: Kind = "items" if match["kind"] == "items" else "digests"
    return IndexName(match["namespace"] or "", kind, int(match["version"]), int(match["generation"] or 1))


def apart(index: str) -> str:
    """The alias under which an index is written beside the live one: bulk requests go to aliases alone, so that none makes an index."""
    return f"{index}-apart"


def dropped(index: str) -> str:
    """The alias of an index that is being removed."""
    return f"{index}-dropped"


def operations(namespace: str) -> str:
    """The index that says what operators do at the moment: locks."""
    return f"{namespace}-operations" if namespace else "operations"


def canary(namespace: str) -> str:
    """Return the namespace of the monitor's own digest (shared.kafka.canary), which stands in indices that no search of people reads."""
    return f"{namespace}-canary" if namespace else "canary"


def queries(namespace: str, month: str | None = None) -> str:
    """The alias of what was searched for, or its index of a month (`2026-11`)."""
    first = f"{namespace}-queries" if namespace else "queries"
    return f"{first}-{month}" if month else first


def ledger(namespace: str) -> str:
    """The index of what happened to each digest (shared.ledger)."""
    return f"{namespace}-ledger-v1" if namespace else "ledger-v1"


def ledger_written(namespace: str) -> str:
    """The alias that the ledger's writer writes through: it goes with its index."""
    return f"{ledger(namespace)}-written"
