"""`jianbao dead skip` while the indexer is stuck on one record: a dead letter with its bytes, an audited one, and nothing else is skipped."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from services.operate.dead_letters.skip import Skip
from shared.dead_letters.reading import originals
from shared.errors import Rejected
from shared.kafka.scan import Scanner
from shared.operations import Operation, read
from tests.command import jianbao
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.fakes.gate import Gate
from tests.integration.index.conftest import Bench

pytestmark = pytest.mark.connected

STUMBLED_OVER = "卡住"


@pytest.fixture
async def stuck(engines: RunningEngines, namespace: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """An indexer before whose Elasticsearch something refuses every request in which one word stands."""
    async with AsyncExitStack() as stack:
        gate = Gate(engines.elasticsearch_url, refuses=STUMBLED_OVER.encode())
        stack.callback(gate.close)
        bench = Bench(engines, namespace, tmp_path, elasticsearch_url=gate.url)
        await bench.open(stack)
        bench.start()
        yield bench


async def test_the_record_it_is_stuck_on_is_skipped_and_no_other(stuck: Bench) -> None:
    """Others go by meanwhile; skipping it again changes nothing, and what never was, is through or waits behind it is refused."""
    topic, digest = stuck.topics.enriched.name, enriched(f"昆山:{STUMBLED_OVER}", name="stuck")
    key = digest.digest_id.encode()
    sent = await stuck.producer.send_and_wait(topic, key=key, value=digest.to_json(), partition=0)
    other = enriched("常州:乙", name="other")
    behind = await stuck.producer.send_and_wait(topic, key=other.digest_id.encode(), value=other.to_json(), partition=0)
    record = f"{topic}/0/{sent.offset}"
    assert await _refused(stuck, topic, 0, behind.offset) == "not_stuck"
    status, said = await _skip(stuck, topic, "0", str(sent.offset), "--yes", "--reason", "Elasticsearch stumbles over it")
    assert (status, said.get("outcome")) == (0, "skipped"), f"{said}\n{stuck.pipeline.logs()}"
    await stuck.settled()
    assert await stuck.bodies() == ["常州:乙,第1版。"]
    (letter,) = await stuck.dead()
    assert (letter.origin, letter.stage, letter.error, str(letter.place)) == (record, "index", "skipped", said["letter"])
    assert "Elasticsearch stumbles over it" in letter.message
    async with Scanner(stuck.kafka) as scanner:
        assert [one.value async for _, one in originals(scanner, stuck.topics.dead.name, [letter.place])] == [digest.to_json()]
    done = [(record, "begun"), (record, "done")]
    assert [(one.subject, one.outcome) for one in await _operations(stuck) if one.subject == record] == done
    assert await _skip(stuck, topic, "0", str(sent.offset), "--yes") == (0, said | {"outcome": "skipped before"})
    assert [(one.subject, one.outcome) for one in await _operations(stuck) if one.subject == record] == done
    assert await _refused(stuck, topic, 0, behind.offset) == "not_stuck"
    assert await _refused(stuck, topic, 0, 999_999) == "no_record"
    assert await _refused(stuck, topic, 99, 0) == "no_record"
    assert await _refused(stuck, stuck.topics.dead.name, 0, 0) == "unknown_topic"
    assert len(await stuck.dead()) == 1


async def _refused(bench: Bench, topic: str, partition: int, offset: int) -> str:
    """The kind of refusal."""
    async with Scanner(bench.kafka) as scanner:
        wanted = Skip(bench.kafka, bench.topics, scanner, topic, partition, offset, "who@host")
        with pytest.raises(Rejected) as refused:
            await wanted.do(await wanted.look(), seconds=1)
        return refused.value.kind


async def _skip(bench: Bench, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and the line of JSON or what standard error says."""
    ran = await asyncio.to_thread(jianbao, bench.pipeline, "dead", "skip", *words, "--json")
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else {"error": ran.stderr}


async def _operations(bench: Bench) -> list[Operation]:
    async with Scanner(bench.kafka) as scanner:
        return [read(scanned.record.value) async for scanned in scanner.read(bench.topics.operations.name)]
