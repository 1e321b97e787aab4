"""Running engines in, characters a second of one enrich worker and of two out, and who kept the cores busy meanwhile.

Each worker has one child process. Whether two do twice as much depends on what else needs the cores: Kafka, the bench itself, other programs; so
that is measured too. One, two, two, one: what changes slowly on the machine bends both alike.
"""

from collections.abc import Callable, Sequence
from typing import Any

import httpx
import psutil

from bench.cores import Cores
from bench.enrichment import WARM, Fed, digests, pure, through
from bench.progress import Bar
from shared.kafka.clients import ensure_topics
from shared.settings import KafkaSettings
from tests.pipeline import Pipeline

SECONDS = 5
"""What a turn should take about with one worker."""

ORDER = (1, 2, 2, 1)

UNUSED = 20_000
"""The variants from here on are used nowhere else."""

TRIES = 20


async def measure(first: Pipeline, second: Pipeline, kafka: KafkaSettings, bar: Bar, pids: Callable[[], dict[str, int]]) -> dict[str, Any]:
    """Both pipelines share a namespace and have a slot of their own; `pids` names the processes that run."""
    await ensure_topics(kafka, first.topics.all)
    warm = digests(0, WARM)
    pure(warm)
    count = max(WARM, int(SECONDS / (pure(warm) / WARM)))
    fed = digests(WARM, count * len(ORDER))
    first.start("enrich")
    seconds: dict[int, float] = {1: 0.0, 2: 0.0}
    shares: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    running = 1
    for turn, workers in enumerate(ORDER):
        if workers > running:
            second.start("enrich")
        elif workers < running:
            second.terminate("enrich")
        running = workers
        await _settled((first, second)[:workers], kafka, bar, UNUSED + turn * WARM * TRIES)
        share = fed[count * turn : count * (turn + 1)]
        bar.say(f"{workers} enrich worker{'s' * (workers > 1)}: {count} digests")
        with Cores(pids()) as cores:
            seconds[workers] += await through(first, kafka, share, bar)
        shares[workers].append(cores.shares)
    characters = {workers: _characters(fed, count, workers) for workers in seconds}
    rates = {workers: characters[workers] / seconds[workers] for workers in seconds}
    return {
        "digests_a_turn": count,
        "one_worker_characters_per_second": round(rates[1]),
        "two_workers_characters_per_second": round(rates[2]),
        "ratio": round(rates[2] / rates[1], 2),
        "cores": psutil.cpu_count(),
        "cores_busy_with_one": shares[1],
        "cores_busy_with_two": shares[2],
    }


def _characters(fed: list[Fed], count: int, workers: int) -> int:
    return sum(one.characters for turn, each in enumerate(ORDER) if each == workers for one in fed[count * turn : count * (turn + 1)])


async def _settled(pipelines: Sequence[Pipeline], kafka: KafkaSettings, bar: Bar, start: int) -> None:
    """Feed a few until each of these has done some: the group has shared its partitions out (15 s after one has gone), and all are warm."""
    before = [_sent(pipeline) for pipeline in pipelines]
    for again in range(TRIES):
        await through(pipelines[0], kafka, digests(start + again * WARM, WARM), bar)
        if all(_sent(pipeline) > sent for pipeline, sent in zip(pipelines, before, strict=True)):
            return
    raise RuntimeError("an enrich worker gets nothing to do: see its log")


def _sent(pipeline: Pipeline) -> float:
    """Digests that a worker has sent on, by its own count."""
    text = httpx.get(pipeline.url("enrich") + "/metrics", trust_env=False, timeout=10).text
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith('jianbao_sent_total{stage="enrich"}'))
