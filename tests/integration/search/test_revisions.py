"""A digest's revisions: listed by its manifest, read from Kafka by their places, compared; API and page."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from services.index import indices
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.record import of_record
from services.index.writer import Writer
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.dead_letters.headers import SourceRecord
from shared.elastic import connect
from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.records import EnrichedDigest
from shared.settings import CommonSettings, ElasticsearchSettings, KafkaSettings, SearchSettings
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.search_corpus import drop

pytestmark = pytest.mark.connected


@dataclass
class Site:
    """The search app, and a topic and index that a test fills."""

    client: httpx.AsyncClient
    writer: Writer
    producer: Any
    admin: Any
    topic: str

    async def add(self, digest: EnrichedDigest) -> SourceRecord:
        """Into the topic and, as the indexer does it, into the index; the record."""
        key, value = digest.digest_id.encode(), digest.to_json()
        sent = await self.producer.send_and_wait(self.topic, value, key=key)
        record = SourceRecord(self.topic, sent.partition, sent.offset, key, value, ())
        await self.writer.write([of_record(record)])
        return record

    async def get(self, path: str, status: int = 200) -> Any:
        """The JSON answer, whose status must be this one."""
        answer = await self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
async def site(engines: RunningEngines, namespace: str) -> AsyncIterator[Site]:
    """Empty."""
    common, kafka = CommonSettings(namespace=namespace), KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers)
    settings = ElasticsearchSettings(url=engines.elasticsearch_url)
    async with AsyncExitStack() as stack:
        elastic = connect(settings)
        stack.push_async_callback(elastic.close)
        await indices.ensure(elastic, namespace=namespace)
        stack.push_async_callback(drop, elastic, namespace)
        await ensure_topics(kafka, [common.topics.enriched])
        admin = AIOKafkaAdminClient(**client_options(kafka))
        await admin.start()
        stack.push_async_callback(admin.close)
        stack.push_async_callback(admin.delete_topics, [common.topics.enriched.name])
        producer = AIOKafkaProducer(**producer_options(kafka))
        await producer.start()
        stack.push_async_callback(producer.stop)
        monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
        app = create_app(SearchSettings(), elastic, monitor, common=common, elasticsearch=settings, kafka=kafka)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1"))
        yield Site(client, Writer(Bulk(elastic, 2**20, 2, Blockers()), namespace), producer, admin, common.topics.enriched.name)


async def test_revisions_and_their_differences(site: Site) -> None:
    """Newest first; by default the last two are compared, else those that are named; the page shows the same."""
    first, second = enriched("昆山:甲", "常州:乙", revision=1), enriched("昆山:甲", "杭州:丙", revision=2)
    for digest in (first, second, enriched(revision=3, withdrawn=True)):
        record = await site.add(digest)
    path = f"/api/digests/{first.digest_id}"
    listed = (await site.get(f"{path}/revisions"))["revisions"]
    assert [(one["version"], one["items"], one["withdrawn"], one["kept"]) for one in listed] == [
        ("3-1", 0, True, True),
        ("2-1", 2, False, True),
        ("1-1", 2, False, True),
    ]
    assert (listed[0]["partition"], listed[0]["offset"]) == (record.partition, record.offset)
    last = await site.get(f"{path}/diff")
    assert (last["from"]["version"], last["to"]["version"], len(last["removed"])) == ("2-1", "3-1", 2)
    named = await site.get(f"{path}/diff?from=1&to=2-1")
    assert [item["headline"] for item in named["added"]] == ["杭州:丙"]
    assert [item["headline"] for item in named["removed"]] == ["常州:乙"]
    assert [[(piece["kind"], piece["text"]) for piece in item["body"]] for item in named["changed"]] == [
        [("same", "昆山:甲,第"), ("removed", "1"), ("added", "2"), ("same", "版。")]
    ]
    page = (await site.client.get(f"/digests/{first.digest_id}/diff?from=1&to=2")).text
    assert "昆山:甲,第<del>1</del><ins>2</ins>版。" in page
    assert "新增 1 条,删去 1 条,改动 1 条,未变 0 条" in page
    digest_page = (await site.client.get(f"/digests/{first.digest_id}")).text
    assert f'href="/digests/{first.digest_id}/diff?from=1-1&amp;to=2-1"' in digest_page


async def test_what_kafka_no_longer_has_is_said(site: Site) -> None:
    """In the list, and when it is to be compared, on the page too."""
    digest = enriched("昆山:甲", revision=1)
    gone = await site.add(digest)
    await site.add(enriched("昆山:甲", revision=2))
    await site.admin.delete_records({TopicPartition(site.topic, gone.partition): RecordsToDelete(before_offset=gone.offset + 1)})
    path = f"/api/digests/{digest.digest_id}"
    assert [one["kept"] for one in (await site.get(f"{path}/revisions"))["revisions"]] == [True, False]
    assert "Kafka no longer has revision 1-1" in (await site.get(f"{path}/diff", 404))["error"]["message"]
    page = await site.client.get(f"/digests/{digest.digest_id}/diff")
    assert (page.status_code, "Kafka 中已没有" in page.text) == (404, True)


async def test_a_digest_of_one_revision_has_nothing_to_compare(site: Site) -> None:
    """And a revision that is none of its is refused by name."""
    digest = enriched("昆山:甲")
    await site.add(digest)
    path = f"/api/digests/{digest.digest_id}"
    assert "no revision to compare with" in (await site.get(f"{path}/diff", 404))["error"]["message"]
    assert "to=9-9 is none of this digest's revisions: 1-1" in (await site.get(f"{path}/diff?to=9-9", 400))["error"]["message"]
    assert "修订" not in (await site.client.get(f"/digests/{digest.digest_id}")).text
    await site.get(f"/api/digests/{'0' * 32}/revisions", 404)


async def test_hostile_text_is_escaped(site: Site) -> None:
    """On the page of differences as everywhere."""
    for revision in (1, 2):
        await site.add(enriched(f'<script>alert("{revision}")</script>', revision=revision, title="<b>期</b>"))
    page = (await site.client.get(f"/digests/{enriched('').digest_id}/diff")).text
    assert "<script>" not in page
    assert "<b>期" not in page
    assert "&lt;script&gt;" in page
