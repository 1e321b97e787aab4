"""Everything that the topics and the index say, record by record in any order → per digest some numbers, and which digests can't be right. Pure.

A digest needs some 500 bytes, whatever its items: they are only counted and summed up as fingerprints. Digests whose sums differ are looked
at exactly afterwards (`services.operate.reconcile.finding`). A fingerprint of 64 bits may hide a difference once in 2⁶⁴ digests.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.index.document import Documents
from services.index.manifest import ids
from services.operate.reconcile.finding import Finding, names, written
from shared.ids import BUILDS_PER_REVISION

NONE = -1
"""Instead of a version, a revision or a place: there is none. A number, as it takes less memory than a choice of types."""

_PLACES = 2**48
_SUM = 2**64 - 1


def place(partition: int, offset: int) -> int:
    """Partition and offset as one number."""
    return partition * _PLACES + offset


def parted(at: int) -> tuple[int, int]:
    """And back."""
    return divmod(at, _PLACES)


@dataclass(slots=True)
class Holding:
    """What is known of one digest."""

    revision: int = NONE
    """Newest in the archive"""
    withdrawn: bool = False
    """By that one"""
    raw: int = NONE
    """Its place"""
    raw_last: int = NONE
    """Place of the record that came last, whatever its revision"""
    version: int = NONE
    """Highest in the enriched topic"""
    gone: bool = False
    """That one says that the digest was withdrawn"""
    enriched: int = NONE
    enriched_last: int = NONE
    items: int = 0
    named: int = 0
    """Sum over its items' ids"""
    versions: int = 0
    """Sum over its items' ids with their version"""
    deep: int = 0
    """Sum over its items' documents, where asked for"""
    manifest: int = NONE
    """Version of the manifest in the index"""
    manifest_named: int = 0
    manifest_refused: int = 0
    """How many of its items Elasticsearch refused: they wait as a dead letter"""
    to_delete: bool = False
    found: int = 0
    """Items in the index"""
    found_versions: int = 0
    found_deep: int = 0

    @property
    def known(self) -> bool:
        """Whether any topic has it."""
        return self.revision != NONE or self.version != NONE


