"""Ingest while Kafka is away, hangs, dies and comes back: on a broker of this test's own, as nobody else's may be stopped."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from aiokafka import AIOKafkaConsumer

from deploy.local import kafka
from deploy.local.engines import Installation, install
from deploy.local.errors import EngineError
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.process import Child, await_ready
from deploy.local.progress import silent
from services.ingest.app import create_app
from services.ingest.publish import KafkaPublisher
from shared.health import serving
from shared.kafka import client_options
from shared.records import read_raw
from shared.retry import Backoff
from shared.settings import IngestSettings, KafkaSettings
from shared.topics import Topics

pytestmark = pytest.mark.connected

ACK_TIMEOUT = 2.0
RECOVERY_SECONDS = 60


class Broker:
    """One Kafka that can be started, stopped in its tracks and killed; its data stays."""

    def __init__(self, folder: Path, installation: Installation) -> None:
        self.port, controller = free_ports(2)
        self._folder, self._installation = folder, installation
        self._child: Child | None = None
        kafka.prepare(folder, home=installation.homes.kafka, jdk=installation.jdk, port=self.port, controller_port=controller)

    @property
    def settings(self) -> KafkaSettings:
        """How to reach it."""
        return KafkaSettings(bootstrap_servers=f"{LOOPBACK}:{self.port}", partitions=1)

    def start(self) -> None:
        """Start it and return when it answers."""
        home, jdk = self._installation.homes.kafka, self._installation.jdk
        self._child = Child(kafka.launch(self._folder, home=home, jdk=jdk, port=self.port, log=self._folder / "kafka.log"))
        await_ready([self._child], silent)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, and to the leash that it may run on."""
        assert self._child is not None
        os.killpg(self._child.pid, number)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self._child is not None:
            if self._child.code is None:
                self.signal(signal.SIGKILL)
            while self._child.code is None:
                time.sleep(0.01)
            self._child = None


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that is not yet started; skips where none can be had."""
    try:
        made = Broker(tmp_path / "kafka", install())
    except EngineError as error:
        pytest.skip(f"no broker of our own: {error}")
    try:
        yield made
    finally:
        made.kill()


@asynccontextmanager
async def ingest(settings: KafkaSettings) -> AsyncIterator[httpx.AsyncClient]:
    """The service on a port of its own, in this loop."""
    publisher = KafkaPublisher(settings, Topics(), ack_timeout=ACK_TIMEOUT, waiting_bytes=2000, backoff=Backoff(first=0.1, longest=0.5))
    app = create_app(IngestSettings(ack_timeout=ACK_TIMEOUT), publisher)
    async with publisher, serving(app, host=LOOPBACK, port=0) as server:
        await wait_for(lambda: server.started)
        async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port_of(server)}", trust_env=False, timeout=30) as client:
            yield client


async def wait_for(condition: Callable[[], bool]) -> None:
    """Return when it is true; raises TimeoutError."""
    async with asyncio.timeout(RECOVERY_SECONDS):
        while not condition():  # noqa: ASYNC110  # what is asked has no event to wait for
            await asyncio.sleep(0.02)


def port_of(server: uvicorn.Server) -> int:
    """Where it listens."""
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


async def feed(client: httpx.AsyncClient, number: int) -> httpx.Response:
    """One digest, known by its number."""
    return await client.post("/v1/digests", json={"source": "a", "text": f"昆山:将新增(近)零碳工厂{number}家", "external_id": str(number)})


async def until_taken(client: httpx.AsyncClient, number: int) -> None:
    """Feed until 202, as a feeder does; every other answer is a 503 that comes in time and says when to try again."""
    async with asyncio.timeout(RECOVERY_SECONDS):
        while True:
            started = time.monotonic()
            answer = await feed(client, number)
            assert time.monotonic() - started < ACK_TIMEOUT + 1
            if answer.status_code == 202:
                return
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            await asyncio.sleep(0.1)


async def in_topic(settings: KafkaSettings) -> set[str]:
    """The external ids in the raw topic."""
    consumer = AIOKafkaConsumer(Topics().raw.name, **client_options(settings), auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    try:
        found: set[str] = set()
        for place in consumer.assignment():
            end = (await consumer.end_offsets([place]))[place]
            async with asyncio.timeout(20):
                while await consumer.position(place) < end:
                    for batch in (await consumer.getmany(timeout_ms=200)).values():
                        found |= {read_raw(dict(record.headers)["digest"]).external_id or "" for record in batch}
        return found
    finally:
        await consumer.stop()


async def test_it_comes_up_before_kafka_and_connects_when_kafka_does(broker: Broker) -> None:
    """Alive but not ready, 503 at once; topics are made and digests taken as soon as Kafka answers."""
    async with ingest(broker.settings) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        started = time.monotonic()
        answer = await feed(client, 1)
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "unavailable"
        assert time.monotonic() - started < 1
        await asyncio.to_thread(broker.start)
        await until_taken(client, 2)
        assert (await client.get("/readyz")).status_code == 200
    assert "2" in await in_topic(broker.settings)


async def test_a_kafka_that_hangs_is_503_in_time_and_recovers(broker: Broker) -> None:
    """Requests wait for the ack timeout and no longer; beyond the bytes that may wait, and once it is known, they are refused at once."""
    await asyncio.to_thread(broker.start)
    async with ingest(broker.settings) as client:
        await until_taken(client, 1)
        broker.signal(signal.SIGSTOP)
        try:
            started = time.monotonic()
            waiting = [asyncio.create_task(feed(client, number)) for number in range(2, 22)]
            await asyncio.sleep(0.2)
            too_much = await client.post("/v1/digests", json={"source": "a", "text": "昆山" * 1000})
            assert too_much.status_code == 503
            assert time.monotonic() - started < ACK_TIMEOUT / 2
            assert {(await answer).status_code for answer in waiting} == {503}
            assert time.monotonic() - started < ACK_TIMEOUT + 1
            started = time.monotonic()
            assert (await feed(client, 30)).status_code == 503
            assert time.monotonic() - started < 0.5
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/readyz")).status_code == 503
        finally:
            broker.signal(signal.SIGCONT)
        await until_taken(client, 31)
    assert {"1", "31"} <= await in_topic(broker.settings)


async def test_every_202_survives_kills_of_kafka(broker: Broker) -> None:
    """kill -9 and start again, twice, while digests are fed: what got its 202 is in the topic."""
    await asyncio.to_thread(broker.start)
    taken: set[str] = set()
    stop = asyncio.Event()
    async with ingest(broker.settings) as client:
        await until_taken(client, 0)

        async def feeding() -> None:
            number = 1
            while not stop.is_set():
                if (await feed(client, number)).status_code == 202:
                    taken.add(str(number))
                number += 1
                await asyncio.sleep(0.02)

        task = asyncio.create_task(feeding())
        for _ in range(2):
            before = len(taken)
            await wait_for(lambda before=before: len(taken) >= before + 20)  # type: ignore[misc]  # mypy takes the default for an argument
            await asyncio.to_thread(broker.kill)
            await asyncio.to_thread(broker.start)
        stop.set()
        await task
        await until_taken(client, 1_000_000)
    assert taken <= await in_topic(broker.settings)
