"""Conservation on real engines: a record that a stage committed past without a word is told by its id until it is replayed."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata
from elasticsearch import AsyncElasticsearch

from services.index import indices
from services.monitor.app import lost
from services.monitor.completeness.compare import Comparer
from services.monitor.completeness.index import Index
from services.monitor.completeness.ledger import Ledger
from services.monitor.completeness.topics import TopicReader
from services.monitor.report.facts import Facts
from services.monitor.report.report import Reporter
from shared import elastic
from shared import index_names as names
from shared.health.conservation import Conservation
from shared.kafka.clients import client_options, ensure_topics
from shared.kafka.sender import Message, Sender
from shared.settings import ElasticsearchSettings, KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.fakes.raw_records import raw

pytestmark = pytest.mark.connected

LOST_AFTER = 0.5


class Stages:
    """Topics and indices of a namespace, and a comparer; the test itself is the stages."""

    def __init__(self, engines: RunningEngines, namespace: str, client: AsyncElasticsearch, sender: Sender) -> None:
        self.kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1)
        self.elasticsearch = ElasticsearchSettings(url=engines.elasticsearch_url)
        self.topics, self.client, self.sender = Topics(namespace), client, sender
        index = Index(client, self.elasticsearch, namespace=namespace)
        self.comparer = Comparer(TopicReader(self.kafka, self.topics, Ledger()), index, 0.1, LOST_AFTER)

    async def commit(self, group: str, topic: str, offset: int) -> None:
        """Say that a group has answered for all before this offset."""
        async with AIOKafkaConsumer(**client_options(self.kafka), group_id=group, enable_auto_commit=False) as consumer:
            consumer.assign([TopicPartition(topic, 0)])
            note = (await self.comparer.index.totals()).fills
            await consumer.commit({TopicPartition(topic, 0): OffsetAndMetadata(offset, note)})

    async def until(self, holds: Callable[[Conservation], bool]) -> Conservation:
        """The balance once something holds of it."""
        async with asyncio.timeout(30):
            while True:
                await self.comparer.round()
                if holds(self.comparer.conservation):
                    return self.comparer.conservation
                await asyncio.sleep(0.1)


@pytest.fixture
async def stages(engines: RunningEngines, namespace: str) -> AsyncIterator[Stages]:
    """With topics and empty indices."""
    settings = ElasticsearchSettings(url=engines.elasticsearch_url)
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1)
    await ensure_topics(kafka, Topics(namespace).all)
    async with elastic.connect(settings) as client, Sender(kafka) as sender:
        made = Stages(engines, namespace, client, sender)
        await indices.ensure(client, namespace=namespace)
        try:
            yield made
        finally:
            await made.comparer.topics.close()
            for kind in names.KINDS:
                await client.indices.delete(index=names.index(namespace, kind), ignore_unavailable=True)


@pytest.mark.breaks("lost")
async def test_what_a_stage_lost_is_told_until_it_is_replayed(stages: Stages) -> None:
    """First by enrich, which writes nothing; then by index, which writes nothing either."""
    topics, (key, value, headers) = stages.topics, raw("12", "江苏要闻")
    assert key is not None
    digest_id = key.decode()
    await stages.sender.deliver([Message(topics.raw.name, key, value, headers)])
    found = await stages.until(lambda found: any(one.received for one in found.stages))
    assert [(one.in_flight, one.lost) for one in found.stages] == [(0, 0), (1, 0), (0, 0)]
    await stages.commit(topics.enrich_group, topics.raw.name, 1)
    found = await stages.until(lambda found: found.state == "red")
    assert {stage: [one.id for one in ids] for stage, ids in found.lost().items()} == {"enrich": [digest_id]}

    assert codes(stages.comparer) == {"lost"}

    revision = stages.comparer.topics.ledger.entry(bytes.fromhex(digest_id)).revision
    replayed = enriched("昆山:甲", revision=revision).model_copy(update={"digest_id": digest_id})
    await stages.sender.deliver([Message(topics.enriched.name, key, replayed.to_json())])
    found = await stages.until(lambda found: found.state == "green")
    assert "lost" not in codes(stages.comparer)
    assert [(one.done, one.in_flight) for one in found.stages] == [(1, 0), (1, 0), (0, 1)]

    await stages.commit(topics.index_group, topics.enriched.name, 1)
    found = await stages.until(lambda found: found.state == "red")
    assert {stage: [one.id for one in ids] for stage, ids in found.lost().items()} == {"index": [digest_id]}


def codes(comparer: Comparer) -> set[str]:
    """What the report gives as causes of what comparing found."""
    facts = Facts(at=comparer.now(), completeness=comparer.latest, lost=lost(comparer.conservation))
    return {cause.code for cause in Reporter().report(facts).causes}
