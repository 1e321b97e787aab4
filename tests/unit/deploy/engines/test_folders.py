"""Temporary folders of engines: held by a living owner, removed after a dead one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from deploy.engines.folders import temporary_dir

OWNER = """
import sys
from pathlib import Path
from deploy.engines.folders import temporary_dir
with temporary_dir(Path(sys.argv[1])) as made:
    print(made, flush=True)
    sys.stdin.read()
"""


def _owner(parent: Path) -> tuple["subprocess.Popen[str]", Path]:
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def _end(process: "subprocess.Popen[str]") -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout):
        assert stream
        stream.close()


def test_a_living_owners_folder_is_left_alone(tmp_path: Path) -> None:
    """Another start removes nothing of who still runs."""
    process, made = _owner(tmp_path)
    try:
        with temporary_dir(tmp_path):
            assert made.is_dir()
    finally:
        _end(process)


def test_a_killed_owners_folder_is_removed_by_the_next_start(tmp_path: Path) -> None:
    """Kill -9 leaves a folder that does not stay for ever."""
    process, made = _owner(tmp_path)
    _end(process)
    assert made.is_dir()
    with temporary_dir(tmp_path):
        assert not made.exists()


def test_folders_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    """A folder without the owner's file was made by something else."""
    other = tmp_path / "jianbao-engines-of-somebody"
    other.mkdir()
    with temporary_dir(tmp_path):
        assert other.is_dir()
