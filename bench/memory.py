"""Named processes in, the peak of each one's resident memory in MiB out, by looking five times a second.

A process and its children are told apart, as each needs its memory for itself; what they share is counted for both.
"""

import threading
from collections.abc import Mapping
from types import TracebackType

import psutil

EVERY = 0.2
MIB = 2**20


class Peaks:
    """Watches the processes of `pids`, which may change, while the block runs; `peaks` holds MiB by name, children as `name child`."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peaks: dict[str, int] = {}

    def __enter__(self) -> "Peaks":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(EVERY):
            for name, pid in dict(self._pids).items():
                try:
                    process = psutil.Process(pid)
                    self._note(name, process)
                    for child in process.children(recursive=True):
                        self._note(f"{name} child", child)
                except psutil.NoSuchProcess:
                    continue  # it ended between two looks

    def _note(self, name: str, process: psutil.Process) -> None:
        self.peaks[name] = max(self.peaks.get(name, 0), round(process.memory_info().rss / MIB))
