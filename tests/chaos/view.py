"""A world in, what Kafka and the index hold of it out: offsets, dead letters, documents, and what search gives."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.dead_letters.headers import from_record
from shared.kafka.clients import client_options
from tests.chaos.oracle import LetterKey, Seen
from tests.chaos.world import World, plain_http

KAFKA_SECONDS = 5
"""For an answer about offsets: Kafka may be dead or stopped."""


@dataclass(frozen=True)
class Offsets:
    """Of raw and enriched topic by partition: ends, and what enrich and index have committed; of the dead topic its ends."""

    raw: dict[int, int]
    enrich: dict[int, int]
    enriched: dict[int, int]
    index: dict[int, int]
    dead: dict[int, int]

    @property
    def lag(self) -> tuple[int, int]:
        """Records that enrich, and index, have not committed."""
        return _lag(self.raw, self.enrich), _lag(self.enriched, self.index)

    def __str__(self) -> str:
        return f"raw {_of(self.enrich, self.raw)}, enriched {_of(self.index, self.enriched)} committed of written, dead {list(self.dead.values())}"


def _lag(ends: dict[int, int], committed: dict[int, int]) -> int:
    return sum(end - committed.get(partition, 0) for partition, end in ends.items())


def _of(committed: dict[int, int], ends: dict[int, int]) -> str:
    return " ".join(f"{committed.get(partition, 0)}/{end}" for partition, end in sorted(ends.items()))


@dataclass
class View:
    """Reads; dead letters are read on from where the last reading ended."""

    world: World
    letters: list[LetterKey] = field(default_factory=list)
    _read: dict[int, int] = field(default_factory=dict)

    async def offsets(self) -> Offsets:
        """As they are now; raises KafkaError, OSError, TimeoutError when Kafka does not answer."""
        topics, options = self.world.topics, client_options(self.world.kafka_settings) | {"request_timeout_ms": KAFKA_SECONDS * 1000}
        consumer = AIOKafkaConsumer(**options, group_id=None, enable_auto_commit=False)
        admin = AIOKafkaAdminClient(**options)
        try:
            await consumer.start()
            await admin.start()
            partitions = [
                TopicPartition(topic.name, n)
                for topic in (topics.raw, topics.enriched, topics.dead)
                for n in range(self.world.kafka_settings.partitions)
            ]
            ends = await consumer.end_offsets(partitions)
            committed = [await admin.list_consumer_group_offsets(group) for group in (topics.enrich_group, topics.index_group)]
        finally:
            for end in (consumer.stop, admin.close):
                with suppress(KafkaError, OSError):
                    await end()

        def of(found: Any, topic: str) -> dict[int, int]:
            return {p.partition: max(0, getattr(offset, "offset", offset)) for p, offset in found.items() if p.topic == topic}

        raw, enriched, dead = topics.raw.name, topics.enriched.name, topics.dead.name
        return Offsets(of(ends, raw), of(committed[0], raw), of(ends, enriched), of(committed[1], enriched), of(ends, dead))

    async def seen(self, sources: Sequence[str]) -> Seen:
        """All that is there of these sources, and the dead letters since the view was made; raises httpx.HTTPError, KafkaError, OSError."""
        async with plain_http(30) as client:
            items, manifests = [await self._documents(client, kind, sources) for kind in ("items", "digests")]
            found = await self._search(client, sources)
        await self._read_letters()
        return Seen({manifest["digest_id"]: manifest for manifest in manifests}, items, found, list(self.letters))

    async def items_by_digest(self) -> dict[str, int]:
        """How many items each digest of this world has in the index."""
        async with plain_http(30) as client:
            alias = f"{self.world.elasticsearch}/{self.world.namespace}-items"
            (await client.post(f"{alias}/_refresh")).raise_for_status()
            answer = await client.post(f"{alias}/_search", json={"size": 0, "aggs": {"digests": {"terms": {"field": "digest_id", "size": 10_000}}}})
            answer.raise_for_status()
            return {bucket["key"]: bucket["doc_count"] for bucket in answer.json()["aggregations"]["digests"]["buckets"]}

    async def count(self) -> int:
        """Items of all sources."""
        async with plain_http(30) as client:
            answer = await client.get(f"{self.world.elasticsearch}/{self.world.namespace}-items/_count")
            answer.raise_for_status()
            return int(answer.json()["count"])

    async def _documents(self, client: httpx.AsyncClient, kind: str, sources: Sequence[str]) -> list[dict[str, Any]]:
        alias = f"{self.world.elasticsearch}/{self.world.namespace}-{kind}"
        (await client.post(f"{alias}/_refresh")).raise_for_status()
        answer = await client.post(f"{alias}/_search", json={"size": 10_000, "query": {"terms": {"source": list(sources)}}})
        answer.raise_for_status()
        return [hit["_source"] for hit in answer.json()["hits"]["hits"]]

    async def _search(self, client: httpx.AsyncClient, sources: Sequence[str]) -> list[str]:
        """Item ids as the search API gives them, page after page."""
        found: list[str] = []
        params: dict[str, Any] = {"source": list(sources), "size": 100}
        while True:
            answer = await client.get(self.world.url("search") + "/api/search", params=params)
            answer.raise_for_status()
            page = answer.json()
            found += [hit["item_id"] for hit in page["hits"]]
            if not page["next"]:
                return found
            params["cursor"] = page["next"]

    async def _read_letters(self) -> None:
        topic = self.world.topics.dead.name
        partitions = [TopicPartition(topic, n) for n in range(self.world.kafka_settings.partitions)]
        async with AIOKafkaConsumer(**client_options(self.world.kafka_settings), auto_offset_reset="earliest") as consumer:
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            for partition in partitions:
                consumer.seek(partition, self._read.get(partition.partition, 0))
            while any(self._read.get(partition.partition, 0) < end for partition, end in ends.items()):
                for partition, records in (await consumer.getmany(timeout_ms=1000)).items():
                    for record in records:
                        letter = from_record(record.key, record.value, record.headers).record
                        self.letters.append((letter.topic, letter.key, letter.value, letter.headers))
                        self._read[partition.partition] = record.offset + 1
