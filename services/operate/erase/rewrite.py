"""One partition → the same without some records: the others copied to its end, then everything before the cut deleted."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import orjson
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from services.operate.erase.plan import Partition, is_of
from shared.kafka.clients import admin_client
from shared.kafka.resend import Resender
from shared.kafka.scan import Scanned, Scanner
from shared.kafka.sender import Message
from shared.settings import KafkaSettings

Moved = Callable[[dict[str, str]], Awaitable[None]]
"""Told where the records lie that were copied: partition/offset by the place before; once all are acknowledged, and before anything is deleted."""


async def rewrite(scanner: Scanner, settings: KafkaSettings, partition: Partition, digest_ids: Collection[str], *, moved: Moved | None = None) -> int:
    """Return how many records were copied, once the beginning is deleted; raises Unavailable, after which the same can be run again."""
    count = 0
    seen: set[bytes] = set()  # 16 bytes of each: some 100 MB for a million records
    places: dict[str, asyncio.Future[Any]] = {}
    async with Resender(settings) as resender:
        async for scanned in scanner.read(partition.topic, until={partition.number: partition.cut}):
            record = scanned.record
            if is_of(partition.part, record, digest_ids) or (same := _identity(scanned)) in seen:
                continue
            seen.add(same)
            sent = await resender.send(Message(record.topic, record.key, record.value, record.headers, scanned.at, record.partition))
            count += 1
            if moved is not None:
                places[f"{record.partition}/{record.offset}"] = sent
    if moved is not None:
        await moved({place: f"{partition.number}/{sent.result().offset}" for place, sent in places.items()})
    await _delete(settings, partition)
    return count


def _identity(scanned: Scanned) -> bytes:
    """The same for a record and its copies, which a run that was killed may have left before the cut."""
    record = scanned.record
    parts = [record.key, record.value, *(part for name, data in record.headers for part in (name.encode(), data))]
    lengths = orjson.dumps([scanned.at, *(None if part is None else len(part) for part in parts)])
    return hashlib.blake2b(lengths + b"".join(part or b"" for part in parts), digest_size=16).digest()


async def _delete(settings: KafkaSettings, partition: Partition) -> None:
    failing = f"did not delete the beginning of {partition.topic} partition {partition.number}"
    async with admin_client(settings, failing=failing, advice="Run the same again: it goes on") as admin:
        await admin.delete_records({TopicPartition(partition.topic, partition.number): RecordsToDelete(before_offset=partition.cut)})
