"""All that is known of sources → turns: each that is due, so many at once, and of one site one at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from services.ingest.sources.worker import plan
from shared import log, metrics
from shared.errors import Unavailable
from shared.registry.entry import Entry, Feed, FetchState
from shared.registry.entry import Listing as Page
from shared.registry.listing import Listing

logger = log.get(__name__)

LOOK_SECONDS = 0.5
"""Between two looks at what is due"""

AT_ONCE = 32
"""Turns, nearly all of which wait for servers; so many slow ones would hold up others for some minutes"""

Turn = Callable[[Entry, FetchState | None], Coroutine[None, None, FetchState]]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Schedule:
    """Begins turns while it runs; whoever runs it is the only one that does."""

    turn: Turn
    can: Callable[[Entry], bool] = lambda entry: True
    """Whether a source is of a kind that is fetched"""
    at_once: int = AT_ONCE
    now: Callable[[], datetime] = _now
    _running: dict[str, "asyncio.Task[FetchState]"] = field(default_factory=dict, init=False)
    _sites: dict[str, str] = field(default_factory=dict, init=False)
    _later: dict[tuple[str, int], datetime] = field(default_factory=dict, init=False)
    """By source and edition: when it is taken up again whose turn kept no state"""
    _faults: dict[tuple[str, int], int] = field(default_factory=dict, init=False)
    """Of ours, in a row"""
    _states: dict[str, FetchState] = field(default_factory=dict, init=False)

    async def run(self, listing: Listing) -> None:
        """Take turns until cancelled; then end what is under way.

        States are those of the beginning and of own turns: as long as this runs nobody else keeps any.
        """
        self._states, self._later, self._faults = dict(listing.fetched), {}, {}
        try:
            while True:
                self.look(listing)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._end()

    def look(self, listing: Listing) -> None:
        """Gather turns that ended, end those of sources that are off now, and begin those that are due."""
        self._gather(listing)
        now = self.now()
        waiting = []
        for source, entry in listing.entries.items():
            later = self._later.get((source, entry.edition), now)
            if source in self._running or later > now or not self.can(entry):
                continue
            since = plan.due(entry, self._states.get(source), now)
            if since is not None and since <= now:
                waiting.append((since, source))
        for _, source in sorted(waiting):
            if len(self._running) >= self.at_once:
                break
            entry = listing.entries[source]
            site = _site(entry)
            if site is not None and site in self._sites.values():
                continue
            self._sites[source] = site or source
            self._running[source] = asyncio.create_task(self.turn(entry, self._states.get(source)))
        states = self._states.values()
        metrics.fetch_sources.labels(state="paused").set(sum(state.paused for state in states))
        failing = sum(state.failures > 0 and not state.paused for state in states)
        metrics.fetch_sources.labels(state="failing").set(failing)

    def _gather(self, listing: Listing) -> None:
        for source, task in list(self._running.items()):
            entry = listing.entries.get(source)
            if not task.done():
                if entry is None or not entry.on:
                    task.cancel()
                continue
            del self._running[source], self._sites[source]
            if task.cancelled():
                continue
            key = (source, entry.edition if entry is not None else 0)
            if (error := task.exception()) is None:
                self._states[source] = task.result()
                self._later.pop(key, None)
                self._faults.pop(key, None)
                continue
            # Kafka did not keep the state, or a fault of ours: neither may turn into asking a site without pause.
            if isinstance(error, Unavailable):
                reason, seconds = str(error), plan.AWAY_SECONDS
            else:
                faults = self._faults[key] = self._faults.get(key, 0) + 1
                reason, seconds = repr(error), plan.backoff(faults, plan.FIRST_SECONDS, max)
            logger.error("turn_failed", source=source, reason=reason[:500])
            self._later[key] = self.now() + timedelta(seconds=seconds)

    async def _end(self) -> None:
        for task in self._running.values():
            task.cancel()
        if self._running:
            await asyncio.wait(self._running.values())
        self._running.clear()
        self._sites.clear()
        for state in ("paused", "failing"):
            metrics.fetch_sources.labels(state=state).set(0)  # for whoever leads now to say


def _site(entry: Entry) -> str | None:
    return urlsplit(entry.fetch.url).netloc.lower() if isinstance(entry.fetch, Feed | Page) else None
