"""Whatever our programs write is for their own user alone, whatever umask they are started with."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.engines.process import Child, Launch
from shared.private import make_folder
from tests.pipeline import ROOT, wait_for

PROGRAMS = {
    "ingest": "from services.ingest.__main__ import main",
    "enrich": "from services.enrich.__main__ import main",
    "index": "from services.index.__main__ import main",
    "search": "from services.search.__main__ import main",
    "monitor": "from services.monitor.__main__ import main",
    "fetch": "from services.ingest.sources.__main__ import main",
    "jianbao": "from services.cli.main import main",
    "the supervisor of jianbao up": "from deploy.stack.supervisor import main",
}
"""Each ends at once: its settings can't be used, or it is called without words"""

SCRIPT = """
import os, sys
os.umask(0)
{main}
try:
    main()
except BaseException:
    pass
made = os.open(sys.argv[1] + "/file", os.O_CREAT | os.O_WRONLY, 0o666)
os.mkdir(sys.argv[1] + "/folder")
"""


def mode(path: Path) -> int:
    """Who may what."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_writes_for_itself_alone(program: str, tmp_path: Path) -> None:
    """Archives, exports, logs, states, temporary files: all of them are written by one of these or their children."""
    environ = os.environ | {"JIANBAO_LOG_FORMAT": "none of them"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(main=PROGRAMS[program]), str(tmp_path)], env=environ, cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, mode(tmp_path / "file"), mode(tmp_path / "folder")) == (0, 0o600, 0o700), done.stderr


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Nothing is taken from modes, as in a process that did not begin as ours do."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_children_and_their_logs_are_private(tmp_path: Path) -> None:
    """Of engines and services."""
    made = tmp_path / "logs" / "made"
    command = [sys.executable, "-c", f"open({str(made)!r}, 'w').close()"]
    child = Child(Launch(name="one", command=command, log=tmp_path / "logs" / "one.log", address="", ready=lambda: True))
    wait_for(lambda: child.code is not None, "the child's end", every=0.02)
    assert [mode(path) for path in (tmp_path / "logs", tmp_path / "logs" / "one.log", made)] == [0o700, 0o600, 0o600]


@pytest.mark.usefixtures("open_umask")
def test_folders_are_made_with_just_their_mode(tmp_path: Path) -> None:
    """Those above too; one that is there stays as it is."""
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path, mode=0o755)
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o700, 0o700)
    assert mode(tmp_path) == 0o700
