"""Points in time of the items' index: one for all searches that begin at the same moment.

A search whose pages belong together needs the index to stand still for it. Opening a point in time for each would cost every search a request, and
each is held for minutes; those of one moment see the same index anyway. One whose pages are all read is freed at once, the others run out.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

KEEP_ALIVE = "5m"
"""How long a page may be read before the next one is asked for. Each held point in time keeps files that merges would remove, so not for ever."""

MOMENT = 0.25
"""Seconds that a point in time serves new searches: what was indexed may be found that much later. A quarter of the index's own refresh (1 s)."""


@dataclass
class Snapshot:
    """One point in time."""

    pit_id: str
    opened: float
    """By the clock of Snapshots, in seconds"""
    users: int = 0
    kept: bool = False
    """Whether somebody was given a cursor that leads back to it"""


class Snapshots:
    """The points in time that this process opens on one alias."""

    def __init__(self, elastic: AsyncElasticsearch, alias: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._elastic, self._alias, self._clock = elastic, alias, clock
        self._opening = asyncio.Lock()
        self._current: Snapshot | None = None

    @asynccontextmanager
    async def now(self) -> AsyncIterator[Snapshot]:
        """A point in time not older than MOMENT, for as long as the block lasts, longer if it is `kept`; errors of the client pass through."""
        snapshot = await self._fresh()
        try:
            yield snapshot
        finally:
            snapshot.users -= 1
            if snapshot is not self._current:
                await self._done_with(snapshot)

    async def _fresh(self) -> Snapshot:
        async with self._opening:
            before = self._current
            if before is None or self._clock() - before.opened > MOMENT:
                opened = await self._elastic.open_point_in_time(index=self._alias, keep_alive=KEEP_ALIVE)
                self._current = Snapshot(opened["id"], self._clock())
            now = self._current
            assert now is not None
            now.users += 1
        if before is not None and before is not now:
            try:
                await self._done_with(before)
            except asyncio.CancelledError:
                now.users -= 1  # who asked has left
                raise
        return now

    async def _done_with(self, snapshot: Snapshot) -> None:
        """Free it if nobody needs it; it ends by itself too, so failing to is no error."""
        if snapshot.users or snapshot.kept:
            return
        try:
            await self._elastic.close_point_in_time(id=snapshot.pit_id)
        except (ApiError, TransportError):
            return
