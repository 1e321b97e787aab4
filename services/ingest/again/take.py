"""A digest as it was accepted → written, or known to be there already: the flow of feeding.

    judge ─► duplicate, or new? the topic read to its end, judged again ─► a duplicate: nothing is written
       └───► published ─► come back, with what others wrote meanwhile ─► all is there: done; else judged again

The same content fed twice at once, in one process or several, so becomes one digest with whatever title and
day any of them gave. What can't be told (Kafka is slow, the archive is still being read) is written: a
revision too many changes nothing, a digest that is missing does.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Protocol
from weakref import WeakValueDictionary

from services.ingest.again.fed import contents, said_by
from services.ingest.again.judge import Verdict, judge
from services.ingest.again.table import Table
from services.ingest.publish import Publisher
from shared.errors import Rejected
from shared.kafka import canary
from shared.records import RawDigest

REPEATS = 2
"""Of writing one digest: where another's came between, and where that happens again."""


class Memory(Protocol):
    """What was fed before."""

    @property
    def table(self) -> Table:
        """All of it that is known now."""

    @property
    def complete(self) -> bool:
        """Whether all is known that was there when reading began."""

    async def current(self) -> bool:
        """Whether the table knows everything that was acknowledged before this was asked."""

    async def seen(self, digest_id: str, revision: int) -> bool:
        """Whether this acknowledged record is in the table, with all that was written before it."""


Turns = WeakValueDictionary[tuple[str, str], asyncio.Lock]


@dataclass(frozen=True)
class Taken:
    """A digest that Kafka has."""

    digest_id: str
    revision: int
    duplicate: bool = False
    """It had it before: nothing was written"""


@dataclass(frozen=True)
class Taker:
    """Takes digests; one for each process."""

    publisher: Publisher
    memory: Memory | None = None
    """Without, every digest is written as it is"""
    _turns: Turns = field(default_factory=WeakValueDictionary, init=False)
    """Whose turn it is to feed a digest, a content of a source, or to use an Idempotency-Key"""

    async def take(self, raw: RawDigest, content: bytes) -> Taken:
        """Return once Kafka has the digest; raises Unavailable, and Rejected as `judge` does."""
        if self.memory is None:
            written = await self.publisher.publish(raw, content)
            return Taken(written.digest_id, written.revision)
        names = {contents(raw)[0], raw.idempotency_key}
        async with AsyncExitStack() as turns:
            # In one order, so that no two wait for each other; the digest first, so that its revisions stay in theirs.
            for name in (raw.digest_id, *sorted(filter(None, names))):
                await turns.enter_async_context(self._turns.setdefault((raw.source, name), asyncio.Lock()))
            return await self._take(raw, content, self.memory)

    async def foretell(self, raw: RawDigest) -> Verdict:
        """What `take` would find, without writing anything; raises Rejected as `judge` does."""
        if self.memory is None:
            return Verdict(raw)
        sure = await self.memory.current()
        verdict = judge(raw, self.memory.table)
        return replace(verdict, duplicate=verdict.duplicate and (sure or verdict.late))

    async def _take(self, raw: RawDigest, content: bytes, memory: Memory) -> Taken:
        verdict = judge(raw, memory.table)
        # Of a digest that is known, another instance may have written a title a moment ago, or what was withdrawn.
        known = verdict.before is not None or memory.table.get(raw.digest_id) is not None
        if known or _may_be_elsewhere(raw):
            sure = await memory.current()
            verdict = judge(raw, memory.table)
            # Late, it would replace its own correction where it was written in doubt.
            if verdict.duplicate and verdict.before is not None and (sure or verdict.late):
                return Taken(verdict.before.digest_id, verdict.before.revision, duplicate=True)
        written = await self.publisher.publish(verdict.raw, content)
        for _ in range(REPEATS):
            if not await memory.seen(written.digest_id, written.revision):
                if written.digest_id != canary.DIGEST_ID:
                    memory.table.note(written)
                break
            if (better := repeat(raw, written, memory.table)) is None:
                break
            written = await self.publisher.publish(better, content)
        return Taken(written.digest_id, written.revision)


def _may_be_elsewhere(raw: RawDigest) -> bool:
    """Whether another instance may have written a digest a moment ago so that it should not be written.

    Under the digest's own identity that is seen when ours comes back; under another, or a key, it would be too late.
    """
    return bool(raw.idempotency_key) or not (raw.external_id or raw.url)


def repeat(raw: RawDigest, written: RawDigest, table: Table) -> RawDigest | None:
    """What is to be written once more, as others wrote the same content meanwhile; else None. Pure."""
    last = table.get(written.digest_id)
    if last is None or (last.revision == written.revision and last.whole):
        return None
    if last.revision > written.revision:  # another's, which holds: it gets what it lacks
        if last.content not in contents(raw):
            return None
        said = last.known.filled(said_by(raw))._asdict()
        raw = raw.model_copy(update={"digest_id": last.digest_id, "media_type": last.media_type} | said)
    try:
        verdict = judge(raw, table)
    except Rejected:  # its Idempotency-Key came elsewhere meanwhile: both are written
        return None
    here = verdict.before is not None and verdict.before.digest_id == written.digest_id
    return verdict.raw if here and not verdict.duplicate else None
