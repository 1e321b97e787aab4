"""A real enrich worker as a child process, and its three topics to feed and to read."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.engines.ports import free_ports
from services.enrich.stream import tried
from shared.dead_letters.headers import DeadLetter, from_record
from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.records import EnrichedDigest, read_enriched
from shared.settings import EnrichSettings, KafkaSettings
from shared.topics import Topics
from tests.fakes.raw_records import Raw

DEADLINE = 90.0
"""Far above what anything here takes on a quiet machine"""


@dataclass
class Pipeline:
    """The topics of one test's namespace."""

    kafka: KafkaSettings
    topics: Topics
    environ: dict[str, str]
    producer: Any = None
    health: str = field(default="")

    async def feed(self, records: Sequence[Raw]) -> None:
        """Write raw records, acknowledged."""
        futures = [await self.producer.send(self.topics.raw.name, value, key=key, headers=headers) for key, value, headers in records]
        await asyncio.gather(*futures)

    async def enriched(self, count: int) -> list[EnrichedDigest]:
        """What is in the enriched topic once it holds this many different digests (or the deadline has passed)."""
        found: list[EnrichedDigest] = []
        async for _, value, _headers in self._read(self.topics.enriched.name):
            found.append(read_enriched(value or b""))
            if len({digest.digest_id for digest in found}) >= count:
                break
        return found

    async def dead(self, count: int) -> list[DeadLetter]:
        """What is in the dead topic once it holds letters of this many different records (or the deadline has passed)."""
        found: list[DeadLetter] = []
        async for key, value, headers in self._read(self.topics.dead.name):
            found.append(from_record(key, value, headers))
            if len({(letter.record.partition, letter.record.offset) for letter in found}) >= count:
                break
        return found

    async def killed(self, record: Raw, times: int) -> None:
        """As if so many workers had been killed while they worked on the record."""
        marks = [self._mark(record, f"run {number}").to_json() for number in range(times)]
        await asyncio.gather(*[await self.producer.send(self.topics.tried.name, mark) for mark in marks])

    async def begun(self, record: Raw) -> bool:
        """Whether a worker says that it works on the record (or the deadline passes)."""
        async for _, value, _headers in self._read(self.topics.tried.name):
            mark = tried.read(value)
            if mark == self._mark(record, mark.run) and not mark.run.startswith("run "):
                return True
        return False

    def _mark(self, record: Raw, run: str) -> tried.Mark:
        settings, (_, content, headers) = EnrichSettings(), record
        name = tried.name_of(headers, content or b"", seconds=settings.digest_seconds, memory_mb=settings.child_memory_mb)
        return tried.Mark(name, "begun", run, len(content or b""))

    async def _read(self, topic: str) -> AsyncIterator[tuple[bytes | None, bytes | None, Any]]:
        consumer = AIOKafkaConsumer(**client_options(self.kafka), auto_offset_reset="earliest", max_partition_fetch_bytes=20 * 2**20)
        await consumer.start()
        try:
            consumer.assign([TopicPartition(topic, partition) for partition in range(self.kafka.partitions)])
            deadline = time.monotonic() + DEADLINE
            while time.monotonic() < deadline:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        yield record.key, record.value, record.headers
        finally:
            await consumer.stop()

    @contextlib.asynccontextmanager
    async def worker(self, *, module: str = "tests.fakes.enrich_service", **settings: str) -> AsyncIterator["asyncio.subprocess.Process"]:
        """A worker until the block ends, by default with the fake that fails on demand; ended by force where the block has not seen to it."""
        port = free_ports(1)[0]
        self.health = f"http://127.0.0.1:{port}"
        environ = os.environ | self.environ | {"ENRICH_HEALTH_PORT": str(port)} | settings
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, env=environ)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def ready(self) -> None:
        """Wait until the worker says that it is."""
        async with httpx.AsyncClient() as client:
            await until(lambda: self._answers(client, "/readyz", 200))

    async def answers(self, path: str, status: int) -> dict[str, Any]:
        """Wait for this status; the report."""
        async with httpx.AsyncClient() as client:
            await until(lambda: self._answers(client, path, status))
            report: dict[str, Any] = (await client.get(self.health + path)).json()
            return report

    async def metric(self, line: str) -> str:
        """The value of a metric by the start of its line."""
        async with httpx.AsyncClient() as client:
            text = (await client.get(self.health + "/metrics")).text
        return next((row.rpartition(" ")[2] for row in text.splitlines() if row.startswith(line)), "")

    async def _answers(self, client: httpx.AsyncClient, path: str, status: int) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return (await client.get(self.health + path)).status_code == status
        return False


async def until(true: Any) -> None:
    """Wait for a condition, itself awaited, with a deadline."""
    deadline = time.monotonic() + DEADLINE
    while not await true():
        assert time.monotonic() < deadline, "not within the deadline"
        await asyncio.sleep(0.1)


def family(pid: int) -> list[psutil.Process]:
    """All that descend from a process."""
    return psutil.Process(pid).children(recursive=True)


async def gone(processes: Sequence[psutil.Process]) -> None:
    """Wait until none of them runs any more."""

    async def none() -> bool:
        return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)

    await until(none)


async def stopped(process: "asyncio.subprocess.Process", within: float = 15.0) -> int:
    """Send SIGTERM and wait; the exit code."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(within):
        return await process.wait()


@contextlib.asynccontextmanager
async def pipeline(environ: dict[str, str], namespace: str) -> AsyncIterator[Pipeline]:
    """Topics of a fresh namespace, and a producer."""
    kafka = KafkaSettings(bootstrap_servers=environ["KAFKA_BOOTSTRAP_SERVERS"])
    found = Pipeline(kafka, Topics(namespace), environ | {"JIANBAO_NAMESPACE": namespace})
    await ensure_topics(kafka, found.topics.all)
    found.producer = AIOKafkaProducer(**producer_options(kafka))
    await found.producer.start()
    try:
        yield found
    finally:
        await found.producer.stop()
