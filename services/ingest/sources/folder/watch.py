"""A watched folder → each of its files fed once: found, waited for until whole, handed over, written down, put aside.

A round lists the folder, so that nothing depends on a notice that was missed; notices of the system (inotify and its likes) only begin the next
round sooner. In between a kill, a file is fed again at most, which ingest answers as a duplicate.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from services.ingest import media
from services.ingest.accept import Submission, check_size
from services.ingest.feed import Answer, Refused
from services.ingest.sources.folder.aside import Aside, sidecars
from services.ingest.sources.folder.choice import Choice, Found
from services.ingest.sources.folder.ledger import Entry, Ledger
from services.ingest.sources.folder.settling import Settling
from services.ingest.sources.folder.sidecar import of_front_matter, of_sidecar
from shared import charset
from shared.errors import Rejected, Unavailable
from shared.records import MAX_DIGEST_BYTES, TEXT_TYPES
from shared.retry import Backoff

AT_ONCE = 16
"""Files that are handed over at once: what one acknowledgement of Kafka takes, others use."""

Putting = Callable[[Submission], Awaitable[Answer]]


@dataclass
class Watch:
    """One folder that is watched."""

    choice: Choice
    ledger: Ledger
    aside: Aside
    put: Putting
    said: Mapping[str, str | None]
    """What is said of every file: its source at least"""
    tell: Callable[[Entry, Answer | None], None]
    """Is told of each file that was dealt with, with ingest's answer where it was taken"""
    waiting: Callable[[str], None] = lambda reason: None
    by_folder: bool = False
    """Whether the first folder of a path is the file's source"""
    id_from_name: bool = False
    settling: Settling = field(default_factory=Settling)
    max_bytes: int = MAX_DIGEST_BYTES
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    backoff: Backoff = field(default_factory=lambda: Backoff(first=0.5, longest=30.0, uniform=random.uniform))
    _turns: dict[tuple[str | None, str | None], asyncio.Lock] = field(default_factory=dict, init=False)

    async def round(self) -> int:
        """Deal with all files that are whole; return how many are not yet."""
        files = await asyncio.to_thread(list, self.choice.files())
        unknown = []
        for file in files:
            if (entry := self.ledger.of(file)) is None:
                unknown.append(file)
            else:
                await self._put_aside(entry)  # A kill came between the two.
        whole = self.settling.whole(unknown, self.now())
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for file in whole:
                await room.acquire()
                # Read one after the other, so that files of one identity are handed over in the order of their paths.
                read = await asyncio.to_thread(self._read, file)
                if self.choice.look(file.path) != file:
                    room.release()
                    continue  # Gone or written to meanwhile: the next round sees.
                group.create_task(self._deal(file, read)).add_done_callback(lambda _done: room.release())
        self._turns.clear()
        return len(unknown) - len(whole)

    async def _deal(self, file: Found, read: Submission | str) -> None:
        answer = None
        if isinstance(read, str):
            entry = Entry(file, "failed", reason=read)
        else:
            try:
                answer = await self._hand_over(read)
                entry = Entry(file, "fed", answer.digest_id)
            except Refused as error:
                entry = Entry(file, "failed", reason=str(error.error.get("message")))
            except Rejected as error:
                entry = Entry(file, "failed", reason=error.message)
        self.ledger.write(entry)
        await self._put_aside(entry)
        self.tell(entry, answer)

    def _read(self, file: Found) -> Submission | str:
        """The file with all that is said of it, or why it can't be taken."""
        try:
            return self._submission(file)
        except Rejected as error:
            return error.message
        except OSError as error:
            return f"this file can't be read: {error.strerror or error}"

    async def _put_aside(self, entry: Entry) -> None:
        if self.choice.look(entry.file.path) != entry.file:
            return  # Another has taken its place, and is to be fed too.
        path, refused = entry.file.path, entry.state == "failed"
        move = (self.aside.refused, path, entry.reason or "") if refused else (self.aside.fed, path)
        if await asyncio.to_thread(*move):
            self.ledger.forget(entry.file)

    def _submission(self, file: Found) -> Submission:
        """The file with all that is said of it; raises Rejected, and OSError where it can't be read."""
        path = self.choice.root / file.path
        check_size(file.size, self.max_bytes)
        content = path.read_bytes()
        beside = next(({**of_sidecar(one.read_bytes(), one.name)} for one in sidecars(path) if one.is_file()), {})
        media_type = media.decide(content, filename=path.name)
        front = _front_matter(content) if media_type in TEXT_TYPES else {}
        folder = {"source": PurePosixPath(file.path).parts[0]} if self.by_folder and "/" in file.path else {}
        name = {"external_id": path.name} if self.id_from_name else {}
        said = {**self.said, **folder, **name, **front, **beside}
        return Submission(content=content, media_type=media_type, file_name=path.name, **said)

    async def _hand_over(self, submission: Submission) -> Answer:
        """Hand over until it is taken or refused, one of an identity at a time, in the order of their paths."""
        turn = self._turns.setdefault((submission.source, submission.external_id or submission.url), asyncio.Lock())
        if submission.external_id is None and submission.url is None:
            turn = asyncio.Lock()
        async with turn:
            for delay in self.backoff.delays():
                try:
                    return await self.put(submission)
                except Unavailable as error:
                    self.waiting(str(error))
                    await self.sleep(max(delay, float(error.retry_after)))
        raise AssertionError  # delays have no end


def _front_matter(content: bytes) -> dict[str, str]:
    try:
        text, _broken = charset.decode(content, charset.decide(content))
    except Rejected:  # Ingest says so in its own words.
        return {}
    return of_front_matter(text)
