"""`jianbao reconcile` on the whole pipeline: broken on purpose, it finds exactly that, mends it, and finds nothing more."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from shared.kafka.clients import client_options, producer_options
from shared.settings import KafkaSettings
from tests.engines import RunningEngines
from tests.pipeline import ROOT, Pipeline, Receipt, wait_for
from tests.variants import ITEMS, variant

pytestmark = pytest.mark.connected

DIGESTS = 8
ORPHAN = "f" * 32


class Index:
    """Elasticsearch, to break things in."""

    def __init__(self, url: str, namespace: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=30)
        self._namespace = namespace

    def ask(self, method: str, kind: str, path: str, body: object = None) -> Any:
        """Any request under an alias; the answer."""
        answer = self._http.request(method, f"/{self._namespace}-{kind}/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def items(self, receipt: Receipt) -> list[dict[str, Any]]:
        """The hits of a digest's items, with their versions, in the digest's order."""
        self.ask("POST", "items", "_refresh")
        query = {"query": {"term": {"digest_id": receipt.digest_id}}, "size": 100, "version": True, "sort": ["ordinal"]}
        hits: list[dict[str, Any]] = self.ask("POST", "items", "_search", query)["hits"]["hits"]
        return hits

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


@pytest.fixture(scope="module")
def index(engines: RunningEngines, pipeline: Pipeline) -> Iterator[Index]:
    """Beside the pipeline."""
    found = Index(engines.elasticsearch_url, pipeline.namespace)
    yield found
    found.close()


def reconcile(engines: RunningEngines, pipeline: Pipeline, *arguments: str) -> tuple[int, Counter[str], dict[str, Any]]:
    """Exit status, how many findings there are of each kind at the first look, and the summary."""
    run = subprocess.run(
        [sys.executable, "-c", "from services.cli.main import main; main()", "reconcile", "--json", *arguments],
        capture_output=True, cwd=ROOT, timeout=150, check=False, env=os.environ | engines.environ | {"JIANBAO_NAMESPACE": pipeline.namespace},
    )  # fmt: skip
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert lines, run.stderr.decode()
    findings = [line for line in lines[:-1] if not line["after_repair"]]
    assert Counter(f"{each['kind']} {each['where']}" for each in findings) == Counter(lines[-1]["found"])
    return run.returncode, Counter(lines[-1]["found"]), lines[-1]


@pytest.fixture(scope="module")
def fed(pipeline: Pipeline) -> list[Receipt]:
    """Some digests that are searchable; each test leaves them as they are."""
    receipts = [pipeline.feed(variant(number)) for number in range(DIGESTS)]
    for receipt in receipts:
        pipeline.wait_searchable(receipt)
    return receipts


def test_what_is_broken_in_the_index_is_found_and_mended(engines: RunningEngines, pipeline: Pipeline, index: Index, fed: list[Receipt]) -> None:
    """Items lost, a manifest lost, orphans, an older version, another text: exactly these, and nothing at the second look."""
    settled(pipeline)
    code, found, said = reconcile(engines, pipeline, "--deep")
    assert (code, found, said["raw"], said["enriched"], said["items"]) == (0, Counter(), DIGESTS, DIGESTS, DIGESTS * ITEMS)

    for hit in index.items(fed[0])[:2]:
        index.ask("DELETE", "items", f"_doc/{hit['_id']}")
    index.ask("DELETE", "digests", f"_doc/{fed[1].digest_id}")
    index.ask("PUT", "items", "_doc/" + "e" * 32, {"item_id": "e" * 32, "digest_id": ORPHAN, "body": "孤儿"})
    index.ask("PUT", "digests", f"_doc/{ORPHAN}", {"digest_id": ORPHAN, "version": 1, "item_ids": ["e" * 32]})
    index.ask("PUT", "items", "_doc/" + "d" * 32, {"item_id": "d" * 32, "digest_id": fed[2].digest_id, "body": "多余"})
    aged(index, index.items(fed[3])[0])
    changed(index, index.items(fed[4])[0])
    pipeline.feed(variant(99))  # in hand while it looks: no finding

    broken = Counter({"missing item": 2, "missing manifest": 1, "extra manifest": 1, "extra item": 2, "stale item": 1, "different item": 1})
    code, found, _ = reconcile(engines, pipeline, "--deep")
    assert (code, found) == (1, broken)
    code, found, said = reconcile(engines, pipeline, "--deep", "--repair")
    assert (code, found, said["left"], said["repaired"]) == (0, broken, {}, 6)
    code, found, said = reconcile(engines, pipeline, "--deep")
    assert (code, found, said["items"]) == (0, Counter(), (DIGESTS + 1) * ITEMS)


def aged(index: Index, hit: dict[str, Any]) -> None:
    """The same item under an older version, as an interrupted update leaves it."""
    index.ask("PUT", "items", "_settings", {"index.gc_deletes": "0s"})
    index.ask("DELETE", "items", f"_doc/{hit['_id']}")
    older = f"_doc/{hit['_id']}?version={hit['_version'] - 1}&version_type=external_gte"

    def taken() -> bool:
        index.ask("POST", "items", "_refresh")  # forgets versions of deleted items
        try:
            index.ask("PUT", "items", older, hit["_source"])
        except httpx.HTTPStatusError:
            return False
        return True

    wait_for(taken, "an older version to be taken", every=0.5)


def changed(index: Index, hit: dict[str, Any]) -> None:
    """Another text under the same version."""
    same = f"_doc/{hit['_id']}?version={hit['_version']}&version_type=external_gte"
    index.ask("PUT", "items", same, hit["_source"] | {"body": "改过的"})


def test_what_the_enriched_topic_lost_is_enriched_again(engines: RunningEngines, pipeline: Pipeline, fed: list[Receipt]) -> None:
    """Its records are made again from the archive; a dead letter's digest and a record of another form are no findings."""
    settled(pipeline)
    lost = asyncio.run(_break_topics(engines, pipeline))
    assert 0 < lost <= DIGESTS + 1
    code, found, said = reconcile(engines, pipeline)
    assert (code, found) == (1, Counter({"missing enriched": lost}))
    assert said["other"] == {"raw": 1, "enriched": 1, "dead": 0}
    code, found, said = reconcile(engines, pipeline, "--repair")
    assert (code, found, said["left"], said["repaired"], said["unconfirmed"]) == (0, Counter({"missing enriched": lost}), {}, lost, 0)
    assert reconcile(engines, pipeline)[:2] == (0, Counter())
    assert {pipeline.status(receipt) for receipt in fed} == {"searchable"}


