"""Child processes: their death is explained, stopping them is thorough, and they don't outlive us."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from deploy.engines.errors import NotReady, ProcessDied
from deploy.engines.process import LEASH, Child, Launch, await_ready, stop_all
from deploy.engines.progress import silent

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True); time.sleep(600)"
)


def _launch(folder: Path, code: str, *, ready: Callable[[], bool] = lambda: True, ready_seconds: float = 30, stop_seconds: float = 10) -> Launch:
    return Launch(
        name="thing",
        command=[sys.executable, "-c", code],
        log=folder / "thing.log",
        address="nowhere",
        ready=ready,
        environ={},
        ready_seconds=ready_seconds,
        stop_seconds=stop_seconds,
    )


def _until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def _ended(child: Child) -> bool:
    return child.code is not None


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_death_is_told_with_the_end_of_the_log(tmp_path: Path) -> None:
    """The reader need not look for it."""
    child = Child(_launch(tmp_path, "print('内存不足'); raise SystemExit(3)", ready=lambda: False))
    with pytest.raises(ProcessDied, match=r"thing stopped by itself \(exit status 3\)\. The end of .*thing\.log:\n内存不足"):
        await_ready([child], silent)


def test_one_that_never_answers_is_told_too(tmp_path: Path) -> None:
    """After its time."""
    child = Child(_launch(tmp_path, SLEEPER, ready=lambda: False, ready_seconds=0.5))
    try:
        with pytest.raises(NotReady, match="thing was not ready after"):
            await_ready([child], silent)
    finally:
        child.stop()


def test_stopping_ends_what_ignores_sigterm_and_what_it_started(tmp_path: Path) -> None:
    """SIGKILL for the whole group."""
    launch = _launch(tmp_path, STUBBORN, stop_seconds=0.3)
    child = Child(launch)
    _until(lambda: launch.log.read_text().strip().isdigit())
    grandchild = int(launch.log.read_text())
    stop_all([child], silent)
    assert child.code == -9
    _until(lambda: _gone(grandchild))


def test_a_restart_keeps_the_log_of_the_life_before(tmp_path: Path) -> None:
    """It holds the reason."""
    launch = _launch(tmp_path, "print('first')")
    for _ in range(2):
        child = Child(launch)
        _until(partial(_ended, child))
    assert (tmp_path / "thing.log.1").read_text() == "first\n"


@pytest.mark.parametrize("how", ["signal", "watch"])
def test_children_of_a_killed_process_end_with_it(how: str) -> None:
    """kill -9 of the parent leaves nothing: by the kernel on Linux, by looking elsewhere."""
    if how == "signal" and sys.platform != "linux":
        pytest.skip("the parent-death signal is Linux's own")
    leashed = [sys.executable, "-I", "-S", str(LEASH)]
    program = (
        "import os, subprocess, time;"
        f"print(subprocess.Popen([*{leashed!r}, str(os.getpid()), {how!r}, '-', '--', {sys.executable!r}, '-c', {SLEEPER!r}],"
        " start_new_session=True, stdout=subprocess.DEVNULL).pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout:
        leash = int(parent.stdout.readline())
    # With `watch` the leash stays and has the program as its child; with `signal` it becomes the program.
    _until(lambda: how == "signal" or bool(psutil.Process(leash).children()))
    family = [leash, *(child.pid for child in psutil.Process(leash).children())]
    parent.kill()
    parent.wait()
    _until(lambda: all(map(_gone, family)))


def test_a_child_of_another_thread_lives_on_when_that_thread_ends(tmp_path: Path) -> None:
    """The kernel would take the thread's end for ours, so such children are watched."""
    started: list[Child] = []
    launch = _launch(tmp_path, SLEEPER)
    thread = threading.Thread(target=lambda: started.append(Child(launch)))
    thread.start()
    thread.join()
    [child] = started
    try:
        _until(lambda: launch.log.read_text() == "up\n")
        assert child.code is None
    finally:
        child.stop()
    assert child.code is not None


def test_the_leash_refuses_a_parent_that_is_already_gone() -> None:
    """It died between starting us and our asking for the signal."""
    answer = subprocess.run([sys.executable, "-I", "-S", LEASH, "0", "signal", "-", "--", "/bin/echo", "ran"], capture_output=True, check=False)
    assert (answer.returncode, answer.stdout) == (1, b"")
