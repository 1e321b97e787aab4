"""Clients in → what differs between archive, enriched topic and index, told one by one; put right and looked at again where that is asked for.

What the services have in hand is no finding: only what their groups had committed before anything was read is compared, and each suspect
is looked at a second time, some seconds later, exactly. The second look is what is told.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from services.index.document import Documents
from services.operate.comparison.holding import NONE
from services.operate.reconcile.finding import Finding, Held, differences
from services.operate.reconcile.index_reader import IndexReader
from services.operate.reconcile.ledger import Ledger
from services.operate.reconcile.repair import Repair, resent
from services.operate.reconcile.topic_reader import TopicReader, documents_of
from shared.dead_letters.headers import SourceRecord

AGAIN_SECONDS = 3.0
"""Between the two looks: the goal from 202 to searchable."""

ENRICH_SECONDS = 60.0
"""That a digest which was sent again has to come through enrich and index."""

ROUNDS = 3
"""Of repairing: the second mends what came to light by the first, such as items of a digest that had not been enriched."""

FORGET_SECONDS = 61.0
"""Elasticsearch refuses an item for a minute after somebody has deleted it (index.gc_deletes): a deletion by hand counts as a newer version."""

CHUNK = 100
"""Digests that are compared exactly at once: some thousand items."""

CHUNK_BYTES = 16 * 2**20
"""Of enriched records held for that."""

UNKNOWN_SHARE = 0.1
"""Of the index's digests: where no topic has heard of more than that, the topics have lost them, and deleting would lose the rest."""

UNKNOWN_FEW = 10
"""Digests that may always be deleted."""


@dataclass
class Report:
    """What was found."""

    raw: int
    """Digests in the archive"""
    enriched: int
    """Digests in the enriched topic"""
    items: int
    """In the index"""
    in_flight: int
    """Digests that enrich or index have not answered for yet"""
    dead: int
    """Digests that wait as dead letters, wholly or in part"""
    other: dict[str, int]
    """Records by topic that are of another form"""
    deep: int
    """Digests whose items were compared by their text too"""
    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind and where"""
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The same at the end: what was not, or could not be, repaired"""
    repaired: int = 0
    """Digests that something was done about"""
    unconfirmed: int = 0
    """Of these, digests that enrich and index have not answered for within the time"""
    kept: int = 0
    """Digests that no topic knows and that were not deleted, as they are too many"""

    @property
    def consistent(self) -> bool:
        """Whether nothing is left that differs."""
        return not self.left and not self.unconfirmed


