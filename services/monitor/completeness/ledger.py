"""What topics say of each digest, record by record in any order, and what a slice of the index holds → which digests differ. Pure.

A digest needs some 220 bytes, 300 while it is in flight: a million of them fit into the 512 MiB that docker-compose.yml
gives.
"""

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import Literal, NamedTuple

from shared.ids import PER_REVISION

SLICES = 64
"""Of all digests, by the first two hex digits of their id: one is looked at in each round."""

PER_SLICE = 256 // SLICES

NONE = -1

Kind = Literal["absent", "missing", "extra"]
"""absent: the index never took this version; missing: items of it are not there"""

Committed = Mapping[int, int]
"""Offsets by partition up to which a group has answered for its topic."""

_PLACES = 2**48

_PACKED = Struct("<4q")
"""An Entry"""


def place(partition: int, offset: int) -> int:
    """Return partition and offset as one number."""
    return partition * _PLACES + offset


def parts_of(at: int) -> tuple[int, int]:
    """Return the partition and offset of a place."""
    return divmod(at, _PLACES)


def slice_of(digest_id: str) -> int:
    """Return the slice that an id of hex digits belongs to; raises ValueError for anything else."""
    return int(digest_id[:2], 16) // PER_SLICE


def bounds(number: int) -> tuple[str, str]:
    """Return the beginning of ids from which on, and before which, a slice's digests lie."""
    first, end = number * PER_SLICE, (number + 1) * PER_SLICE
    return f"{first:02x}", f"{end:02x}" if end < 256 else "g"


