"""Files that are whole → each read, handed over and noted in the books, many at once and those of one identity in turn."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from services.ingest.accept import Submission
from services.ingest.feed import Answer, Refused
from services.ingest.sources.folder.books import Books, Dealt
from services.ingest.sources.folder.choice import Found
from services.ingest.sources.folder.handing import Handing, Stopped
from services.ingest.sources.folder.ledger import Entry
from services.ingest.sources.folder.reading import Changed, Read, Reader
from shared.errors import Rejected, Unavailable

BYTES_AT_ONCE = 8 * 2**20
"""Of these files together, or one that is larger: ingest gives a feeder room for one and a half of the largest."""


class Whole(NamedTuple):
    """A file that is to be dealt with."""

    file: Found
    before: Entry | None
    """What became of the file that lay at its path before"""


@dataclass
class Dealing:
    """Deals with files once."""

    reader: Reader
    handing: Handing
    books: Books
    left: Callable[[Found, Exception | None], None]
    """Is told of each file that is noted in the books, and of each that is not, with Changed or Unavailable"""
    _turns: dict[tuple[str | None, str], asyncio.Lock] = field(default_factory=dict, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _failures: list[BaseException] = field(default_factory=list, init=False)

    async def deal_with(self, ready: list[Whole]) -> None:
        """Return once all are noted and written down, or `handing.stop` is set and what is in hand is.

        Raises Misconfigured where none can be taken.
        """
        room = _Room(self.handing.at_once)
        try:
            for whole in ready:
                size = whole.file.size
                await room.take(size)
                if self.handing.stop.is_set():
                    break
                # One after the other, so that files of one identity are handed over in the order of their paths.
                read = await asyncio.to_thread(self._read, whole.file)
                task = asyncio.create_task(self._deal(whole, read))
                self._tasks.add(task)
                task.add_done_callback(lambda task, size=size: self._ended(task, room, size))  # type: ignore[misc]
            if self._tasks:
                await asyncio.wait(self._tasks)
        except asyncio.CancelledError:
            for task in self._tasks:
                task.cancel()
            raise
        await self.books.settled()
        if self._failures:
            raise self._failures[0]

    def _ended(self, task: asyncio.Task[None], room: "_Room", size: int) -> None:
        room.give(size)
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failures.append(error)
            self.handing.stop.set()

    def _read(self, file: Found) -> Read | Rejected | Changed | Unavailable:
        try:
            return self.reader.read(file)
        except (Rejected, Changed, Unavailable) as error:
            return error
        except Exception as error:  # A reader's bug must not stop all other files, now and after each start.
            return Rejected("unreadable_file", f"this file can't be read: {type(error).__name__}: {error}")

    async def _deal(self, whole: Whole, read: Read | Rejected | Changed | Unavailable) -> None:
        file = whole.file
        if isinstance(read, Changed | Unavailable):
            self.left(file, read)
            return
        if isinstance(read, Rejected):
            dealt = Dealt(Entry(file, "failed", reason=read.message, terms=self.reader.terms))
        else:
            try:
                dealt = await self._fed(whole, read)
            except Stopped:
                return
            except Unavailable as error:
                self.left(file, error)
                return
        await self.books.note(dealt)
        self.left(file, None)

    async def _fed(self, whole: Whole, read: Read) -> Dealt:
        """Return what became of a digest; raises Stopped where that is not known, Unavailable for a later try."""
        file, before, terms = whole.file, whole.before, self.reader.terms
        if before is not None and before.state == "fed" and before.content == read.content:
            return Dealt(replace(before, file=file, terms=terms), silent=True)  # Only its times are others.
        answers, reasons = [], []
        for digest in read.digests:
            try:
                answers.append(await self._handed(digest))
            except Rejected as error:
                reasons.append(error.message)
            except Refused as error:
                reasons.append(str(error.error.get("message")))
        if reasons or not answers:
            reason = "; ".join(reasons) or "there is no digest in it"
            if answers:
                reason = f"of its {len(read.digests)} digests {len(answers)} were taken; {reason}"
            return Dealt(Entry(file, "failed", reason=reason, content=read.content, terms=terms))
        answer = answers[0]
        former = before.digest_id if before is not None and before.digest_id != answer.digest_id else None
        return Dealt(Entry(file, "fed", answer.digest_id, content=read.content, terms=terms), answer, former)

    async def _handed(self, digest: Submission | Rejected) -> Answer:
        """Hand over as `hand_over` does, one of an identity at a time, in the order of their paths."""
        if isinstance(digest, Rejected):
            raise digest
        identity = digest.external_id or digest.url
        if not identity:
            return await self.handing.hand_over(digest)
        async with self._turns.setdefault((digest.source, identity), asyncio.Lock()):
            return await self.handing.hand_over(digest)


class _Room:
    """For files that are handed over at once, by number and by bytes."""

    def __init__(self, files: int) -> None:
        self._most = files
        self._files = 0
        self._bytes = 0
        self._left = asyncio.Event()

    async def take(self, size: int) -> None:
        """Return once there is room for one more of that size; a large one may be alone."""
        while self._files and (self._files >= self._most or self._bytes + size > BYTES_AT_ONCE):
            self._left.clear()
            await self._left.wait()
        self._files += 1
        self._bytes += size

    def give(self, size: int) -> None:
        """Give it back."""
        self._files -= 1
        self._bytes -= size
        self._left.set()
