"""Running engines and a peer's binary in, items a second out: of Benthos and of our batch-and-bulk path on the same topic of single items.

The same bytes go into the same index settings, in turns. JIANBAO_PEER names the peer's binary: Benthos 4.26 (the open-source ancestor of Redpanda
Connect) with its kafka_franz and elasticsearch components. It is not ours to ship, and without it nothing is measured here.

Our side is the indexer's own consumer and bulk writer, told to take a record as one document; digests, manifests and versions, which the peer knows
nothing of, are left out, so that both do the same work.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from elasticsearch import AsyncElasticsearch

from bench.progress import Bar
from services.index import batch, document, indices, verdicts
from services.index.bulk import Bulk
from services.index.consumer import Consumer
from services.index.flow_control.blockers import Blockers
from services.index.listener import Listener
from shared import elastic
from shared import index_names as names
from shared.dead_letters.headers import SourceRecord
from shared.kafka.clients import client_options, consumer_options, producer_options
from shared.settings import ElasticsearchSettings, IndexSettings, KafkaSettings
from tests.bench.index_rate import digests

ITEMS = 30_000
"""Some three seconds of our own and ten of the peer's on two quiet cores."""

TURNS = 2
PARTITIONS = 4
SECONDS = 600.0
"""For one turn on a busy machine."""

# As its own documentation would have it for throughput: the batch sizes that did best in trials, four requests in flight as ours.
CONFIG = """\
http: {enabled: false}
input:
  kafka_franz:
    seed_brokers: ["${KAFKA}"]
    topics: ["${TOPIC}"]
    consumer_group: "${GROUP}"
    start_from_oldest: true
    batching: {count: 500, period: 100ms}
pipeline: {threads: 2, processors: []}
output:
  elasticsearch:
    urls: ["${ELASTICSEARCH}"]
    index: "${INDEX}"
    id: ${! json("item_id") }
    sniff: false
    healthcheck: false
    max_in_flight: 4
    batching: {count: 500, period: 100ms}
logger: {level: WARN}
"""


def missing() -> str:
    """Why the peer can't be measured, in plain words; empty when it can."""
    path = os.environ.get("JIANBAO_PEER", "")
    if not path:
        return "JIANBAO_PEER is not set: name a Benthos 4.26 binary to compare with it"
    return "" if os.access(path, os.X_OK) else f"JIANBAO_PEER={path} is no program that can be run"


async def measure(kafka: KafkaSettings, elasticsearch: ElasticsearchSettings, bar: Bar, *, items: int = ITEMS) -> dict[str, Any]:
    """Rates of both and their ratio; topic and indices are removed at the end."""
    topic = f"bench-{uuid4().hex[:8]}.items"
    values = _values(items)
    client = elastic.connect(elasticsearch)
    took: dict[str, float] = {"peer": 0.0, "ours": 0.0}
    turns: dict[str, list[int]] = {"peer": [], "ours": []}
    cpu: dict[str, float] = {"peer": 0.0, "ours": 0.0}
    try:
        async with _topic(kafka, topic, values):
            for turn in range(TURNS):
                for name, way in (("peer", _peer), ("ours", _ours)):
                    bar.say(f"{name}: {items} single items, turn {turn + 1} of {TURNS}")
                    seconds, worked = await _timed(client, way, kafka, elasticsearch, topic, items)
                    took[name] += seconds
                    cpu[name] += worked
                    turns[name].append(round(items / seconds))
    finally:
        await client.close()
    rates = {name: round(items * TURNS / seconds) for name, seconds in took.items()}
    return {
        "items": items,
        "item_bytes": round(sum(len(value) for _, value in values) / items),
        "peer_items_per_second": rates["peer"],
        "ours_items_per_second": rates["ours"],
        "ratio": round(rates["ours"] / rates["peer"], 2),
        "client_cpu_us_per_item": {name: round(seconds / items / TURNS * 1e6) for name, seconds in cpu.items()},
        "turns": turns,
        "load": round(psutil.getloadavg()[0], 2),
    }


