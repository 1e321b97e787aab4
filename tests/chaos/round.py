"""A world and a seed in, one round out: load and faults at once, then all settles and is compared with what was promised."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
from aiokafka.errors import KafkaError

from tests.chaos.balance import unbalanced
from tests.chaos.load import Feeders
from tests.chaos.oracle import LetterKey, Promises, differences
from tests.chaos.schedule import CHILDREN, ENGINES, Crowd, Fault, Giant, Plan, plan
from tests.chaos.told import Told
from tests.chaos.view import Offsets, View
from tests.chaos.world import World
from tests.slow_clients import BEGUN_UPLOAD, HALF_A_HEADER, slow_clients

SETTLE_SECONDS = 120.0
"""For everything to be committed once the load is through and the last fault is over. It takes 2 to 20 s on a quiet machine; a worker that
was away for longer than its session has to wait for a rebalance (60 s at most)."""

AGREE_SECONDS = 20.0
"""For the index to agree once everything is committed, and for the monitor to say so: what is delivered twice is still being written the second
time, and what the monitor is to believe it has to see twice."""

LOOK_SECONDS = 2.0
"""Between looks at the offsets, for the log."""

_AWAY = (KafkaError, OSError, TimeoutError, httpx.HTTPError)


@dataclass
class Report:
    """How a round went."""

    seed: int
    wrong: list[str] = field(default_factory=list)
    """Empty when it holds"""
    digests: int = 0
    items: int = 0
    letters: int = 0
    seconds: float = 0.0
    settled: float = 0.0
    """Seconds from the end of load and faults until everything was right"""
    faults: tuple[Fault, ...] = ()
    giants: tuple[Giant, ...] = ()
    told: str = ""
    """What the health report said of the faults"""

    def __str__(self) -> str:
        faults = ", ".join(f"{fault.kind} {fault.target} at {fault.at:g} s for {fault.seconds:g} s" for fault in self.faults)
        faults += "".join(f", giant {giant.kind} at {giant.at:g} s" for giant in self.giants)
        word = f"holds, settled in {self.settled:.1f} s" if not self.wrong else "DOES NOT HOLD: " + "\n    ".join(["", *self.wrong])
        fed = f"{self.digests} digests, {self.items} items, {self.letters} dead letters in {self.seconds:.1f} s"
        return f"seed {self.seed}: {fed}; {faults}; health: {self.told or 'nothing to tell'}: {word}"


@dataclass
class Round:
    """One round; its log lines have the seconds since it began."""

    world: World
    view: View
    poison: dict[LetterKey, bool]
    """Of all rounds in this world: a letter may come once more"""
    seed: int
    tell: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    offsets: Offsets | None = None
    told: Told = field(init=False)

    def __post_init__(self) -> None:
        self.told = Told(self.world)

    def say(self, what: str) -> None:
        """One line of the log, with the offsets as they were last seen."""
        self.tell(f"[{time.monotonic() - self.began:7.3f}] {what} ({self.offsets})")

    async def run(self) -> Report:
        """Never raises for what the product does: that is in the report."""
        plan_, promises = plan(self.seed), Promises(poison=self.poison)
        report = Report(self.seed, faults=plan_.faults, giants=plan_.giants)
        over = asyncio.Event()
        looking = asyncio.gather(self._look(over), self.told.look(over))
        try:
            self.say(f"seed {self.seed} begins")
            await self._storm(plan_, promises)
            calm = time.monotonic()
            self.say("load and faults are over")
            await self._settle(plan_, promises, report)
            report.settled = time.monotonic() - calm
        except* Exception as failures:
            report.wrong += [f"{type(error).__name__}: {error}" for error in _leaves(failures)]
        finally:
            over.set()
            await looking  # not cancelled: aiokafka leaves connections open then
        report.wrong += self.told.missed()
        report.told = str(self.told)
        report.letters = len(plan_.poison) + sum(giant.kind == "item" for giant in plan_.giants)
        report.digests, report.seconds = len(promises.sent) + len(promises.giants), time.monotonic() - self.began
        self.tell(str(report))
        return report

    async def _storm(self, plan_: Plan, promises: Promises) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(Feeders(self.world, plan_, promises, self.say).run())
            for fault in plan_.faults:
                tasks.create_task(self._fault(fault))
            for crowd in plan_.crowds:
                tasks.create_task(self._crowd(crowd))

    async def _crowd(self, crowd: Crowd) -> None:
        """Hold connections open at a service, whatever else happens to it meanwhile."""
        await asyncio.sleep(max(0.0, self.began + crowd.at - time.monotonic()))
        self.say(f"{crowd.half_open} half-open connections and {crowd.uploads} slow uploads at {crowd.target} for {crowd.seconds:g} s")
        port = httpx.URL(self.world.url(crowd.target)).port
        assert port
        async with slow_clients(port, [(HALF_A_HEADER, crowd.half_open), (BEGUN_UPLOAD, crowd.uploads)]):
            await asyncio.sleep(crowd.seconds)

    async def _fault(self, fault: Fault) -> None:
        await asyncio.sleep(max(0.0, self.began + fault.at - time.monotonic()))
        began = time.monotonic()
        await self._break(fault)
        self.told.note(fault, began)

    async def _break(self, fault: Fault) -> None:
        if fault.kind == "stop":
            self.say(f"SIGSTOP {fault.target} for {fault.seconds:g} s")
            self.world.freeze(fault.target)
            try:
                await asyncio.sleep(fault.seconds)
            finally:
                self.world.thaw(fault.target)
            self.say(f"SIGCONT {fault.target}")
        else:
            self.say(f"SIGKILL {fault.target}, started again in {fault.seconds:g} s")
            self.world.kill(fault.target)
            if fault.target not in CHILDREN:  # its worker starts another
                try:
                    await asyncio.sleep(fault.seconds)
                finally:
                    self.world.start(fault.target)
                self.say(f"started {fault.target}")
                if fault.target in ENGINES:
                    await self._until_ready(fault.target)

    async def _until_ready(self, engine: str) -> None:
        """How long an engine takes to start is the machine's affair, and no part of settling."""
        launch = self.world.children[engine].launch
        async with asyncio.timeout(launch.ready_seconds):
            while not await asyncio.to_thread(launch.ready):  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.2)
        self.say(f"{engine} is ready")

    async def _settle(self, plan_: Plan, promises: Promises, report: Report) -> None:
        """Wait until all is committed and everybody ready, then until index and letters are as promised, within their times."""
        deadline = time.monotonic() + SETTLE_SECONDS
        unready: dict[str, str] = {}
        while True:
            with suppress(*_AWAY):
                self.offsets = await self.view.offsets()
                unready = await self.world.ready()
                if self.offsets.lag == (0, 0) and not unready:
                    break
            if time.monotonic() > deadline:
                report.wrong.append(f"STALL: not settled after {SETTLE_SECONDS:g} s; {self.offsets}; not ready: {unready}")
                return
            await asyncio.sleep(0.5)
        self.say("all is committed")
        deadline = time.monotonic() + AGREE_SECONDS
        while True:
            try:
                seen = await self.view.seen(plan_.sources)
                report.wrong = differences(promises, seen)
                report.items = len(seen.items)
                if not report.wrong and (said := await self.world.completeness()):
                    report.wrong = [f"the monitor says {said}"]
                if not report.wrong:
                    self.offsets = await self.view.offsets()
                    report.wrong = unbalanced(await self.world.conservation(), self.offsets)
            except _AWAY as error:
                report.wrong = [f"can't be read: {type(error).__name__}: {error}"]
            if not report.wrong:
                report.wrong = await self.told.green()
                return
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.5)

    async def _look(self, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(*_AWAY):
                self.offsets = await self.view.offsets()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), LOOK_SECONDS)


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    return [leaf for error in group.exceptions for leaf in (_leaves(error) if isinstance(error, BaseExceptionGroup) else [error])]
