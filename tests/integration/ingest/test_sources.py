"""The registry of sources on a real Kafka: entries by themselves, switched off by another process, changed by several at once."""

import asyncio
import threading
from datetime import UTC, datetime

import httpx
import pytest

from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.operations import read as read_operation
from shared.registry.edit import Changed, edited, patched
from shared.registry.entry import ENTRY, Entry, read
from shared.registry.register import Register
from shared.settings import CommonSettings, KafkaSettings
from shared.sources import Source
from tests.engines import RunningEngines
from tests.integration.ingest.test_service import service, wait_for

pytestmark = pytest.mark.connected

AT_ONCE = 5


def now() -> datetime:
    """UTC."""
    return datetime.now(UTC)


def register(engines: RunningEngines, namespace: str) -> Register:
    """As a command has it."""
    return Register(CommonSettings(namespace=namespace), KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers))


async def fed(client: httpx.AsyncClient) -> int:
    """The status of a digest of the source."""
    return (await client.post("/v1/digests", json={"source": "双碳周报", "text": "一、正文。"})).status_code


async def newest(register: Register, topic: str, key: str) -> bytes | None:
    """The value that compaction keeps."""
    async with Scanner(register.kafka) as scanner:
        values = [scanned.record.value async for scanned in scanner.read(topic) if scanned.record.key == key.encode()]
    return values[-1]


async def test_a_source_makes_itself_known_and_is_switched_off(engines: RunningEngines, namespace: str) -> None:
    """By another process, which this one follows; what this one changes counts for it at once."""
    changing = register(engines, namespace)
    async with service(engines, namespace) as (_, client):
        assert await fed(client) == 202

        async def known() -> bool:
            return (await client.get("/v1/sources/双碳周报")).status_code == 200

        await wait_for(known)
        entry = (await client.get("/v1/sources/双碳周报")).json()
        assert (entry["found"], entry["by"], entry["edition"]) == (True, "api", 1)

        def off(before: Entry | None) -> Entry:
            return patched(before, "双碳周报", {"on": False}, edition=1, by="a@b", at=now())

        await changing.edit("双碳周报", off, by="a@b")

        async def refused() -> bool:
            return await fed(client) == 409

        await wait_for(refused)
        on = await client.patch("/v1/sources/双碳周报", json={"on": True, "taxonomy": "news"})
        assert (on.status_code, on.json()["edition"], await fed(client)) == (200, 3, 202)
    listing = await changing.listing()
    assert listing.taught["双碳周报"] == Source(source="双碳周报", knowledge=1, taxonomy="news")
    async with Scanner(changing.kafka) as scanner:
        topic = changing.common.topics.operations.name
        done = [read_operation(scanned.record.value) async for scanned in scanner.read(topic)]
    assert [(one.action, one.subject, one.by, one.detail) for one in done] == [
        ("edit", "双碳周报", "a@b", "edition 2"), ("edit", "双碳周报", "api", "edition 3"),
    ]  # fmt: skip


async def test_of_changes_at_once_one_holds_and_stays(engines: RunningEngines, namespace: str) -> None:
    """The others are told; what they had written is not what compaction keeps."""
    changing = register(engines, namespace)
    [found] = await changing.found({"weekly": "key one"})
    assert (found.edition, found.found) == (1, True)

    async def change(number: int) -> Entry | None:
        def made(before: Entry | None) -> Entry:
            return edited(before, "weekly", {"name": f"第{number}人"}, edition=1, by=f"key {number}", at=now())

        try:
            return await changing.edit("weekly", made, by=f"key {number}")
        except Changed:
            return None

    [held] = [entry for entry in await asyncio.gather(*map(change, range(AT_ONCE))) if entry is not None]
    value = await newest(changing, changing.common.topics.sources.name, ENTRY + "weekly")
    assert held == read(Entry, value) == (await changing.listing()).entries["weekly"]
    assert await changing.found({"weekly": "key two"}) == []


async def test_what_holds_written_once_more_is_nobody_s_change(engines: RunningEngines, namespace: str) -> None:
    """Whoever came second writes it; a change that was made of it meanwhile counts, and is acknowledged."""
    changing = register(engines, namespace)
    [found] = await changing.found({"weekly": "key one"})
    topic = changing.common.topics.sources.name

    async def again() -> None:
        async with Sender(changing.kafka) as sender:
            await sender.deliver([Message(topic, (ENTRY + "weekly").encode(), found.to_json())])

    def named(before: Entry | None) -> Entry:
        if before == found:
            writing = threading.Thread(target=lambda: asyncio.run(again()))  # between reading and writing, which waits for it
            writing.start()
            writing.join()
        return edited(before, "weekly", {"name": "新"}, edition=1, by="key two", at=now())

    made = await changing.edit("weekly", named, by="key two")
    assert (made.edition, made.name) == (2, "新")
    assert (await changing.listing()).entries["weekly"] == made