class Entry(NamedTuple):
    """What the topics say of one digest."""

    revision: int = NONE
    """Newest in the raw topic"""
    raw: int = NONE
    """Place of the last raw record of that revision"""
    version: int = NONE
    """Highest in the enriched topic"""
    enriched: int = NONE
    """Place of the last enriched record of that version"""

    @property
    def unenriched(self) -> bool:
        """Whether no enriched record of the newest revision is known."""
        return self.revision != NONE and (self.version == NONE or self.version // PER_REVISION < self.revision)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index says of one digest."""

    version: int
    items: int
    """That it names"""
    withdrawn: bool = False


@dataclass
class Read:
    """Records of one topic that were read, and how dead letters answer for them."""

    records: int = 0
    """All of them"""
    fresh: int = 0
    """Records of a newer revision or version than any of their digest before"""
    digests: int = 0
    unreadable: set[int] = field(default_factory=set)
    """Places of records of another form, which name no digest"""
    dead: dict[tuple[str, int], int] = field(default_factory=dict)
    """Place of the last record that died, by digest and revision (raw) or version (enriched)"""
    dead_places: set[int] = field(default_factory=set)
    """Places of all records that died"""
    again: dict[tuple[str, int], int] = field(default_factory=dict)
    """Place of the last record that was sent again after its death, by the same names"""
    old: dict[int, int] = field(default_factory=dict)
    """Last offset, by partition, of records so old that their dead letters may have been deleted by now"""
    touched: set[bytes] = field(default_factory=set)
    """Digests of which something new was read since this was last emptied"""

    def died(self, digest_id: str, number: int, at: int) -> bool:
        """Return whether a dead letter answers for the record at this place."""
        if at in self.dead_places:
            return True
        dead = self.dead.get((digest_id, number))
        return dead is not None and dead >= self.again.get((digest_id, number), NONE)

    def may_have_died(self, at: int) -> bool:
        """Return whether the record is so old that its dead letter may have been deleted."""
        partition, offset = parts_of(at)
        return offset <= self.old.get(partition, NONE)

    def note_unreadable(self, at: int) -> None:
        """Take a record that names no digest."""
        self.records += 1
        self.unreadable.add(at)

    def note_death(self, digest_id: str, number: int | None, at: int) -> None:
        """Take a dead letter of a record at this place."""
        self.dead_places.add(at)
        if number is not None:
            self.dead[digest_id, number] = max(at, self.dead.get((digest_id, number), NONE))
        with contextlib.suppress(ValueError):
            self.touched.add(bytes.fromhex(digest_id))

    def note_old(self, partition: int, offset: int) -> None:
        """Take that a record is old."""
        self.old[partition] = max(offset, self.old.get(partition, NONE))


@dataclass
class Ledger:
    """All digests."""

    slices: list[dict[bytes, bytes]] = field(default_factory=lambda: [{} for _ in range(SLICES)])
    """Entries by id, packed: as objects they would take twice the memory"""
    raw: Read = field(default_factory=Read)
    enriched: Read = field(default_factory=Read)
    canaries: Counter[str] = field(default_factory=Counter)
    """Records of the monitor's own digest in the raw and the enriched topic, which are no part of this"""

    def clear(self) -> None:
        """Forget everything: a topic was made anew."""
        for part in self.slices:
            part.clear()
        self.raw, self.enriched = Read(), Read()
        self.canaries.clear()

    def entry(self, key: bytes) -> Entry:
        """Return what is known of a digest; that nothing is, where it was never heard of."""
        packed = self.slices[key[0] // PER_SLICE].get(key)
        return Entry(*_PACKED.unpack(packed)) if packed else _NOTHING

    def _keep(self, key: bytes, entry: Entry) -> None:
        self.slices[key[0] // PER_SLICE][key] = _PACKED.pack(*entry)

    def keys(self) -> Iterable[bytes]:
        """Return the ids of all digests, as bytes."""
        return (key for part in self.slices for key in part)

    def _of(self, digest_id: str) -> tuple[bytes, Entry] | None:
        try:
            key = bytes.fromhex(digest_id)
            return key, self.entry(key)
        except (ValueError, IndexError):  # no id of ours: it can't be in the index either
            return None

    def add_raw(self, digest_id: str, revision: int, at: int, *, again: bool = False) -> None:
        """Take a record of the raw topic; `again` where it was sent again after its death."""
        if (known := self._of(digest_id)) is None:
            return self.raw.note_unreadable(at)
        key, entry = known
        self.raw.records += 1
        self.raw.digests += entry.revision == NONE
        self.raw.fresh += revision > entry.revision
        if again:
            self.raw.again[digest_id, revision] = at
        if revision >= entry.revision:
            self._keep(key, entry._replace(raw=at, revision=revision))
            self.raw.touched.add(key)
        return None

    def add_enriched(self, digest_id: str, version: int, at: int, *, again: bool = False) -> None:
        """Take a record of the enriched topic; `again` where it was sent again after its death."""
        if (known := self._of(digest_id)) is None:
            return self.enriched.note_unreadable(at)
        key, entry = known
        self.enriched.records += 1
        self.enriched.digests += entry.version == NONE
        self.enriched.fresh += version > entry.version
        if again:
            self.enriched.again[digest_id, version] = at
        if version >= entry.version:
            self._keep(key, entry._replace(enriched=at, version=version))
            self.enriched.touched.add(key)
        return None

    def add_letter(self, stage: str, digest_id: str, revision: int | None, version: int | None, at: int) -> None:
        """Take a dead letter of a record at this place, which says why a digest is not, or not wholly, in the index."""
        if stage == "enrich":
            self.raw.note_death(digest_id, revision, at)
        elif stage == "index":
            self.enriched.note_death(digest_id, version, at)

    @property
    def digests(self) -> int:
        """Digests in the topics, whatever became of them."""
        return sum(map(len, self.slices))

    def differing(
        self, number: int, manifests: Mapping[str, Manifest], items: Mapping[str, int], *, enrich: Committed, index: Committed
    ) -> Iterator[tuple[str, Kind]]:
        """Yield the digests of a slice of which the index holds otherwise than the topics say; what is in flight is left out."""
        known = {key.hex(): Entry(*_PACKED.unpack(packed)) for key, packed in self.slices[number].items()}
        for digest_id in known.keys() | manifests.keys() | items.keys():
            entry = known.get(digest_id, _NOTHING)
            if not _flies(entry, enrich, index) and (kind := self._kind(digest_id, entry, manifests.get(digest_id), items.get(digest_id, 0))):
                yield digest_id, kind

    def _kind(self, digest_id: str, entry: Entry, manifest: Manifest | None, items: int) -> Kind | None:
        if entry.unenriched and not self.raw.died(digest_id, entry.revision, entry.raw):
            return "absent"
        if entry.version == NONE:
            # Of a digest that was erased a manifest may be left that says so, and nothing else.
            return "extra" if items or (manifest is not None and not manifest.withdrawn) else None
        refused = self.enriched.died(digest_id, entry.version, entry.enriched)
        if manifest is None:
            return "extra" if refused and items else None if refused else "absent"
        if manifest.version > entry.version:
            return "extra"
        if manifest.version < entry.version and not refused:
            return "absent"
        if items < manifest.items:
            return "missing"
        return "extra" if items > manifest.items else None


_NOTHING = Entry()


def _flies(entry: Entry, enrich: Committed, index: Committed) -> bool:
    return is_ahead(entry.raw, enrich) or is_ahead(entry.enriched, index)


def is_ahead(at: int, committed: Committed) -> bool:
    """Return whether a group has not answered for the record at this place yet."""
    if at == NONE:
        return False
    partition, offset = parts_of(at)
    return offset >= committed.get(partition, 0)
