"""What became of each file of a folder, kept in an SQLite file: a watch that was killed goes on where it was.

A file is written down once Kafka has its digest. Between the two, a kill means that it is fed again: the same content under the same identity, which
ingest answers as a duplicate.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from services.ingest.sources.folder.choice import Found
from shared.errors import Misconfigured

State = Literal["fed", "failed"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    state TEXT NOT NULL,
    digest_id TEXT,
    reason TEXT
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of a file."""

    file: Found
    state: State
    digest_id: str | None = None
    reason: str | None = None


class Ledger:
    """The entries of one folder; a context manager. One process holds it at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(self._path, isolation_level=None, timeout=1)
        try:
            # An exclusive lock that ends with its process, however that ends: a second watch of the folder would feed all twice.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("BEGIN EXCLUSIVE")
            self._database.execute(_SCHEMA)
            self._database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._database.close()
            raise Misconfigured(f"{self._path} is held by another watch of the same folder; stop that one first ({error})") from error
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise Misconfigured(f"{self._path} is no ledger ({error}); move it away, and the folder's files are fed again") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    def of(self, file: Found) -> Entry | None:
        """What became of the file as it lies there now; None where it was not dealt with, or has changed since."""
        row = self._database.execute("SELECT * FROM files WHERE path = ?", (file.path,)).fetchone()
        return entry if row and (entry := _entry(row)).file == file else None

    def write(self, entry: Entry) -> None:
        """Write down what became of a file, for good once this returns."""
        file = entry.file
        row = (file.path, file.size, file.modified, entry.state, entry.digest_id, entry.reason)
        self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", row)

    def forget(self, file: Found) -> None:
        """Strike out a file that lies there no more."""
        self._database.execute("DELETE FROM files WHERE path = ?", (file.path,))

    def entries(self) -> list[Entry]:
        """All entries in the order of their paths."""
        return [_entry(row) for row in self._database.execute("SELECT * FROM files ORDER BY path")]


def _entry(row: tuple[str, int, int, State, str | None, str | None]) -> Entry:
    path, size, modified, state, digest_id, reason = row
    return Entry(Found(path, size, modified), state, digest_id, reason)
