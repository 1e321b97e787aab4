"""`python -m services.ingest` on a real Kafka: bytes stay as they were, 202 means that they are there, SIGTERM loses nothing."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.engines.ports import free_ports
from services.ingest.publish import KafkaPublisher
from shared.kafka.clients import client_options
from shared.records import RawDigest, read_raw
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected

ROOT = Path(__file__).parents[3]
TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家。\n2月3日,昆山市发布《行动方案》🟡。\n"
PARTITIONS = 2


@contextlib.asynccontextmanager
async def service(
    engines: RunningEngines, namespace: str, further: dict[str, str] | None = None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    """The service as a process with `further` settings, ready; killed afterwards if it still runs."""
    [port] = free_ports(1)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("INGEST_", "KAFKA_", "JIANBAO_"))}
    environ |= engines.environ | {"JIANBAO_NAMESPACE": namespace, "INGEST_PORT": str(port), "KAFKA_PARTITIONS": str(PARTITIONS)} | (further or {})
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.ingest", env=environ, cwd=ROOT)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            await wait_for(lambda: ready(client))
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def wait_for(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return when it is true; raises TimeoutError."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110  # what is asked has no event to wait for
            await asyncio.sleep(0.1)


async def ready(client: httpx.AsyncClient) -> bool:
    """Whether the service says that it is."""
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def refused(port: int) -> bool:
    """Whether nobody takes new connections there."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return True
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return False


async def raw_records(engines: RunningEngines, namespace: str) -> list[tuple[RawDigest, bytes]]:
    """Everything in the raw topic, by revision."""
    settings, topic = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers), Topics(namespace).raw.name
    consumer = AIOKafkaConsumer(**client_options(settings), auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    try:
        places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        records: list[ConsumerRecord] = []
        async with asyncio.timeout(20):
            while len(records) < sum(ends.values()):
                records += [record for batch in (await consumer.getmany(timeout_ms=200)).values() for record in batch]
    finally:
        await consumer.stop()
    assert all(record.key.decode() == read_raw(dict(record.headers)["digest"]).digest_id for record in records)
    return sorted(((read_raw(dict(record.headers)["digest"]), record.value) for record in records), key=lambda pair: pair[0].revision)


async def test_every_form_arrives_with_its_bytes(engines: RunningEngines, namespace: str) -> None:
    """JSON as UTF-8; GB18030 and Big5 bodies, files and base64 as they were sent."""
    gb = TEXT.encode("gb18030")
    big5 = "經濟部公布今年第三季工業生產指數,年增百分之四點五。".encode("big5")
    async with service(engines, namespace) as (_, client):
        plain = {"Content-Type": "text/plain"}
        answers = [
            await client.post("/v1/digests", json={"source": "双碳周报", "text": TEXT, "external_id": "1"}),
            await client.post("/v1/digests", params={"source": "a"}, content=gb, headers=plain),
            await client.post("/v1/digests", params={"source": "a"}, content=big5, headers=plain),
            await client.post("/v1/digests", data={"source": "b"}, files={"file": ("周报.txt", gb, "text/plain")}),
        ]
    assert [answer.status_code for answer in answers] == [202] * 4
    records = await raw_records(engines, namespace)
    assert [content for _, content in records] == [TEXT.encode(), gb, big5, gb]
    assert [raw.charset for raw, _ in records] == ["utf-8", "gb18030", "big5", "gb18030"]
    assert [(raw.digest_id, raw.revision) for raw, _ in records] == [(answer.json()["digest_id"], answer.json()["revision"]) for answer in answers]


async def test_answers_are_not_held_back(engines: RunningEngines, namespace: str) -> None:
    """Nagle's algorithm with a delayed acknowledgement costs 40 ms an answer; a busy machine is seldom so slow twenty times in a row."""
    async with service(engines, namespace) as (_, client):
        times = []
        for _ in range(20):
            started = time.perf_counter()
            await client.get("/healthz")
            times.append(time.perf_counter() - started)
    assert min(times) < 0.035


async def test_sigterm_answers_what_is_being_received_and_exits_0(engines: RunningEngines, namespace: str) -> None:
    """A request whose body is still on its way gets its 202; new connections are refused."""
    async with service(engines, namespace) as (process, client):
        half_sent, may_go_on = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield TEXT.encode()
            half_sent.set()
            await may_go_on.wait()
            yield TEXT.encode()

        feeding = asyncio.create_task(client.post("/v1/digests", params={"source": "a"}, content=slowly(), headers={"Content-Type": "text/plain"}))
        await half_sent.wait()
        process.send_signal(signal.SIGTERM)
        await wait_for(lambda: refused(client.base_url.port or 0))
        may_go_on.set()
        answer = await feeding
        async with asyncio.timeout(20):
            code = await process.wait()
    assert answer.status_code == 202
    assert code == 0
    assert [content for _, content in await raw_records(engines, namespace)] == [(TEXT + TEXT).encode()]


async def test_feed_and_its_exit_code(engines: RunningEngines, namespace: str, tmp_path: Path) -> None:
    """`jianbao feed` through the API and straight to Kafka gives the same digest: a duplicate, which --above-last writes all the same."""
    (tmp_path / "周报.txt").write_bytes(TEXT.encode("gb18030"))
    code = "import typer; from services.ingest import feed_command; app = typer.Typer(); feed_command.add_to(app); app()"
    environ = {**os.environ, **engines.environ, "JIANBAO_NAMESPACE": namespace, "KAFKA_PARTITIONS": str(PARTITIONS)}
    async with service(engines, namespace) as (_, client):
        said = []
        for how in (["--to", str(client.base_url)], ["--kafka"], ["--kafka", "--above-last"]):
            arguments = ["-c", code, str(tmp_path / "周报.txt"), "--source", "a", "--id-from", "name", *how]
            piped = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environ, cwd=ROOT, stdout=piped)
            async with asyncio.timeout(60):
                out, _ = await process.communicate()
            assert process.returncode == 0
            said.append(out.decode().split()[1:])
    first, second = await raw_records(engines, namespace)
    written = [[raw.digest_id, str(raw.revision)] for raw, _ in (first, second)]
    assert said == [written[0], [*written[0], "duplicate"], written[1]]
    assert first[1] == second[1] == TEXT.encode("gb18030")
    assert first[0].digest_id == second[0].digest_id
    assert first[0].external_id == "周报.txt"


