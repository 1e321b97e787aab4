"""A watched folder → each of its files fed once: found, waited for until whole, handed over, written down, put aside.

What the system tells of changes makes this quick; the whole folder is looked at every few seconds, so that nothing
depends on it. Killed at any moment, a file is fed again at most, which ingest answers as a duplicate.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from services.ingest.feed import Answer, Refused
from services.ingest.sources.folder import notices
from services.ingest.sources.folder.books import Books, Dealt
from services.ingest.sources.folder.choice import META, Choice, Found
from services.ingest.sources.folder.handing import Handing, Stopped
from services.ingest.sources.folder.ledger import Entry, Ledger
from services.ingest.sources.folder.reading import Changed, Read, Reader
from services.ingest.sources.folder.settling import Settling
from shared.errors import Rejected, Unavailable

AT_ONCE = 16
"""Files that are handed over at once: what one acknowledgement of Kafka takes, others use."""

BYTES_AT_ONCE = 8 * 2**20
"""Of these files together, or one that is larger: ingest gives a feeder room for one and a half of the largest."""

LOOK_EVERY = 5.0
"""Seconds between two looks at the whole folder"""

LOOK_SHARE = 50
"""A look takes a fiftieth of the time at most: one of 100,000 files some two seconds."""

PENDING = 20_000
"""Files that are known at once; those behind them are looked for once these are dealt with."""

GROWING = 30
"""With `once`: so many times the time for which a file must be the same; one that then still grows is left."""


@dataclass
class Watch:
    """One folder that is watched."""

    choice: Choice
    ledger: Ledger
    reader: Reader
    handing: Handing
    books: Books
    settling: Settling = field(default_factory=Settling)
    backlog: Callable[[int], None] = lambda files: None
    """Is told how many files are about to be dealt with, and 0 once they are"""
    trouble: Callable[[str, str], None] = lambda path, reason: None
    """Is told, from any thread, of a path and why it can't be listed, read or moved now"""
    now: Callable[[], float] = time.monotonic
    _noticed: set[str] = field(default_factory=set, init=False)
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _more: bool = field(default=False, init=False)
    """Whether the last look at the whole folder ended early"""
    _late: Settling = field(init=False)
    """Sidecars whose files are not there"""
    _recalled: set[Found] = field(default_factory=set, init=False)
    """Those for which a file was brought back, once each: it may be that they can't be moved"""
    _look_at: float = field(default=0.0, init=False)
    """When to look at the whole folder again"""

    def __post_init__(self) -> None:
        self._late = Settling(self.settling.seconds)

    async def run(self, *, once: bool = False) -> None:
        """Deal with what comes until `handing.stop`, or with `once` with what is there.

        Raises Misconfigured where no file can be taken.
        """
        rounds = asyncio.create_task(self._rounds(once=once))
        keeping = asyncio.create_task(self.books.keep())
        beside = [asyncio.create_task(self._wake_to_stop())]
        if not once:
            beside.append(asyncio.create_task(self._listen()))
        try:
            await asyncio.wait((rounds, keeping), return_when=asyncio.FIRST_COMPLETED)
            await (keeping if keeping.done() else rounds)  # Whichever ended raises what it ended with.
        finally:
            self.handing.stop.set()
            for task in (rounds, keeping, *beside):
                task.cancel()
            await asyncio.wait((rounds, keeping, *beside))

    async def round(self) -> None:
        """Look, deal with all files that are whole, and have it written down."""
        if self._more or self.now() >= self._look_at:
            started = self.now()
            await self._look_at_all()
            self._look_at = self.now() + max(LOOK_EVERY, LOOK_SHARE * (self.now() - started))
        await asyncio.to_thread(self._recall)
        noticed, self._noticed = self._noticed, set()
        ready = await asyncio.to_thread(self._ready, noticed)
        await self._deal_with(ready)

    async def _rounds(self, *, once: bool) -> None:
        ends = self.now() + GROWING * max(self.settling.seconds, 1.0)
        while not self.handing.stop.is_set():
            await self.round()
            if once and not self._more:
                self._look_at = float("inf")  # What comes from now on is the next one's.
                if not (self.settling.waiting or self._late.waiting or self._noticed):
                    return
                if self.now() >= ends:
                    for path in self.settling.waiting:
                        self.trouble(path, "it is still being written; it is left for the next time")
                    return
            if not self._more:
                await self._sleep()

    async def _sleep(self) -> None:
        """Until something may have changed, or is whole."""
        now = self.now()
        ends = (self._look_at - now, self.settling.until_next(now), self._late.until_next(now))
        seconds = min(end for end in ends if end is not None)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.01)):
                await self._woken.wait()
        self._woken.clear()

    async def _look_at_all(self) -> None:
        """Find the files that are not dealt with, and move those that a kill or a full disk left."""
        for entry in await asyncio.to_thread(self._listed):
            await self.books.note(Dealt(entry, silent=True))
        await self.books.settled()

    def _listed(self) -> list[Entry]:
        if not self.choice.root.is_dir():
            self.trouble("", "the folder is gone; waiting until it is back")
        left: list[Entry] = []
        seen = set[str]()
        self._more = False
        room = PENDING
        for listing in self.choice.listings("", lambda path, error: self.trouble(path, str(error.strerror or error))):
            for orphan in set(listing.orphans) - self._recalled:
                self._late.see(orphan, self.now())
            for file in listing.files:
                entry = self._known(file)
                if entry is not None:
                    if self.books.aside.moves(entry):
                        left.append(entry)
                    continue
                seen.add(file.path)
                self.settling.see(file, self.now())
                room -= 1
            if room <= 0:
                self._more = True
                break
        if not self._more:
            for path in set(self.settling.waiting) - seen:
                self.settling.drop(path)
        return left

    def _known(self, file: Found) -> Entry | None:
        """What became of the file as it lies there, under these terms."""
        entry = self.ledger.of(file.path)
        return entry if entry is not None and entry.file == file and entry.terms == self.reader.terms else None

    def _recall(self) -> None:
        """Have files fed again of which something is said that came late."""
        now = self.now()
        for path in self._late.due(now):
            late = self.choice.look(path, ())
            if late is not None and not self._late.see(late, now):
                continue
            self._late.drop(path)
            if late is None:
                continue
            self._recalled.add(late)
            try:
                back = self.books.aside.recall(path)
            except OSError as error:
                self.trouble(path, str(error.strerror or error))
            else:
                self._noticed.update(filter(None, [back]))

    def _ready(self, noticed: set[str]) -> list[Found]:
        """The files that are whole, in the order of their paths."""
        now = self.now()
        for path in noticed:
            for file in self._at(path):
                if self._known(file) is None:
                    self.settling.see(file, now)
        ready = []
        for path in self.settling.due(now):
            found = self.choice.look(path)
            if found is None:
                self.settling.drop(path)
            elif self.settling.see(found, now):
                ready.append(found)
        return sorted(ready, key=lambda file: file.path)

    def _at(self, path: str) -> list[Found]:
        path = path.removesuffix(META)
        if not self.choice.takes(path):
            return []
        if (self.choice.root / path).is_dir() and not (self.choice.root / path).is_symlink():
            return list(self.choice.files(path))
        file = self.choice.look(path)
        return [file] if file is not None else []

    async def _deal_with(self, ready: list[Found]) -> None:
        if not ready:
            return
        self.backlog(len(ready))
        room = _Room()
        turns: dict[tuple[str | None, str], asyncio.Lock] = {}
        failures: list[BaseException] = []
        tasks = set[asyncio.Task[None]]()

        def done(task: asyncio.Task[None], size: int) -> None:
            room.give(size)
            tasks.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                failures.append(error)
                self.handing.stop.set()

        try:
            for file in ready:
                await room.take(file.size)
                if self.handing.stop.is_set():
                    break
                # One after the other, so that files of one identity are handed over in the order of their paths.
                read = await asyncio.to_thread(self._read, file)
                task = asyncio.create_task(self._deal(file, read, turns))
                tasks.add(task)
                task.add_done_callback(lambda task, size=file.size: done(task, size))  # type: ignore[misc]
            if tasks:
                await asyncio.wait(tasks)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            raise
        await self.books.settled()
        self.backlog(0)
        if failures:
            raise failures[0]

    def _read(self, file: Found) -> Read | Exception:
        try:
            return self.reader.read(file)
        except (Rejected, Changed, Unavailable) as error:
            return error

    async def _deal(self, file: Found, read: Read | Exception, turns: dict[tuple[str | None, str], asyncio.Lock]) -> None:
        if isinstance(read, Changed):
            self.settling.drop(file.path)
            self._noticed.add(file.path)  # Written to meanwhile: it settles again.
            self._woken.set()
            return
        if isinstance(read, Unavailable):
            self.settling.drop(file.path)  # The next look at the folder finds it.
            self.trouble(file.path, str(read))
            return
        before = self.ledger.of(file.path)
        dealt: Dealt | None
        if isinstance(read, Rejected):
            dealt = Dealt(Entry(file, "failed", reason=read.message, terms=self.reader.terms))
        elif isinstance(read, Exception):
            raise read
        else:
            dealt = await self._fed(file, read, before, turns)
        self.settling.drop(file.path)
        if dealt is not None:
            await self.books.note(dealt)

    async def _fed(self, file: Found, read: Read, before: Entry | None, turns: dict[tuple[str | None, str], asyncio.Lock]) -> Dealt | None:
        """What became of a digest; None where the watch was stopped before."""
        if before is not None and before.state == "fed" and before.content == read.content:
            entry = replace(before, file=file, terms=self.reader.terms)  # Only its times are others.
            return Dealt(entry, silent=True)
        try:
            answer = await self._in_turn(read, turns)
        except Refused as error:
            reason = str(error.error.get("message"))
            return Dealt(Entry(file, "failed", reason=reason, content=read.content, terms=self.reader.terms))
        except Rejected as error:
            return Dealt(Entry(file, "failed", reason=error.message, content=read.content, terms=self.reader.terms))
        except Stopped:
            return None
        entry = Entry(file, "fed", answer.digest_id, content=read.content, terms=self.reader.terms)
        former = before.digest_id if before is not None else None
        return Dealt(entry, answer, former if former != answer.digest_id else None)

    async def _in_turn(self, read: Read, turns: dict[tuple[str | None, str], asyncio.Lock]) -> Answer:
        """Hand over, one of an identity at a time, in the order of their paths."""
        submission = read.submission
        identity = submission.external_id or submission.url
        turn = turns.setdefault((submission.source, identity), asyncio.Lock()) if identity else asyncio.Lock()
        async with turn:
            return await self.handing.hand_over(submission)

    async def _listen(self) -> None:
        def changed(path: str) -> None:
            self._noticed.add(path)
            self._woken.set()

        await notices.listen(
            self.choice.root,
            changed,
            stop=self.handing.stop,
            missing=lambda reason: self.trouble("", f"changes are not told ({reason}); looked for every {LOOK_EVERY:g} s"),
        )

    async def _wake_to_stop(self) -> None:
        await self.handing.stop.wait()
        self._woken.set()


class _Room:
    """For files that are handed over at once, by number and by bytes."""

    def __init__(self) -> None:
        self._files = 0
        self._bytes = 0
        self._left = asyncio.Event()

    async def take(self, size: int) -> None:
        """Return once there is room for one more of that size; a large one may be alone."""
        while self._files and (self._files >= AT_ONCE or self._bytes + size > BYTES_AT_ONCE):
            self._left.clear()
            await self._left.wait()
        self._files += 1
        self._bytes += size

    def give(self, size: int) -> None:
        """Give it back."""
        self._files -= 1
        self._bytes -= size
        self._left.set()
