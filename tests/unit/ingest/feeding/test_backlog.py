"""What is waiting, by what Kafka says of the services."""

from dataclasses import dataclass, field

import pytest

from services.ingest.feeding.backlog import EVERY, Backlog
from shared.errors import Unavailable


@dataclass
class FakeLag:
    """A service that committed so many of the records that are there."""

    committed: int = 0
    ends: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})
    away: bool = False
    looks: int = 0

    async def read(self) -> dict[int, int]:
        """All lies in the first partition."""
        self.looks += 1
        if self.away:
            raise Unavailable("Kafka is away")
        return {0: self.ends[0] - self.committed, 1: 0}

    async def close(self) -> None:
        """There is no connection."""


async def test_what_was_written_since_the_last_commit_is_done() -> None:
    """As enrich commits once a second; what others write to that topic is counted no longer than that."""
    enrich, index, now = FakeLag(), FakeLag(), 0.0
    backlog = Backlog(enrich, index, clock=lambda: now)
    seen = []
    for fed, committed, written, indexed in [
        (100, 0, 0, 0),
        (100, 0, 30, 10),
        (100, 0, 60, 60),
        (100, 60, 60, 60),
        (100, 60, 99, 60),
        (100, 100, 140, 140),
    ]:
        now += 1.0
        enrich.ends[0], enrich.committed, index.ends[0], index.committed = fed, committed, written, indexed
        seen.append(tuple((await backlog.read()).values()))
    assert seen == [(100, 0), (70, 20), (40, 0), (40, 0), (1, 39), (0, 0)]


async def test_kafka_is_asked_now_and_then() -> None:
    """However many feeders ask; and again where it did not answer."""
    enrich, now = FakeLag(), 0.0
    backlog = Backlog(enrich, FakeLag(), clock=lambda: now)
    for _ in range(5):
        await backlog.read()
    assert enrich.looks == 1
    now += 2 * EVERY
    enrich.away = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await backlog.read()
    assert enrich.looks == 3
