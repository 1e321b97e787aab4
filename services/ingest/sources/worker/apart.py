"""A document → its articles, read in a process of its own that is ended where it takes too long.

feedparser takes 10 s for a usual feed of 8 MiB, and 30 s and 540 MiB of memory for one that is made to be
slow: in this process all others would wait for it. A page of open tags alone takes the square of their
number, and a selector of five nested `:has()` the fifth power of a page's: 20 s for 1,400 bytes, in which no
thread of Python gets a turn. Small feeds alone are read in a thread, as a process costs a third of a second.
"""

import asyncio
import math
import os
import pickle
import resource
import sys
import time
import traceback
from dataclasses import dataclass, field

from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.threads import READING
from services.ingest.sources.worker.articles import articles
from shared import log
from shared.errors import Rejected
from shared.registry.entry import Feed, Listing

logger = log.get(__name__)

SMALL_BYTES = 128 * 1024
"""What a thread reads: under three seconds at the worst that we know (25,600 open tags)"""

SMALL_SECONDS, SECONDS = 5.0, 20.0
"""Of the processor, for a small document and a large one; twice that by the clock, as others work too"""

MEMORY = 2**29
"""Bytes; a usual feed of 8 MiB takes a third of that"""

AT_ONCE = 1
"""Processes for small documents, and as many for large ones, whose memory the worker has to have room for"""


@dataclass(frozen=True)
class _Fault:
    """What nobody foresaw, as the process tells it."""

    name: str
    trace: str


def _room() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True)
class Reader:
    """Reads documents; small pages wait for no large document."""

    small_seconds: float = SMALL_SECONDS
    seconds: float = SECONDS
    _small: asyncio.Semaphore = field(default_factory=_room)
    _large: asyncio.Semaphore = field(default_factory=_room)

    async def __call__(self, found: Fetched, fetch: Feed | Listing) -> tuple[Article, ...]:
        """Return what the document names; raises Rejected as `articles` does, and `slow_document` and `fault`."""
        small = len(found.content) <= SMALL_BYTES
        if small and isinstance(fetch, Feed):
            return await READING(articles, found, fetch)
        room, seconds = (self._small, self.small_seconds) if small else (self._large, self.seconds)
        async with room:
            read = await _asked(pickle.dumps((found, fetch)), seconds)
        if isinstance(read, _Fault):
            logger.error("reading_failed", url=found.url, trace=read.trace)
            message = f"it can't be read, by a fault of this program ({read.name}): its log says more"
            raise Rejected("fault", message)
        if isinstance(read, Rejected):
            raise read
        return read


async def _asked(question: bytes, seconds: float) -> tuple[Article, ...] | Rejected | _Fault:
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
    found: tuple[Article, ...] | Rejected | _Fault = pickle.loads(answer)
    return found


def main(seconds: int) -> None:
    """Answer one question."""
    os.nice(10)
    begun = math.ceil(time.process_time())  # for the imports
    resource.setrlimit(resource.RLIMIT_CPU, (begun + seconds, begun + seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    found, fetch = pickle.loads(sys.stdin.buffer.read())
    answer: object
    try:
        answer = articles(found, fetch)
    except Rejected as refused:
        answer = refused
    except MemoryError:
        raise  # It is told as what takes too much.
    except Exception as error:
        answer = _Fault(type(error).__name__, traceback.format_exc())
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    # By its own name, by which the answer is unpacked.
    from services.ingest.sources.worker import apart

    apart.main(int(sys.argv[1]))