async def test_topics_that_are_deleted_come_back(engines: RunningEngines, namespace: str) -> None:
    """An operator recreates them; a running service goes on by itself."""
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=PARTITIONS), Topics(namespace)
    async with service(engines, namespace) as (_, client):
        for number in range(3):  # so that the producer's sequence is not at its start
            assert (await client.post("/v1/digests", json={"source": "a", "text": f"{TEXT}{number}"})).status_code == 202
        admin = AIOKafkaAdminClient(**client_options(settings))
        await admin.start()
        try:
            await admin.delete_topics([topic.name for topic in topics.all])
        finally:
            await admin.close()

        async def taken() -> bool:
            return (await client.post("/v1/digests", json={"source": "a", "text": TEXT, "external_id": "after"})).status_code == 202

        await wait_for(taken)
        await wait_for(lambda: ready(client))
        assert (await client.post("/v1/digests", json={"source": "a", "text": TEXT, "external_id": "last"})).status_code == 202
    assert "last" in [raw.external_id for raw, _ in await raw_records(engines, namespace)]


async def test_a_publisher_that_ends_while_sends_wait_delivers_them(engines: RunningEngines, namespace: str) -> None:
    """Closing waits for acknowledgements that are on their way."""
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=PARTITIONS), Topics(namespace)
    raw = RawDigest(digest_id="0" * 32, source="a", media_type="text/plain", received_at="2026-02-06T00:00:00Z", sha256="0" * 64, revision=1)
    async with KafkaPublisher(settings, topics, ack_timeout=10) as publisher:
        await publisher.connected(timeout=30)
        await publisher.publish(raw, b"first")
        sending = [asyncio.create_task(publisher.publish(raw, b"x" * 100_000)) for _ in range(20)]
        await asyncio.sleep(0)
    await asyncio.gather(*sending)
    assert len(await raw_records(engines, namespace)) == 21
