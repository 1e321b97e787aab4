"""When the next of many may be fed, by what is waiting; time is reckoned, not spent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.ingest.feeding.pace import AT_ONCE, FEWEST, LOOK_SECONDS, LivePace
from shared.errors import Unavailable


@dataclass
class Work:
    """A service that works on so many digests a second, and tells once a second what is done."""

    rate: float
    away: bool = False
    silent: bool = False
    now: float = 0.0
    fed: int = 0
    done: float = 0.0
    told: int = 0
    looks: int = 0
    most: int = field(default=0)

    def clock(self) -> float:
        """The time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let it pass, and work."""
        before = int(self.now)
        self.now += seconds
        self.done = min(self.fed, self.done + self.rate * seconds)
        if int(self.now) > before:
            self.told = int(self.done)

    async def behind(self) -> Mapping[str, int] | None:
        """As ingest says it."""
        self.looks += 1
        if self.away:
            raise Unavailable("Kafka is away")
        return None if self.silent else {"index": 0, "enrich": self.fed - self.told}

    async def feed(self, pace: LivePace, digests: int) -> None:
        """In batches that take a hundredth of a second."""
        for _ in range(digests // AT_ONCE):
            await pace.turn(AT_ONCE)
            self.fed += AT_ONCE
            self.most = max(self.most, int(self.fed - self.done))
            await self.sleep(0.01)


def pace_of(work: Work, told: list[str] | None = None) -> LivePace:
    """One by that work's clock."""
    return LivePace(work.behind, patience=30, clock=work.clock, sleep=work.sleep, tell=(told if told is not None else []).append)


async def test_a_few_are_fed_without_a_look() -> None:
    """As is what most people feed."""
    work = Work(rate=0)
    await work.feed(pace_of(work), FEWEST)
    assert (work.looks, work.now < LOOK_SECONDS) == (0, True)


async def test_many_are_fed_as_fast_as_they_are_worked_on() -> None:
    """Whether that is fast or slow; little more than some seconds' work waits at any time."""
    for rate in (4.0, 40.0, 400.0):
        work = Work(rate)
        digests = int(rate * 60)
        await work.feed(pace_of(work), digests)
        assert work.now < 60 * 1.5, rate
        assert work.most <= max(2 * FEWEST, rate * 4), rate


async def test_where_nobody_works_feeding_goes_on() -> None:
    """After a while, and that is told once."""
    work, told = Work(rate=0), list[str]()
    await work.feed(pace_of(work, told), FEWEST + 10 * AT_ONCE)
    assert work.fed == FEWEST + 10 * AT_ONCE
    assert 30 <= work.now < 40
    assert len(told) == 1
    assert told[0].startswith(f"enrich does not work on the {FEWEST} digests")


async def test_where_nobody_can_tell_nothing_is_held_back() -> None:
    """An ingest without this answer, or none at all: feeding itself is patient then."""
    for work in (Work(rate=0, away=True), Work(rate=0, silent=True)):
        await work.feed(pace_of(work), 400)
        assert work.now < 10