def _values(items: int) -> list[tuple[bytes, bytes]]:
    """Key and value of each record: an item's document as it lies in the index."""
    found = []
    for digest in digests(items // 10, 10):
        for item_id, item in document.read(digest.to_json()).items.items():
            found.append((item_id.encode(), orjson.dumps(item)))
    return found


@asynccontextmanager
async def _topic(kafka: KafkaSettings, topic: str, values: Sequence[tuple[bytes, bytes]]) -> AsyncIterator[None]:
    async with AIOKafkaProducer(**producer_options(kafka, linger_ms=5)) as producer:
        admin = AIOKafkaAdminClient(**client_options(kafka))
        await admin.start()
        try:
            await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
            await asyncio.gather(*[await producer.send(topic, value, key=key) for key, value in values])
            yield
        finally:
            await admin.delete_topics([topic])
            await admin.close()


async def _timed(client: AsyncElasticsearch, way: Any, kafka: KafkaSettings, elasticsearch: ElasticsearchSettings, topic: str, items: int) -> Any:
    """Seconds from the first item that Elasticsearch took to the last, and the client's CPU seconds; into a fresh index, which is removed."""
    namespace = f"bench-{uuid4().hex[:8]}"
    await indices.ensure(client, namespace=namespace)
    index = names.index(namespace, "items")

    async def taken() -> int:
        stats = await client.indices.stats(index=index, metric="indexing", filter_path="_all.total.indexing.index_total")
        count: int = stats.body["_all"]["total"]["indexing"]["index_total"]
        return count

    async def there() -> int:
        await client.indices.refresh(index=index)
        found: int = (await client.count(index=index)).body["count"]
        return found

    worked: list[float] = []
    running = asyncio.create_task(way(kafka, elasticsearch, topic, namespace, worked))
    try:
        async with asyncio.timeout(SECONDS):
            while (first := await taken()) == 0:
                await _alive(running, 0.005)
            began = time.perf_counter()
            while await taken() < items or await there() < items:  # what is delivered twice counts as taken twice
                await _alive(running, 0.02)
            seconds = time.perf_counter() - began
    finally:
        running.cancel()
        await asyncio.wait([running])
        for kind in names.KINDS:
            await client.indices.delete(index=names.index(namespace, kind), ignore_unavailable=True)
    return seconds * items / (items - first), worked[0]


async def _alive(running: asyncio.Task[None], seconds: float) -> None:
    await asyncio.wait([running], timeout=seconds)
    if running.done():
        raise RuntimeError("it ended by itself") from running.exception()


def _written(path: Path) -> Path:
    path.write_text(CONFIG, "utf-8")
    return path


async def _peer(kafka: KafkaSettings, elasticsearch: ElasticsearchSettings, topic: str, namespace: str, worked: list[float]) -> None:
    with tempfile.TemporaryDirectory(prefix="jianbao-peer-") as folder:
        config = _written(Path(folder, "config.yaml"))
        environ = {
            "KAFKA": kafka.bootstrap_servers,
            "ELASTICSEARCH": elasticsearch.url,
            "TOPIC": topic,
            "INDEX": names.index(namespace, "items"),
            "GROUP": namespace,
            "HOME": folder,
        }
        process = await asyncio.create_subprocess_exec(os.environ["JIANBAO_PEER"], "-c", str(config), env=environ)
        try:
            await process.wait()
        finally:
            if process.returncode is None:
                times = psutil.Process(process.pid).cpu_times()
                worked.append(times.user + times.system)
                process.kill()
                await process.wait()


async def _ours(kafka: KafkaSettings, elasticsearch: ElasticsearchSettings, topic: str, namespace: str, worked: list[float]) -> None:
    settings, blockers, stop = IndexSettings(), Blockers(), asyncio.Event()
    client = elastic.connect(elasticsearch, connections=settings.in_flight + 2)
    bulk = Bulk(client, settings.batch_bytes, settings.in_flight, blockers)
    alias = names.alias(namespace, "items")
    began = time.process_time()

    async def deliver(records: Sequence[SourceRecord]) -> None:
        operations = []
        for record in records:
            value = record.value or b""
            # The id comes out of the document, as the peer has to find it too; the document itself goes on as it came.
            action = b'{"index":{"_id":%b}}\n' % orjson.dumps(orjson.loads(value)["item_id"])
            operations.append(batch.Operation(0, "", action + value + b"\n"))
        judged = await bulk.run(alias, operations)
        assert all(each.verdict is verdicts.Verdict.DONE for each in judged)

    reader = AIOKafkaConsumer(**consumer_options(kafka, group=namespace, slot="0"))
    consumer = Consumer(reader, deliver, blockers, settings.batch_bytes, settings.in_flight)
    reader.subscribe([topic], listener=Listener(consumer))
    try:
        await reader.start()
        await consumer.run(stop)
    finally:
        worked.append(time.process_time() - began)
        await reader.stop()
        await client.close()


def main() -> None:
    """Measure on the engines that the environment names and print the figures, or say why not."""
    if reason := missing():
        print(f"no comparison: {reason}")
        return
    print(orjson.dumps(asyncio.run(measure(KafkaSettings(), ElasticsearchSettings(), Bar())), option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
