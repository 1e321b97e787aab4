"""A digest taken back, and one erased for good, while the services run."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from services.ingest.accept import Submission, accept
from services.operate.erase.readers import past
from shared.kafka.resend import Resender
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.records import DIGEST_HEADER, MAX_DIGEST_BYTES
from shared.settings import KafkaSettings
from tests.command import jianbao
from tests.engines import RunningEngines
from tests.pipeline import SEARCHABLE_SECONDS, Pipeline, Receipt, wait_for
from tests.variants import ITEMS, SAMPLE, telling_title, variant

pytestmark = pytest.mark.connected


SENTENCE = '"提供一站式绿电绿证服务"'


def feed(pipeline: Pipeline, text: str, name: str) -> Receipt:
    """Fed and searchable."""
    receipt = pipeline.feed_until_taken(text, external_id=name, published_on="2026-02-06", title="双碳周报")
    pipeline.wait_searchable(receipt)
    return receipt


def counted(pipeline: Pipeline, *receipts: Receipt) -> dict[str, int]:
    """How many items these digests have in the index; those without any are left out."""
    mine = {receipt.digest_id for receipt in receipts}
    return {digest: count for digest, count in pipeline.items_by_digest().items() if digest in mine}


async def all_read(pipeline: Pipeline) -> None:
    """Whatever is in the topics is processed."""
    settings = KafkaSettings(bootstrap_servers=pipeline.kafka)
    async with Scanner(settings) as scanner:
        await past(settings, scanner, pipeline.topics.enrich_group, pipeline.topics.raw.name, seconds=SEARCHABLE_SECONDS)
        await past(settings, scanner, pipeline.topics.index_group, pipeline.topics.enriched.name, seconds=SEARCHABLE_SECONDS)


async def write_again(pipeline: Pipeline, receipt: Receipt) -> None:
    """A late write of that revision: as when a record is replayed, or a paused producer wakes up."""
    settings = KafkaSettings(bootstrap_servers=pipeline.kafka)
    async with Scanner(settings) as scanner, Resender(settings) as resender:
        async for scanned in scanner.read(pipeline.topics.raw.name):
            record = scanned.record
            if record.key == receipt.digest_id.encode() and f'"revision":{receipt.revision}' in dict(record.headers)[DIGEST_HEADER].decode():
                await resender.send(Message(record.topic, record.key, record.value, record.headers, datetime.now(UTC)))


async def test_withdrawn(pipeline: Pipeline) -> None:
    """Gone from search, facets and pages; a late older write does not bring it back; fed again it is there."""
    sample = SAMPLE.read_text("utf-8")
    receipt, other = feed(pipeline, sample, "withdrawn"), feed(pipeline, variant(1), "other")
    async with httpx.AsyncClient(base_url=pipeline.url("ingest"), trust_env=False, timeout=30) as ingest:
        answer = await ingest.post(f"/v1/digests/{receipt.digest_id}/withdraw", json={"reason": "发布方撤稿"})
    said = answer.json()
    assert answer.status_code == 202, said
    withdrawn = Receipt(said["digest_id"], said["revision"])
    assert withdrawn.revision > receipt.revision
    wait_for(lambda: pipeline.status(withdrawn) == "withdrawn", "the withdrawal")
    assert counted(pipeline, receipt, other) == {other.digest_id: ITEMS}
    assert [hit["digest_id"] for hit in pipeline.search(SENTENCE)] != [receipt.digest_id]
    assert pipeline.get("search", f"/api/digests/{receipt.digest_id}")["items"] == []

    await write_again(pipeline, receipt)
    feed(pipeline, variant(2), "after")  # of the same topic, so that the late write was read
    await all_read(pipeline)
    assert pipeline.status(withdrawn) == "withdrawn"
    assert receipt.digest_id not in pipeline.items_by_digest()

    back = feed(pipeline, sample, "withdrawn")
    assert back.digest_id == receipt.digest_id
    assert pipeline.items_by_digest()[receipt.digest_id] == ITEMS


def test_withdrawn_by_the_command(pipeline: Pipeline) -> None:
    """`--wait` returns when it is gone; a second time nothing is written; with one that was never received nothing is written for any."""
    receipt, other = feed(pipeline, variant(20), "by command"), feed(pipeline, variant(21), "beside it")
    unknown = jianbao(pipeline, "withdraw", other.digest_id, "f" * 32, "--reason", "x")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert f"never received: {'f' * 32}" in unknown.stderr

    done = jianbao(pipeline, "withdraw", receipt.digest_id, "--reason", "发布方撤稿", "--wait", "--json")
    assert done.returncode == 0, done.stderr
    assert counted(pipeline, receipt, other) == {other.digest_id: ITEMS}
    first = json.loads(done.stdout)
    second = json.loads(jianbao(pipeline, "withdraw", receipt.digest_id, "--reason", "x", "--wait", "--json").stdout)
    assert (first["before"], second) == (False, first | {"before": True})


async def test_erased(pipeline: Pipeline, engines: RunningEngines) -> None:
    """Nothing of it in any topic or in the index; the others stay searchable at their versions, and the services go on, also after a kill."""
    others = [feed(pipeline, variant(n), str(n)) for n in range(30, 33)]
    receipt = feed(pipeline, variant(39), "2026-06")
    before = versions(pipeline, engines)
    environ = {"ELASTICSEARCH_URL": engines.elasticsearch_url}
    dry = jianbao(pipeline, "erase", receipt.digest_id, "--reason", "法院裁定", environ=environ)
    assert dry.returncode == 0, dry.stderr
    assert "Nothing was changed" in dry.stdout
    assert pipeline.status(receipt) == "searchable"

    done = jianbao(pipeline, "erase", receipt.digest_id, "--reason", "法院裁定", "--yes", environ=environ)
    assert done.returncode == 0, done.stderr
    assert "What remains, and how long" in done.stdout
    assert pipeline.status(receipt) == "withdrawn"
    assert await topics_hold(pipeline, "零碳工厂50家") == []
    assert await topics_hold(pipeline, "2026-06", key=receipt.digest_id) == []

    pipeline.kill("enrich")
    pipeline.kill("index")
    pipeline.start("enrich", "index")
    feed(pipeline, variant(9), "9")
    await all_read(pipeline)
    after = versions(pipeline, engines)
    assert {item: version for item, version in after.items() if item in before} == {
        item: version for item, version in before.items() if version[0] != receipt.digest_id
    }
    for other in others:
        assert pipeline.status(other) == "searchable"
    assert pipeline.search(telling_title(9))


async def put_from_the_future(pipeline: Pipeline, name: str) -> Receipt:
    """A digest that was received under a clock 50 minutes ahead, Kafka's too: searchable, and its revision
    that of a time to come.
    """
    revision = time.time_ns() // 1_000_000 + 50 * 60_000
    text = variant(50).encode()
    submission = Submission(text, source="双碳周报", external_id=name, published_on="2026-02-06")
    raw, content = accept(submission, revision=revision, max_bytes=MAX_DIGEST_BYTES)
    async with Sender(KafkaSettings(bootstrap_servers=pipeline.kafka)) as sender:
        key, headers = raw.digest_id.encode(), [(DIGEST_HEADER, raw.to_json())]
        await sender.deliver([Message(pipeline.topics.raw.name, key, content, headers, raw.received_at)])
    receipt = Receipt(raw.digest_id, revision)
    pipeline.wait_searchable(receipt)
    return receipt


def telling(pipeline: Pipeline, receipt: Receipt) -> set[int]:
    """Numbers of the variants whose telling item search finds in this digest."""
    hits = {n: pipeline.search(f'"{telling_title(n)}"') for n in range(50, 54)}
    return {n for n, found in hits.items() if receipt.digest_id in [hit["digest_id"] for hit in found]}


async def test_a_correction_of_a_digest_from_the_future(pipeline: Pipeline) -> None:
    """Ingest knows of it from its start on: the correction is searchable, and withdrawn and fed once more
    it is again.
    """
    wrong = await put_from_the_future(pipeline, "from the future")
    assert pipeline.terminate("ingest") == 0
    pipeline.start("ingest")
    corrected = feed(pipeline, variant(51), "from the future")
    assert corrected.digest_id == wrong.digest_id
    assert pipeline.status(wrong) == "superseded"
    assert telling(pipeline, corrected) == {51}

    done = jianbao(pipeline, "withdraw", wrong.digest_id, "--reason", "时钟拨快", "--wait")
    assert done.returncode == 0, done.stderr
    assert counted(pipeline, wrong) == {}
    assert telling(pipeline, feed(pipeline, variant(52), "from the future")) == {52}


async def test_the_way_out_that_needs_no_knowledge(pipeline: Pipeline, tmp_path: Path) -> None:
    """Fed with `--above-last`, a correction wins over a digest from the future that no ingest has heard
    of.
    """
    wrong = await put_from_the_future(pipeline, "unheard of")
    file = tmp_path / "corrected.txt"
    file.write_text(variant(53), "utf-8")
    said = ("--source", "双碳周报", "--external-id", "unheard of", "--published-on", "2026-02-06")
    done = jianbao(pipeline, "feed", str(file), "--kafka", "--above-last", "--json", *said)
    assert done.returncode == 0, done.stderr
    fed = json.loads(done.stdout)
    assert (fed["digest_id"], fed["revision"]) == (wrong.digest_id, wrong.revision + 1)
    pipeline.wait_searchable(Receipt(fed["digest_id"], fed["revision"]))
    assert telling(pipeline, wrong) == {53}


def versions(pipeline: Pipeline, engines: RunningEngines) -> dict[str, tuple[str, int]]:
    """Digest and version of every item in the index."""
    alias = f"{engines.elasticsearch_url}/{pipeline.namespace}-items"
    with httpx.Client(trust_env=False, timeout=30) as client:
        client.post(f"{alias}/_refresh").raise_for_status()
        hits = client.post(f"{alias}/_search", json={"size": 1000, "version": True, "_source": ["digest_id"]}).json()["hits"]["hits"]
    return {hit["_id"]: (hit["_source"]["digest_id"], hit["_version"]) for hit in hits}


async def topics_hold(pipeline: Pipeline, words: str, *, key: str | None = None) -> list[str]:
    """Places in the raw, enriched and dead topics whose bytes or headers hold these words."""
    found = []
    async with Scanner(KafkaSettings(bootstrap_servers=pipeline.kafka)) as scanner:
        for topic in (pipeline.topics.raw, pipeline.topics.enriched, pipeline.topics.dead):
            async for scanned in scanner.read(topic.name):
                record = scanned.record
                parts = [record.value or b"", *(data for _, data in record.headers)]
                if (key is None or record.key == key.encode()) and any(words.encode() in part for part in parts):
                    found.append(f"{record.topic}/{record.partition}/{record.offset}")
    return found