@dataclass
class Reconciler:
    """One run."""

    ledger: Ledger
    topics: TopicReader
    index: IndexReader
    told: Callable[[Finding, bool], None]
    """Told of each finding; True for one that a repair has left"""
    sample: int
    """Digests whose items are compared by their text too, where not all are"""
    repair: Repair | None = None
    again_seconds: float = AGAIN_SECONDS
    enrich_seconds: float = ENRICH_SECONDS
    forget_seconds: float = FORGET_SECONDS
    _committed: tuple[dict[int, int], dict[int, int]] = field(default=({}, {}), init=False)

    async def run(self) -> Report:
        """Read all, look again at what is suspect, repair where asked for; raises Unavailable or Misconfigured."""
        in_flight = await self._survey()
        report = self._report(len(in_flight))
        suspects = self.ledger.suspects() - in_flight
        if suspects:
            await asyncio.sleep(self.again_seconds)
            suspects = await self._again(suspects)
        report.found, differing = await self._exactly(suspects, report)
        report.left = report.found
        for number in range(1, ROUNDS + 1):
            if self.repair is None or not differing:
                break
            report.unconfirmed = await self._until_answered(self.repair.touched)
            if number == ROUNDS - 1 and report.left["missing", "item"]:  # though they were written
                self.topics.tell("waiting until Elasticsearch has forgotten deletions", 0, 1)
                await asyncio.sleep(self.forget_seconds)
            report.left, differing = await self._exactly(await self._again(differing), report, round=number)
        report.repaired = len(self.repair.touched) if self.repair is not None else 0
        return report

    async def _survey(self) -> set[str]:
        # What is committed is asked for first: whatever is read afterwards is at least as new.
        self._committed = await self.topics.committed()
        await self.topics.read_raw()
        if self.ledger.deep is not None:
            known = list(self.ledger.digests)
            self.ledger.deep = set(random.sample(known, min(self.sample, len(known))))
        await self.topics.read_enriched()
        await self.index.read()
        return self.ledger.in_flight(*self._committed)

    async def _again(self, suspects: set[str]) -> set[str]:
        """Those of the suspects that still are."""
        await self._read_on()
        await self.index.read(suspects)
        return (self.ledger.suspects() & suspects) - self.ledger.in_flight(*self._committed)

    async def _read_on(self) -> None:
        self._committed = await self.topics.committed()
        await self.topics.read_raw()
        await self.topics.read_enriched()

    async def _until_answered(self, digests: set[str]) -> int:
        """Wait for enrich and index; how many digests are still under way at the end."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.enrich_seconds
        while True:
            await self._read_on()
            left = len(digests & self.ledger.in_flight(*self._committed))
            if not left or loop.time() > deadline:
                return left
            await asyncio.sleep(1)

    async def _exactly(self, suspects: set[str], report: Report, *, round: int = 0) -> tuple[Counter[tuple[str, str]], set[str]]:
        """Compare each suspect's items one by one, tell what differs, and repair it, but in the last round; counts, and digests that differ."""
        counts: Counter[tuple[str, str]] = Counter()
        differing: set[str] = set()
        again: set[str] = set()
        spare = self._spared(suspects)
        report.kept = len(spare)
        async for chunk in self._chunks(suspects):
            manifests, items = await self.index.held(set(chunk), deep=True)
            findings = {
                digest_id: found
                for digest_id, documents in chunk.items()
                if (found := list(self._findings(digest_id, documents, manifests.get(digest_id), items[digest_id])))
            }
            differing |= findings.keys()
            for finding in (finding for found in findings.values() for finding in found):
                counts[finding.kind, finding.where] += 1
                self.told(finding, round > 0)
            mended = {digest_id: found for digest_id, found in findings.items() if digest_id not in spare and self._may_mend(digest_id, manifests)}
            if self.repair is not None and mended and round < ROUNDS:
                await self.repair.announce()
                known = {digest_id: documents for digest_id, documents in chunk.items() if documents is not None}
                await self.repair.index(mended, known, manifests, items)
                again |= resent([finding for found in mended.values() for finding in found])
        if again and self.repair is not None:
            await self.repair.enriched(self.topics.topics.raw.name, self._raw(again))
            self.repair.touched |= again
        return counts, differing

    def _findings(self, digest_id: str, documents: Documents | None, manifest: Held | None, items: Mapping[str, Held]) -> Iterator[Finding]:
        missing = list(self.ledger.enriched_findings(digest_id))
        yield from missing
        # Of a digest that is still to be enriched nothing can be said but that; of one that Elasticsearch refused, its dead letter says it.
        if not (documents is None and missing) and not self.ledger.is_refused(digest_id):
            yield from differences(digest_id, documents, manifest, items)

    def _spared(self, suspects: set[str]) -> set[str]:
        """Digests that no topic knows, where they are too many to be deleted."""
        unknown = {digest_id for digest_id in suspects if not self.ledger.digests[digest_id].known}
        return unknown if len(unknown) > max(UNKNOWN_FEW, UNKNOWN_SHARE * len(self.ledger.digests)) else set()

    def _may_mend(self, digest_id: str, manifests: Mapping[str, Held]) -> bool:
        """Not where the index alone still has a digest that the archive knows: it was lost behind the archive, and a dead letter stands there now."""
        entry = self.ledger.digests[digest_id]
        return entry.owed.version != NONE or not entry.known or digest_id not in manifests or (digest_id, entry.revision) not in self.ledger.dead_raw

    async def _chunks(self, suspects: set[str]) -> AsyncIterator[dict[str, Documents | None]]:
        """Suspects with what the enriched topic says of them, some at a time."""
        enriched = {digest_id: at for digest_id in suspects if (at := self.ledger.digests[digest_id].enriched) >= 0}
        unknown = sorted(suspects - enriched.keys())
        for start in range(0, len(unknown), CHUNK):
            yield dict.fromkeys(unknown[start : start + CHUNK])
        chunk: dict[str, Documents | None] = {}
        size = 0
        async for record in self.topics.at(self.topics.topics.enriched.name, enriched.values()):
            documents = documents_of(record)
            if documents is None:  # it was read before; a topic that was made anew meanwhile is seen by the next run
                continue
            chunk[documents.digest_id] = documents
            size += len(record.value or b"")
            if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
                yield chunk
                chunk, size = {}, 0
        if chunk:
            yield chunk

    async def _raw(self, digests: Iterable[str]) -> AsyncIterator[SourceRecord]:
        async for record in self.topics.at(self.topics.topics.raw.name, [self.ledger.digests[digest_id].raw for digest_id in digests]):
            yield record

    def _report(self, in_flight: int) -> Report:
        digests = self.ledger.digests
        return Report(
            raw=sum(entry.raw >= 0 for entry in digests.values()),
            enriched=sum(entry.enriched >= 0 for entry in digests.values()),
            items=sum(entry.indexed.held for entry in digests.values()),
            in_flight=in_flight,
            dead=sum(map(self.ledger.is_dead, digests)),
            other=dict(self.ledger.other),
            deep=len(digests if self.ledger.deep is None else self.ledger.deep),
        )
