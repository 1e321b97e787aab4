"""The indexer as a process of its own between real Kafka and Elasticsearch, fed with enriched records."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from elasticsearch import AsyncElasticsearch

from shared import elastic
from shared import index_names as names
from shared.dead_letters import reading
from shared.dead_letters.letter import Letter
from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.kafka.scan import Scanner
from shared.records import EnrichedDigest
from shared.settings import CommonSettings, ElasticsearchSettings, KafkaSettings
from tests.engines import RunningEngines
from tests.pipeline import Pipeline, wait_for

SECONDS = 60.0
"""Far above what anything here takes."""


class Bench:
    """One namespace: its indexer, and what stands before and behind it."""

    def __init__(self, engines: RunningEngines, namespace: str, logs: Path, *, elasticsearch_url: str | None = None) -> None:
        self.namespace = namespace
        self.topics = CommonSettings(namespace=namespace).topics
        self.kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers)
        environ = engines.environ | ({"ELASTICSEARCH_URL": elasticsearch_url} if elasticsearch_url else {})
        self.pipeline = Pipeline(engines=environ, namespace=namespace, logs=logs)
        self.client: AsyncElasticsearch = elastic.connect(ElasticsearchSettings(url=engines.elasticsearch_url))
        self.producer: Any = None
        self.admin: Any = None
        self.reader: Any = None

    async def open(self, stack: AsyncExitStack) -> None:
        """Connect; what is opened is closed by the stack."""
        stack.push_async_callback(self.client.close)
        stack.push_async_callback(self._remove_indices)
        stack.callback(self.pipeline.close)
        self.admin = AIOKafkaAdminClient(**client_options(self.kafka))
        await self.admin.start()
        stack.push_async_callback(self.admin.close)
        self.reader = AIOKafkaConsumer(**client_options(self.kafka))
        await self.reader.start()
        stack.push_async_callback(self.reader.stop)
        await ensure_topics(self.kafka, self.topics.all)
        stack.push_async_callback(self.delete_topics)
        await self.reconnect()
        stack.push_async_callback(self._stop_producer)

    async def _remove_indices(self) -> None:
        for kind in names.KINDS:
            await self.client.indices.delete(index=names.index(self.namespace, kind), ignore_unavailable=True)

    async def _stop_producer(self) -> None:
        await self.producer.stop()

    async def reconnect(self) -> None:
        """A new producer: the old one remembers sequence numbers of a topic that is gone."""
        if self.producer is not None:
            await self.producer.stop()
        self.producer = AIOKafkaProducer(**producer_options(self.kafka, linger_ms=5))
        await self.producer.start()

    async def delete_topics(self) -> None:
        """All three."""
        await self.admin.delete_topics([topic.name for topic in self.topics.all])

    # Not in a thread: the kernel's parent-death signal, by which no process is left behind, is tied to the thread that starts one.
    def start(self) -> None:
        """Start the indexer and wait until it is ready."""
        self.pipeline.start("index")

    def kill(self) -> None:
        """kill -9."""
        child = self.pipeline.children.pop("index")
        os.kill(child.pid, signal.SIGKILL)
        wait_for(lambda: child.code is not None, "the indexer to be dead")

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        return self.pipeline.terminate("index")

    async def send(self, *digests: EnrichedDigest) -> None:
        """Enriched records, acknowledged."""
        sent = [await self.producer.send(self.topics.enriched.name, key=digest.digest_id.encode(), value=digest.to_json()) for digest in digests]
        await asyncio.gather(*sent)

    async def send_bytes(self, key: bytes | None, value: bytes | None, **options: Any) -> None:
        """Any record."""
        await self.producer.send_and_wait(self.topics.enriched.name, key=key, value=value, **options)

    async def lag(self) -> int:
        """Records that the group has not committed."""
        committed = await self.admin.list_consumer_group_offsets(self.topics.index_group)
        offsets = {partition: known.offset for partition, known in committed.items() if partition.topic == self.topics.enriched.name}
        ends = await self._ends()
        return sum(end - max(0, offsets.get(partition, 0)) for partition, end in ends.items())

    async def _ends(self) -> dict[TopicPartition, int]:
        partitions = [TopicPartition(self.topics.enriched.name, number) for number in range(self.kafka.partitions)]
        ends: dict[TopicPartition, int] = await self.reader.end_offsets(partitions)
        return ends

    async def settled(self) -> None:
        """Everything that was sent is answered for and committed."""
        await self.until(self._is_settled, "all to be committed")

    async def _is_settled(self) -> bool:
        return await self.lag() == 0

    async def items(self, *digests: EnrichedDigest) -> list[dict[str, Any]]:
        """All items that are searchable now; of these digests alone, when some are named."""
        await self.client.indices.refresh(index=names.alias(self.namespace, "items"))
        query = {"terms": {"digest_id": [digest.digest_id for digest in digests]}} if digests else {"match_all": {}}
        answer = await self.client.search(index=names.alias(self.namespace, "items"), query=query, size=10_000)
        return [hit["_source"] for hit in answer.body["hits"]["hits"]]

    async def bodies(self, *digests: EnrichedDigest) -> list[str]:
        """Their bodies, sorted."""
        return sorted(item["body"] for item in await self.items(*digests))

    async def manifest(self, digest: EnrichedDigest) -> dict[str, Any]:
        """A digest's manifest."""
        answer = await self.client.get(index=names.alias(self.namespace, "digests"), id=digest.digest_id)
        source: dict[str, Any] = answer.body["_source"]
        return source

    async def dead(self, *digests: EnrichedDigest) -> list[Letter]:
        """Dead letters; of these digests alone, when some are named."""
        named = {digest.digest_id for digest in digests}
        async with Scanner(self.kafka) as scanner:
            letters = (await reading.register(scanner, self.topics)).letters.values()
        return [letter for letter in letters if not named or letter.digest_id in named]

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        """Ask again and again until it is true; raises TimeoutError with the indexer's log."""
        deadline = monotonic() + SECONDS
        while not await condition():
            if monotonic() > deadline:
                raise TimeoutError(f"waited {SECONDS:g} s in vain for {what}\n{self.pipeline.logs()}")
            await asyncio.sleep(0.1)


@pytest.fixture
async def idle(engines: RunningEngines, namespace: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """Topics are there, the indexer is not started."""
    async with AsyncExitStack() as stack:
        bench = Bench(engines, namespace, tmp_path)
        await bench.open(stack)
        yield bench


@pytest.fixture
async def bench(idle: Bench) -> Bench:
    """With a running indexer."""
    idle.start()
    return idle


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lasting(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """With an indexer that runs when a test begins and when it ends: the tests of a module share it."""
    async with AsyncExitStack() as stack:
        bench = Bench(engines, f"t-{uuid4().hex[:12]}", tmp_path_factory.mktemp("indexer"))
        await bench.open(stack)
        bench.start()
        yield bench
