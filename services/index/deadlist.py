"""The dead topic from its beginning to its end → dead letters as plain values, filtered and grouped."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.deadletter import DeadLetter, from_record
from shared.errors import Unavailable
from shared.kafka import client_options
from shared.records import DIGEST_HEADER
from shared.settings import KafkaSettings

FETCH_BYTES = 32 * 2**20
"""More than the dead topic's largest record (20 MiB), as one that does not fit would never be got past."""


@dataclass(frozen=True)
class DeadLine:
    """A dead letter without its bytes."""

    stage: str
    error: str
    message: str
    digest_id: str
    source: str
    place: str
    """topic/partition/offset that it had before it died"""
    time: datetime
    """When it was given up on, UTC"""
    attempts: int
    size: int
    """Bytes of the original value"""
    at: str
    """partition/offset within the dead topic"""

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self) | {"time": self.time.isoformat()}


def line(letter: DeadLetter, *, at: str) -> DeadLine:
    """What a list says of a dead letter. Pure."""
    record, failure = letter.record, letter.failure
    return DeadLine(
        stage=failure.stage,
        error=failure.error,
        message=failure.message,
        digest_id=(record.key or b"").decode("utf-8", "replace"),
        source=_source(letter),
        place=f"{record.topic}/{record.partition}/{record.offset}",
        time=failure.last_at,
        attempts=failure.attempts,
        size=len(record.value or b""),
        at=at,
    )


def _source(letter: DeadLetter) -> str:
    """The source, where a header or the value says it; what died of its form may not."""
    header = dict(letter.record.headers).get(DIGEST_HEADER, letter.record.value or b"")
    try:
        said = orjson.loads(header)
    except orjson.JSONDecodeError:
        return ""
    source = said.get("source") if isinstance(said, dict) else None
    return source if isinstance(source, str) else ""


def wanted(lines: Iterable[DeadLine], *, stage: str | None, error: str | None, limit: int) -> tuple[list[DeadLine], Counter[tuple[str, str]]]:
    """The newest `limit` of those with that stage and error, newest first; and how many there are of each (stage, error). Pure."""
    found = [each for each in lines if (stage is None or each.stage == stage) and (error is None or each.error == error)]
    found.sort(key=lambda each: each.time, reverse=True)
    return found[:limit], Counter((each.stage, each.error) for each in found)


async def read(settings: KafkaSettings, topic: str) -> list[DeadLine]:
    """All dead letters that are there now; [] when the topic is not there yet. Raises Unavailable."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    reader = AIOKafkaConsumer(
        **client_options(settings), enable_auto_commit=False, auto_offset_reset="earliest", max_partition_fetch_bytes=FETCH_BYTES
    )
    try:
        await admin.start()
        if topic not in await admin.list_topics():
            return []
        (described,) = await admin.describe_topics([topic])
        partitions = [TopicPartition(topic, known["partition"]) for known in described["partitions"]]
        await reader.start()
        return [each async for each in _lines(reader, partitions)]
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {settings.bootstrap_servers} does not answer: {error}. Check KAFKA_BOOTSTRAP_SERVERS") from error
    finally:
        await reader.stop()
        await admin.close()


async def _lines(reader: Any, partitions: Sequence[TopicPartition]) -> AsyncIterator[DeadLine]:
    """Every record between the beginning and the end as it is now; without a group, so that nothing is committed."""
    reader.assign(partitions)
    ends = await reader.end_offsets(partitions)
    await reader.seek_to_beginning(*partitions)
    while any([await reader.position(partition) < end for partition, end in ends.items()]):
        for partition, records in (await reader.getmany(timeout_ms=500, max_records=200)).items():
            for record in records:
                if record.offset < ends[partition]:
                    yield _read_one(record, at=f"{partition.partition}/{record.offset}")


def _read_one(record: Any, *, at: str) -> DeadLine:
    try:
        return line(from_record(record.key, record.value, record.headers), at=at)
    except ValueError as error:  # something else wrote into the topic: shown, not hidden
        when = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        key = (record.key or b"").decode("utf-8", "replace")
        return DeadLine("?", "not_a_dead_letter", str(error), key, "", "", when, 0, len(record.value or b""), at)
