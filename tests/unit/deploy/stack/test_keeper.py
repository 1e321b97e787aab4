"""Children are kept running, or called failed with the reason."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.engines.process import Child, Launch, stop_all
from deploy.engines.progress import silent
from deploy.stack import restarts
from deploy.stack.keeper import Keeper
from deploy.stack.state import ProcessState


def _launch(folder: Path, code: str) -> Launch:
    return Launch(
        name="enrich",
        command=[sys.executable, "-c", code],
        log=folder / "enrich.log",
        address="nowhere",
        ready=lambda: (folder / "enrich.log").read_text() == "up\n",
        stop_seconds=5,
    )


def _look_until(keeper: Keeper, condition: Callable[[ProcessState], bool]) -> ProcessState:
    deadline = time.monotonic() + 20
    while True:
        [state] = keeper.look()
        if condition(state):
            return state
        assert time.monotonic() < deadline, state
        time.sleep(0.02)


def test_a_killed_one_is_started_again(tmp_path: Path) -> None:
    """With another pid, and counted."""
    child = Child(_launch(tmp_path, "import time; print('up', flush=True); time.sleep(600)"))
    keeper = Keeper([child])
    child._popen.kill()
    try:
        state = _look_until(keeper, lambda state: state.status == "running" and state.restarts == 1)
        assert state.identity is not None
        assert state.identity.pid != child.pid
        assert state.error is None
    finally:
        stop_all(list(keeper.children()), silent)


def test_one_that_keeps_dying_is_called_failed_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five times, then a person must look, who may let it be tried again."""
    monkeypatch.setattr(restarts, "FIRST_DELAY", 0.01)
    keeper = Keeper([Child(_launch(tmp_path, "raise SystemExit('no such setting')"))])
    state = _look_until(keeper, lambda state: state.status == "failed")
    assert state.restarts == 4
    assert state.error is not None
    assert "no such setting" in state.error
    keeper.again()
    _look_until(keeper, lambda state: state.restarts == 5)
    stop_all(list(keeper.children()), silent)
