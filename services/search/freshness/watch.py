"""Every half minute: the digests of all sources → what pages, the pipeline's answer and metrics say of how fresh they are."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from services.search.models.sources import SourceAnswer, SourcesAnswer, source, sources
from shared import metrics
from shared.errors import JianbaoError
from shared.freshness.history import History
from shared.log import get
from shared.registry.listing import Listing

log = get(__name__)

EVERY = 30.0
"""Seconds between two looks: freshness is a matter of hours, and one look is one search."""

YOUNG = 2.0
"""Seconds within which whoever opens the page sees what was found for another."""

MOST_LABELS = 200
"""Sources that have a metric of their own, those that came last: a label each, for ever."""


class HistorySource(Protocol):
    """Where digests are counted."""

    async def all(self) -> dict[str, History]:
        """By source; raises JianbaoError."""


class SourceWatch:
    """Looks in the background while it runs, and for whoever asks in between."""

    def __init__(
        self,
        histories: HistorySource,
        listing: Listing,
        *,
        every: float = EVERY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Asks nothing yet."""
        self._histories, self.listing, self._every, self._clock = histories, listing, every, clock
        self._found: Mapping[str, History] = {}
        self._at: datetime | None = None
        self._error: str | None = None
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look while the block runs."""
        task = asyncio.create_task(self._run(), name="freshness of sources")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    def now(self) -> SourcesAnswer:
        """What was found last, judged by the time that has passed since."""
        found = sources(self.listing, self._found, self._clock())
        return SourcesAnswer(sources=found, measured_at=self._at, error=self._error, complete=self.listing.complete)

    async def all(self) -> SourcesAnswer:
        """As it is now; what was found before, with the reason, where Elasticsearch is away."""
        await self._look()
        return self.now()

    async def one(self, name: str) -> SourceAnswer | None:
        """One source, None where neither registry nor digests know it."""
        await self._look()
        if name not in self.listing.entries and name not in self._found:
            return None
        return source(name, self.listing, self._found.get(name), self._clock())

    async def _look(self) -> None:
        async with self._turn:
            if self._at is not None and not self._error and (self._clock() - self._at).total_seconds() < YOUNG:
                return
            try:
                self._found = await self._histories.all()
                self._at, self._error = self._clock(), None
            except JianbaoError as error:
                self._error = str(error)

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
                self._measure()
            except Exception:
                log.exception("looking at the freshness of sources failed")
            await asyncio.sleep(self._every)

    def _measure(self) -> None:
        said = self.now().sources
        came = sorted((one for one in said if one.silent_seconds is not None and one.on), key=lambda one: one.silent_seconds or 0.0)
        metrics.source_silent.clear()
        for one in came[:MOST_LABELS]:
            metrics.source_silent.labels(source=one.source).set(one.silent_seconds or 0.0)
        for state in ("fresh", "due", "overdue"):
            metrics.sources_by_state.labels(state=state).set(sum(one.state == state for one in said))
