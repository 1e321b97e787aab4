"""Running engines in, characters a second out: of the pure `enrich()`, and of a worker with one child process on the same digests.

The worker's time runs from the first raw record sent to the last enriched record acknowledged, on a worker that is warm.
"""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.progress import Bar
from services.enrich.enrich import enrich
from shared.ids import digest_id
from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.records import DIGEST_HEADER, RawDigest
from shared.settings import KafkaSettings
from tests.pipeline import Pipeline
from tests.variants import variant

WARM = 40
"""Digests before each measurement: patterns are compiled, tables read, the group joined."""

SECONDS = 9
"""What each way should take about, all turns together: long enough that joining and fetching make no difference."""

TURNS = 3
"""The two ways take turns, as the machine is never quiet for long."""

MOST = 4000
"""Digests: the variants' figures stay of plausible length."""


@dataclass(frozen=True)
class Fed:
    """A digest as it lies in the raw topic."""

    raw: RawDigest
    content: bytes
    characters: int


def digests(start: int, count: int) -> list[Fed]:
    """Variants of the sample from `start` on, as ingest would have sent them."""
    received = datetime(2026, 2, 6, 1, 0, tzinfo=UTC)
    made = []
    for n in range(start, start + count):
        text = variant(n)
        content = text.encode()
        at = received + timedelta(seconds=n)
        raw = RawDigest(
            digest_id=digest_id("bench", content=text),
            source="bench",
            media_type="text/plain",
            charset="utf-8",
            received_at=at,
            sha256=hashlib.sha256(content).hexdigest(),
            revision=int(at.timestamp() * 1000),
        )
        made.append(Fed(raw, content, len(text)))
    return made


def pure(fed: Sequence[Fed]) -> float:
    """Seconds that `enrich()` takes for all, to the bytes that would be sent, in this process."""
    began = time.perf_counter()
    for one in fed:
        enrich(one.raw, one.content, enriched_at=one.raw.received_at).to_json()
    return time.perf_counter() - began


async def measure(pipeline: Pipeline, kafka: KafkaSettings, bar: Bar) -> dict[str, Any]:
    """Start the worker, feed it, and compare; the worker runs on, for its memory to be looked at."""
    await ensure_topics(kafka, pipeline.topics.all)
    warm = digests(0, WARM)
    pure(warm)
    count = max(WARM, min(MOST, int(SECONDS / (pure(warm) / WARM))))
    fed = digests(WARM, count)
    characters = sum(one.characters for one in fed)
    bar.say("the enrich worker starts")
    # On the main thread, which its life is tied to; nothing else waits for this loop.
    pipeline.start("enrich")
    await through(pipeline, kafka, warm, bar)
    alone = took = 0.0
    for turn in range(TURNS):
        share = fed[count * turn // TURNS : count * (turn + 1) // TURNS]
        bar.say(f"enrich(), pure: {len(share)} digests")
        alone += pure(share)
        took += await through(pipeline, kafka, share, bar)
    return {
        "digests": count,
        "characters": characters,
        "pure_characters_per_second": round(characters / alone),
        "worker_characters_per_second": round(characters / took),
        "worker_digests_per_second": round(count / took, 1),
        "ratio": round(alone / took, 3),
    }


async def through(pipeline: Pipeline, kafka: KafkaSettings, fed: Sequence[Fed], bar: Bar) -> float:
    """Seconds from the first record sent until as many came out; raises RuntimeError for a dead letter."""
    async with AIOKafkaConsumer(**client_options(kafka)) as consumer, AIOKafkaProducer(**producer_options(kafka, linger_ms=5)) as producer:

        async def written(topic: str) -> int:
            partitions = [TopicPartition(topic, number) for number in await producer.partitions_for(topic)]
            return sum((await consumer.end_offsets(partitions)).values())

        out, dead = pipeline.topics.enriched.name, pipeline.topics.dead.name
        before, dead_before = await written(out), await written(dead)
        began = time.perf_counter()
        sent = [
            await producer.send(pipeline.topics.raw.name, one.content, key=one.raw.digest_id.encode(), headers=[(DIGEST_HEADER, one.raw.to_json())])
            for one in fed
        ]
        await asyncio.gather(*sent)
        with bar.counting("the enrich worker", len(fed)) as counted:
            while (done := await written(out) - before) < len(fed):
                counted(done)
                if await written(dead) > dead_before:
                    raise RuntimeError("the enrich worker made dead letters of the bench's digests: see its log")
                await asyncio.sleep(0.02)  # of some 10 s: 0.2 %
        return time.perf_counter() - began
