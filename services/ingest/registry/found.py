"""Sources that were fed and are not known → entries of the registry, some at a time in the background."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from shared import log
from shared.errors import JianbaoError

_log = log.get(__name__)

MOST_WAITING = 1000
"""Sources of which entries are to be made: of more, each gets its own with a later digest."""

GATHER_SECONDS = 0.5
"""Between a first digest and its source's entry: the registry is read whole for each batch of entries."""

AGAIN_SECONDS = 10.0
"""After a failure; digests of those sources are fed meanwhile as ever."""

Make = Callable[[Mapping[str, str]], Awaitable[None]]
"""Is given who fed each source"""


class Found:
    """Feeding never waits for it, and what fails is tried again."""

    def __init__(self, make: Make, *, gather: float = GATHER_SECONDS, again: float = AGAIN_SECONDS) -> None:
        """`make` makes entries; both times in seconds."""
        self._make, self._gather, self._again = make, gather, again
        self._waiting: dict[str, str] = {}
        self._some = asyncio.Event()

    def note(self, source: str, by: str) -> None:
        """Have an entry made of a source, soon."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.setdefault(source, by)
            self._some.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Make entries while the block runs; those that are not made at its end are when they are fed next."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            await asyncio.sleep(self._gather)
            batch = dict(self._waiting)
            try:
                await self._make(batch)
            except JianbaoError as error:
                _log.warning("sources_not_noted", sources=len(batch), reason=str(error))
                await asyncio.sleep(self._again)
                continue
            except Exception:  # nobody else would make them if this ended
                _log.exception("noting new sources failed")
                await asyncio.sleep(self._again)
                continue
            _log.info("sources_noted", sources=sorted(batch)[:20], count=len(batch))
            for source in batch:
                del self._waiting[source]
            if not self._waiting:
                self._some.clear()
