"""Identities of records in → which of them are new, in bounded memory: a table in SQLite, kept beside the archive or for one run.

Beside the archive it is a copy of what the files say. It is brought up to the manifest whenever it is opened, so it may lag or be deleted, but it
never knows a record that no file holds: rows of a file are committed after the manifest that names it.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from services.operate.archive.folder import Folder
from services.operate.archive.line import from_line

NAME = "known.sqlite"

_TABLES = (
    "CREATE TABLE IF NOT EXISTS identity (hash BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL)",
)


class Known:
    """A set of identities."""

    def __init__(self, path: str | Path = "") -> None:
        """At `path`, or in a temporary file that is gone afterwards."""
        self._database = sqlite3.connect(path, isolation_level=None)
        if path and self._database.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        for table in _TABLES:
            self._database.execute(table)
        self._database.execute("BEGIN")

    def add(self, identity: bytes) -> bool:
        """Whether it was not known yet; it is from now on."""
        return self._database.execute("INSERT OR IGNORE INTO identity VALUES (?)", (identity,)).rowcount == 1

    def __contains__(self, identity: object) -> bool:
        return self._database.execute("SELECT 1 FROM identity WHERE hash = ?", (identity,)).fetchone() is not None

    def keep(self, path: str, sha256: str) -> None:
        """What was added is in this file."""
        self._database.execute("INSERT OR REPLACE INTO file VALUES (?, ?)", (path, sha256))
        self._database.execute("COMMIT")
        self._database.execute("BEGIN")

    def files(self) -> dict[str, str]:
        """SHA-256 by path of the files whose records are known."""
        return dict(self._database.execute("SELECT path, sha256 FROM file").fetchall())

    def close(self) -> None:
        """What was not kept is forgotten."""
        self._database.close()


@contextlib.contextmanager
def of(folder: Folder) -> Iterator[Known]:
    """The identities of all records in an archive; files that are new to the table are read."""
    path = folder.root / NAME
    try:
        known = Known(path)
        stale = not known.files().keys() <= {file.path for file in folder.manifest.files}
    except sqlite3.DatabaseError:
        known, stale = None, True
    if stale:  # damaged, or of a manifest that somebody took back: what it knows may be in no file
        if known is not None:
            known.close()
        path.unlink(missing_ok=True)
        known = Known(path)
    assert known is not None
    with contextlib.closing(known):
        has = known.files()
        for file in folder.manifest.files:
            if has.get(file.path) != file.sha256:
                for line in folder.lines(file):
                    known.add(from_line(line).identity)
                known.keep(file.path, file.sha256)
        yield known
