"""The note of what was started, and how a stale one is told from a true one."""

import os
from datetime import UTC, datetime
from pathlib import Path

from deploy.stack import state as states
from deploy.stack.state import Identity, ProcessState, State, Status


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
    assert states.read(tmp_path, tmp_path) == state
    assert list(tmp_path.iterdir()) == [states.file(tmp_path, tmp_path)]


def test_none_or_a_broken_one_is_nothing(tmp_path: Path) -> None:
    """As if nothing had been started."""
    assert states.read(tmp_path, tmp_path) is None
    states.file(tmp_path, tmp_path).write_text('{"supervisor": ')
    assert states.read(tmp_path, tmp_path) is None
    assert states.every(tmp_path) == []


def test_stacks_with_other_data_have_notes_of_their_own(tmp_path: Path) -> None:
    """Each is read, and forgotten, by its data folder."""
    one, other = _state(tmp_path / "one"), _state(tmp_path / "other")
    for state in (one, other):
        states.write(tmp_path, state)
    assert states.read(tmp_path, tmp_path / "other") == other
    states.remove(tmp_path, tmp_path / "one")
    assert states.every(tmp_path) == [other]


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
