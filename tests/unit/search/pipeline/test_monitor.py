"""The monitor's rounds with made-up sources."""

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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
        # What a service beyond loopback tells whoever sends no key.
        (200, {"service": "ingest", "ok": True}, (True, True, "")),
        (503, {"service": "ingest", "ok": False}, (True, False, "原因要有密钥才看得到：请设置 JIANBAO_HEALTH_KEY")),
        (403, {"error": {}}, (True, False, "http://x 不认这个主机名：请写进它的 JIANBAO_HEALTH_HOSTS")),
        (200, ["something else"], (False, False, "http://x 不是 jianbao 的服务")),
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


async def test_services_are_asked_with_the_health_key() -> None:
    """Those that listen beyond loopback tell their reasons to nobody else."""
    keys: list[str | None] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.append(self.headers["Authorization"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"checks": []}')

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {"ingest": f"http://127.0.0.1:{server.server_port}"}, key="k", every=0.01)
        async with monitor.running(), asyncio.timeout(10):
            while not keys:  # noqa: ASYNC110  # the server thread has no event of this loop
                await asyncio.sleep(0.01)
        server.shutdown()
        thread.join()
    assert keys[0] == "Bearer k"


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
