"""A watched folder → each of its files fed once: found, waited for until whole, handed over, written down, put aside.

What the system tells of changes makes this quick; the whole folder is looked at every few seconds, so that nothing
depends on it. Killed at any moment, a file is fed again at most, which ingest answers as a duplicate.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from services.ingest.sources.folder import notices
from services.ingest.sources.folder.books import Books, Dealt
from services.ingest.sources.folder.choice import META, Choice, Found
from services.ingest.sources.folder.dealing import Dealing, Whole
from services.ingest.sources.folder.handing import Handing
from services.ingest.sources.folder.ledger import Entry, Ledger
from services.ingest.sources.folder.reading import Changed, Reader
from services.ingest.sources.folder.settling import Settling
from shared.errors import Unavailable

LOOK_EVERY = 5.0
"""Seconds between two looks at the whole folder"""

LOOK_SHARE = 50
"""A look takes a fiftieth of the time at most: one of 100,000 files some two seconds."""

PENDING = 20_000
"""Files that are known at once; those behind them are looked for once these are dealt with."""

LATE = 20
"""So many times the time for which a file must be the same, a sidecar must lie alone before its file is brought back:
most come just before their files.
"""

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
    """Sidecars whose files may be those that were put aside"""
    _alone: set[Found] = field(default_factory=set, init=False)
    """All that were seen alone; each one's file is looked for once, as it may be that it can't be moved."""
    _put_off: dict[str, float] = field(default_factory=dict, init=False)
    """When to try a file again that could not be taken"""
    _look_at: float = field(default=0.0, init=False)
    """When to look at the whole folder again"""

    def __post_init__(self) -> None:
        self._late = Settling(LATE * self.settling.seconds)

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
        if self._goes_on() or self.now() >= self._look_at:
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
            if not self._goes_on():
                await self._sleep()

    def _goes_on(self) -> bool:
        """Whether the last look ended early, and what it found is dealt with."""
        return self._more and not self.settling.waiting

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
            for orphan in set(listing.orphans) - self._alone:
                self._alone.add(orphan)
                if self.books.aside.has(orphan):
                    self._late.see(orphan, self.now())
            for file in listing.files:
                entry = self._known(file)
                if entry is not None:
                    if self.books.aside.moves(entry):
                        left.append(entry)
                    continue
                if self._put_off.get(file.path, 0) > self.now():
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
            try:
                back = self.books.aside.recall(late)
            except OSError as error:
                self.trouble(path, str(error.strerror or error))
            else:
                self._noticed.update(filter(None, [back]))

    def _ready(self, noticed: set[str]) -> list[Whole]:
        """The files that are whole, in the order of their paths, each with what became of the one before it there.

        Asked of the ledger for all at once: while it is written, it answers nobody.
        """
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
        return [Whole(file, self.ledger.of(file.path)) for file in sorted(ready, key=lambda file: file.path)]

    def _at(self, path: str) -> list[Found]:
        path = path.removesuffix(META)
        if not self.choice.takes(path):
            return []
        if (self.choice.root / path).is_dir() and not (self.choice.root / path).is_symlink():
            return list(self.choice.files(path))
        file = self.choice.look(path)
        return [file] if file is not None else []

    async def _deal_with(self, ready: list[Whole]) -> None:
        if not ready:
            return
        self.backlog(len(ready))
        await Dealing(self.reader, self.handing, self.books, self._left).deal_with(ready)
        self.backlog(0)

    def _left(self, file: Found, why: Exception | None) -> None:
        """Take note of a file that is dealt with, or why it is not."""
        self.settling.drop(file.path)
        if isinstance(why, Changed):
            self._noticed.add(file.path)  # Written to meanwhile: it settles again.
            self._woken.set()
        elif why is not None:
            self.trouble(file.path, str(why))  # A look at the folder finds it later.
            self._put_off[file.path] = self.now() + (why.retry_after if isinstance(why, Unavailable) else 0)
        else:
            self._put_off.pop(file.path, None)

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
