"""Raw records in Kafka → each digest's original, wherever it lies and whatever its time says; as a download and in a frame."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from services.search.original.records import KafkaOriginals
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.elastic import connect
from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.records import RawDigest
from shared.settings import CommonSettings, ElasticsearchSettings, KafkaSettings, SearchSettings
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.search_corpus import drop, fill

pytestmark = pytest.mark.connected

NOW = int(datetime.now(UTC).timestamp() * 1000) - 3_600_000
HOSTILE = "<h1>昆山</h1><script>alert(1)</script>".encode("gb18030")
SHOWN = enriched("昆山:甲", name="shown", revision=NOW)
TAKEN = enriched(name="taken", revision=NOW + 1, withdrawn=True)


@dataclass
class Archive:
    """A raw topic of two partitions that a test fills, and the app over it."""

    kafka: KafkaSettings
    topic: str
    producer: Any
    admin: Any
    client: httpx.AsyncClient

    async def put(self, digest_id: str, revision: int, content: bytes, *, at_ms: int | None = None, **facts: Any) -> None:
        """A record, written at that time (by default when it was received)."""
        given = {"digest_id": digest_id, "source": "双碳周报", "media_type": "text/html", "charset": "gb18030", "sha256": "0" * 64}
        raw = RawDigest.model_validate(given | {"received_at": datetime.fromtimestamp(revision / 1000, UTC), "revision": revision} | facts)
        headers = [("digest", raw.to_json())]
        await self.producer.send_and_wait(self.topic, content, key=digest_id.encode(), headers=headers, timestamp_ms=at_ms or revision)


@pytest.fixture
async def archive(engines: RunningEngines, namespace: str) -> AsyncIterator[Archive]:
    """With the manifests of two digests, one of them withdrawn."""
    common, elasticsearch = CommonSettings(namespace=namespace), ElasticsearchSettings(url=engines.elasticsearch_url)
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2)
    async with AsyncExitStack() as stack:
        elastic = connect(elasticsearch)
        stack.push_async_callback(elastic.close)
        await fill(elastic, namespace, SHOWN, TAKEN)
        stack.push_async_callback(drop, elastic, namespace)
        await ensure_topics(kafka, [common.topics.raw])
        admin = AIOKafkaAdminClient(**client_options(kafka))
        await admin.start()
        stack.push_async_callback(admin.close)
        stack.push_async_callback(admin.delete_topics, [common.topics.raw.name])
        producer = await stack.enter_async_context(AIOKafkaProducer(**producer_options(kafka)))
        monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
        app = create_app(SearchSettings(), elastic, monitor, common=common, elasticsearch=elasticsearch, kafka=kafka)
        client = await stack.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1"))
        yield Archive(kafka, common.topics.raw.name, producer, admin, client)


async def test_records_are_found_wherever_they_lie(archive: Archive) -> None:
    """By their time; where that was lost; where partitions were added later; another revision of the digest is none."""
    ids = [f"{number:032x}" for number in range(6)]
    for number, digest_id in enumerate(ids):
        await archive.put(digest_id, NOW + number, f"第{number}份".encode(), at_ms=None if number % 2 else NOW - 3_000_000 * (number + 1))
        await archive.put(digest_id, NOW + number + 100, b"later")
    originals = KafkaOriginals(archive.kafka, archive.topic)

    async def contents(*, everywhere: bool) -> list[str | None]:
        found = [await originals.find(one, NOW + at, at_ms=NOW + at, everywhere=everywhere) for at, one in enumerate(ids)]
        return [one.content.decode() if one else None for one in found]

    whole = [f"第{number}份" for number in range(6)]
    assert await contents(everywhere=False) == whole
    assert await originals.find(ids[0], NOW + 50, at_ms=NOW, everywhere=True) is None
    await archive.admin.create_partitions({archive.topic: NewPartitions(7)})
    assert await contents(everywhere=True) == whole
    assert None in await contents(everywhere=False)


async def test_an_original_is_saved_or_shown_where_nothing_runs(archive: Archive) -> None:
    """Byte for byte under its own name; a withdrawn digest has none, and it is said why."""
    shown, taken = SHOWN.digest_id, TAKEN.digest_id
    await archive.put(shown, SHOWN.revision, HOSTILE, file_name="周报.html", key_name="weekly")
    await archive.put(taken, TAKEN.revision - 1, b"secret")

    saved = await archive.client.get(f"/digests/{shown}/original")
    assert (saved.status_code, saved.content) == (200, HOSTILE)
    assert unquote(saved.headers["content-disposition"]) == "attachment; filename=\"__.html\"; filename*=UTF-8''周报.html"
    assert saved.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert (await archive.client.get(f"/api/digests/{shown}/original?revision={SHOWN.revision}")).content == HOSTILE

    page = await archive.client.get(f"/digests/{shown}/source")
    assert f'sandbox src="/digests/{shown}/source/frame?revision={SHOWN.revision}"' in page.text
    assert "送入者：weekly" in page.text
    frame = await archive.client.get(f"/digests/{shown}/source/frame")
    assert (frame.headers["content-type"], frame.text) == ("text/plain; charset=utf-8", HOSTILE.decode("gb18030"))
    assert frame.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'self'"

    for path in (f"/api/digests/{taken}/original", f"/api/digests/{taken}/original?revision={TAKEN.revision - 1}"):
        refused = await archive.client.get(path)
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "original_withdrawn")
    assert "已撤回，不再提供原文" in (await archive.client.get(f"/digests/{taken}/source")).text
    gone = await archive.client.get(f"/api/digests/{shown}/original?revision=1")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "original_gone")
