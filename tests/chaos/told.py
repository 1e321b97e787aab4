"""A world → what its health report said while a round broke it, and whether that was what was broken, and green afterwards."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from shared.errors import Rejected
from shared.health.report import Report, read
from tests.chaos.schedule import ENGINES, Fault
from tests.chaos.world import World, plain_http

EVERY = 0.5
"""Seconds between two looks at the report; the monitor makes one every two."""

GREEN_SECONDS = 60.0
"""For the report to be green once everything is committed and everybody ready: some rounds, and what waits is looked at for ten seconds."""

STAYS = "dead_letters"
"""The poison of this world and of the rounds before waits for a person."""


@dataclass(frozen=True)
class Broken:
    """A fault as it was: an engine that was killed is away until it answers again."""

    fault: Fault
    began: float
    ended: float

    @property
    def key(self) -> str | None:
        """What is told of it, as code and part; None of what is not asked: a second worker, and a child."""
        target, kind = self.fault.target, self.fault.kind
        if target in ENGINES:
            return f"engine_away/{target.lower()}"
        if target == "monitor":
            return "monitor_away/monitor"
        service, _, slot = target.partition("-")
        if service == "child" or slot not in ("", "0"):
            return None
        return f"service_{'down' if kind == 'kill' else 'hangs'}/{service}"

    @property
    def must_last(self) -> float:
        """Seconds after which it must have been told.

        A round that something hangs in takes five, and a port that hangs is asked twice.
        """
        if self.fault.kind == "kill" or self.fault.target == "monitor":
            return 10.0
        return 12.0 if self.fault.target in ENGINES else 15.0


@dataclass
class Told:
    """Looks at the report all the time; times are `time.monotonic`."""

    world: World
    broken: list[Broken] = field(default_factory=list)
    seen: list[tuple[float, frozenset[str]]] = field(default_factory=list)
    """When which codes and parts were told"""

    def note(self, fault: Fault, began: float) -> None:
        """Take a fault that is over."""
        self.broken.append(Broken(fault, began, time.monotonic()))

    async def look(self, over: asyncio.Event) -> None:
        """Until it is over."""
        while not over.is_set():
            if (report := await self._report()) is not None:
                self.seen.append((time.monotonic(), _keys(report)))
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), EVERY)

    async def _report(self) -> Report | None:
        """The monitor's; where it does not answer what search says of that."""
        async with plain_http(4) as client:
            for service, path in (("monitor", "/report"), ("search", "/api/health/report")):
                try:
                    answer = await client.get(self.world.url(service) + path)
                    return read(answer.content)
                except (httpx.TransportError, Rejected):
                    continue
        return None

    async def green(self) -> list[str]:
        """Return what is wrong still after some time: nothing where the report is green but for dead letters."""
        deadline, said = time.monotonic() + GREEN_SECONDS, ["the health report is not there"]
        while time.monotonic() < deadline:
            if (report := await self._report()) is not None:
                said = [f"the health report still says {key} after the round" for key in sorted(_keys(report)) if not key.startswith(STAYS)]
                if not said:
                    return []
            await asyncio.sleep(EVERY)
        return said

    def after(self, one: Broken) -> float | None:
        """Seconds from a fault until it was told, while it lasted or a moment later; None where it was not."""
        return next((at - one.began for at, keys in self.seen if one.key in keys and one.began <= at <= one.ended + EVERY), None)

    def missed(self) -> list[str]:
        """What lasted long enough to be told, and was not, though there was a monitor to tell it."""
        return [
            f"the health report did not say {one.key} within {one.ended - one.began:.1f} s of {one.fault.kind} {one.fault.target}"
            for one in self.broken
            if one.key and one.ended - one.began >= one.must_last and self.after(one) is None and not _unwatched(one, self.broken)
        ]

    def __str__(self) -> str:
        words = [(one, self.after(one)) for one in sorted(self.broken, key=lambda one: one.began) if one.key]
        return "; ".join(
            f"{one.key} " + (f"told after {after:.1f} s" if after is not None else f"not told within {one.ended - one.began:.1f} s")
            for one, after in words
        )


def _unwatched(one: Broken, broken: Sequence[Broken]) -> bool:
    """Return whether what tells it was broken at the same time: the monitor, or, of the monitor, search; each needs some seconds to be back."""
    watching = "search" if one.fault.target == "monitor" else "monitor"
    return any(other.fault.target == watching and other.began < one.ended and other.ended + 15.0 > one.began for other in broken)


def _keys(report: Report) -> frozenset[str]:
    return frozenset(f"{trouble.code}/{trouble.part}" for trouble in (*report.causes, *report.symptoms))
