"""What to launch in, a child process out: started on a leash, watched while it gets ready, stopped in order.

Each child has a session of its own, so that Ctrl-C in a terminal reaches only us and we stop the children in our order.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from deploy.engines.account import Account
from deploy.engines.errors import NotReady, ProcessDied
from deploy.engines.progress import Progress
from shared.private import UMASK, make_folder, private

LEASH = Path(__file__).with_name("leash.py")

TAIL_LINES = 15
"""Of a log shown in an error: a Java stack trace's head and what came before it."""


@dataclass(frozen=True)
class Launch:
    """How to start one process, know that it is ready, and stop it."""

    name: str
    command: Sequence[str]
    log: Path
    address: str
    ready: Callable[[], bool]
    environ: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    account: Account | None = None
    ready_seconds: float = 60
    stop_seconds: float = 30


class Child:
    """A started process."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.started = time.monotonic()
        self.started_at = datetime.now(UTC)
        _set_aside(launch.log)
        # The kernel's parent-death signal is tied to the starting thread: only the main thread lives as long as we do.
        of_main_thread = threading.current_thread() is threading.main_thread()
        how = "signal" if sys.platform == "linux" and of_main_thread else "watch"
        user = f"{launch.account.uid}:{launch.account.gid}" if launch.account else "-"
        with open(launch.log, "wb", opener=private) as log:
            self._popen = subprocess.Popen(
                [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), how, user, "--", *launch.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(launch.environ),
                cwd=launch.cwd,
                start_new_session=True,
                umask=UMASK,
            )

    @property
    def name(self) -> str:
        """As people know it."""
        return self.launch.name

    @property
    def pid(self) -> int:
        """Process id."""
        return self._popen.pid

    @property
    def code(self) -> int | None:
        """Exit status once it ended (a signal as its negative number), None while it runs."""
        code = self._popen.poll()
        if code is not None:
            self._kill_group()  # what it may have left behind, while its group id is still its own
        return code

    def died(self) -> ProcessDied:
        """The error to raise when it ended by itself."""
        return ProcessDied(name=self.name, code=self.code, log=self.launch.log, tail=tail(self.launch.log))

    def stop(self) -> None:
        """SIGTERM, wait, then SIGKILL to it and to all that it started."""
        if self.code is not None:
            return
        descendants = _descendants(self.pid)
        self._popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(self.launch.stop_seconds)
        if self._popen.poll() is None:
            self._kill_group()
            self._popen.wait()
        for process in descendants:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()  # psutil makes sure that the pid is still the same process
        psutil.wait_procs(descendants, timeout=10)

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, empty where there is none."""
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            return "".join(deque(file, lines)).rstrip()
    except OSError:
        return ""


def await_ready(children: Sequence[Child], progress: Progress) -> None:
    """Return when all are ready; they get ready side by side. Raises ProcessDied, NotReady."""
    waiting = list(children)
    while waiting:
        for child in list(waiting):
            if child.code is not None:
                progress(child.name, "failed", "stopped by itself")
                raise child.died()
            took = time.monotonic() - child.started
            if child.launch.ready():
                progress(child.name, "done", f"ready on {child.launch.address} after {took:.1f} s")
                waiting.remove(child)
            elif took > child.launch.ready_seconds:
                progress(child.name, "failed", "does not answer")
                log = child.launch.log
                raise NotReady(f"{child.name} was not ready after {took:.0f} s. Is the machine busy? The end of {log}:\n{tail(log)}")
        # 0.1 s: short beside what starting takes (2 to 15 s), long beside what a probe costs.
        time.sleep(0.1)


def stop_all(children: Sequence[Child], progress: Progress) -> None:
    """Stop them one after the other in the order given; each is tried, whatever happens to the others."""
    with contextlib.ExitStack() as stack:
        for child in reversed(children):
            stack.callback(_stop, child, progress)


def _stop(child: Child, progress: Progress) -> None:
    if child.code is not None:
        return
    progress(child.name, "working", "stopping")
    child.stop()
    progress(child.name, "done", "stopped")


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _set_aside(log: Path) -> None:
    """Keep one older log: a restart must not hide why it was needed."""
    make_folder(log.parent)
    if log.exists():
        log.chmod(0o600)
        log.replace(log.with_name(log.name + ".1"))
