"""Findings with what the topics say → the index put right, and raw records sent again; nothing that is newer is ever overwritten.

| finding                    | repair                                                                                          |
|----------------------------|-------------------------------------------------------------------------------------------------|
| enriched missing/different | the raw record is sent again as it is: enrich does the rest                                     |
| manifest, item             | the digest is written again as the indexer would, under the same version                        |
| item extra                 | deleted, under its own version: a newer one of that id stays                                    |
| manifest extra             | deleted where no topic has the digest; else not mended: only a newer version replaces it        |
| enriched extra             | not mended: nothing can be taken out of a topic                                                 |
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from services.index.batch import Operation, deleting
from services.index.document import Documents
from services.index.writer import Writer
from services.operate.reconcile.finding import Finding, Held
from shared import index_names as names
from shared.dead_letters.headers import SourceRecord
from shared.kafka.clients import as_unavailable
from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings


@dataclass
class Repair:
    """Mends the index through the writer, and the enriched topic by the raw one."""

    writer: Writer
    kafka: KafkaSettings
    begin: Callable[[], Awaitable[None]]
    """Called once, before the first change: whoever keeps a record of it does so then"""
    touched: set[str] = field(default_factory=set)
    """Digests that something was done about"""
    begun: bool = False

    async def announce(self) -> None:
        """Before a change."""
        if not self.begun:
            await self.begin()
            self.begun = True

    async def index(
        self,
        findings: Mapping[str, Sequence[Finding]],
        documents: Mapping[str, Documents],
        manifests: Mapping[str, Held],
        items: Mapping[str, Mapping[str, Held]],
    ) -> None:
        """Make the index right for the digests of `findings`; returns once Elasticsearch has answered for all."""
        again = [documents[digest_id] for digest_id, found in findings.items() if digest_id in documents and any(map(_by_writing, found))]
        if again:
            await self.writer.write(again)
        extra = [finding for found in findings.values() for finding in found if finding.kind == "extra"]
        gone = [
            deleting(0, finding.item_id, items[finding.digest_id][finding.item_id].version)
            for finding in extra
            if finding.where == "item" and finding.item_id is not None
        ]
        void = [
            _deleting_if(finding.digest_id, seen)
            for finding in extra
            if finding.where == "manifest" and finding.digest_id not in documents and (seen := manifests[finding.digest_id].seen)
        ]
        await self._delete("items", gone)
        await self._delete("digests", void)
        self.touched |= {each.digest_id for each in again} | {
            each.digest_id for each in extra if each.where == "item" or each.digest_id not in documents
        }

    async def _delete(self, kind: names.Kind, operations: Sequence[Operation]) -> None:
        if operations:
            await self.writer.bulk.run(names.alias(self.writer.namespace, kind), operations)

    async def enriched(self, topic: str, records: AsyncIterator[SourceRecord]) -> int:
        """Send raw records again as they are; how many. Raises Unavailable."""
        sent = 0
        async with as_unavailable(self.kafka), Sender(self.kafka, linger_ms=5) as sender:
            async for record in records:
                # One by one: a digest may have 8 MiB, and few are sent.
                await sender.deliver([Message(topic, record.key, record.value, record.headers)])
                sent += 1
        return sent


def _deleting_if(id: str, seen: tuple[int, int]) -> Operation:
    """The operation that deletes `id` unless anybody wrote it since it was read. Pure."""
    return Operation(0, id, b'{"delete":{"_id":%b,"if_seq_no":%d,"if_primary_term":%d}}\n' % (orjson.dumps(id), *seen), deletes=True)


def _by_writing(finding: Finding) -> bool:
    """Whether the writer mends it. Pure."""
    return finding.where != "enriched" and finding.kind != "extra"


def resent(findings: Collection[Finding]) -> set[str]:
    """Digests whose raw record is to be sent again. Pure."""
    return {finding.digest_id for finding in findings if finding.where == "enriched" and finding.kind in ("missing", "different")}