@dataclass
class Holdings:
    """All digests."""

    digests: dict[str, Holding] = field(default_factory=dict)
    other: dict[str, int] = field(default_factory=lambda: {"raw": 0, "enriched": 0, "dead": 0})
    """Records by topic that are of another form: they belong to no digest, and their stage has made dead letters of them"""
    dead_raw: set[tuple[str, int]] = field(default_factory=set)
    """Digest and revision of enrich's dead letters"""
    dead_enriched: set[tuple[str, int]] = field(default_factory=set)
    """Digest and version of index's dead letters"""
    deep: set[str] | None = field(default_factory=set)
    """Digests whose documents are compared too; None for all"""

    def _of(self, digest_id: str) -> Holding:
        return self.digests.setdefault(digest_id, Holding())

    def is_deep(self, digest_id: str) -> bool:
        """Whether the digest's documents are compared."""
        return self.deep is None or digest_id in self.deep

    def add_raw(self, digest_id: str, revision: int, at: int, *, withdrawn: bool) -> None:
        """A record of the raw topic; of equal revisions the last counts."""
        holding = self._of(digest_id)
        holding.raw_last = at
        if revision >= holding.revision:
            holding.revision, holding.raw, holding.withdrawn = revision, at, withdrawn

    def add_enriched(self, documents: Documents, at: int) -> None:
        """A record of the enriched topic; of equal versions the last counts."""
        holding = self._of(documents.digest_id)
        holding.enriched_last = at
        if documents.version >= holding.version:
            holding.version, holding.enriched, holding.gone = documents.version, at, documents.withdrawn
            holding.items = len(documents.items)
            holding.named = _summed(documents.items)
            holding.versions = sum(hash((item_id, documents.version)) for item_id in documents.items) & _SUM
            if self.is_deep(documents.digest_id):
                holding.deep = sum(hash((item_id, written(item))) for item_id, item in documents.items.items()) & _SUM

    def forget_index(self, only: Iterable[str] | None = None) -> None:
        """Before the index is read again: of these digests, or of all."""
        for digest_id in list(self.digests if only is None else only):
            holding = self._of(digest_id)
            holding.manifest, holding.manifest_named, holding.manifest_refused, holding.to_delete = NONE, 0, 0, False
            holding.found = holding.found_versions = holding.found_deep = 0

    def add_manifest(self, digest_id: str, version: int, source: Mapping[str, Any]) -> None:
        """A manifest of the index."""
        holding = self._of(digest_id)
        holding.manifest, holding.manifest_named = version, _summed(names(source))
        holding.manifest_refused, holding.to_delete = len(ids(source, "refused")), bool(source.get("to_delete"))

    def add_item(self, digest_id: str, item_id: str, version: int, source: Mapping[str, Any] | None = None) -> None:
        """An item of the index; with its document where that is compared."""
        holding = self._of(digest_id)
        holding.found += 1
        holding.found_versions = (holding.found_versions + hash((item_id, version))) & _SUM
        if source is not None:
            self.add_document(digest_id, item_id, source)

    def add_document(self, digest_id: str, item_id: str, source: Mapping[str, Any]) -> None:
        """The document of an item that was added without it."""
        holding = self._of(digest_id)
        holding.found_deep = (holding.found_deep + hash((item_id, written(source)))) & _SUM

    def in_flight(self, raw: Mapping[int, int], enriched: Mapping[int, int]) -> set[str]:
        """Digests of which a record stands at or behind what enrich (or index) has committed, by partition: nothing can be said of them yet."""
        return {digest_id for digest_id, holding in self.digests.items() if _ahead(holding.raw_last, raw) or _ahead(holding.enriched_last, enriched)}

    def enriched_findings(self, digest_id: str) -> Iterator[Finding]:
        """What the enriched topic has otherwise than the archive."""
        holding = self.digests[digest_id]
        revision = holding.version // BUILDS_PER_REVISION if holding.version != NONE else NONE
        if revision < holding.revision:
            if (digest_id, holding.revision) not in self.dead_raw:
                yield Finding("missing", "enriched", digest_id, detail=f"revision {holding.revision}")
        elif revision > holding.revision:
            # Once the archive has lost a digest that was withdrawn, nothing is left that would have to be there.
            if holding.revision != NONE or not holding.gone:
                yield Finding("extra", "enriched", digest_id, detail=f"revision {revision}, which the archive does not have")
        elif revision != NONE and holding.gone != holding.withdrawn:
            yield Finding("different", "enriched", digest_id, detail="withdrawn in one of archive and enriched topic")

    def is_dead(self, digest_id: str) -> bool:
        """Whether a dead letter says why the digest is not, or not wholly, in the index."""
        holding = self.digests[digest_id]
        revision = holding.version // BUILDS_PER_REVISION if holding.version != NONE else NONE
        unenriched = revision < holding.revision and (digest_id, holding.revision) in self.dead_raw
        return unenriched or self.is_refused(digest_id) or (holding.manifest == holding.version != NONE and holding.manifest_refused > 0)

    def is_refused(self, digest_id: str) -> bool:
        """Whether the index could not take the highest version at all, which left a dead letter and no manifest of it."""
        holding = self.digests[digest_id]
        return holding.manifest < holding.version and (digest_id, holding.version) in self.dead_enriched

    def suspects(self) -> set[str]:
        """Digests of which something is not as it should be, dead ones left out."""
        return {digest_id for digest_id in self.digests if any(self.enriched_findings(digest_id)) or self._index_differs(digest_id)}

    def _index_differs(self, digest_id: str) -> bool:
        holding = self.digests[digest_id]
        if self.is_refused(digest_id):
            return False
        if holding.version == NONE:
            return holding.manifest != NONE or holding.found > 0
        if holding.manifest != holding.version or holding.manifest_named != holding.named or holding.to_delete:
            return True
        if holding.manifest_refused:  # which of them are there is seen by exact comparison alone
            return True
        return (
            holding.found != holding.items
            or holding.found_versions != holding.versions
            or (self.is_deep(digest_id) and holding.found_deep != holding.deep)
        )


def _summed(item_ids: Iterable[str]) -> int:
    return sum(map(hash, item_ids)) & _SUM


def _ahead(at: int, committed: Mapping[int, int]) -> bool:
    if at == NONE:
        return False
    partition, offset = parted(at)
    return offset >= committed.get(partition, 0)
