"""Topics → what of them must be copied and what deleted so that some digests are gone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import orjson

from services.ingest.erasure import ERASED_SOURCE, erasure_of
from shared.dead_letters.headers import SourceRecord
from shared.kafka.scan import Scanner
from shared.topics import Topics

Part = Literal["raw", "enriched", "dead"]


@dataclass
class Partition:
    """What lies in one partition before its cut."""

    part: Part
    topic: str
    number: int
    cut: int
    """Offset before which everything is deleted"""
    erased: int = 0
    """Records of the digests"""
    others: int = 0
    """Records that are copied to the end"""
    bytes: int = 0
    """Of those"""


def is_of(part: Part, record: SourceRecord, digest_ids: Collection[str]) -> bool:
    """Whether a record is of these digests and says more than that they were erased. Pure."""
    if (record.key or b"").decode("utf-8", "replace") not in digest_ids:
        return False
    # In the raw topic only our own headers count: the value is anybody's.
    return not (_says_erased(record.value) if part == "enriched" else erasure_of(record.headers))


def _says_erased(value: bytes | None) -> bool:
    try:
        said = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return False
    return isinstance(said, dict) and said.get("withdrawn") is True and said.get("source") == ERASED_SOURCE and not said.get("items")


async def plan(
    scanner: Scanner, topics: Topics, digest_ids: Collection[str], *, cuts: Mapping[str, Mapping[int, int]] | None = None, whole: bool = False
) -> list[Partition]:
    """The partitions that hold something of these digests, with `whole` all; raises Unavailable.

    `cuts` gives by topic the offsets that its readers have got to; a partition without one is cut at its end. Reads all three topics.
    """
    found = []
    parts: tuple[tuple[Part, str], ...] = (("raw", topics.raw.name), ("enriched", topics.enriched.name), ("dead", topics.dead.name))
    for part, topic in parts:
        given = (cuts or {}).get(topic, {})
        ends = {partition: min(last, given.get(partition, last)) for partition, (_, last) in (await scanner.bounds(topic)).items()}
        partitions = {number: Partition(part, topic, number, cut) for number, cut in ends.items()}
        async for scanned in scanner.read(topic, until=ends):
            partition = partitions[scanned.record.partition]
            if is_of(part, scanned.record, digest_ids):
                partition.erased += 1
            else:
                partition.others += 1
                partition.bytes += len(scanned.record.value or b"")
        found += [each for each in partitions.values() if each.erased or (whole and each.others)]
    return found
