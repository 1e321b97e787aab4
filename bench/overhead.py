"""Running engines → items a second from the raw topic into the index, with the monitor at work beside and with it stopped.

The monitor runs all the time and is frozen (SIGSTOP) for every other pair of turns, so that its start is no part of a turn;
thawed, it first catches up. With, without, without, with: what changes slowly on the machine bends both alike. On a machine
that others keep busy, processor time for an item says more than items a second: it is counted for services and engines together.
"""

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Callable
from typing import Any

import httpx
from aiokafka import AIOKafkaProducer

from bench.cores import Cores
from bench.enrichment import WARM, Fed, digests, pure
from bench.progress import Bar
from shared.health.conservation import read
from shared.kafka.clients import producer_options
from shared.records import DIGEST_HEADER
from shared.settings import KafkaSettings
from tests.pipeline import Pipeline
from tests.variants import ITEMS

SECONDS = 6
"""What `enrich()` alone would take for a turn: index and engines share the cores, so a turn takes some ten."""

FEWEST = 120
"""Digests of a turn, however busy the machine is."""

ORDER = (True, False, False, True) * 2

UNUSED = 30_000
"""The variants from here on are used nowhere else."""

EVERY = 0.05
"""Seconds between two looks: half a percent of a turn."""

SETTLE = 60.0
"""Seconds for the monitor to catch up; it takes one to three."""


async def measure(
    pipeline: Pipeline,
    kafka: KafkaSettings,
    bar: Bar,
    pids: Callable[[], dict[str, int]],
) -> dict[str, Any]:
    """Start enrich, index and the monitor, and feed in turns."""
    bar.say("enrich, index and the monitor start")
    pipeline.start("enrich", "index", "monitor")
    warm = digests(UNUSED, WARM)
    pure(warm)
    count = max(FEWEST, int(SECONDS / (pure(warm) / WARM)))
    monitor = pipeline.children["monitor"].pid
    rates: dict[bool, list[float]] = {True: [], False: []}
    cpu: dict[bool, float] = {True: 0.0, False: 0.0}
    monitor_cpu = 0.0
    options = producer_options(kafka, linger_ms=5)
    async with AIOKafkaProducer(**options) as producer, httpx.AsyncClient(trust_env=False, timeout=10) as client:
        await _through(pipeline, producer, client, warm)
        fed = WARM
        for turn, beside in enumerate(ORDER):
            bar.say(f"{'with' if beside else 'without'} the monitor: {count} digests")
            try:
                if beside:
                    await _caught_up(pipeline, client, fed)
                else:
                    os.kill(monitor, signal.SIGSTOP)
                share = digests(UNUSED + WARM + count * turn, count)
                with Cores(pids()) as cores:
                    seconds = await _through(pipeline, producer, client, share)
            finally:
                os.kill(monitor, signal.SIGCONT)
            fed += count
            rates[beside].append(count * ITEMS / seconds)
            ours = {name: cores_ * seconds for name, cores_ in cores.shares.items() if name not in ("bench", "others")}
            cpu[beside] += sum(ours.values())
            monitor_cpu += ours["monitor"] if beside else 0.0
    items = count * ITEMS * len(rates[True])
    means = {beside: statistics.harmonic_mean(each) for beside, each in rates.items()}
    return {
        "digests_a_turn": count,
        "with_items_per_second": round(means[True]),
        "without_items_per_second": round(means[False]),
        "ratio": round(means[True] / means[False], 3),
        "turns": {"with": [round(one) for one in rates[True]], "without": [round(one) for one in rates[False]]},
        "cpu_ms_per_item": {name: round(cpu[beside] * 1000 / items, 3) for name, beside in (("with", True), ("without", False))},
        "cpu_ratio": round(cpu[False] / cpu[True], 3),
        "monitor_cpu_ms_per_item": round(monitor_cpu * 1000 / items, 3),
    }


async def _through(
    pipeline: Pipeline,
    producer: AIOKafkaProducer,
    client: httpx.AsyncClient,
    fed: list[Fed],
) -> float:
    """Seconds from the first record sent until the indexer has passed on as many."""
    before = await _indexed(pipeline, client)
    began = time.perf_counter()
    topic = pipeline.topics.raw.name
    acknowledged = []
    for one in fed:
        headers = [(DIGEST_HEADER, one.raw.to_json())]
        acknowledged.append(await producer.send(topic, one.content, key=one.raw.digest_id.encode(), headers=headers))
    await asyncio.gather(*acknowledged)
    while await _indexed(pipeline, client) - before < len(fed):  # noqa: ASYNC110 - other processes set no event
        await asyncio.sleep(EVERY)
    return time.perf_counter() - began


async def _indexed(pipeline: Pipeline, client: httpx.AsyncClient) -> int:
    text = (await client.get(pipeline.url("index") + "/metrics")).text
    counts = [line for line in text.splitlines() if line.startswith('jianbao_sent_total{stage="index"}')]
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in counts)


async def _caught_up(pipeline: Pipeline, client: httpx.AsyncClient, fed: int) -> None:
    """Wait until the monitor has read all that was fed, and knows what became of it."""
    async with asyncio.timeout(SETTLE):
        while True:
            found = read((await client.get(pipeline.url("monitor") + "/conservation")).content)
            if found.state == "green" and found.stages[-1].done == fed:
                return
            await asyncio.sleep(0.2)


def rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What, figure and ratio for the report."""
    if not figures:
        return []
    return [
        ("raw topic to index, the monitor stopped", f"{figures['without_items_per_second']:,} items/s", "1"),
        (
            "the same, the monitor at work",
            f"{figures['with_items_per_second']:,} items/s",
            f"{figures['ratio']:g} of without",
        ),
        (
            "processor time of services and engines, with it",
            f"{figures['cpu_ms_per_item']['with']:g} ms an item",
            f"{figures['cpu_ratio']:g} of without",
        ),
    ]
