"""What became of files, as it comes → the ledger, the folders they move to, and whoever is told: many at the cost of one.

To write a file down for good costs some ms whatever else is written with it. So what comes while one write goes on is
written with the next. Each file is written down before it moves, and moves before anybody is told.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from services.ingest.feed import Answer
from services.ingest.sources.folder.aside import Aside
from services.ingest.sources.folder.ledger import Entry, Ledger

AT_MOST = 256
"""Files of one write, and those that wait for the next"""

RETRY_SECONDS = 5.0
"""Between two tries to write to a disk that is full"""


@dataclass(frozen=True, slots=True)
class Dealt:
    """A file that was dealt with."""

    entry: Entry
    answer: Answer | None = None
    """Ingest's, where it was taken"""
    former: str | None = None
    """The id of the digest that lay at its path before, where that is another"""
    silent: bool = False
    """Whether nothing came of it that anybody need be told"""


@dataclass
class Books:
    """Keeps the ledger of one watch, in one task."""

    ledger: Ledger
    aside: Aside
    tell: Callable[[Dealt], None]
    trouble: Callable[[str, str], None]
    """Is told of a path and why it can't be moved, or of the ledger and why it can't be written"""
    _queue: asyncio.Queue[Dealt] = field(default_factory=lambda: asyncio.Queue(AT_MOST), init=False)

    async def note(self, dealt: Dealt) -> None:
        """Hand over what became of a file; returns before it is written."""
        await self._queue.put(dealt)

    async def settled(self) -> None:
        """Return once all is written, moved and told."""
        await self._queue.join()

    async def keep(self) -> None:
        """Write until cancelled."""
        while True:
            batch = [await self._queue.get()]
            while not self._queue.empty() and len(batch) < AT_MOST:
                batch.append(self._queue.get_nowait())
            unmoved = await self._written(batch)
            for dealt in batch:
                if not dealt.silent:
                    self.tell(dealt)
            for path, reason in unmoved:
                self.trouble(path, reason)
            for _ in batch:
                self._queue.task_done()

    async def _written(self, batch: list[Dealt]) -> list[tuple[str, str]]:
        while True:
            try:
                return await asyncio.to_thread(self._write, [dealt.entry for dealt in batch])
            except sqlite3.OperationalError as error:
                self.trouble(str(self.ledger.path), f"the ledger can't be written: {error}")
            await asyncio.sleep(RETRY_SECONDS)

    def _write(self, entries: list[Entry]) -> list[tuple[str, str]]:
        self.ledger.write(entries)
        unmoved: list[tuple[str, str]] = []
        gone = self.aside.put(entries, lambda path, error: unmoved.append((path, _words(error))))
        if gone:
            self.ledger.forget(gone)
        return unmoved


def _words(error: OSError) -> str:
    where = os.path.dirname(os.fsdecode(error.filename2 or error.filename or ""))
    return f"it can't be moved: {error.strerror or error}" + (f" ({where})" if where else "")
