"""Everything that the topics and the index say, record by record in any order → per digest some numbers, and which digests can't be right. Pure.

A digest needs some 500 bytes, whatever its items: they are only counted, and their ids, versions and, where asked for, texts summed up in a
fingerprint. Digests whose fingerprints differ are looked at exactly afterwards (`services.operate.reconcile.finding`). One of 64 bits may hide
a difference once in 2⁶⁴ digests.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.index.document import Documents
from services.index.manifest import ids
from services.operate.comparison.documents import written
from services.operate.comparison.holding import NONE, Holding, difference
from services.operate.reconcile.finding import Finding, names
from shared.ids import PER_REVISION

_PLACES = 2**48
_SUM = 2**64 - 1


def place(partition: int, offset: int) -> int:
    """Partition and offset as one number."""
    return partition * _PLACES + offset


def parted(at: int) -> tuple[int, int]:
    """And back."""
    return divmod(at, _PLACES)


@dataclass(slots=True)
class Entry:
    """What is known of one digest."""

    revision: int = NONE
    """Newest in the archive"""
    withdrawn: bool = False
    """By that one"""
    raw: int = NONE
    """Its place"""
    raw_last: int = NONE
    """Place of the record that came last, whatever its revision"""
    enriched: int = NONE
    """Place of the record of the highest version in the enriched topic"""
    enriched_last: int = NONE
    gone: bool = False
    """That version says that the digest was withdrawn"""
    owed: Holding = field(default_factory=Holding)
    """What that version says"""
    indexed: Holding = field(default_factory=Holding)
    """What the index holds; items that Elasticsearch refused are named too"""
    refused: bool = False
    """Elasticsearch refused some of its items: they wait as a dead letter"""
    to_delete: bool = False

    @property
    def known(self) -> bool:
        """Whether any topic has it."""
        return self.revision != NONE or self.owed.version != NONE

    @property
    def enriched_revision(self) -> int:
        """Newest in the enriched topic."""
        return self.owed.version // PER_REVISION if self.owed.version != NONE else NONE


@dataclass
class Ledger:
    """All digests."""

    digests: dict[str, Entry] = field(default_factory=dict)
    other: dict[str, int] = field(default_factory=lambda: {"raw": 0, "enriched": 0, "dead": 0})
    """Records by topic that are of another form: they belong to no digest, and their stage has made dead letters of them"""
    dead_raw: set[tuple[str, int]] = field(default_factory=set)
    """Digest and revision of enrich's dead letters"""
    dead_enriched: set[tuple[str, int]] = field(default_factory=set)
    """Digest and version of index's dead letters"""
    deep: set[str] | None = field(default_factory=set)
    """Digests whose documents are compared too; None for all"""

    def _of(self, digest_id: str) -> Entry:
        entry = self.digests.get(digest_id)
        if entry is None:
            entry = self.digests[digest_id] = Entry()
        return entry

    def is_deep(self, digest_id: str) -> bool:
        """Whether the digest's documents are compared."""
        return self.deep is None or digest_id in self.deep

    def add_raw(self, digest_id: str, revision: int, at: int, *, withdrawn: bool) -> None:
        """A record of the raw topic; of equal revisions the last counts."""
        entry = self._of(digest_id)
        entry.raw_last = at
        if revision >= entry.revision:
            entry.revision, entry.raw, entry.withdrawn = revision, at, withdrawn

    def add_enriched(self, documents: Documents, at: int) -> None:
        """A record of the enriched topic; of equal versions the last counts."""
        entry = self._of(documents.digest_id)
        entry.enriched_last = at
        if documents.version >= entry.owed.version:
            entry.enriched, entry.gone = at, documents.withdrawn
            fingerprint = _summed(((item_id, documents.version) for item_id in documents.items), _summed(documents.items))
            if self.is_deep(documents.digest_id):
                fingerprint = _summed(((item_id, written(item)) for item_id, item in documents.items.items()), fingerprint)
            entry.owed = Holding(documents.version, len(documents.items), len(documents.items), fingerprint)

    def forget_index(self, only: Iterable[str] | None = None) -> None:
        """Before the index is read again: of these digests, or of all."""
        for digest_id in list(self.digests if only is None else only):
            entry = self._of(digest_id)
            entry.indexed, entry.refused, entry.to_delete = Holding(), False, False

    def add_manifest(self, digest_id: str, version: int, source: Mapping[str, Any]) -> None:
        """A manifest of the index."""
        entry, named = self._of(digest_id), names(source)
        entry.indexed.version, entry.indexed.named = version, len(named)
        entry.indexed.fingerprint = _summed(named, entry.indexed.fingerprint)
        entry.refused, entry.to_delete = bool(ids(source, "refused")), bool(source.get("to_delete"))

    def add_item(self, digest_id: str, item_id: str, version: int, source: Mapping[str, Any] | None = None) -> None:
        """An item of the index; with its document where that is compared."""
        indexed = self._of(digest_id).indexed
        indexed.held += 1
        indexed.fingerprint = (indexed.fingerprint + hash((item_id, version))) & _SUM
        if source is not None:
            self.add_document(digest_id, item_id, source)

    def add_document(self, digest_id: str, item_id: str, source: Mapping[str, Any]) -> None:
        """The document of an item that was added without it."""
        indexed = self._of(digest_id).indexed
        indexed.fingerprint = (indexed.fingerprint + hash((item_id, written(source)))) & _SUM

    def in_flight(self, raw: Mapping[int, int], enriched: Mapping[int, int]) -> set[str]:
        """Digests of which a record stands at or behind what enrich (or index) has committed, by partition: nothing can be said of them yet."""
        return {digest_id for digest_id, entry in self.digests.items() if _ahead(entry.raw_last, raw) or _ahead(entry.enriched_last, enriched)}

    def enriched_findings(self, digest_id: str) -> Iterator[Finding]:
        """What the enriched topic has otherwise than the archive."""
        entry = self.digests[digest_id]
        revision = entry.enriched_revision
        if revision < entry.revision:
            if (digest_id, entry.revision) not in self.dead_raw:
                yield Finding("missing", "enriched", digest_id, detail=f"revision {entry.revision}")
        elif revision > entry.revision:
            # Once the archive has lost a digest that was withdrawn, nothing is left that would have to be there.
            if entry.revision != NONE or not entry.gone:
                yield Finding("extra", "enriched", digest_id, detail=f"revision {revision}, which the archive does not have")
        elif revision != NONE and entry.gone != entry.withdrawn:
            yield Finding("different", "enriched", digest_id, detail="withdrawn in one of archive and enriched topic")

    def is_dead(self, digest_id: str) -> bool:
        """Whether a dead letter says why the digest is not, or not wholly, in the index."""
        entry = self.digests[digest_id]
        unenriched = entry.enriched_revision < entry.revision and (digest_id, entry.revision) in self.dead_raw
        return unenriched or self.is_refused(digest_id) or (entry.indexed.version == entry.owed.version != NONE and entry.refused)

    def is_refused(self, digest_id: str) -> bool:
        """Whether the index could not take the highest version at all, which left a dead letter and no manifest of it."""
        entry = self.digests[digest_id]
        return entry.indexed.version < entry.owed.version and (digest_id, entry.owed.version) in self.dead_enriched

    def suspects(self) -> set[str]:
        """Digests of which something is not as it should be, dead ones left out."""
        return {digest_id for digest_id in self.digests if any(self.enriched_findings(digest_id)) or self._index_differs(digest_id)}

    def _index_differs(self, digest_id: str) -> bool:
        entry = self.digests[digest_id]
        if self.is_refused(digest_id):
            return False
        # Which of the items that Elasticsearch refused are there is seen by exact comparison alone.
        return entry.refused or entry.to_delete or difference(entry.owed, entry.indexed) is not None


def _summed(facts: Iterable[object], before: int = 0) -> int:
    """A fingerprint with these facts added: the same in whatever order they come."""
    return (before + sum(map(hash, facts))) & _SUM


def _ahead(at: int, committed: Mapping[int, int]) -> bool:
    if at == NONE:
        return False
    partition, offset = parted(at)
    return offset >= committed.get(partition, 0)
