"""What is larger than Elasticsearch takes in one write, in one with a small heap of its own: the digests behind it appear all the same."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from shared.dead_letters import reading
from shared.dead_letters.letter import Letter
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings
from tests import giants
from tests.engines import RunningEngines
from tests.own_engines import Node, own_folder
from tests.pipeline import Pipeline, Receipt, wait_for

pytestmark = pytest.mark.connected

HEAP_MIB = 512
"""Of which Elasticsearch lets writes take a tenth, counting the largest one fourfold: 13 MB."""

BEHIND = 10
SECONDS = 120.0
"""Far above the 15 s that it takes on a quiet machine."""


@pytest.fixture
def pipeline(engines: RunningEngines, namespace: str, tmp_path: Path) -> Iterator[Pipeline]:
    """Ingest, enrich and index on an Elasticsearch with a small heap."""
    with own_folder() as (folder, installation):
        node = Node(folder / "elasticsearch", installation, heap_mib=HEAP_MIB)
        try:
            node.start()
            made = Pipeline(engines=engines.environ | {"ELASTICSEARCH_URL": node.url}, namespace=namespace, logs=tmp_path)
            try:
                made.start("ingest", "enrich", "index")
                yield made
            finally:
                made.close()
        finally:
            node.kill()


def test_giants_stop_nobody(pipeline: Pipeline) -> None:
    """A line of 8.4 MB is cut into items without losing a character; an item of 9 MB is a dead letter; ten digests behind both are there."""
    text = giants.line()
    large = pipeline.feed(text, external_id="giant")
    _put(pipeline, "item")
    small = [pipeline.feed(f"昆山:将新增零碳工厂{number}家\n1月2日,昆山市印发方案。", external_id=str(number)) for number in range(BEHIND)]
    wait_for(lambda: _there(pipeline, small), "ten digests", seconds=SECONDS)
    # Its pieces are written in several requests, each of which may be searchable before the next.
    wait_for(lambda: _text(pipeline, large) == text, "every character of the line", seconds=SECONDS, every=1.0)
    wait_for(lambda: len(_letters(pipeline)) == 1, "the item's dead letter", seconds=SECONDS)
    (letter,) = _letters(pipeline)
    assert (letter.stage, letter.error) == ("index", "too_large")


def _put(pipeline: Pipeline, name: str) -> None:
    digest = giants.item(name)

    async def put() -> None:
        async with Sender(KafkaSettings(bootstrap_servers=pipeline.kafka)) as sender:
            await sender.deliver([Message(pipeline.topics.enriched.name, digest.digest_id.encode(), digest.to_json())])

    asyncio.run(put())


def _there(pipeline: Pipeline, receipts: list[Receipt]) -> bool:
    return {receipt.digest_id for receipt in receipts} <= set(pipeline.items_by_digest())


def _text(pipeline: Pipeline, receipt: Receipt) -> str:
    """The bodies of a digest's items in their order, as one; empty where so small a heap has no room for the question at the moment."""
    index = f"{pipeline.elasticsearch}/{pipeline.namespace}-items"
    query = {"size": 1000, "query": {"term": {"digest_id": receipt.digest_id}}, "sort": "ordinal", "_source": ["body"]}
    httpx.post(f"{index}/_refresh", trust_env=False, timeout=60)
    answer = httpx.post(f"{index}/_search", json=query, trust_env=False, timeout=60)
    return "".join(hit["_source"]["body"] for hit in answer.json()["hits"]["hits"]) if answer.status_code == 200 else ""


def _letters(pipeline: Pipeline) -> list[Letter]:
    async def read() -> list[Letter]:
        async with Scanner(KafkaSettings(bootstrap_servers=pipeline.kafka)) as scanner:
            return list((await reading.register(scanner, pipeline.topics)).letters.values())

    return asyncio.run(read())
