"""A running pipeline in, seconds from ingest's 202 to searchable out, for digests that come one after another.

Searchable is what search says of a digest: asked every hundredth of a second, as a person can't.
"""

import random
import statistics
import time
from collections.abc import Sequence
from typing import Any

from bench.progress import Bar
from tests.pipeline import Pipeline, wait_for
from tests.variants import variant

FIRST = 10_000
"""The variants from here on are fed: no other part of the bench uses them."""

PAUSE = 0.2
"""Up to so many seconds between digests: without, each would be fed right after a refresh, always at the same point of its cycle."""


def measure(pipeline: Pipeline, bar: Bar, *, count: int) -> dict[str, Any]:
    """Feed `count` digests, each once the one before is searchable; two before them warm the services up."""
    for n in range(2):
        _one(pipeline, FIRST - 1 - n)
    seconds = []
    pauses = random.Random(1)
    with bar.counting("feeding to searchable", count) as counted:
        for n in range(count):
            time.sleep(pauses.uniform(0, PAUSE))
            seconds.append(_one(pipeline, FIRST + n))
            counted(n + 1)
    return summary(seconds)


def _one(pipeline: Pipeline, n: int) -> float:
    receipt = pipeline.feed(variant(n), source="bench")
    began = time.perf_counter()
    wait_for(lambda: pipeline.status(receipt) == "searchable", f"variant {n} to be searchable", every=0.01)
    return time.perf_counter() - began


def summary(seconds: Sequence[float]) -> dict[str, Any]:
    """Count, median, 95th percentile and maximum, in seconds."""
    return {
        "digests": len(seconds),
        "p50_seconds": round(statistics.median(seconds), 3),
        "p95_seconds": round(statistics.quantiles(seconds, n=20, method="inclusive")[18], 3),
        "max_seconds": round(max(seconds), 3),
    }
