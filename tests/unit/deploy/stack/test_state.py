"""The note of what was started, and how a stale one is told from a true one."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from deploy.engines.ports import free_ports
from deploy.stack import state as states
from deploy.stack.report import completeness, exit_status
from deploy.stack.state import Identity, ProcessState, State, Status
from shared.completeness import Completeness


def _me() -> Identity:
    me = Identity.of(os.getpid())
    assert me
    return me


def _state(folder: Path, *, supervisor: Identity | None = None, status: Status = "running", identity: Identity | None = None) -> State:
    process = ProcessState(
        name="ingest",
        status=status,
        identity=identity or _me(),
        address="http://127.0.0.1:1",
        since=datetime(2026, 2, 6, tzinfo=UTC),
        log=folder / "ingest.log",
    )
    return State(supervisor=supervisor or _me(), phase="ready", data_dir=folder, log_dir=folder, processes=(process,))


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Nothing is lost on the way."""
    state = _state(tmp_path)
    states.write(tmp_path, state)
    assert states.read(tmp_path) == state
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_none_or_a_broken_one_is_nothing(tmp_path: Path) -> None:
    """As if nothing had been started."""
    assert states.read(tmp_path) is None
    (tmp_path / states.FILE).write_text('{"supervisor": ')
    assert states.read(tmp_path) is None


def test_a_later_process_with_the_same_pid_is_another(tmp_path: Path) -> None:
    """Pids are used again; the start time tells."""
    later = Identity(pid=os.getpid(), created=_me().created - 3600)
    assert not _state(tmp_path, supervisor=later).alive
    assert _state(tmp_path).alive


def test_a_process_that_is_gone_is_seen_dead(tmp_path: Path) -> None:
    """Whatever the file says."""
    gone = Identity(pid=_me().pid, created=1.0)
    assert [process.status for process in _state(tmp_path, identity=gone).seen()] == ["dead"]
    assert [process.status for process in _state(tmp_path).seen()] == ["running"]


def test_exit_status_of_the_status_command(tmp_path: Path) -> None:
    """0 all run, 1 some don't, 3 nothing was started."""
    assert exit_status(_state(tmp_path)) == 0
    assert exit_status(_state(tmp_path, status="failed")) == 1
    assert exit_status(_state(tmp_path, identity=Identity(pid=_me().pid, created=1.0))) == 1
    assert exit_status(None) == 3


@pytest.mark.parametrize(("found", "status"), [("green", 0), ("yellow", 0), ("unknown", 0), ("red", 1)])
def test_a_status_knows_whether_the_index_is_complete(tmp_path: Path, found: Literal["green", "yellow", "unknown", "red"], status: int) -> None:
    """What is missing fails it, though all processes run."""
    assert exit_status(_state(tmp_path), Completeness(state=found, reason="equal")) == status


def test_a_monitor_that_does_not_answer_knows_nothing(tmp_path: Path) -> None:
    """Nothing listens there; where none was started there is nothing to say."""
    (port,) = free_ports(1)
    found = completeness(_state(tmp_path).model_copy(update={"addresses": {"monitor": f"http://127.0.0.1:{port}"}}))
    assert found is not None
    assert found.state == "unknown"
    assert completeness(_state(tmp_path)) is None
