"""What became of each file of a folder, kept in an SQLite file: a watch that was killed goes on where it was.

A file is written down once Kafka has its digest. Between the two, a kill means that it is fed again: the same content
under the same identity, which ingest answers as a duplicate.
"""

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Literal, Self

from services.ingest.sources.folder.choice import Found
from shared.errors import Misconfigured
from shared.terminal import whole

State = Literal["fed", "failed"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    path BLOB PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    beside BLOB NOT NULL,
    state TEXT NOT NULL,
    digest_id TEXT,
    reason TEXT,
    content TEXT,
    terms TEXT NOT NULL
) STRICT
"""
"""Names are bytes: of a file that came from another system they may be no UTF-8."""

_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of a file."""

    file: Found
    state: State
    digest_id: str | None = None
    reason: str | None = None
    content: str | None = None
    """A hash of its bytes and of what was said of it, where it could be read"""
    terms: str = ""
    """A hash of what was asked of the watch: under other terms the same file may be another digest"""


class Ledger:
    """The entries of one folder; a context manager. One process holds it at a time, any of its threads may ask."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(self.path, isolation_level=None, timeout=1, check_same_thread=False)
        try:
            # A lock that ends with its process, however that ends: a second watch would feed all twice.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("BEGIN EXCLUSIVE")
            self._database.execute(_SCHEMA)
            self._database.execute("COMMIT")
            columns = self._database.execute("SELECT count(*) FROM pragma_table_info('files')").fetchone()[0]
            if columns != _COLUMNS:
                raise sqlite3.DatabaseError(f"its table has {columns} columns and not {_COLUMNS}")
        except sqlite3.OperationalError as error:
            self._database.close()
            if "locked" not in str(error):
                raise Misconfigured(f"the ledger {self.path} can't be opened: {error}") from error
            message = f"{self.path} is held by another watch of the same folder; stop that one first ({error})"
            raise Misconfigured(message) from error
        except sqlite3.DatabaseError as error:
            self._database.close()
            message = f"{self.path} is no ledger ({error}); move it away, and the folder's files are fed again"
            raise Misconfigured(message) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            self._database.close()

    def of(self, path: str) -> Entry | None:
        """Return what became of the file that lay at a path last."""
        with self._lock:
            row = self._database.execute("SELECT * FROM files WHERE path = ?", (os.fsencode(path),)).fetchone()
        return _entry(row) if row else None

    def write(self, entries: Iterable[Entry]) -> None:
        """Write down what became of files, for good once this returns: all of them at the cost of one."""
        rows = [_row(entry) for entry in entries]
        with self._lock, self._database:
            self._database.execute("BEGIN")
            self._database.executemany(f"INSERT OR REPLACE INTO files VALUES ({', '.join('?' * _COLUMNS)})", rows)

    def forget(self, paths: Iterable[str]) -> None:
        """Strike out files that lie there no more. Where the machine fails now, they may be back then: no harm."""
        with self._lock:
            self._database.execute("PRAGMA synchronous = NORMAL")
            try:
                with self._database:
                    self._database.execute("BEGIN")
                    rows = [(os.fsencode(path),) for path in paths]
                    self._database.executemany("DELETE FROM files WHERE path = ?", rows)
            finally:
                self._database.execute("PRAGMA synchronous = FULL")

    def forget_failed(self) -> None:
        """Strike out what was not taken, so that it is tried again."""
        with self._lock:
            self._database.execute("DELETE FROM files WHERE state = 'failed'")

    def entries(self) -> list[Entry]:
        """Return all entries in the order of their paths."""
        with self._lock:
            return [_entry(row) for row in self._database.execute("SELECT * FROM files ORDER BY path")]


def _row(entry: Entry) -> tuple[object, ...]:
    file = entry.file
    place = (os.fsencode(file.path), file.size, file.modified, file.changed, os.fsencode(file.beside))
    reason = whole(entry.reason) if entry.reason else None  # It may name a file.
    return (*place, entry.state, entry.digest_id, reason, entry.content, entry.terms)


def _entry(row: tuple[bytes, int, int, int, bytes, State, str | None, str | None, str | None, str]) -> Entry:
    path, size, modified, changed, beside, state, digest_id, reason, content, terms = row
    file = Found(os.fsdecode(path), size, modified, changed, os.fsdecode(beside))
    return Entry(file, state, digest_id, reason, content, terms)
