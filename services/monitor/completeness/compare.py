"""One round after the other: topics read on, totals and some slices of the index looked at, and judged."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from services.monitor.completeness.index import Totals
from services.monitor.completeness.judge import Facts, fresh_seconds, judge
from services.monitor.completeness.ledger import Ledger, Manifest
from services.monitor.completeness.looks import Looks
from services.monitor.completeness.topics import Progress
from services.monitor.conservation.balance import Balance
from shared import metrics
from shared.completeness import STATES, Canaries, Completeness, unknown
from shared.errors import JianbaoError
from shared.health.conservation import OUTCOMES, STAGES, Conservation
from shared.log import get

log = get(__name__)

LOOK_SECONDS = 3.0
"""Of a round for looks at slices beyond the first: a whole sweep takes under a second below 100,000 digests."""

ROUND_SECONDS = 30.0
"""For a whole round, which takes 100 ms, and some seconds after a start: an engine that is stopped refuses nothing and answers nothing."""

SETTLE_SECONDS = 3.0
"""Since the groups' offsets last moved, until all that was written can be found: Elasticsearch shows it after one."""


class TopicSource(Protocol):
    """What reads the topics."""

    ledger: Ledger

    async def read(self, fills: str) -> Progress:
        """Read on for a bounded time."""

    async def close(self) -> None:
        """Free what it holds."""


class IndexSource(Protocol):
    """What asks Elasticsearch."""

    async def totals(self) -> Totals:
        """Both indices as a whole."""

    async def slice(self, number: int) -> tuple[Mapping[str, Manifest], Mapping[str, int]]:
        """Manifests of a slice, and items by digest."""


