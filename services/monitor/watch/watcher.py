"""Every two seconds: Kafka, Elasticsearch and the services → facts → the report. The last one is always at hand.

Each part is looked at within its own time, so that one that hangs says nothing against the others. Nothing that a look
raises ends the rounds; `check` fails when they stay away.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from services.monitor.report.facts import DeadFacts, EngineFacts, Facts, Service, ServiceFacts
from services.monitor.report.report import Reporter
from services.monitor.watch.kafka_look import KafkaSeen
from shared import log
from shared.errors import JianbaoError
from shared.health.report import Report

_log = log.get(__name__)
T = TypeVar("T")

EVERY = 2.0
"""Seconds between rounds: what people see as now."""

PART_SECONDS = 5.0
"""For one look; a round with one that hangs is still news."""

SILENT_SECONDS = 30.0
"""Without a round the watcher itself is broken."""


class Kafka(Protocol):
    """Looks at Kafka."""

    async def look(self) -> KafkaSeen:
        """Raises Unavailable."""

    async def close(self) -> None:
        """Free what it holds."""


Further = Callable[[Facts], Facts]
"""Adds what others found out: completeness, dead letters, canaries, sources"""


@dataclass
class Watcher:
    """Runs in the background; `report` is the last round's."""

    kafka: Kafka
    elastic: Callable[[], Awaitable[EngineFacts]]
    services: Mapping[Service, Callable[[], Awaitable[ServiceFacts]]]
    further: Sequence[Further] = ()
    """In this order"""
    told: Callable[[Facts, Report], None] = lambda _facts, _report: None
    """Is told of each round"""
    every: float = EVERY
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    reporter: Reporter = field(default_factory=Reporter)
    report: Report | None = field(default=None, init=False)
    _answered: dict[Service, datetime] = field(default_factory=dict, init=False)
    _seen: dict[Service, ServiceFacts] = field(default_factory=dict, init=False)
    """In the last round: what holds until a service that hangs was asked twice"""
    _dead: Mapping[Service, DeadFacts] = field(default_factory=dict, init=False)
    """As Kafka said last: while it is away nobody solves a dead letter"""
    _hung: set[Service] = field(default_factory=set, init=False)
    """In the last round"""
    _doubt: bool = field(default=False, init=False)
    """A service hung in the last round for the first time: the next comes at once"""
    _ended_at: float = field(default_factory=time.monotonic, init=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self) -> None:
        """Round after round, until cancelled."""
        try:
            while True:
                began = time.monotonic()
                try:
                    await self.round()
                except Exception:
                    _log.exception("a round of looking at the pipeline failed")
                # From begin to begin: where one service hangs a round takes seconds, and the others are to be looked at as often.
                await asyncio.sleep(0 if self._doubt else max(0.0, self.every - (time.monotonic() - began)))
        finally:
            await self.kafka.close()

    async def round(self) -> Report:
        """Look at everything once, all parts at the same time."""
        at, self._doubt = self.now(), False
        looks = [asyncio.ensure_future(_within(look(), ServiceFacts(alive=False, hangs=True))) for look in self.services.values()]
        (kafka, seen), elastic, services = await asyncio.gather(
            self._kafka(),
            _within(self.elastic(), EngineFacts(False, f"no answer within {PART_SECONDS:g} s")),
            asyncio.gather(*looks),
        )
        if seen is not None:
            self._dead = seen.dead
        facts = Facts(
            at=at,
            engines={"kafka": kafka, "elasticsearch": elastic},
            services={name: self._since(name, seen, at) for name, seen in zip(self.services, services, strict=True)},
            lags=seen.lags if seen else {},
            dead=self._dead,
            missing_topics=seen.missing if seen else (),
        )
        for add in self.further:
            facts = add(facts)
        self.report = self.reporter.report(facts)
        self.told(facts, self.report)
        self._ended_at = time.monotonic()
        news, self._news = self._news, asyncio.Event()
        news.set()
        return self.report

    async def reports(self) -> AsyncIterator[Report]:
        """Give the last report, then each new one."""
        while True:
            news = self._news
            if self.report is not None:
                yield self.report
            await news.wait()

    async def check(self) -> None:
        """Raise when rounds stay away: what is shown would be the past."""
        silent = time.monotonic() - self._ended_at
        if silent > SILENT_SECONDS:
            raise RuntimeError(f"the pipeline was not looked at for {silent:.0f} s")

    def _since(self, name: Service, seen: ServiceFacts, at: datetime) -> ServiceFacts:
        if seen.alive is not False:
            self._answered[name] = at
        hung, self._hung = self._hung, (self._hung - {name}) | ({name} if seen.hangs else set())
        if seen.hangs and name not in hung:  # once may be a busy machine; twice in a row is no chance
            seen, self._doubt = self._seen.get(name, ServiceFacts(alive=None)), True
        self._seen[name] = seen
        return replace(seen, silent_seconds=(at - self._answered.setdefault(name, at)).total_seconds())

    async def _kafka(self) -> tuple[EngineFacts, KafkaSeen | None]:
        try:
            async with asyncio.timeout(PART_SECONDS):
                return EngineFacts(True), await self.kafka.look()
        except TimeoutError:
            return EngineFacts(False, f"no answer within {PART_SECONDS:g} s"), None
        except JianbaoError as error:
            return EngineFacts(False, str(error)), None
        except Exception as error:  # whatever the client raises: an old report would seem to be of now
            _log.exception("looking at Kafka failed")
            return EngineFacts(False, f"{type(error).__name__}: {error}"), None


async def _within(looking: Awaitable[T], late: T) -> T:
    try:
        async with asyncio.timeout(PART_SECONDS):
            return await looking
    except TimeoutError:
        return late
