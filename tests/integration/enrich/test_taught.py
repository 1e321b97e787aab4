"""A source is taught on real Kafka: its next issue is split so, the version says by which knowledge, and a replay brings the older ones up to it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from services.enrich.commands.examples import example_of
from services.enrich.replay.choice import VERSION_HEADER
from shared import operations, sources
from shared.ids import version, version_parts
from shared.kafka.scan import Scanner
from shared.records import EnrichedDigest, read_enriched
from shared.registry.edit import edited
from shared.registry.entry import Entry
from shared.registry.register import Register
from shared.settings import CommonSettings
from shared.sources import Source
from shared.version import BUILD
from tests.engines import RunningEngines
from tests.fakes.raw_records import raw
from tests.integration.enrich.running import Pipeline, pipeline, until

pytestmark = pytest.mark.connected

FOLDER = Path(__file__).parents[2] / "data/profiles"
FIRST, RIGHT, NEXT = FOLDER / "mujian.txt", FOLDER / "mujian.items.json", FOLDER / "mujian.next.txt"
TITLES = ["旧书市集搬到了河边", "公交车上能寄快递了", "稻田里的鸭子上岗", "山里通了夜班车"]
NEXT_TITLES = ["梨园里办起了课堂", "水渠边添了八盏灯", "裁缝铺收起了旧衣"]


@pytest.fixture
async def topics(engines: RunningEngines, namespace: str) -> AsyncIterator[Pipeline]:
    """Empty topics."""
    async with pipeline(engines.environ, namespace) as found:
        yield found


async def jianbao(topics: Pipeline, *words: object) -> bytes:
    """What the command prints; it must end well."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from services.cli.main import main; main()", *map(str, words),
        env=os.environ | topics.environ, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return said


async def enriched(topics: Pipeline) -> list[tuple[int, EnrichedDigest]]:
    """What is in the enriched topic now with the versions in its headers, by version."""
    async with Scanner(topics.kafka) as scanner:
        found = [scanned.record async for scanned in scanner.read(topics.topics.enriched.name)]
    digests = [(int(dict(record.headers)[VERSION_HEADER]), read_enriched(record.value or b"")) for record in found]
    return sorted(digests, key=lambda one: one[0])


async def test_teach_feed_and_replay(topics: Pipeline) -> None:
    """What came before stays as it was until it is replayed; what comes after is split as taught; forgetting is knowledge too."""
    async with topics.worker(module="services.enrich"):
        await topics.feed([raw("第1期", FIRST.read_bytes(), source="mujian")])
        await topics.enriched(1)
        said = orjson.loads(await jianbao(topics, "profile", "teach", "mujian", FIRST, "--items", RIGHT, "--json"))
        assert (said["knowledge"], said["examples"], said["learned"]) == (1, 1, True)

        number = 1

        async def known() -> bool:
            nonlocal number
            number += 1
            await topics.feed([raw(f"第{number}期", NEXT.read_bytes(), source="mujian")])
            return any(digest.knowledge == 1 for digest in await topics.enriched(number))

        await until(known)
    found = await enriched(topics)
    taught = next((number, digest) for number, digest in found if digest.knowledge == 1)
    assert [item.title for item in taught[1].items] == NEXT_TITLES
    assert taught[0] == version(taught[1].revision, BUILD, 1)
    first = found[0][1]
    assert (first.knowledge, [item.title for item in first.items] == TITLES) == (0, False)

    await jianbao(topics, "replay", "--source", "mujian", "--max-lag", 1_000_000)
    versions = [(number, digest) for number, digest in await enriched(topics) if digest.digest_id == first.digest_id]
    assert [version_parts(number)[1:] for number, _ in versions] == [(BUILD, 0), (BUILD, 1)]
    assert [item.title for item in versions[-1][1].items] == TITLES

    assert orjson.loads(await jianbao(topics, "profile", "forget", "mujian", "--json"))["knowledge"] == 2
    assert await jianbao(topics, "profile", "list", "--json") == b""
    await jianbao(topics, "replay", "--digest", first.digest_id, "--max-lag", 1_000_000)
    last, digest = [one for one in await enriched(topics) if one[1].digest_id == first.digest_id][-1]
    assert (version_parts(last)[1:], [item.title for item in digest.items]) == ((BUILD, 2), [item.title for item in first.items])


async def test_what_people_say_of_a_source_changes_its_digests(topics: Pipeline) -> None:
    """Its taxonomy, region and links, and the examples of another source whose layout it has; said before or while the worker runs."""
    register = Register(CommonSettings(namespace=topics.topics.namespace), topics.kafka)
    example = example_of(str(FIRST), str(RIGHT))

    def taught(before: Source | None) -> Source:
        return sources.taught(before, "mujian", example, most_bytes=topics.topics.sources.max_message_bytes)

    def said(before: Entry | None) -> Entry:
        fields = {"taxonomy": "general", "region": "320500", "profile": "mujian"}
        return edited(before, "sister", fields, edition=0, by="x", at=datetime.now(UTC))

    await register.change("mujian", "teach", taught, by="x")
    await register.found({"mujian": "x"})
    await register.edit("sister", said, by="x")
    async with topics.worker(module="services.enrich"):
        await topics.feed([raw("第1期", NEXT.read_bytes(), source="sister")])
        [digest] = await topics.enriched(1)
    assert (digest.knowledge, [item.title for item in digest.items]) == (1, NEXT_TITLES)
    nowhere = [item for item in digest.items if not any(entity.type == "region" for entity in item.entities)]
    assert nowhere
    assert {item.about_regions for item in nowhere} == {("320500",)}


async def test_two_who_teach_at_once_lose_nothing(topics: Pipeline) -> None:
    """Whose record came second takes the other's example in, with a number of its own; both are on record."""
    register = Register(CommonSettings(namespace=topics.topics.namespace), topics.kafka)
    examples = [example_of(str(FIRST), str(RIGHT)), example_of(str(NEXT), str(FOLDER / "mujian.next.items.json"))]

    def teaching(place: int) -> "asyncio.Future[Source]":
        def change(before: Source | None) -> Source:
            return sources.taught(before, "mujian", examples[place], most_bytes=topics.topics.sources.max_message_bytes)

        return asyncio.ensure_future(register.change("mujian", "teach", change))

    await asyncio.gather(teaching(0), teaching(1))
    known = (await register.all())["mujian"]
    assert {one.sha256 for one in known.examples} == {one.sha256 for one in examples}
    assert known.knowledge >= 2
    async with Scanner(topics.kafka) as scanner:
        story = [operations.read(scanned.record.value) async for scanned in scanner.read(topics.topics.operations.name)]
    assert [(one.action, one.subject) for one in story] == [("teach", "mujian")] * 2
    assert all(one.at <= datetime.now(UTC) for one in story)
