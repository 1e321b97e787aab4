"""What is known of a digest on real engines: of the archive nothing is read but what is still under way."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from elasticsearch import AsyncElasticsearch

from services.index.document import documents
from services.index.indices import ensure
from services.ingest.known import in_flight
from services.ingest.known.in_flight import InFlight
from services.ingest.known.manifests import Manifests
from shared import index_names
from shared.dead_letters.headers import Failure, SourceRecord, to_headers
from shared.elastic import connect
from shared.errors import Unavailable
from shared.kafka.clients import client_options
from shared.kafka.resend import Resender
from shared.kafka.sender import Message
from shared.records import DIGEST_HEADER, EnrichedDigest, RawDigest
from shared.settings import ElasticsearchSettings
from shared.topics import Topic
from tests.engines import RunningEngines
from tests.integration.operate.kafka_topics import Kafka, kafka

__all__ = ["kafka"]

pytestmark = pytest.mark.connected

AT = datetime(2026, 2, 6, tzinfo=UTC)


def digest_id(number: int) -> str:
    """Of the digest of that number."""
    return f"{number:032x}"


def raw(number: int, *, revision: int = 5) -> RawDigest:
    """A digest as it was received."""
    return RawDigest(digest_id=digest_id(number), source=f"s{number}", media_type="text/plain", received_at=AT, sha256="1" * 64, revision=revision)


def enriched(number: int) -> EnrichedDigest:
    """The same, split."""
    said: dict[str, Any] = raw(number).model_dump(include={"digest_id", "source", "media_type", "revision", "received_at"})
    return EnrichedDigest(**said, build=1, enriched_at=AT)


async def send(kafka: Kafka, topic: Topic, number: int, value: bytes, headers: list[tuple[str, bytes]]) -> None:
    """One record under the digest's key."""
    async with Resender(kafka.settings) as resender:
        await resender.send(Message(topic.name, digest_id(number).encode(), value, headers, AT))


async def receive(kafka: Kafka, *numbers: int, revision: int = 5) -> None:
    """As ingest writes them."""
    for number in numbers:
        await send(kafka, kafka.topics.raw, number, "正文".encode(), [(DIGEST_HEADER, raw(number, revision=revision).to_json())])


async def commit(kafka: Kafka, group: str, topic: Topic) -> None:
    """The group has done all that is there."""
    consumer = AIOKafkaConsumer(**client_options(kafka.settings), group_id=group, enable_auto_commit=False)
    consumer.subscribe([topic.name])
    await consumer.start()
    try:
        await consumer.commit(await consumer.end_offsets([TopicPartition(topic.name, partition) for partition in range(2)]))
    finally:
        await consumer.stop()


async def under_way(kafka: Kafka, *numbers: int) -> dict[int, tuple[str, int]]:
    """Source and revision of those that are found."""
    found = await InFlight(kafka.settings, kafka.topics).latest([digest_id(number) for number in numbers])
    return {int(one.digest_id, 16): (one.source, one.revision) for one in found.values()}


async def test_each_stage_of_the_way(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found while no stage is past it, in whatever topic it is; once all are, the partition is not searched for it."""
    await receive(kafka, 1, 2, 3)
    await receive(kafka, 1, revision=6)
    assert await under_way(kafka, 1, 2, 9) == {1: ("s1", 6), 2: ("s2", 5)}
    monkeypatch.setattr(in_flight, "RECORDS", 3)
    with pytest.raises(Unavailable, match="4 records"):
        await under_way(kafka, 1)

    # Enrich makes one of them and gives another up.
    failure = Failure("enrich", "undecodable", "no text", 1, AT, AT, "1")
    await send(kafka, kafka.topics.enriched, 1, enriched(1).to_json(), [])
    letter = SourceRecord("raw", 0, 1, None, b"", ((DIGEST_HEADER, raw(2).to_json()),))
    await send(kafka, kafka.topics.dead, 2, b"", to_headers(letter, failure))
    await commit(kafka, kafka.topics.enrich_group, kafka.topics.raw)
    assert await under_way(kafka, 1, 2, 3) == {1: ("s1", 5), 2: ("s2", 5)}

    await commit(kafka, kafka.topics.index_group, kafka.topics.enriched)
    assert await under_way(kafka, 1, 2, 3) == {2: ("s2", 5)}


@pytest.fixture
async def elastic(engines: RunningEngines) -> AsyncIterator[tuple[AsyncElasticsearch, ElasticsearchSettings]]:
    """A client and its settings."""
    settings = ElasticsearchSettings(url=engines.elasticsearch_url)
    async with connect(settings) as client:
        yield client, settings


async def test_manifests(elastic: tuple[AsyncElasticsearch, ElasticsearchSettings], namespace: str) -> None:
    """There, not there, and not to be told: no index is not the same as never received."""
    client, settings = elastic
    async with Manifests(settings, namespace=namespace) as manifests:
        await check_manifests(manifests, client, namespace)


async def check_manifests(manifests: Manifests, client: AsyncElasticsearch, namespace: str) -> None:
    """With and without an index."""
    with pytest.raises(Unavailable, match="has no index"):
        await manifests.get(digest_id(1))
    try:
        await ensure(client, namespace=namespace)
        assert await manifests.get(digest_id(1)) is None
        manifest = documents(enriched(1).model_dump(mode="json")).manifest
        await client.index(index=index_names.alias(namespace, "digests"), id=digest_id(1), document=manifest)
        found = await manifests.get(digest_id(1))
        assert found is not None
        assert (found.source, found.revision, found.withdrawn) == ("s1", 5, False)
    finally:
        for kind in index_names.KINDS:
            await client.indices.delete(index=index_names.index(namespace, kind), ignore_unavailable=True)


async def test_any_node_will_do(elastic: tuple[AsyncElasticsearch, ElasticsearchSettings], namespace: str) -> None:
    """One that is away is passed over."""
    settings = ElasticsearchSettings(url=f"http://127.0.0.1:1,{elastic[1].url}")
    async with Manifests(settings, namespace=namespace) as manifests:
        with pytest.raises(Unavailable, match="has no index"):
            await manifests.get(digest_id(1))


async def test_elasticsearch_away() -> None:
    """503 in plain words."""
    settings = ElasticsearchSettings(url="http://127.0.0.1:1")
    async with Manifests(settings, namespace="") as manifests:
        with pytest.raises(Unavailable, match="can't be reached"):
            await manifests.get(digest_id(1))
