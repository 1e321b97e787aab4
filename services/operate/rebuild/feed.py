"""The enriched topic from known offsets on → a Writer: several batches under way, each digest's records in order, memory bounded in bytes.

The same rules as the indexer's (services.index.consumer): revisions of a digest never overtake each other, as the manifest before is read first.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from services.index.document import Documents
from services.index.record import of_record
from services.index.writer import Fate, Writer
from shared.dead_letters.headers import SourceRecord
from shared.errors import Misconfigured, Rejected
from shared.kafka.scan import Scanner

MAX_RECORDS = 500
"""Of one batch, however small they are: what is tried again as a whole."""

YIELD_EVERY = 32
"""Digests that are read before the loop has a turn, as heartbeats need it: about 10 ms."""

REFUSED = 100_000
"""Refused digests whose ids are kept at most, for the comparison: some 10 MB."""


def _nobody(_done: int) -> None:
    return None


@dataclass
class Feed:
    """Goes on where it stopped; one call at a time."""

    scanner: Scanner
    topic: str
    writer: Writer
    batch_bytes: int
    in_flight: int
    rate: float = 0.0
    """Records a second at most; 0 for as many as go"""
    progress: Callable[[int], None] = _nobody
    """Told the number of records that are answered for, each time it grows"""
    at: dict[int, int] = field(default_factory=dict)
    """Offset by partition of the next record"""
    records: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)
    touched: set[str] | None = None
    """Where given, the ids of all digests that come by are put into it"""
    _batches: dict[asyncio.Task[None], frozenset[bytes | None]] = field(default_factory=dict, init=False)
    _due: float = field(default=0.0, init=False)

    async def to(self, ends: Mapping[int, int]) -> int:
        """Write everything up to these offsets; how many records that were. Raises what Kafka, Elasticsearch or patience say."""
        before = self.records
        batch: list[SourceRecord] = []
        size = 0
        try:
            async for scanned in self.scanner.read(self.topic, since=self.at, until=ends):
                await self._pace()
                batch.append(scanned.record)
                size += len(scanned.record.value or b"")
                if size >= self.batch_bytes or len(batch) >= MAX_RECORDS:
                    await self._start(batch)
                    batch, size = [], 0
            if batch:
                await self._start(batch)
            while self._batches:
                await self._reap()
        finally:
            await self._cancel()
        self.at |= {partition: max(end, self.at.get(partition, 0)) for partition, end in ends.items()}
        return self.records - before

    async def to_end(self) -> int:
        """Write everything up to the end as it is now; how many records that were."""
        return await self.to(await self.ends())

    async def ends(self) -> dict[int, int]:
        """The topic's end by partition; raises Misconfigured when there is no such topic, or it is not the one that was begun with."""
        bounds = await self.scanner.bounds(self.topic)
        if not bounds:
            raise Misconfigured(f"there is no topic {self.topic}: check KAFKA_BOOTSTRAP_SERVERS and JIANBAO_NAMESPACE")
        ends = {partition: last for partition, (_, last) in bounds.items()}
        if any(at > ends.get(partition, 0) for partition, at in self.at.items()):
            raise Misconfigured(f"topic {self.topic} ends before what was read of it already: it was made anew. Run `jianbao rebuild` again")
        return ends

    async def left(self) -> int:
        """Records from here to the end."""
        bounds = await self.scanner.bounds(self.topic)
        return sum(max(0, last - max(first, self.at.get(partition, 0))) for partition, (first, last) in bounds.items())

    async def _pace(self) -> None:
        if self.rate:
            self._due = max(self._due + 1 / self.rate, monotonic())
            if (wait := self._due - monotonic()) > 0:
                await asyncio.sleep(wait)

    async def _start(self, batch: Sequence[SourceRecord]) -> None:
        keys = frozenset(record.key for record in batch)
        while len(self._batches) >= self.in_flight or any(keys & busy for busy in self._batches.values()):
            await self._reap()
        self._batches[asyncio.create_task(self._write(batch))] = keys

    async def _reap(self) -> None:
        done, _ = await asyncio.wait(self._batches, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            del self._batches[task]
            task.result()

    async def _cancel(self) -> None:
        for task in self._batches:
            task.cancel()
        await asyncio.gather(*self._batches, return_exceptions=True)
        self._batches.clear()

    async def _write(self, batch: Sequence[SourceRecord]) -> None:
        good: list[Documents] = []
        for number, record in enumerate(batch, 1):
            if number % YIELD_EVERY == 0:
                await asyncio.sleep(0)
            try:
                good.append(of_record(record))
            except Rejected:
                self._refuse((record.key or b"").decode("utf-8", "replace"))
        if self.touched is not None:
            self.touched.update(documents.digest_id for documents in good)
        for documents, outcome in zip(good, await self.writer.write(good), strict=True):
            if outcome.fate is Fate.REFUSED:
                self._refuse(documents.digest_id)
            else:
                self.fates[outcome.fate] += 1
        self.records += len(batch)
        self.progress(self.records)

    def _refuse(self, digest_id: str) -> None:
        self.fates[Fate.REFUSED] += 1
        if len(self.refused) < REFUSED:
            self.refused.add(digest_id)
