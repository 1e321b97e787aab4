"""When the next digests may be enriched again: not above the rate, and not before live ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.enrich.replay.pace import Pace
from shared.errors import Unavailable


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 0.0

    def time(self) -> float:
        """Seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Pass on at once."""
        self.now += seconds


@dataclass
class FakeLag:
    """Says one number after the other, the last for ever; None is a Kafka that does not answer."""

    says: list[int | None] = field(default_factory=lambda: [0])

    async def read(self) -> Mapping[int, int]:
        """As the real one."""
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if said is None:
            raise Unavailable("away")
        return {0: said}


def pace(clock: Clock, *, rate: float = 20.0, enrich: list[int | None] | None = None, index: list[int | None] | None = None) -> Pace:
    """A pace with a lag of at most 10."""
    services = (("enrich", FakeLag(enrich or [0])), ("index", FakeLag(index or [0])))
    return Pace(rate, 10, services, clock=clock.time, sleep=clock.sleep)


async def test_the_rate_holds() -> None:
    """100 digests at 20 a second take 5 seconds."""
    clock = Clock()
    paced = pace(clock)
    for _ in range(20):
        assert await paced.turn(5)
    assert 4.7 <= clock.now <= 5.3


async def test_without_a_rate_nothing_is_waited_for() -> None:
    """Zero sets no limit."""
    clock = Clock()
    paced = pace(clock, rate=0)
    for _ in range(100):
        assert await paced.turn(16)
    assert clock.now == 0


async def test_live_digests_go_first() -> None:
    """While either service is behind, nothing is begun; the time is told, and not made up for afterwards by a burst."""
    clock = Clock()
    paced = pace(clock, enrich=[11, 11, 10], index=[11, 0])
    assert await paced.turn(5)
    assert (clock.now, paced.waited, paced.waiting_for) == (1.5, 1.5, None)
    await paced.turn(5)
    assert clock.now >= 1.75


async def test_kafka_away_is_waited_for() -> None:
    """It comes back and the replay goes on by itself."""
    clock = Clock()
    assert await pace(clock, enrich=[None, None, 0]).turn(5)
    assert clock.now == 1.0


async def test_stopped_while_it_waits() -> None:
    """Says so instead of waiting on."""
    clock = Clock()
    assert not await pace(clock, enrich=[99]).turn(5, lambda: clock.now > 2)
