"""The monitor's rounds with made-up sources."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.search.pipeline.elastic_probe import IndexMissing
from services.search.pipeline.measurement import KafkaFacts
from services.search.pipeline.monitor import SILENT_SECONDS, Monitor
from shared.errors import Unavailable
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource

NOW = datetime(2026, 2, 6, 1, tzinfo=UTC)


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """What is set."""
        return self.now


def answering(status: int, body: object) -> httpx.AsyncClient:
    """A client whose every answer this is."""
    return httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(status, json=body)))


async def test_a_part_that_fails_keeps_its_last_value() -> None:
    """With the reason; the other part is measured all the same."""
    kafka, index, clock = FakeKafkaSource(), FakeIndexSource(), Clock()
    monitor = Monitor(kafka, index, {"ingest": "http://ingest"}, clock=clock)
    async with answering(200, {"checks": []}) as client:
        await monitor.round(client)
        kafka.error = Unavailable("Kafka is away")
        clock.now += timedelta(seconds=2)
        await monitor.round(client)
    answer = monitor.pipeline()
    assert [engine.message for engine in answer.engines] == ["Kafka is away", ""]
    assert answer.stages[0].received == 9
    assert answer.stages[0].stale


async def test_a_value_is_as_old_as_the_question() -> None:
    """What was sent while Kafka took its time to answer may be missing in the answer."""
    kafka, clock = FakeKafkaSource(), Clock()

    async def slowly() -> KafkaFacts:
        clock.now += timedelta(seconds=3)
        return kafka.facts

    kafka.measure = slowly  # type: ignore[method-assign]
    monitor = Monitor(kafka, FakeIndexSource(), {}, clock=clock)
    async with answering(200, {}) as client:
        await monitor.round(client)
    assert [stage.lag and stage.lag.measured_at for stage in monitor.pipeline().stages] == [None, NOW, NOW]


async def test_a_bug_in_a_part_is_no_end_of_the_monitor() -> None:
    """It is said to be in the log."""
    kafka = FakeKafkaSource()
    kafka.error = ZeroDivisionError()
    monitor = Monitor(kafka, FakeIndexSource(), {})
    async with answering(200, {}) as client:
        await monitor.round(client)
    assert "ZeroDivisionError" in monitor.pipeline().engines[0].message


async def test_no_index_yet_is_an_empty_one() -> None:
    """Elasticsearch works, so it is reachable."""
    index = FakeIndexSource()
    index.error = IndexMissing("none yet")
    monitor = Monitor(FakeKafkaSource(), index, {})
    async with answering(200, {}) as client:
        await monitor.round(client)
    answer = monitor.pipeline()
    assert answer.engines[1].reachable
    assert answer.index is not None
    assert answer.index.items == 0


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"checks": [{"name": "kafka", "ok": True, "message": ""}]}, (True, True, "")),
        (503, {"checks": [{"name": "kafka", "ok": False, "message": "away"}]}, (True, False, "kafka: away")),
        (200, ["something else"], (False, False, "http://x 不是 jianbao 的服务 (HTTP 200)")),
    ],
)
async def test_services_say_how_they_are(status: int, body: object, expected: tuple[bool, bool, str]) -> None:
    """By their /readyz."""
    monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {"ingest": "http://x"})
    async with answering(status, body) as client:
        await monitor.round(client)
    service = monitor.pipeline().stages[0].service
    assert service is not None
    assert (service.alive, service.ready, service.message) == expected


async def test_the_monitors_own_health() -> None:
    """Fails before it runs, when rounds stay away, and after its end."""
    clock, kafka = Clock(), FakeKafkaSource()
    monitor = Monitor(kafka, FakeIndexSource(), {}, every=0.001, clock=clock)
    with pytest.raises(RuntimeError, match="does not run"):
        await monitor.check()
    async with monitor.running():
        deadline = time.monotonic() + 5
        while monitor.pipeline().measured_at is None:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.001)
        await monitor.check()
        held = asyncio.Event()
        kafka.measure = held.wait  # type: ignore[method-assign,assignment]  # a round that never ends
        await asyncio.sleep(0.01)
        clock.now += timedelta(seconds=SILENT_SECONDS + 1)
        with pytest.raises(RuntimeError, match="has not finished a round for 31 s"):
            await monitor.check()
    assert kafka.closed
    with pytest.raises(RuntimeError, match="does not run"):
        await monitor.check()
