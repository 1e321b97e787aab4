"""Work that blocks → its result, from a thread of its kind.

Names, mailboxes and documents have threads of their own, so that a kind whose servers are silent holds up no
other; asyncio's own threads, some six, are left for folders.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Threads of a kind, made as they are needed."""

    def __init__(self, name: str, most: int) -> None:
        """Begin none yet; `most` work at once."""
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)
        self._begun: WeakSet[Future[Any]] = WeakSet()

    @property
    def busy(self) -> int:
        """How many are at work, also where nobody waits for it any longer."""
        return sum(not work.done() for work in self._begun)

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the work returns, once a thread has done it."""
        begun = self._pool.submit(work, *args, **kwargs)
        self._begun.add(begun)
        return await asyncio.wrap_future(begun)


NAMES = Threads("names", 64)
"""A resolver that is away lets each wait for some ten seconds: twice the sources that are fetched at once."""

MAIL = Threads("mail", 100)
"""A connection each, which wait for their servers: more than the sources that are fetched at once"""

READING = Threads("reading", 2)
"""For documents and messages, which take the processor"""
