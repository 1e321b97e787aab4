"""Digest ids → what Kafka holds of them that is not in the index: what enrich and index have not got to yet, and dead letters.

Only the ends of topics are read, from where the stages' consumer groups are: while all is quiet that is nothing. Asked in the order in which a
digest goes, so that none slips by between two questions.
"""

import asyncio
from collections.abc import Collection, Mapping

from services.ingest.known.facts import of_record
from shared.errors import Unavailable
from shared.kafka.groups import ask_group
from shared.kafka.scan import Scanner
from shared.records import RawDigest
from shared.settings import KafkaSettings
from shared.topics import Topics

RECORDS = 5_000
"""That are looked through at most: some seconds. More are under way only while a stage is down or a backlog is fed."""

SECONDS = 10.0
"""For all of it; the largest digests have 8 MiB."""


class InFlight:
    """The ends of the raw and enriched topics, and the dead topic."""

    def __init__(self, settings: KafkaSettings, topics: Topics) -> None:
        self._settings, self._topics = settings, topics

    async def latest(self, digest_ids: Collection[str]) -> dict[str, RawDigest]:
        """Return each digest that is found, at its highest revision.

        Raises Unavailable where Kafka is away, or where more is under way than is looked through: then nobody can tell yet.
        """
        topics = self._topics
        found: dict[str, RawDigest] = {}
        try:
            async with asyncio.timeout(SECONDS), Scanner(self._settings) as scanner:
                parts = ((topics.raw.name, topics.enrich_group), (topics.enriched.name, topics.index_group), (topics.dead.name, None))
                for topic, group in parts:
                    bounds = await scanner.bounds(topic)
                    since = {partition: first for partition, (first, _) in bounds.items()}
                    if group is not None and bounds:
                        since = dict((await ask_group(self._settings, group, topic)).goes_on(bounds))
                    self._check(topic, since, bounds)
                    await _read(scanner, topic, since, {digest_id.encode("ascii") for digest_id in digest_ids}, found)
        except TimeoutError:
            raise Unavailable(f"what is under way in Kafka could not be looked through within {SECONDS:g} s; try again") from None
        return found

    def _check(self, topic: str, since: Mapping[int, int], bounds: Mapping[int, tuple[int, int]]) -> None:
        left = sum(end - since[partition] for partition, (_, end) in bounds.items())
        if left > RECORDS:
            raise Unavailable(
                f"the digest is not in the index, and {left} records of {topic} would have to be looked through for it: try again once the "
                "pipeline has caught up, or ask the operator for `jianbao withdraw`, which reads the archive",
                retry_after=30,
            )


async def _read(scanner: Scanner, topic: str, since: Mapping[int, int], keys: Collection[bytes], found: dict[str, RawDigest]) -> None:
    async for scanned in scanner.read(topic, since=since):
        if scanned.record.key not in keys:
            continue
        # In a thread: an enriched digest has up to 16 MiB of JSON.
        known = await asyncio.to_thread(of_record, scanned.record)
        if known is not None and known.digest_id.encode() == scanned.record.key:
            before = found.get(known.digest_id)
            if before is None or known.revision >= before.revision:
                found[known.digest_id] = known
