"""Named processes in, how many cores each of them kept busy while a block ran out: what shared the machine while something was measured."""

import os
import time
from collections.abc import Mapping
from types import TracebackType

import psutil


class Cores:
    """`shares` after the block: by name the cores that a process and its children kept busy, ours as `bench`, all else as `others`."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = {**pids, "bench": os.getpid()}
        self.shares: dict[str, float] = {}

    def __enter__(self) -> "Cores":
        self._before, self._busy_before, self._began = self._used(), _busy(), time.monotonic()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        seconds, busy = time.monotonic() - self._began, _busy() - self._busy_before
        used = {name: after - self._before.get(name, 0.0) for name, after in self._used().items()}
        used["others"] = max(0.0, busy - sum(used.values()))
        self.shares = {name: round(one / seconds, 2) for name, one in used.items()}

    def _used(self) -> dict[str, float]:
        """CPU seconds of each until now; its children's are its own, except those that have a name themselves."""
        named = set(self._pids.values())
        found = {}
        for name, pid in self._pids.items():
            process = psutil.Process(pid)
            children = process.children(recursive=True) if name != "bench" else []
            found[name] = sum(_seconds(one) for one in (process, *(child for child in children if child.pid not in named)))
        return found


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _busy() -> float:
    """CPU seconds of the whole machine, all cores together."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0))
