"""A large document → its articles, read in a process of its own that is ended where it takes too long.

feedparser takes 10 s for a usual feed of 8 MiB, and 30 s and 540 MiB of memory for one that is made to be
slow: in this process all others would wait for it. A page of open tags alone takes the square of their
number. Small documents are read in a thread, as a process costs a third of a second.
"""

import asyncio
import math
import os
import pickle
import resource
import sys
from dataclasses import dataclass, field

from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.worker.articles import articles
from shared.errors import Rejected
from shared.registry.entry import Feed, Listing

SMALL_BYTES = 128 * 1024
"""What a thread reads: under three seconds at the worst that we know (25,600 open tags)"""

SECONDS = 20.0
"""Of the processor; twice that by the clock, as others work too"""

MEMORY = 2**29
"""Bytes; a usual feed of 8 MiB takes a third of that"""

AT_ONCE = 1
"""Processes, whose memory the worker has to have room for"""


@dataclass(frozen=True)
class Reader:
    """Reads documents, of large ones so many at once."""

    seconds: float = SECONDS
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def __call__(self, found: Fetched, fetch: Feed | Listing) -> tuple[Article, ...]:
        """Return what the document names; raises Rejected as `articles` does, and of kind `slow_document`."""
        if len(found.content) <= SMALL_BYTES:
            return await asyncio.to_thread(articles, found, fetch)
        async with self._room:
            read = await _asked(pickle.dumps((found, fetch)), self.seconds)
        if isinstance(read, Rejected):
            raise read
        return read


async def _asked(question: bytes, seconds: float) -> tuple[Article, ...] | Rejected:
    command = [sys.executable, "-m", "services.ingest.sources.worker.apart", str(math.ceil(seconds))]
    pipe = asyncio.subprocess.PIPE
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=quiet)
    try:
        async with asyncio.timeout(seconds * 2):  # twice, as others work too
            answer, _ = await process.communicate(question)
    except TimeoutError:
        answer = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if not answer:
        return Rejected("slow_document", f"it takes more than {seconds:g} seconds, or too much memory, to read")
    found: tuple[Article, ...] | Rejected = pickle.loads(answer)
    return found


def main(seconds: int) -> None:
    """Answer one question."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    found, fetch = pickle.loads(sys.stdin.buffer.read())
    answer: object
    try:
        answer = articles(found, fetch)
    except Rejected as refused:
        answer = refused
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]))
