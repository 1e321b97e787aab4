"""Digest ids → erased from Kafka, Elasticsearch and archives, in the steps that the package's docstring names."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from services.ingest.erasure import ERASED_SOURCE, erasure, note
from services.ingest.publish import Publisher
from services.ingest.revision import Revisions
from services.ingest.withdraw import Desk, after, all_known, ended
from services.operate.archive.forget import forget
from services.operate.erase.expunge import expunge
from services.operate.erase.ledger import forget as forget_events
from services.operate.erase.plan import Partition, plan
from services.operate.erase.readers import past
from services.operate.erase.rewrite import rewrite
from shared import operations
from shared.errors import JianbaoError, Rejected, Unavailable
from shared.kafka.scan import Scanner
from shared.operations import Operation
from shared.settings import ElasticsearchSettings, KafkaSettings
from shared.topics import Topics


@dataclass(frozen=True)
class Where:
    """What an erasure works with."""

    kafka: KafkaSettings
    elasticsearch: ElasticsearchSettings
    topics: Topics
    desk: Desk
    publisher: Publisher
    revisions: Revisions


@dataclass
class Erased:
    """What was done."""

    partitions: list[Partition] = field(default_factory=list)
    copied: int = 0
    archived: int = 0
    """Records taken out of archives"""
    deleted_documents: int | None = None
    """That Elasticsearch still holds in segments; None where it could not be asked"""
    problem: str = ""
    """Why it could not"""


async def erase(
    digest_ids: Sequence[str],
    where: Where,
    *,
    reason: str,
    by: str,
    archives: Collection[Path] = (),
    again: bool = False,
    seconds: float,
    says: Callable[[str], None] = lambda what: None,
) -> Erased:
    """Erase and return when it is done; `says` is told each step.

    Raises Rejected (`unknown_digest`) before anything is done, and Unavailable when something keeps it from going on: run again, it finishes.
    """
    known = await all_known(digest_ids, where.desk)
    begun = [Operation(action="erase", subject=each, digest_id=each, by=by, reason=reason, outcome="begun") for each in digest_ids]
    await where.desk.keep(begun)
    try:
        for digest_id in digest_ids:
            last = known[digest_id]
            if not (last.withdrawn and last.source == ERASED_SOURCE):
                says(f"withdrawing {digest_id}")
                header = note(by=by, reason=reason, erased=True)
                revision, at = after(last, where.revisions)
                await where.publisher.publish(erasure(digest_id, revision=revision, at=at), b"", [header])
        done = Erased()
        async with Scanner(where.kafka) as scanner:
            await _rewrite(scanner, digest_ids, where, done, again=again, seconds=seconds, says=says)
        says("deleting it from the ledger, and asking Elasticsearch to merge")
        try:
            await forget_events(where.elasticsearch, where.topics.namespace, digest_ids)
            done.deleted_documents = await expunge(where.elasticsearch, where.topics.namespace)
        except JianbaoError as error:
            done.problem = str(error)
        for archive in archives:
            says(f"writing {archive} anew")
            done.archived += await asyncio.to_thread(forget, archive, digest_ids)
    except BaseException as error:
        if not isinstance(error, Unavailable):  # Kafka may be what is away
            await where.desk.keep([ended(each, outcome="failed", detail=type(error).__name__) for each in begun])
        raise
    detail = f"{sum(each.erased for each in done.partitions)} records erased, {done.copied} copied, {done.archived} taken out of archives"
    await where.desk.keep([ended(each, detail=detail) for each in begun])
    return done


async def _rewrite(
    scanner: Scanner, digest_ids: Sequence[str], where: Where, done: Erased, *, again: bool, seconds: float, says: Callable[[str], None]
) -> None:
    topics = where.topics
    says("waiting until enrich and index are past it")
    raw = await past(where.kafka, scanner, topics.enrich_group, topics.raw.name, seconds=seconds)
    enriched = await past(where.kafka, scanner, topics.index_group, topics.enriched.name, seconds=seconds)
    says("looking for it")
    done.partitions = await plan(scanner, topics, digest_ids, cuts={topics.raw.name: raw, topics.enriched.name: enriched}, whole=again)
    for partition in done.partitions:
        says(f"{partition.topic} partition {partition.number}: copying {partition.others} records, erasing {partition.erased}")
        moved = partial(_carry, scanner, where) if partition.part == "dead" else None
        done.copied += await rewrite(scanner, where.kafka, partition, digest_ids, moved=moved)
    if done.partitions:
        says("looking again")
        left = sum(partition.erased for partition in await plan(scanner, topics, digest_ids))
        if left:
            raise Unavailable(f"{left} records of it came meanwhile: run the same again")


async def _carry(scanner: Scanner, where: Where, moved: Mapping[str, str]) -> None:
    """What operators did with dead letters is on record under the letters' places: say it of their new ones too, or discarded ones would be back."""
    carried = []
    async for scanned in scanner.read(where.topics.operations.name):
        try:
            operation = operations.read(scanned.record.value)
        except Rejected:
            continue
        if operation.action in ("retry", "discard") and operation.subject in moved:
            carried.append(operation.model_copy(update={"subject": moved[operation.subject]}))
    if carried:
        await where.desk.keep(carried)
