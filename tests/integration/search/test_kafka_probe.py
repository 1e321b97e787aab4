"""Counts, lag and dead letters on a real Kafka, while no service runs."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services.search.pipeline.kafka_probe import KafkaProbe
from services.search.pipeline.measurement import KafkaFacts
from shared.dead_letters.headers import Failure, SourceRecord, to_headers
from shared.errors import Unavailable
from shared.kafka.clients import client_options, consumer_options, ensure_topics, producer_options
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected

SENT = datetime(2026, 2, 6, 1, 0, tzinfo=UTC)
DIGEST = "d" * 32


class Cluster:
    """One namespace on the real Kafka."""

    def __init__(self, settings: KafkaSettings, topics: Topics) -> None:
        self.settings, self.topics = settings, topics
        self.probe = KafkaProbe(settings, topics)

    async def send(self, topic: str, count: int, *, at: datetime = SENT, partition: int = 0) -> None:
        """Records a minute apart."""
        async with AIOKafkaProducer(**producer_options(self.settings)) as producer:
            for number in range(count):
                time_ms = int((at + timedelta(minutes=number)).timestamp() * 1000)
                await producer.send_and_wait(topic, b"x", key=DIGEST.encode(), partition=partition, timestamp_ms=time_ms)

    async def commit(self, group: str, topic: str, offset: int, *, partition: int = 0) -> None:
        """As a service would."""
        place = TopicPartition(topic, partition)
        consumer = AIOKafkaConsumer(**(consumer_options(self.settings, group=group, slot="0") | {"group_instance_id": None}))
        await consumer.start()
        try:
            consumer.assign([place])
            await consumer.commit({place: offset})
        finally:
            await consumer.stop()

    async def die(self, error: str, *, revision: int = 7) -> None:
        """Write a dead letter of enrich."""
        record = SourceRecord(self.topics.raw.name, 0, revision, DIGEST.encode(), b"x", (("digest", b'{"revision": %d}' % revision),))
        headers = to_headers(record, Failure("enrich", error, "why", 1, SENT, SENT, "1"))
        async with AIOKafkaProducer(**producer_options(self.settings)) as producer:
            await producer.send_and_wait(self.topics.dead.name, record.value, key=record.key, headers=headers)

    def errors(self) -> dict[str, dict[str, int]]:
        """Active letters by stage and error, as read so far."""
        return {stage: dict(errors) for stage, (errors, _) in self.probe.register.counts().items()}

    async def recreate(self, topic: str) -> None:
        """Delete a topic and make it again, empty."""
        admin = AIOKafkaAdminClient(**client_options(self.settings))
        await admin.start()
        try:
            await admin.delete_topics([topic])
            deadline = time.monotonic() + 20
            while topic in await admin.list_topics():
                assert time.monotonic() < deadline, "the topic was not deleted"
                await asyncio.sleep(0.05)
        finally:
            await admin.close()
        deadline = time.monotonic() + 20
        while topic not in await ensure_topics(self.settings, [one for one in self.topics.all if one.name == topic]):
            assert time.monotonic() < deadline, "the topic was not made again"
            await asyncio.sleep(0.05)


@pytest.fixture
async def cluster(engines: RunningEngines, namespace: str) -> AsyncIterator[Cluster]:
    """With its topics, one partition each."""
    made = Cluster(KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1), Topics(namespace))
    await ensure_topics(made.settings, made.topics.all)
    yield made
    await made.probe.close()


async def test_counts_and_lag(cluster: Cluster) -> None:
    """Three digests came, one is enriched: two wait, the older for as long as its time stamp says."""
    await cluster.send(cluster.topics.raw.name, 3)
    await cluster.send(cluster.topics.enriched.name, 1)
    await cluster.commit(cluster.topics.enrich_group, cluster.topics.raw.name, 1)
    facts = await cluster.probe.measure()
    assert (facts.raw, facts.enriched, facts.missing) == (3, 1, ())
    enrich, index = facts.groups["enrich"], facts.groups["index"]
    assert (enrich.taken, enrich.lag, enrich.oldest_at) == (1, 2, SENT + timedelta(minutes=1))
    assert (index.taken, index.lag, index.oldest_at) == (0, 1, SENT)


async def test_lag_follows(cluster: Cluster) -> None:
    """The same long-lived clients see commits and new records."""
    await cluster.send(cluster.topics.raw.name, 3)
    first = (await cluster.probe.measure()).groups["enrich"]
    assert (first.lag, first.oldest_at) == (3, SENT)
    await cluster.commit(cluster.topics.enrich_group, cluster.topics.raw.name, 2)
    second = (await cluster.probe.measure()).groups["enrich"]
    assert (second.lag, second.oldest_at) == (1, SENT + timedelta(minutes=2))
    await cluster.commit(cluster.topics.enrich_group, cluster.topics.raw.name, 3)
    third = (await cluster.probe.measure()).groups["enrich"]
    assert (third.lag, third.oldest_at) == (0, None)


async def test_dead_letters(cluster: Cluster) -> None:
    """Tallied by stage and error, and known by digest and revision, also those that come later."""
    await cluster.die("undecodable")
    facts = await cluster.probe.measure()
    assert facts.dead_complete
    assert cluster.errors() == {"enrich": {"undecodable": 1}}
    await cluster.die("unknown_form", revision=8)
    await cluster.probe.measure()
    assert cluster.errors() == {"enrich": {"undecodable": 1, "unknown_form": 1}}
    assert [(letter.error, letter.revision) for letter in cluster.probe.register.of(DIGEST)][-1] == ("unknown_form", 8)


async def test_topics_that_are_made_anew(cluster: Cluster) -> None:
    """Offsets beyond the new topic's end are said to be so; its records count as waiting; old dead letters are gone."""
    await cluster.send(cluster.topics.raw.name, 3)
    await cluster.commit(cluster.topics.enrich_group, cluster.topics.raw.name, 3)
    await cluster.die("undecodable")
    await cluster.probe.measure()
    assert cluster.errors() == {"enrich": {"undecodable": 1}}
    await cluster.recreate(cluster.topics.raw.name)
    await cluster.recreate(cluster.topics.dead.name)
    await cluster.send(cluster.topics.raw.name, 1)
    deadline = time.monotonic() + 20
    while True:
        facts = await measured(cluster.probe)
        group = facts.groups["enrich"] if facts else None
        if facts and group and (facts.raw, group.lag, cluster.errors()) == (1, 1, {}):
            break
        assert time.monotonic() < deadline, facts
    # Kafka drops a deleted topic's offsets by itself; until then they lie beyond the end.
    assert group is not None
    assert group.taken == 0


async def measured(probe: KafkaProbe) -> KafkaFacts | None:
    """A round, or None while the cluster is still telling of the old topic."""
    try:
        return await probe.measure()
    except Unavailable:
        return None


async def test_missing_topics_are_not_made(engines: RunningEngines, namespace: str) -> None:
    """They are named, and still missing afterwards: making them with the right settings is the services' work."""
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers), Topics(namespace)
    probe = KafkaProbe(settings, topics)
    try:
        names = tuple(topic.name for topic in topics.all)
        assert (await probe.measure()).missing == names
        assert (await probe.measure()).missing == names
        await ensure_topics(settings, topics.all)
        deadline = time.monotonic() + 10
        while (await probe.measure()).missing:
            assert time.monotonic() < deadline, "brokers still don't tell of the new topics"
    finally:
        await probe.close()


async def test_kafka_away(unused_tcp_port: int, namespace: str) -> None:
    """Unavailable in plain words, again and again, without anything left behind."""
    probe = KafkaProbe(KafkaSettings(bootstrap_servers=f"127.0.0.1:{unused_tcp_port}"), Topics(namespace))
    for _ in range(2):
        with pytest.raises(Unavailable, match="does not answer"):
            await probe.measure()
