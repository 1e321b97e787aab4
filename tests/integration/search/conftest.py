"""The search app on a real Elasticsearch that holds the sample and hostile digests, called without a port."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.elastic import connect
from shared.records import EnrichedDigest
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.engines import RunningEngines
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.search_corpus import HOSTILE, WITHDRAWN, drop, fill, sample


@dataclass
class Site:
    """The app, what it stands on, and a client for it."""

    client: httpx.AsyncClient
    elastic: AsyncElasticsearch
    namespace: str
    kafka: FakeKafkaSource

    async def get(self, path: str, status: int = 200, **parameters: Any) -> dict[str, Any]:
        """The JSON answer, whose status must be this one."""
        answer = await self.client.get(path, params=parameters)
        assert answer.status_code == status, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def titles(self, q: str, **parameters: Any) -> list[str | None]:
        """Titles of the hits in order."""
        return [hit["title"] for hit in (await self.get("/api/search", q=q, **parameters))["hits"]]


@asynccontextmanager
async def serving(url: str, namespace: str, **settings: Any) -> AsyncIterator[Site]:
    """A site on the Elasticsearch at `url`."""
    elasticsearch = ElasticsearchSettings(url=url)
    elastic = connect(elasticsearch)
    kafka = FakeKafkaSource()
    app = create_app(
        SearchSettings(**settings),
        elastic,
        Monitor(kafka, FakeIndexSource(), {}),
        common=CommonSettings(namespace=namespace),
        elasticsearch=elasticsearch,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield Site(client, elastic, namespace, kafka)
    finally:
        await elastic.close()


@contextmanager
def filled(engines: RunningEngines, *digests: EnrichedDigest) -> Iterator[str]:
    """The namespace of an index that holds these digests while the block runs, for tests that only read it."""
    namespace = f"t-{uuid4().hex[:12]}"

    async def with_client(remove: bool) -> None:
        elastic = connect(ElasticsearchSettings(url=engines.elasticsearch_url))
        try:
            if remove:
                await drop(elastic, namespace)
            else:
                await fill(elastic, namespace, *digests)
        finally:
            await elastic.close()

    asyncio.run(with_client(remove=False))
    yield namespace
    asyncio.run(with_client(remove=True))


@pytest.fixture(scope="session")
def corpus(engines: RunningEngines) -> Iterator[str]:
    """The namespace of an index that tests only read."""
    with filled(engines, sample(), HOSTILE, WITHDRAWN) as namespace:
        yield namespace


@pytest.fixture
async def site(engines: RunningEngines, corpus: str) -> AsyncIterator[Site]:
    """The app on the corpus."""
    async with serving(engines.elasticsearch_url, corpus) as made:
        yield made


@pytest.fixture
async def own_site(engines: RunningEngines, namespace: str) -> AsyncIterator[Site]:
    """The app on an index of this test's own, which it fills."""
    async with serving(engines.elasticsearch_url, namespace) as made:
        yield made
        await drop(made.elastic, namespace)
