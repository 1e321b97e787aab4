"""`make bench`: engines from the environment or as child processes in, the figures as a table and as build/bench.json out.

Everything is measured in one run, so that ratios hold though machines differ; a busy machine still bends them.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import psutil
import typer

from bench import enrichment, feeding, latency, overhead, peer, report, search, stories, workers
from bench.memory import Peaks
from bench.progress import Bar
from deploy.engines.engines import running_engines
from deploy.engines.errors import EngineError
from deploy.engines.progress import shown
from shared import log
from shared.settings import CommonSettings, ElasticsearchSettings, KafkaSettings
from tests.bench import index_rate
from tests.pipeline import Pipeline

PARTS = ("feeding", "enrich", "workers", "index", "peer", "latency", "overhead", "search", "stories")

INDEX_DIGESTS = 3000
"""Of ten items: some four seconds each way on two quiet cores, twice each way."""


@contextmanager
def engines() -> Iterator[tuple[KafkaSettings, ElasticsearchSettings, dict[str, int]]]:
    """Where the engines are, and their process ids where they are ours."""
    if os.environ.get("KAFKA_BOOTSTRAP_SERVERS") and os.environ.get("ELASTICSEARCH_URL"):
        yield KafkaSettings(), ElasticsearchSettings(), {}
        return
    with shown() as progress:
        stack = ExitStack()
        local = stack.enter_context(running_engines(progress=progress))
    with stack:
        pids = {child.name: child.pid for child in local.children}
        yield (
            KafkaSettings(bootstrap_servers=local.kafka_bootstrap_servers),
            ElasticsearchSettings(url=local.elasticsearch_url),
            pids,
        )


@contextmanager
def pipeline(
    kafka: KafkaSettings, elasticsearch: ElasticsearchSettings, pids: dict[str, int], *, beside: Pipeline | None = None
) -> Iterator[Pipeline]:
    """Services under a namespace of their own, none started yet; `pids` knows them while they run. Their logs are shown on failure.

    Those `beside` another pipeline share its namespace, in the second slot.
    """
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as folder:
        addresses = {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers, "ELASTICSEARCH_URL": elasticsearch.url}
        namespace, slot = (beside.namespace, "1") if beside else (f"bench-{uuid4().hex[:8]}", "0")
        made = Pipeline(
            engines=addresses | {"ENRICH_SLOT": slot},
            namespace=namespace,
            logs=Path(folder),
            own=lambda name: {"MONITOR_EVERY": "10"} if name == "monitor" else {},  # its default; tests ask it to hurry
            started=lambda name, pid: pids.__setitem__(f"{name} {slot}" if beside else name, pid),
        )
        try:
            yield made
        except BaseException:
            sys.stderr.write(made.logs() + "\n")
            raise
        finally:
            made.close()
            if not beside:
                asyncio.run(feeding.forget(kafka, made.topics))


def _running(pids: dict[str, int]) -> dict[str, int]:
    return {name: pid for name, pid in pids.items() if psutil.pid_exists(pid)}


def run(parts: tuple[str, ...], digests: int, bar: Bar) -> dict[str, Any]:
    """Measure the parts one after another, each with the machine for itself."""
    figures: dict[str, Any] = {"machine": report.machine()}
    with engines() as (kafka, elasticsearch, pids), Peaks(pids) as watch:
        if "index" in parts:
            bar.say("the indexer against raw _bulk")
            namespace = f"bench-{uuid4().hex[:8]}"
            figures["index"] = asyncio.run(index_rate.measure(kafka=kafka, elasticsearch=elasticsearch, namespace=namespace, count=INDEX_DIGESTS))
        if "peer" in parts:
            if reason := peer.missing():
                bar.say(f"no comparison with a peer: {reason}")
            else:
                figures["peer"] = asyncio.run(peer.measure(kafka, elasticsearch, bar))
        if "feeding" in parts:
            with pipeline(kafka, elasticsearch, pids) as services:
                figures["feeding"] = feeding.measure(services, kafka, bar)
        if "enrich" in parts:
            with pipeline(kafka, elasticsearch, pids) as services:
                figures["enrich"] = asyncio.run(enrichment.measure(services, kafka, bar))
        if "workers" in parts:
            with pipeline(kafka, elasticsearch, pids) as first, pipeline(kafka, elasticsearch, pids, beside=first) as second:
                figures["workers"] = asyncio.run(workers.measure(first, second, kafka, bar, lambda: _running(pids)))
        if "latency" in parts:
            with pipeline(kafka, elasticsearch, pids) as services:
                bar.say("all four services start")
                services.start()
                figures["latency"] = latency.measure(services, bar, count=digests)
        if "overhead" in parts:
            with pipeline(kafka, elasticsearch, pids) as services:
                measuring = overhead.measure(services, kafka, bar, lambda: _running(pids))
                figures["overhead"] = asyncio.run(measuring)
        if "search" in parts:
            with pipeline(kafka, elasticsearch, pids) as services:
                figures["search"] = search.measure(services, elasticsearch, bar)
        if "stories" in parts:
            with pipeline(kafka, elasticsearch, pids) as services:
                figures["stories"] = stories.measure(services, elasticsearch, bar)
    figures["memory_mib"] = dict(sorted(watch.peaks.items()))
    return figures


def main(
    part: Annotated[
        list[str] | None, typer.Option(help="Measure only these: feeding, enrich, workers, index, peer, latency, overhead, search, stories")
    ] = None,
    digests: Annotated[int, typer.Option(min=2, help="How many are fed one after another for the latency")] = 200,
) -> None:
    """Measure jianbao on this machine, in some twenty minutes; all but the searches in a large index in some five.

    Example: python -m bench --part enrich --part index
    """
    if unknown := set(part or ()) - set(PARTS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: choose among {', '.join(PARTS)}")
    log.setup("bench", CommonSettings(log_level="warning"))
    try:
        report.show(run(tuple(part or PARTS), digests, Bar()))
    except EngineError as error:
        typer.secho(f"bench: {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
