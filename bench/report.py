"""The bench's figures in, a table for people and JSON for machines out."""

import json
import platform
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench import feeding, overhead, search, stories

FILE = Path("build/bench.json")


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_before": round(psutil.getloadavg()[0], 2),
    }


def rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What, figure and ratio of each part that was measured."""
    found = feeding.rows(figures.get("feeding", {}))
    if enrichment := figures.get("enrich"):
        found += [
            ("enrich(), pure", f"{enrichment['pure_characters_per_second']:,} characters/s", "1"),
            (
                "enrich worker, one child process",
                f"{enrichment['worker_characters_per_second']:,} characters/s, {enrichment['worker_digests_per_second']:g} digests/s",
                f"{enrichment['ratio']:g} of pure",
            ),
        ]
    if workers := figures.get("workers"):
        found += [
            ("one enrich worker", f"{workers['one_worker_characters_per_second']:,} characters/s", "1"),
            ("two, one child process each", f"{workers['two_workers_characters_per_second']:,} characters/s", f"{workers['ratio']:g} of one"),
            *[(f"cores busy with two, of {workers['cores']}", _shares(shares), "") for shares in workers["cores_busy_with_two"]],
        ]
    if index := figures.get("index"):
        found += [
            ("raw _bulk", f"{index['raw_items_per_second']:,} items/s", "1"),
            ("indexer, same bytes", f"{index['indexer_items_per_second']:,} items/s", f"{index['ratio']:g} of raw _bulk"),
        ]
    if peer := figures.get("peer"):
        found += [
            ("peer, single items", f"{peer['peer_items_per_second']:,} items/s", "1"),
            ("our batch-and-bulk path, same items", f"{peer['ours_items_per_second']:,} items/s", f"{peer['ratio']:g} of the peer"),
        ]
    if latency := figures.get("latency"):
        found.append(
            (
                f"feeding to searchable, {latency['digests']} digests",
                f"p50 {latency['p50_seconds']:g} s, p95 {latency['p95_seconds']:g} s, max {latency['max_seconds']:g} s",
                "",
            )
        )
    found += overhead.rows(figures.get("overhead", {}))
    found += search.rows(figures.get("search", {}))
    found += stories.rows(figures.get("stories", {}))
    found += [(f"peak memory, {name}", f"{mib:,} MiB", "") for name, mib in figures.get("memory_mib", {}).items()]
    return found


def _shares(shares: dict[str, float]) -> str:
    return ", ".join(f"{name} {cores:g}" for name, cores in sorted(shares.items(), key=lambda share: -share[1]))


def show(figures: dict[str, Any]) -> None:
    """Print the table and write the file."""
    table = Table("what", "figure", "ratio")
    for row in rows(figures):
        table.add_row(*row)
    Console().print(table)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")
    Console(stderr=True).print(f"bench: also in {FILE}", highlight=False)
