"""What the checks say: restart for what a restart mends, not ready for the rest."""

import asyncio
import time
from collections.abc import Mapping

import pytest

from services.enrich.stream import health
from services.enrich.stream.health import LATE_SECONDS, STALE_SECONDS, Watch, checks
from services.enrich.stream.progress import Progress


class NoLag:
    """Is never asked here."""

    async def read(self) -> Mapping[int, int]:
        """Nothing waits."""
        return {}


def watch(progress: Progress | None = None, *, assigned: tuple[int, ...] = (0, 2)) -> Watch:
    """A watch that saw Kafka with nothing waiting, and a running agent."""
    found = Watch(NoLag(), progress or Progress(agent_running=True), stuck_seconds=180.0, assignment=lambda: assigned)
    found.saw({})
    return found


async def failed(found: Watch) -> list[str]:
    """Names of the checks that fail."""
    report = await checks(found).report(ready=True)
    results = report["checks"]
    assert isinstance(results, list)
    return [result["name"] for result in results if not result["ok"]]


async def test_all_well() -> None:
    """A quiet worker with partitions."""
    assert await failed(watch()) == []


async def test_before_the_agent_started() -> None:
    """Starting is no fault."""
    assert await failed(watch(Progress())) == []


async def test_agent_ended() -> None:
    """An agent that ended in silence consumes nothing more."""
    assert await failed(watch(Progress(agent_running=False))) == ["agent"]


async def test_loop_late() -> None:
    """A loop that was late by more than a heartbeat can bear."""
    found = watch()
    found.latest = LATE_SECONDS + 0.1
    assert await failed(found) == ["loop"]


async def test_stuck() -> None:
    """Digests wait in our partitions and none was done for longer than two may take."""
    found = watch()
    found.progress.last_at = found.idle_at = time.monotonic() - 181
    found.saw({2: 7})
    assert await failed(found) == ["progress"]


async def test_not_stuck_by_what_waits_in_others_partitions() -> None:
    """Another worker's lag is not ours."""
    found = watch()
    found.progress.last_at = found.idle_at = time.monotonic() - 181
    found.saw({1: 7})
    assert await failed(found) == []


async def test_not_stuck_just_after_a_quiet_hour() -> None:
    """The time is counted from when something began to wait."""
    found = watch()
    found.progress.last_at = time.monotonic() - 3600
    found.saw({2: 1})
    assert await failed(found) == []


async def test_waiting_for_kafka_is_not_ready_but_alive() -> None:
    """A restart would not bring Kafka back."""
    found = watch(Progress(agent_running=True, waiting_for="Kafka"))
    found.progress.last_at = found.idle_at = time.monotonic() - 181
    found.saw({2: 7})
    found.seen_at = time.monotonic() - STALE_SECONDS - 1
    assert await failed(found) == ["kafka", "waiting"]


async def test_red() -> None:
    """A person is needed."""
    assert await failed(watch(Progress(agent_running=True, red="5 dead letters in a row"))) == ["dead_letters"]


async def test_nothing_assigned() -> None:
    """Starting, rebalancing, or one worker too many."""
    assert await failed(watch(assigned=())) == ["assignment"]


async def test_a_look_at_kafka_that_fails_oddly_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else readiness would stay red until a restart, without a word."""
    monkeypatch.setattr(health, "LOOK_SECONDS", 0.0)

    class Odd:
        """Raises what no library documents, then answers."""

        looks = 0

        async def read(self) -> Mapping[int, int]:
            """The first time KeyError."""
            self.looks += 1
            if self.looks == 1:
                raise KeyError("partitions")
            return {0: 0}

    found = Watch(Odd(), Progress(), stuck_seconds=1.0, assignment=lambda: (0,))
    watching = asyncio.create_task(found.run())
    async with asyncio.timeout(10):
        while found.seen_at is None:  # noqa: ASYNC110  # it has a time, no event
            await asyncio.sleep(0.001)
    watching.cancel()
    await asyncio.wait([watching])
    assert found.reason == "asking Kafka failed: KeyError"
