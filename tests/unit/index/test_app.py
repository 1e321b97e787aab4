"""What the indexer says of itself while it waits."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from aiokafka import TopicPartition

from services.index import app as app_module
from services.index.app import Indexer
from services.index.consumer import Consumer
from services.index.flow_control.blockers import Blockers
from shared.dead_letters.headers import SourceRecord
from shared.settings import CommonSettings, ElasticsearchSettings, IndexSettings, KafkaSettings
from tests.fakes.kafka_reader import FakeReader


async def _work(indexer: Indexer) -> str:
    """What the check `work` says; empty when all is well."""
    results = (await indexer.health().report(ready=True))["checks"]
    assert isinstance(results, list)
    return next(str(result["message"]) for result in results if result["name"] == "work")


async def test_a_batch_that_is_refused_for_ever_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Elasticsearch says each time: it is not ready, and says why, as all behind it waits."""
    never = asyncio.Event()

    async def deliver(_records: Sequence[SourceRecord]) -> None:
        await never.wait()

    indexer = Indexer(CommonSettings(), KafkaSettings(), ElasticsearchSettings(), IndexSettings(), started=True)
    reader = FakeReader({TopicPartition("digests.enriched.v1", 0): [(b"a", b"x" * 10)]})
    consumer, stop = Consumer(reader, deliver, Blockers(), 10, 2), asyncio.Event()
    indexer._consumer = consumer
    running = asyncio.create_task(consumer.run(stop))
    try:
        deadline = time.monotonic() + 10
        while not consumer.busy:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.002)
        assert await _work(indexer) == ""
        monkeypatch.setattr(app_module, "HELD_SECONDS", 0.0)
        indexer.blockers.begin("items", "Index 3 out of bounds")
        said = await _work(indexer)
        assert "the same digests have been tried for" in said
        assert "items: Index 3 out of bounds" in said
    finally:
        never.set()
        stop.set()
        await running
