"""What became of each file, over kills."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from services.ingest.sources.folder.choice import Found
from services.ingest.sources.folder.ledger import Entry, Ledger
from shared.errors import Misconfigured

FILE = Found("2026/05.md", 300, 1770368400000000001)


def test_a_file_is_known_by_its_path(tmp_path: Path) -> None:
    """With all that was known of it, whatever bytes its name is."""
    odd = replace(FILE, path=os.fsdecode(b"\xd6\xdc\xb1\xa8\xff\n.md"), changed=7, beside="1 2 3 \udcff.meta.toml")
    entries = [Entry(FILE, "fed", "0" * 32, content="c", terms="t"), Entry(odd, "failed", reason="empty")]
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.write(entries)
        assert [ledger.of(entry.file.path) for entry in entries] == entries
        assert ledger.of("2026/06.md") is None


def test_a_file_that_moved_away(tmp_path: Path) -> None:
    """Is struck out, and one that comes in its place is new."""
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.write([Entry(FILE, "fed", "0" * 32)])
        ledger.forget([FILE.path])
        assert (ledger.of(FILE.path), ledger.entries()) == (None, [])


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    """When it is asked for."""
    fed = Entry(replace(FILE, path="b.md"), "fed", "0" * 32)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.write([Entry(FILE, "failed", reason="empty"), fed])
        ledger.forget_failed()
        assert ledger.entries() == [fed]


def test_the_last_word_holds(tmp_path: Path) -> None:
    """A file that failed and is fed later was fed."""
    with Ledger(tmp_path / "a" / "ledger.sqlite") as ledger:
        ledger.write([Entry(FILE, "failed", reason="empty")])
        ledger.write([Entry(FILE, "fed", "0" * 32)])
        assert ledger.entries() == [Entry(FILE, "fed", "0" * 32)]


def test_what_was_written_outlives_a_kill(tmp_path: Path) -> None:
    """The process ends at once behind the write, and its lock with it."""
    path = tmp_path / "ledger.sqlite"
    writes = f"""
import os, pathlib
from services.ingest.sources.folder.choice import Found
from services.ingest.sources.folder.ledger import Entry, Ledger

ledger = Ledger(pathlib.Path({str(path)!r})).__enter__()
ledger.write([Entry(Found("a.md", 1, 2), "fed", "0")])
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", writes], check=False).returncode == 9
    with Ledger(path) as ledger:
        assert ledger.entries() == [Entry(Found("a.md", 1, 2), "fed", "0")]


def test_a_second_watch_of_a_folder(tmp_path: Path) -> None:
    """Is told of the first."""
    with Ledger(tmp_path / "ledger.sqlite"), pytest.raises(Misconfigured, match="held by another watch"), Ledger(tmp_path / "ledger.sqlite"):
        pass


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    """Is left as it is."""
    (tmp_path / "ledger.sqlite").write_text("本周要闻" * 1000)
    with pytest.raises(Misconfigured, match="is no ledger"), Ledger(tmp_path / "ledger.sqlite"):
        pass
    assert (tmp_path / "ledger.sqlite").read_text().startswith("本周要闻")


def test_a_ledger_of_another_build(tmp_path: Path) -> None:
    """Is no ledger: its rows would be taken for something else."""
    with sqlite3.connect(tmp_path / "ledger.sqlite") as database:
        database.execute("CREATE TABLE files (path TEXT)")
    database.close()
    with pytest.raises(Misconfigured, match="is no ledger"), Ledger(tmp_path / "ledger.sqlite"):
        pass
