"""`jianbao replay` on real Kafka: a newer build's records for all that is in the archive, each once, also after kill -9 in the middle."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator

import orjson
import pytest

from services.enrich.replay.choice import version_of
from shared import operations
from shared.dead_letters.headers import SourceRecord
from shared.ids import version_parts
from shared.kafka.scan import Scanner
from shared.operations import Operation
from shared.version import BUILD
from tests.engines import RunningEngines
from tests.fakes import enrich_hooks
from tests.fakes.enrich_raised import RAISED
from tests.fakes.raw_records import raw
from tests.integration.enrich.running import Pipeline, pipeline

pytestmark = pytest.mark.connected

LIVE = 1_000_000
"""A lag that no test reaches: no indexer runs here, so that all of its topic counts as waiting."""


@pytest.fixture
async def topics(engines: RunningEngines, namespace: str) -> AsyncIterator[Pipeline]:
    """Empty topics."""
    async with pipeline(engines.environ, namespace) as found:
        yield found


async def replaying(topics: Pipeline, *arguments: str) -> "asyncio.subprocess.Process":
    """The command with the newer build's fake, under way."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.replay_command", "--max-lag", str(LIVE), *arguments,
        env=os.environ | topics.environ, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def replayed(topics: Pipeline, *arguments: str) -> dict[str, object]:
    """What the command says at its end; it must be a good one."""
    process = await replaying(topics, *arguments)
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    found: dict[str, object] = orjson.loads(said)
    return found


async def records(topics: Pipeline, topic: str) -> list[SourceRecord]:
    """All that is in a topic now."""
    async with Scanner(topics.kafka) as scanner:
        return [scanned.record async for scanned in scanner.read(topic)]


async def raised(topics: Pipeline) -> Counter[str]:
    """How often each digest was enriched by the newer build."""
    versions = [version_of(record) for record in await records(topics, topics.topics.enriched.name)]
    return Counter(each[0] for each in versions if each and version_parts(each[1])[1] == RAISED)


async def archived(topics: Pipeline, count: int, *more: str) -> None:
    """So many digests in the archive, and `more`. A replay without conditions does not ask who has enriched them."""
    await topics.feed([*(raw(f"第{number}期", f"标题{number}\n正文{number}") for number in range(count)), *(raw(text, text) for text in more)])


async def test_everything_once_by_the_newer_build(topics: Pipeline) -> None:
    """Marked as a replay's; a second run with --build-below finds nothing to do; what fails again leaves no second dead letter."""
    await archived(topics, 12, enrich_hooks.REJECTS)
    async with topics.worker():
        await topics.enriched(12)
        await topics.dead(1)
    said = await replayed(topics)
    assert (said["enriched"], said["dead"], said["known_dead"], said["stopped"]) == (12, 0, 1, False)
    assert Counter((await raised(topics)).values()) == {1: 12}
    marked = [record for record in await records(topics, topics.topics.enriched.name) if "replay" in dict(record.headers)]
    assert {dict(record.headers)["replay"] for record in marked} == {str(said["operation_id"]).encode()}
    assert len(marked) == 12
    assert len(await records(topics, topics.topics.dead.name)) == 1

    again = await replayed(topics, "--build-below", str(RAISED))
    assert (again["digests"], again["enriched"], again["known_dead"]) == (1, 0, 1)  # only what could never be enriched
    assert (await replayed(topics, "--build-below", str(BUILD)))["digests"] == 1


async def test_kill_9_in_the_middle_and_resume(topics: Pipeline) -> None:
    """All are there in the end, and only what the last second did is done again; the operations topic tells the story once."""
    await archived(topics, 240)
    # Twelve seconds' work, of which two are waited for.
    process = await replaying(topics, "--rate", "20")
    await topics.enriched(40)
    process.kill()
    await process.communicate()
    before = await raised(topics)
    assert 40 <= len(before) < 240

    said = await replayed(topics, "--resume")
    counts = await raised(topics)
    assert len(counts) == 240
    assert said["digests"] == 240
    assert isinstance(said["already"], int)
    assert said["already"] > 0
    # Done twice is what was acknowledged and not yet kept: a second's work and the batch in hand.
    assert counts.total() - 240 <= 60
    story = [operations.read(record.value) for record in await records(topics, topics.topics.operations.name)]
    assert [(each.action, each.outcome, each.operation_id) for each in sorted(story, key=_time)] == [
        ("replay", "begun", said["operation_id"]),
        ("replay", "done", said["operation_id"]),
    ]


def _time(operation: Operation) -> float:
    return operation.at.timestamp()


async def test_ctrl_c_stops_cleanly_and_resume_does_nothing_twice(topics: Pipeline) -> None:
    """Exit status 130; what was done is kept to the last digest."""
    await archived(topics, 60)
    # Twelve seconds' work, of which two are waited for.
    process = await replaying(topics, "--rate", "5")
    await topics.enriched(10)
    process.send_signal(signal.SIGINT)
    said, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 130
    assert orjson.loads(said)["stopped"] is True
    assert (await replayed(topics, "--resume"))["stopped"] is False
    assert Counter((await raised(topics)).values()) == {1: 60}


async def test_nothing_to_resume_is_said(topics: Pipeline) -> None:
    """In plain words, with exit status 1 by the command's own rule for errors."""
    process = await replaying(topics, "--resume")
    await process.communicate()
    assert process.returncode == 1
