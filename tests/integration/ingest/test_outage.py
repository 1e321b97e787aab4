"""Ingest while Kafka is away, hangs, dies and comes back: on a broker of this module's own, as nobody else's may be stopped."""

import asyncio
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from random import Random

import httpx
import pytest
import uvicorn
from aiokafka import AIOKafkaConsumer

from deploy.engines.ports import LOOPBACK
from services.ingest.app import create_app
from services.ingest.publish import KafkaPublisher
from shared.health import serving
from shared.kafka.clients import client_options
from shared.records import read_raw
from shared.retry import Backoff
from shared.settings import IngestSettings, KafkaSettings
from shared.topics import Topics
from tests.own_engines import Broker, own_folder, quick_again

pytestmark = pytest.mark.connected

ACK_TIMEOUT = 5.0
AT_ONCE = ACK_TIMEOUT * 0.8
"""What does not wait for Kafka takes some ms; more on a machine that does other work too, but less than what waits"""

LATE = 10.0
"""Beyond a timeout, for the same reason"""

RECOVERY_SECONDS = 60


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    """A broker that each test starts or kills as it needs it, and may leave either way; skips where none can be had."""
    with own_folder() as (folder, installation):
        made = Broker(folder / "kafka", installation, settings=quick_again)
        try:
            yield made
        finally:
            made.kill()


@pytest.fixture
def topics(namespace: str) -> Topics:
    """A test's own: nobody has made them before."""
    return Topics(namespace)


@pytest.fixture
def small_disk() -> Iterator[tuple[Broker, Callable[[int], None]]]:
    """A broker whose data lie on a disk of 48 MiB, and what makes that larger; skips where we may not mount one."""
    with own_folder() as (folder, installation), ExitStack() as stack:
        disk = folder / "kafka" / "data"
        disk.mkdir(parents=True)

        def mount(mebibytes: int, *options: str) -> None:
            command = ["mount", "-t", "tmpfs", "-o", ",".join((f"size={mebibytes}m", *options)), "jianbao-test", str(disk)]
            try:
                subprocess.run(command, check=True, capture_output=True)
            except (OSError, subprocess.CalledProcessError) as error:
                pytest.skip(f"no small disk: {error}")

        mount(48)
        stack.callback(subprocess.run, ["umount", "--lazy", str(disk)], check=True)
        made = Broker(folder / "kafka", installation, settings=quick_again)
        stack.callback(made.kill)
        yield made, lambda mebibytes: mount(mebibytes, "remount")


@asynccontextmanager
async def ingest(settings: KafkaSettings, topics: Topics, *, waiting_bytes: int = 2000) -> AsyncIterator[httpx.AsyncClient]:
    """The service on a port of its own, in this loop."""
    publisher = KafkaPublisher(settings, topics, ack_timeout=ACK_TIMEOUT, waiting_bytes=waiting_bytes, backoff=Backoff(first=0.1, longest=0.5))
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
            assert time.monotonic() - started < ACK_TIMEOUT + LATE
            if answer.status_code == 202:
                return
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            await asyncio.sleep(0.1)


async def in_topic(settings: KafkaSettings, topics: Topics) -> set[str]:
    """The external ids in the raw topic."""
    consumer = AIOKafkaConsumer(topics.raw.name, **client_options(settings), auto_offset_reset="earliest", group_id=None)
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


async def test_it_comes_up_before_kafka_and_connects_when_kafka_does(broker: Broker, topics: Topics) -> None:
    """Alive but not ready, 503 at once; topics are made and digests taken as soon as Kafka answers."""
    broker.kill()
    async with ingest(broker.settings, topics) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        started = time.monotonic()
        answer = await feed(client, 1)
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "unavailable"
        assert time.monotonic() - started < AT_ONCE
        await asyncio.to_thread(broker.start)
        await until_taken(client, 2)
        assert (await client.get("/readyz")).status_code == 200
    assert "2" in await in_topic(broker.settings, topics)


async def test_a_kafka_that_hangs_is_503_in_time_and_recovers(broker: Broker, topics: Topics) -> None:
    """Requests wait for the ack timeout and no longer; beyond the bytes that may wait, and once it is known, they are refused at once."""
    await asyncio.to_thread(broker.start)
    async with ingest(broker.settings, topics) as client:
        await until_taken(client, 1)
        broker.signal(signal.SIGSTOP)
        try:
            started = time.monotonic()
            waiting = [asyncio.create_task(feed(client, number)) for number in range(2, 22)]
            await asyncio.sleep(0.2)
            too_much = await client.post("/v1/digests", json={"source": "a", "text": "昆山" * 1000})
            assert too_much.status_code == 503
            assert time.monotonic() - started < AT_ONCE
            assert {(await answer).status_code for answer in waiting} == {503}
            assert time.monotonic() - started < ACK_TIMEOUT + LATE
            started = time.monotonic()
            assert (await feed(client, 30)).status_code == 503
            assert time.monotonic() - started < AT_ONCE
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/readyz")).status_code == 503
        finally:
            broker.signal(signal.SIGCONT)
        await until_taken(client, 31)
    assert {"1", "31"} <= await in_topic(broker.settings, topics)


async def test_every_202_survives_kills_of_kafka(broker: Broker, topics: Topics) -> None:
    """kill -9 and start again, twice, while digests are fed: what got its 202 is in the topic."""
    await asyncio.to_thread(broker.start)
    taken: set[str] = set()
    stop = asyncio.Event()
    async with ingest(broker.settings, topics) as client:
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
    assert taken <= await in_topic(broker.settings, topics)


async def test_a_full_disk_of_kafka_is_503_and_loses_nothing(small_disk: tuple[Broker, Callable[[int], None]], topics: Topics) -> None:
    """Digests until there is no room: refused in time and not ready, in words; with more room and Kafka started again the same process goes on."""
    broker, enlarge = small_disk
    await asyncio.to_thread(broker.start)
    taken: set[str] = set()
    noise = "".join(Random(1).choices([chr(point) for point in range(0x4E00, 0x9FA5)], k=400_000))
    async with ingest(broker.settings, topics, waiting_bytes=2**22) as client:
        await until_taken(client, 0)
        for number in range(1, 200):
            text = noise[number * 1000 :][:200_000]  # some 400 KB even when compressed
            started = time.monotonic()
            answer = await client.post("/v1/digests", json={"source": "a", "text": text, "external_id": str(number)})
            assert time.monotonic() - started < ACK_TIMEOUT + LATE
            if answer.status_code == 503:
                break
            taken.add(str(number))
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        assert len(taken) > 20
        await wait_for(lambda: broker.ended)  # it halts where its only disk fails
        async with asyncio.timeout(RECOVERY_SECONDS):
            while (ready := await client.get("/readyz")).status_code == 200:  # noqa: ASYNC110  # another process has no event for us
                await asyncio.sleep(0.1)
        assert "Kafka" in ready.text
        assert (await client.get("/healthz")).status_code == 200
        enlarge(400)
        await asyncio.to_thread(broker.start)
        await until_taken(client, 1_000_000)
        assert taken <= await in_topic(broker.settings, topics)
