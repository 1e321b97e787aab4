"""Every half minute: the latest issues of all sources → facts for the report.

While Kafka or Elasticsearch is away, the registry is still being read, or nobody knows until when digests are
searchable, what was found last stays: nothing new is raised, and nothing ends.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from services.monitor.report.behind import behind
from services.monitor.report.facts import Facts, SourceFacts
from services.monitor.sources.judge import judged
from shared import log
from shared.errors import JianbaoError
from shared.freshness.history import History
from shared.registry.listing import Listing

_log = log.get(__name__)


class HistorySource(Protocol):
    """Where digests are counted."""

    async def all(self) -> Mapping[str, History]:
        """By source; raises JianbaoError."""


@dataclass
class SourceLook:
    """Looks in the background; `add` gives the report what was found last."""

    histories: HistorySource
    listing: Listing
    every: float
    """Seconds between two looks: one search of some ms"""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _found: Sequence[SourceFacts] = field(default=(), init=False)
    _last: Facts | None = field(default=None, init=False)
    _away: bool = field(default=False, init=False)
    """Whether the last look failed, which is logged once"""

    def add(self, facts: Facts) -> Facts:
        """Return the facts with those of sources."""
        self._last = facts
        return replace(facts, sources=[*facts.sources, *self._found])

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                _log.exception("looking at sources failed")
            await asyncio.sleep(self.every)

    async def look(self) -> None:
        """Look once."""
        late = behind(self._last) if self._last is not None else None
        # Without Kafka nobody knows what waits: an issue of each source may.
        blind = self._last is not None and (kafka := self._last.engines.get("kafka")) is not None and kafka.answers is False
        if blind or not self.listing.complete or (late is not None and late.until is None):
            return
        try:
            histories = await self.histories.all()
        except JianbaoError as error:
            if not self._away:
                _log.info("sources_unknown", reason=str(error))
            self._away = True
            return
        self._away = False
        until = late.until if late is not None and late.until is not None else self.now()
        self._found = judged(self.listing, histories, min(until, self.now()))
