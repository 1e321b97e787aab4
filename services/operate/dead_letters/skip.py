"""A record of the raw or enriched topic that its stage can't get past → its dead letter, which the stage makes when it hears that it is asked to.

    recorded as begun ──► the stage stuck on the record writes its letter and goes on ──► seen here, recorded as done

Only the stage knows what it is stuck on, so it decides: whoever names another record waits in vain and is told so. Its side is in
`shared.dead_letters.skips`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared import operations
from shared.dead_letters import skips
from shared.dead_letters.headers import SourceRecord
from shared.dead_letters.letter import Letter, read
from shared.errors import Rejected
from shared.kafka.groups import ask_group
from shared.kafka.scan import Scanner
from shared.operations import Operation
from shared.settings import KafkaSettings
from shared.topics import Topics

EVERY = 1.0
"""Seconds between two looks for the letter."""


@dataclass(frozen=True)
class Found:
    """A record before anything is done."""

    record: SourceRecord
    group: str
    """Whose stage it waits for"""
    letter: Letter | None
    """Where it was skipped before"""


@dataclass(frozen=True)
class Skip:
    """One record, and who wants it skipped."""

    kafka: KafkaSettings
    topics: Topics
    scanner: Scanner
    topic: str
    partition: int
    offset: int
    by: str
    reason: str | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @property
    def subject(self) -> str:
        """The record's name."""
        return skips.subject(self.topic, self.partition, self.offset)

    async def look(self) -> Found:
        """What is there.

        Raises Rejected: `unknown_topic`; `no_record` where there never was one or Kafka has deleted it; `not_stuck` where its stage is past it.
        Raises Unavailable.
        """
        groups = {self.topics.raw.name: self.topics.enrich_group, self.topics.enriched.name: self.topics.index_group}
        if self.topic not in groups:
            raise Rejected("unknown_topic", f"{self.topic} is no topic that a stage reads: {' or '.join(groups)}")
        group = groups[self.topic]
        first, end = (await self.scanner.bounds(self.topic)).get(self.partition, (0, 0))
        if not first <= self.offset < end:
            said = f"its partition holds offsets {first} to {end - 1}" if first < end else "its partition is empty, or there is none"
            raise Rejected("no_record", f"there is no record {self.subject}: {said}")
        record = await self._record()
        if not await self._passed(group):
            return Found(record, group, None)
        if letter := await self._letter():
            return Found(record, group, letter)
        raise Rejected("not_stuck", f"{group} is past {self.subject} already: it was processed, or is a dead letter of another kind")

    async def do(self, found: Found, *, seconds: float) -> Letter:
        """Ask for it and return its dead letter; raises Rejected `not_stuck` where no stage was stuck on it within so many seconds."""
        since = {partition: end for partition, (_, end) in (await self.scanner.bounds(self.topics.dead.name)).items()}
        digest_id = (found.record.key or b"").decode("utf-8", "replace") or None
        begun = Operation(action="skip", subject=self.subject, digest_id=digest_id, by=self.by, reason=self.reason, outcome="begun")
        await self._keep(begun, "begun", "")
        loop = asyncio.get_running_loop()
        deadline, passed = loop.time() + seconds, False
        try:
            while (letter := await self._letter(since)) is None and not passed and loop.time() < deadline:
                await self.sleep(EVERY)
                passed = await self._passed(found.group)
            letter = letter or await self._letter(since)
        except BaseException:
            await self._keep(begun, "failed", "interrupted")
            raise
        if letter is None:
            why = "got past it by itself" if passed else f"was not stuck on it for {seconds:g} s"
            await self._keep(begun, "failed", f"{found.group} {why}")
            raise Rejected("not_stuck", f"{self.subject} was not skipped: {found.group} {why}")
        await self._keep(begun, "done", f"dead letter {letter.place}")
        return letter

    async def _keep(self, begun: Operation, outcome: operations.Outcome, detail: str) -> None:
        changed = {"outcome": outcome, "detail": detail, "at": operations.now()}
        await operations.keep(self.kafka, self.topics.operations.name, [begun.model_copy(update=changed)])

    async def _record(self) -> SourceRecord:
        where = {self.partition: self.offset}
        async for scanned in self.scanner.read(self.topic, since=where, until={self.partition: self.offset + 1}):
            if scanned.record.offset == self.offset:
                return scanned.record
        raise Rejected("no_record", f"there is no record {self.subject}: Kafka has deleted it")

    async def _passed(self, group: str) -> bool:
        return (await ask_group(self.kafka, group, self.topic)).offsets.get(self.partition, 0) > self.offset

    async def _letter(self, since: dict[int, int] | None = None) -> Letter | None:
        """The record's letter that says that it was skipped, among those from `since` on; the first where redelivery made several."""
        async for scanned in self.scanner.read(self.topics.dead.name, since=since):
            letter = read(scanned.record, scanned.at)
            if letter.origin == self.subject and letter.error == skips.SKIPPED:
                return letter
        return None
