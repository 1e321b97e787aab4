"""The three topics → the ledger, each from where it was read to before; and records by their places."""

from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from services.index import record as index_record
from services.index.document import Documents
from services.operate.reconcile.ledger import Ledger, parted, place
from shared.dead_letters.headers import SourceRecord, from_record
from shared.errors import Rejected
from shared.kafka.clients import admin_client
from shared.kafka.groups import read_group
from shared.kafka.scan import ADVICE, Scanner
from shared.records import DIGEST_HEADER, RawDigest, read_raw
from shared.settings import KafkaSettings
from shared.topics import Topics

Tell = Callable[[str, int, int], None]
"""Told of a step, how much of it is done and how much there is."""

TELL_EVERY = 500
"""Records between two words of progress."""


@dataclass
class TopicReader:
    """Reads on where it ended the last time."""

    settings: KafkaSettings
    topics: Topics
    scanner: Scanner
    ledger: Ledger
    tell: Tell
    _next: dict[str, dict[int, int]] = field(default_factory=dict)

    async def read_raw(self) -> None:
        """The archive."""
        async for record in self._further(self.topics.raw.name, "reading the archive"):
            raw = raw_of(record)
            if raw is None:
                self.ledger.other["raw"] += 1
            else:
                self.ledger.add_raw(raw.digest_id, raw.revision, place(record.partition, record.offset), withdrawn=raw.withdrawn)

    async def read_enriched(self) -> None:
        """What enrich made of it, and what of both became dead letters."""
        async for record in self._further(self.topics.enriched.name, "reading what was enriched"):
            documents = documents_of(record)
            if documents is None:
                self.ledger.other["enriched"] += 1
            else:
                self.ledger.add_enriched(documents, place(record.partition, record.offset))
        async for record in self._further(self.topics.dead.name, "reading dead letters"):
            self._add_letter(record)

    def _add_letter(self, record: SourceRecord) -> None:
        try:
            letter = from_record(record.key, record.value, record.headers)
        except ValueError:
            self.ledger.other["dead"] += 1
            return
        if letter.failure.stage == "index":
            documents = documents_of(letter.record)
            if documents is not None:
                self.ledger.dead_enriched.add((documents.digest_id, documents.version))
        elif (raw := raw_of(letter.record)) is not None:
            self.ledger.dead_raw.add((raw.digest_id, raw.revision))

    async def _further(self, topic: str, step: str) -> AsyncIterator[SourceRecord]:
        since = self._next.get(topic, {})
        bounds = await self.scanner.bounds(topic)
        until = {partition: end for partition, (_, end) in bounds.items()}
        total = sum(max(0, end - max(first, since.get(partition, 0))) for partition, (first, end) in bounds.items())
        seen = 0
        async for scanned in self.scanner.read(topic, since=since, until=until):
            yield scanned.record
            seen += 1
            if seen % TELL_EVERY == 0:
                self.tell(step, seen, total)
        self._next[topic] = until
        self.tell(step, total, total)

    async def at(self, topic: str, places: Collection[int]) -> AsyncIterator[SourceRecord]:
        """The records at these places; the topic is read from the first to the last of them."""
        wanted = set(places)
        since: dict[int, int] = {}
        until: dict[int, int] = {}
        for partition, offset in map(parted, wanted):
            since[partition] = min(offset, since.get(partition, offset))
            until[partition] = max(offset + 1, until.get(partition, 0))
        async for scanned in self.scanner.read(topic, since=since, until=until):
            if place(scanned.record.partition, scanned.record.offset) in wanted:
                yield scanned.record

    async def committed(self) -> tuple[dict[int, int], dict[int, int]]:
        """Offsets by partition up to which enrich is done with the raw topic, and index with the enriched one; raises Unavailable."""
        async with admin_client(self.settings, advice=ADVICE) as admin:
            enrich = await self._committed(admin, self.topics.enrich_group, self.topics.raw.name)
            return enrich, await self._committed(admin, self.topics.index_group, self.topics.enriched.name)

    async def _committed(self, admin: Any, group: str, topic: str) -> dict[int, int]:
        found = await read_group(admin, group, topic)
        return found.goes_on(await self.scanner.bounds(topic))


def raw_of(record: SourceRecord) -> RawDigest | None:
    """The raw digest of a record of the raw topic; None where it is none. Pure."""
    header = dict(record.headers).get(DIGEST_HEADER)
    try:
        return read_raw(header) if header is not None else None
    except Rejected:
        return None


def documents_of(record: SourceRecord) -> Documents | None:
    """What the index shall hold of a record of the enriched topic; None where it is of another form. Pure."""
    try:
        return index_record.documents_of(record)
    except Rejected:
        return None
