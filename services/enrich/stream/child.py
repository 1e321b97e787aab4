"""What runs in a child process of the pool: made ready once, then one raw record in and one Outcome out at a time.

A child never outlives its worker. Linux kills it with the fork server, which is killed with the worker (`fork_server`): that
works even while the child hangs in C code. Elsewhere, and besides, a thread waits for the worker's end.
"""

import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from services.enrich.stream.process import Dead, Enrich, Headers, Outcome, process
from shared.records import DIGEST_HEADER, RawDigest

ENRICH = "services.enrich.stream.limited:enrich"
"""The product's own function, within the limits that the environment sets; tests name another where they make the pool."""

WARM_UP = "要闻目录\n1.某市:新增工厂10家\n1.某市:新增工厂10家\n1月2日,某省发展改革委印发《通知》。"
"""A digest that is enriched and thrown away, so that no real one waits for gazetteers and patterns to load (0.3 s, measured)."""

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def limit_memory(megabytes: int) -> None:
    """Let this process allocate `megabytes` MiB and no more (0: no limit); does nothing where the system counts no data.

    RLIMIT_DATA counts what is allocated (Linux 4.7 and later), not the address space that libraries and threads only reserve. Beyond it
    Python raises MemoryError, C++ libraries end the process: either way the digest is a dead letter and the worker lives.
    """
    if megabytes and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 2**20, megabytes * 2**20))


def die_first() -> None:
    """Where memory runs out all the same, let the kernel end this process and not its worker; does nothing elsewhere than on Linux."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends; does nothing where the kernel has no such call."""
    with suppress(OSError, AttributeError):  # no prctl: not Linux
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def function(path: str) -> Enrich:
    """The function at `module:name`; raises ImportError or AttributeError."""
    module, _, name = path.partition(":")
    return cast(Enrich, getattr(importlib.import_module(module), name))


def prepare(path: str, memory_mb: int = 0, nice: int = 0) -> None:
    """Once in each child, before its first digest: tie it to the worker, limit its memory, load the function and warm it up.

    `nice` is taken off its priority (nice(2)).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the worker decides when we end
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by default the pool's polite end waits for Python code to run
    die_with_parent()
    die_first()
    limit_memory(memory_mb)
    os.nice(nice)
    worker = multiprocessing.parent_process()
    if worker is not None:
        threading.Thread(target=_end_with, args=(worker,), daemon=True, name="worker-watch").start()
    header = RawDigest(digest_id="0" * 32, source="warm-up", media_type="text/plain", received_at=datetime.now(UTC), sha256="", revision=0)
    run(path, ((DIGEST_HEADER, header.to_json()),), WARM_UP.encode(), max_record_bytes=sys.maxsize)


def _end_with(worker: "multiprocessing.process.BaseProcess") -> None:
    worker.join()  # returns at once when the worker has ended already
    os.kill(os.getpid(), signal.SIGKILL)


def run(path: str, headers: Headers, content: bytes, max_record_bytes: int) -> Outcome:
    """Enrich one raw record with the function at `path`; raises ImportError or AttributeError when there is none."""
    enrich = function(path)
    try:
        return process(headers, content, enrich=enrich, enriched_at=datetime.now(UTC), max_record_bytes=max_record_bytes)
    except BaseException as error:  # SystemExit and its like would be raised again in the worker
        return Dead("enrich_failed", f"enrich ended with {type(error).__name__}")
