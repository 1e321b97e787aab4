"""Records that nothing can be done with end in the dead topic with their bytes, and hold nothing up."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.dead_letters.headers import DeadLetter, from_record
from shared.kafka.clients import client_options, producer_options
from shared.records import DIGEST_HEADER
from shared.settings import KafkaSettings
from tests.pipeline import SEARCHABLE_SECONDS, Pipeline
from tests.variants import ITEMS, variant

pytestmark = pytest.mark.connected

HEADERLESS = b"\xff\xfe\x00not a digest"
UNKNOWN_HEADER = b'{"version": 99, "form": "unknown"}'
NOT_JSON = b"\x00\x9f\x92\x96"
UNKNOWN_JSON = '{"种类": "未知"}'.encode()


async def _dead_letters(pipeline: Pipeline, count: int) -> list[DeadLetter]:
    """The first `count` dead letters."""
    settings = KafkaSettings(bootstrap_servers=pipeline.kafka)
    options = client_options(settings) | {"auto_offset_reset": "earliest"}
    letters = []
    async with asyncio.timeout(SEARCHABLE_SECONDS), AIOKafkaConsumer(pipeline.topics.dead.name, **options) as consumer:
        async for record in consumer:
            letters.append(from_record(record.key, record.value, record.headers))
            if len(letters) == count:
                break
    return letters


async def test_dead_letters_keep_their_bytes(pipeline: Pipeline) -> None:
    """No header, a header of an unknown form, no JSON, JSON of an unknown form: four dead letters, and the digests behind them are found."""
    raw, enriched = pipeline.topics.raw.name, pipeline.topics.enriched.name
    settings = KafkaSettings(bootstrap_servers=pipeline.kafka)
    async with AIOKafkaProducer(**producer_options(settings)) as producer:
        # Before every digest, whichever partition its id leads it to.
        partitions = await producer.partitions_for(raw)
        for partition in partitions:
            await producer.send_and_wait(raw, HEADERLESS, key=b"a", partition=partition)
            await producer.send_and_wait(raw, b"text", key=b"b", partition=partition, headers=[(DIGEST_HEADER, UNKNOWN_HEADER)])
            await producer.send_and_wait(enriched, NOT_JSON, key=b"c", partition=partition)
            await producer.send_and_wait(enriched, UNKNOWN_JSON, key=b"d", partition=partition)

    receipts = [pipeline.feed(variant(n)) for n in range(12)]
    for receipt in receipts:
        await asyncio.to_thread(pipeline.wait_searchable, receipt)
    assert pipeline.items_by_digest() == {receipt.digest_id: ITEMS for receipt in receipts}

    letters = await _dead_letters(pipeline, 4 * len(partitions))
    assert {
        (letter.failure.stage, letter.record.topic, letter.record.partition, letter.record.key, letter.record.value, letter.record.headers)
        for letter in letters
    } == {
        (stage, topic, partition, key, value, headers)
        for partition in partitions
        for stage, topic, key, value, headers in (
            ("enrich", raw, b"a", HEADERLESS, ()),
            ("enrich", raw, b"b", b"text", ((DIGEST_HEADER, UNKNOWN_HEADER),)),
            ("index", enriched, b"c", NOT_JSON, ()),
            ("index", enriched, b"d", UNKNOWN_JSON, ()),
        )
    }
