"""Numbers of this machine in, an error with numbers out when they do not suffice; the judging functions are pure."""

import shutil
from pathlib import Path

import psutil

from deploy.engines.errors import NotEnough

MIB = 2**20
GIB = 2**30

DISK_NEEDED = 2 * GIB
"""Free bytes asked for before a start. Elasticsearch stops writing below `elasticsearch.DISK_FLOOR`; this leaves room above it."""


def check_memory(available: int, needed: int) -> None:
    """Raises NotEnough where fewer bytes are available than needed. Pure."""
    if available < needed:
        raise NotEnough(
            f"Kafka and Elasticsearch need about {needed / MIB:,.0f} MiB of memory, {available / MIB:,.0f} MiB are available. Close other programs, "
            "or give Elasticsearch less with JIANBAO_ELASTICSEARCH_HEAP (MiB, 256 at least)."
        )


def check_disk(path: Path, free: int, needed: int = DISK_NEEDED) -> None:
    """Raises NotEnough where fewer bytes are free than needed. Pure: `path` is for the message."""
    if free < needed:
        raise NotEnough(
            f"{path} has {free / MIB:,.0f} MiB free, {needed / MIB:,.0f} MiB are needed. Free some space, or choose a folder on another disk "
            "(--data-dir for data, JIANBAO_CACHE_DIR for the engines, TMPDIR for demos and tests)."
        )


def available_memory(group: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes that can be had without swapping, within the limit of the container that we may be in."""
    available = psutil.virtual_memory().available
    try:
        limit = int((group / "memory.max").read_text())  # "max" where there is none
        used = int((group / "memory.current").read_text()) - _cached_files((group / "memory.stat").read_text())
    except (OSError, ValueError):
        return available
    return min(available, max(limit - used, 0))


def _cached_files(memory_stat: str) -> int:
    """Bytes of files that the kernel keeps at hand and drops as soon as memory is asked for. Pure."""
    numbers = dict(line.split(" ", 1) for line in memory_stat.splitlines() if " " in line)
    return int(numbers.get("inactive_file", 0))


def free_disk(path: Path) -> int:
    """Free bytes on the disk of `path`, or of its nearest parent that exists."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free
