"""Running engines in, digests a second of `jianbao feed` out, through ingest and straight to Kafka, beside a bare producer of the same bytes.

The bare one is aiokafka's producer with the options of ours (acks=all, idempotent, zstd), which sends everything at once and then
waits for all acknowledgements. The command's time is its whole run, its start included. The ways take turns, as no machine is quiet.
"""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from bench.progress import Bar
from shared.ids import digest_id
from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.bench.index_rate import text
from tests.pipeline import Pipeline

SIZES = (
    *(1639, 2381, 3596, 4266, 5085, 5991, 6986, 8398, 9116, 9697, 11128, 11620, 12986, 14522, 14915, 16571, 18957),
    *(21157, 25608, 47030),
)
"""Bytes, in twenty equal parts of 132 real digests (text, Markdown and HTML): the middle of each"""

CHARACTER_BYTES = 3
"""Of a Chinese character in UTF-8."""

COUNT = 5000
"""Digests of one turn: what the command's start takes is little beside them."""

TURNS = 2

CHARACTERS = 2_000_000
"""Of the text that all digests are cut from: no two begin at the same place."""


def measure(pipeline: Pipeline, kafka: KafkaSettings, bar: Bar, *, count: int = COUNT) -> dict[str, Any]:
    """Start ingest alone, so that nothing else has the cores, and feed; each way has topics of its own, as their records are read by the others."""
    ways = {"bare": f"{pipeline.namespace}-bare", "http": pipeline.namespace, "straight": f"{pipeline.namespace}-straight"}
    for namespace in ways.values():
        asyncio.run(ensure_topics(kafka, Topics(namespace).all))
    bar.say("ingest starts")
    pipeline.start("ingest")
    news = text(random.Random(1), CHARACTERS)
    seconds = dict.fromkeys(ways, 0.0)
    total = 0
    try:
        for turn in range(TURNS):
            for number, (way, namespace) in enumerate(ways.items()):
                digests = cut(news, count, seed=len(ways) * turn + number)
                total += sum(map(len, digests))
                bar.say(f"{way}: {count} digests")
                if way == "bare":
                    seconds[way] += asyncio.run(bare(kafka, Topics(namespace).raw.name, digests))
                else:
                    where = ["--kafka"] if way == "straight" else ["--to", pipeline.url("ingest")]
                    seconds[way] += command(kafka, namespace, digests, where)
    finally:
        for namespace in (ways["bare"], ways["straight"]):
            asyncio.run(forget(kafka, Topics(namespace)))
    rates = {way: count * TURNS / took for way, took in seconds.items()}
    return {
        "digests": count * TURNS,
        "mean_bytes": round(total / (count * TURNS * len(ways))),
        **{f"{way}_digests_per_second": round(rate) for way, rate in rates.items()},
        "http_ratio": round(rates["http"] / rates["bare"], 2),
        "straight_ratio": round(rates["straight"] / rates["bare"], 2),
    }


async def forget(kafka: KafkaSettings, topics: Topics) -> None:
    """Delete the topics of a namespace."""
    admin = AIOKafkaAdminClient(**client_options(kafka))
    await admin.start()
    try:
        await admin.delete_topics([topic.name for topic in topics.all])
    finally:
        await admin.close()


def rows(figures: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What, figure and ratio for the report."""
    if not figures:
        return []
    return [
        (f"bare producer, {figures['mean_bytes'] / 1000:.1f} kB each", f"{figures['bare_digests_per_second']:,} digests/s", "1"),
        ("jianbao feed FOLDER --at-once", f"{figures['http_digests_per_second']:,} digests/s", f"{figures['http_ratio']:g} of bare"),
        ("the same, straight to Kafka", f"{figures['straight_digests_per_second']:,} digests/s", f"{figures['straight_ratio']:g} of bare"),
    ]


def cut(news: str, count: int, *, seed: int) -> list[bytes]:
    """Digests of real ones' sizes, each another."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        size = SIZES[number % len(SIZES)] // CHARACTER_BYTES
        begin = chance.randrange(len(news) - size)
        made.append(f"双碳日报 {seed}-{number}\n{news[begin : begin + size]}".encode())
    return made


async def bare(kafka: KafkaSettings, topic: str, digests: Sequence[bytes]) -> float:
    """Seconds until a producer that does nothing else has all of them acknowledged."""
    keys = [digest_id("bench", external_id=str(number), content="").encode() for number in range(len(digests))]
    async with AIOKafkaProducer(**producer_options(kafka, linger_ms=5)) as producer:
        await producer.partitions_for(topic)
        began = time.perf_counter()
        sent = [await producer.send(topic, content, key=key) for content, key in zip(digests, keys, strict=True)]
        await asyncio.gather(*sent)
        return time.perf_counter() - began


def command(kafka: KafkaSettings, namespace: str, digests: Sequence[bytes], where: Sequence[str]) -> float:
    """Seconds that `jianbao feed` takes for a folder of these; raises RuntimeError where one was not taken."""
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-feed-") as folder:
        for number, digest in enumerate(digests):
            (Path(folder) / f"{number:05}.txt").write_bytes(digest)
        environ = os.environ | {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers, "JIANBAO_NAMESPACE": namespace}
        arguments = [str(Path(sys.executable).with_name("jianbao")), "feed", folder, "--source", "bench", "--at-once", *where]
        began = time.perf_counter()
        run = subprocess.run(arguments, env=environ, capture_output=True, text=True, check=False)
        took = time.perf_counter() - began
    taken = len(run.stdout.splitlines())
    if run.returncode or taken != len(digests):
        raise RuntimeError(f"jianbao feed took {taken} of {len(digests)} digests: {run.stderr[-2000:]}")
    return took