async def _break_topics(engines: RunningEngines, pipeline: Pipeline) -> int:
    """Cut everything off the enriched topic's fullest partition, write records of no known form; how many digests are lost."""
    kafka, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers), pipeline.topics
    admin = AIOKafkaAdminClient(**client_options(kafka))
    consumer = AIOKafkaConsumer(**client_options(kafka))
    producer = AIOKafkaProducer(**producer_options(kafka))
    for client in (admin, consumer, producer):
        await client.start()
    try:
        places = [TopicPartition(topics.enriched.name, partition) for partition in range(kafka.partitions)]
        ends = await consumer.end_offsets(places)
        fullest = max(places, key=lambda place: int(ends[place]))
        await admin.delete_records({fullest: RecordsToDelete(before_offset=ends[fullest])})
        await producer.send_and_wait(topics.enriched.name, b"?", key=b"?", partition=(fullest.partition + 1) % kafka.partitions)
        await producer.send_and_wait(topics.raw.name, b"?", key=b"?")
        return int(ends[fullest])
    finally:
        await producer.stop()
        await asyncio.wait([asyncio.ensure_future(consumer.stop())])
        await admin.close()


def settled(pipeline: Pipeline) -> None:
    """Nothing is in flight any more: groups commit once a second."""
    pipeline.wait_caught_up("enrich", "index")
