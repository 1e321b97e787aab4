"""What topics say of each digest, record by record in any order, and what a slice of the index holds → which digests differ. Pure.

A digest needs some 350 bytes: a million of them fit into the 512 MiB that docker-compose.yml gives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.ids import PER_REVISION

SLICES = 64
"""Of all digests, by the first two hex digits of their id: one is looked at in each round."""

PER_SLICE = 256 // SLICES

NONE = -1

Kind = Literal["missing", "extra"]

Committed = Mapping[int, int]
"""Offsets by partition up to which a group has answered for its topic."""

_PLACES = 2**48


def place(partition: int, offset: int) -> int:
    """Return partition and offset as one number."""
    return partition * _PLACES + offset


def slice_of(digest_id: str) -> int:
    """Return the slice that an id of hex digits belongs to; raises ValueError for anything else."""
    return int(digest_id[:2], 16) // PER_SLICE


def bounds(number: int) -> tuple[str, str]:
    """Return the beginning of ids from which on, and before which, a slice's digests lie."""
    first, end = number * PER_SLICE, (number + 1) * PER_SLICE
    return f"{first:02x}", f"{end:02x}" if end < 256 else "g"


@dataclass(slots=True)
class Entry:
    """What the topics say of one digest."""

    revision: int = NONE
    """Newest in the raw topic"""
    raw: int = NONE
    """Place of its last raw record"""
    version: int = NONE
    """Highest in the enriched topic"""
    enriched: int = NONE
    """Place of its last enriched record"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index says of one digest."""

    version: int
    items: int
    """That it names"""
    withdrawn: bool = False


@dataclass
class Ledger:
    """All digests."""

    slices: list[dict[bytes, Entry]] = field(default_factory=lambda: [{} for _ in range(SLICES)])
    dead_raw: set[tuple[str, int]] = field(default_factory=set)
    """Digest and revision of enrich's dead letters"""
    dead_enriched: set[tuple[str, int]] = field(default_factory=set)
    """Digest and version of index's dead letters"""

    def clear(self) -> None:
        """Forget everything: a topic was made anew."""
        for part in self.slices:
            part.clear()
        self.dead_raw.clear()
        self.dead_enriched.clear()

    def _of(self, digest_id: str) -> Entry | None:
        try:
            return self.slices[slice_of(digest_id)].setdefault(bytes.fromhex(digest_id), Entry())
        except ValueError:  # no id of ours: it can't be in the index either
            return None

    def add_raw(self, digest_id: str, revision: int, at: int) -> None:
        """Take a record of the raw topic."""
        if (entry := self._of(digest_id)) is not None:
            entry.raw, entry.revision = at, max(entry.revision, revision)

    def add_enriched(self, digest_id: str, version: int, at: int) -> None:
        """Take a record of the enriched topic."""
        if (entry := self._of(digest_id)) is not None:
            entry.enriched, entry.version = at, max(entry.version, version)

    def add_letter(self, stage: str, digest_id: str, revision: int | None, version: int | None) -> None:
        """Take a dead letter, which says why a digest is not, or not wholly, in the index."""
        if stage == "enrich" and revision is not None:
            self.dead_raw.add((digest_id, revision))
        elif stage == "index" and version is not None:
            self.dead_enriched.add((digest_id, version))

    @property
    def enriched(self) -> int:
        """Digests in the enriched topic."""
        return sum(entry.version != NONE for part in self.slices for entry in part.values())

    def in_flight(self, enrich: Committed, index: Committed) -> int:
        """Return how many digests a stage has not answered for yet."""
        return sum(_flies(entry, enrich, index) for part in self.slices for entry in part.values())

    def differing(
        self, number: int, manifests: Mapping[str, Manifest], items: Mapping[str, int], *, enrich: Committed, index: Committed
    ) -> Iterator[tuple[str, Kind]]:
        """Yield the digests of a slice of which the index holds otherwise than the topics say; what is in flight is left out."""
        known = {key.hex(): entry for key, entry in self.slices[number].items()}
        for digest_id in known.keys() | manifests.keys() | items.keys():
            entry = known.get(digest_id, _NOTHING)
            if not _flies(entry, enrich, index) and (kind := self._kind(digest_id, entry, manifests.get(digest_id), items.get(digest_id, 0))):
                yield digest_id, kind

    def _kind(self, digest_id: str, entry: Entry, manifest: Manifest | None, items: int) -> Kind | None:
        unenriched = entry.version == NONE or entry.version // PER_REVISION < entry.revision
        if entry.revision != NONE and unenriched and (digest_id, entry.revision) not in self.dead_raw:
            return "missing"
        if entry.version == NONE:
            # Of a digest that was erased a manifest may be left that says so, and nothing else.
            return "extra" if items or (manifest is not None and not manifest.withdrawn) else None
        refused = (digest_id, entry.version) in self.dead_enriched
        if manifest is None:
            return "extra" if refused and items else None if refused else "missing"
        if manifest.version > entry.version:
            return "extra"
        if (manifest.version < entry.version and not refused) or items < manifest.items:
            return "missing"
        return "extra" if items > manifest.items else None


_NOTHING = Entry()


def _flies(entry: Entry, enrich: Committed, index: Committed) -> bool:
    return _ahead(entry.raw, enrich) or _ahead(entry.enriched, index)


def _ahead(at: int, committed: Committed) -> bool:
    if at == NONE:
        return False
    partition, offset = divmod(at, _PLACES)
    return offset >= committed.get(partition, 0)