@dataclass
class Comparer:
    """Compares; `latest` is what the last round found."""

    topics: TopicSource
    index: IndexSource
    every: float
    """Seconds between rounds"""
    lost_after: float = 30.0
    """Seconds for which a digest may be missed before it counts as lost"""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = time.monotonic
    looks: Looks = field(default_factory=Looks)
    _balance: Balance = field(init=False)
    _rested: list[tuple[float, int]] = field(default_factory=list, init=False)
    """When slices got digests that index has answered for: looked at once all of them can be found"""
    _latest: Completeness = field(default_factory=lambda: unknown("starting"), init=False)
    _indices: tuple[str, ...] = field(default=(), init=False)
    _fills: str = field(default="", init=False)
    _fill_ends: Mapping[int, int] | None = field(default=None, init=False)
    """Of the enriched topic when the fills were first seen: who is past them has filled the index; None once that is so"""
    _moved: tuple[Mapping[int, int], Mapping[int, int], float] = field(default=({}, {}, 0.0), init=False)
    """Both groups' offsets, and since when they are these"""
    _drift: tuple[int, int] = field(default=(0, 0), init=False)
    """Manifests and items beyond what is owed when all slices were last made due for it"""

    def __post_init__(self) -> None:
        self._balance = Balance(self.topics.ledger, self.lost_after, fresh_seconds(self.every))

    @property
    def latest(self) -> Completeness:
        """What was found last, or that it says nothing of now."""
        return self._latest.as_of(self.now())

    @property
    def conservation(self) -> Conservation:
        """The last balance, or that nothing is known of now."""
        return self._balance.latest.as_of(self.now())

    async def run(self) -> None:
        """Round after round, until cancelled; nothing that a round raises ends it."""
        try:
            while True:
                await self.round()
                await asyncio.sleep(self.every if self._latest.reason != "starting" else min(self.every, 1.0))
        finally:
            await self.topics.close()

    async def round(self) -> Completeness:
        """Compare once; what is away makes the answer unknown, at once."""
        at, before = self.now(), self._latest
        try:
            async with asyncio.timeout(ROUND_SECONDS):
                self._latest = await self._round(at)
        except TimeoutError:
            self._latest = unknown("away", f"no answer within {ROUND_SECONDS:g} s", at=at, fresh_seconds=fresh_seconds(self.every))
        except JianbaoError as error:
            self._latest = unknown("away", str(error), at=at, fresh_seconds=fresh_seconds(self.every))
        except Exception as error:
            log.exception("comparing topics and index failed")
            self._latest = unknown("away", f"{type(error).__name__}: see the log of the monitor", at=at, fresh_seconds=fresh_seconds(self.every))
        if (before.state, before.reason) != (self._latest.state, self._latest.reason):
            (log.info if self._latest.state in ("green", "unknown") else log.warning)("completeness", says=str(self._latest))
        _measure(self._latest, self.conservation)
        return self._latest

    async def _round(self, at: datetime) -> Completeness:
        totals = await self.index.totals()
        progress = await self.topics.read(totals.fills)
        if progress.anew or totals.indices != self._indices:
            self.looks.forget()
            self._indices = totals.indices
        rested = self._balance.look(progress)
        if self.looks.complete:  # until then all are due
            self._rested += [(self.clock(), number) for number in rested]
        whole = len(totals.indices) == 2
        facts = Facts(
            at=at,
            every=self.every,
            unread=progress.unread,
            indices=totals.indices,
            filling=whole and self._is_filling(totals.fills, progress),
            settled=False,
            digests=self.topics.ledger.digests,
            manifests=totals.manifests,
            named=totals.named,
            items=totals.items,
            in_flight=self._balance.in_flight,
        )
        settled = self._is_settled(progress, facts)
        if whole and not progress.unread:
            drift = (facts.manifests - facts.digests, facts.items - facts.named)
            # As long as the sums differ and no digest shows why, all are looked at: one that came since may.
            unexplained = self._latest.reason == "unlike" and not self.looks.due
            if settled and (unexplained or drift != self._drift):
                self._drift = drift
                self.looks.sweep()
            self._due()
            await self._look(progress)
        self._balance.balance(at, progress, frozenset(self.looks.found("absent")))
        canaries = self.topics.ledger.canaries
        counted = tuple(Canaries(records=kept, of_them=canaries[name]) for name, kept in zip(("raw", "enriched"), progress.kept, strict=True))
        return judge(replace(facts, settled=settled), self.looks).model_copy(update={"canaries": counted})

    def _due(self) -> None:
        """Have slices looked at that got digests just now: a loss is known in seconds, and not after a sweep."""
        found = self.clock() - SETTLE_SECONDS
        self.looks.due |= {number for at, number in self._rested if at <= found}
        self._rested = [(at, number) for at, number in self._rested if at > found]

    async def _look(self, progress: Progress) -> None:
        deadline = self.clock() + LOOK_SECONDS
        for number in self.looks.plan():
            manifests, items = await self.index.slice(number)
            differing = self.topics.ledger.differing(number, manifests, items, enrich=progress.enrich, index=progress.index)
            self.looks.note(number, dict(differing))
            if self.clock() > deadline:
                break

    def _is_filling(self, fills: str, progress: Progress) -> bool:
        if fills != self._fills:
            self._fills, self._fill_ends = fills, progress.ends if fills else None
        if self._fill_ends is not None and all(progress.index.get(each, 0) >= end for each, end in self._fill_ends.items()):
            self._fill_ends = None
        return self._fill_ends is not None

    def _is_settled(self, progress: Progress, facts: Facts) -> bool:
        enrich, index, since = self._moved
        if (enrich, index) != (progress.enrich, progress.index):
            since = self.clock()
            self._moved = (progress.enrich, progress.index, since)
        return not facts.in_flight and not facts.unread and self.clock() - since >= SETTLE_SECONDS


def _measure(found: Completeness, balance: Conservation) -> None:
    for state in STATES:
        metrics.completeness.labels(state=state).set(found.state == state)
    metrics.incomplete.labels(kind="missing").set(found.missing)
    metrics.incomplete.labels(kind="extra").set(found.extra)
    known = {one.stage: one for one in balance.stages}
    for stage in STAGES:
        # What nobody knows is no figure.
        one = known.get(stage)
        metrics.conservation_lost.labels(stage=stage).set(one.overdue if one else math.nan)
        for outcome in OUTCOMES:
            value = getattr(one, outcome) if one else math.nan
            metrics.conservation_records.labels(stage=stage, outcome=outcome).set(value)
