"""The monitor's own digest on a real Elasticsearch: written to indices of its own, whatever was there; never waited for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from elasticsearch import AsyncElasticsearch

from services.index import document
from services.index.canary.writer import CanaryWriter
from services.index.document import Documents
from services.index.writer import Fate
from shared import elastic
from shared import index_names as names
from shared.kafka import canary
from shared.settings import ElasticsearchSettings
from tests.engines import RunningEngines
from tests.fakes.digests import enriched

pytestmark = pytest.mark.connected


def beat(revision: int = 1) -> Documents:
    """One that was fed just now."""
    made = enriched("探针", revision=revision, received_at=datetime.now(UTC), source=canary.SOURCE)
    return document.read(made.model_copy(update={"digest_id": canary.DIGEST_ID}).to_json())


@pytest.fixture
async def client(engines: RunningEngines, namespace: str) -> AsyncIterator[AsyncElasticsearch]:
    """Without the canary's indices, before and after."""
    async with elastic.connect(ElasticsearchSettings(url=engines.elasticsearch_url)) as made:
        yield made
        for kind in names.KINDS:
            index = names.index(names.canary(namespace), kind)
            await made.indices.delete(index=index, ignore_unavailable=True)


async def test_indices_of_another_form_are_made_anew(client: AsyncElasticsearch, namespace: str) -> None:
    """As an older version's are: nothing in them is worth a rebuild."""
    own = names.canary(namespace)
    alias = names.alias(own, "items")
    await client.indices.create(index=names.index(own, "items"), aliases={alias: {}}, mappings={"dynamic": False})
    (outcome,) = await CanaryWriter(client, own, seconds=60).write([beat()])
    assert outcome.fate is Fate.INDEXED
    await client.indices.refresh(index=alias)
    assert (await client.count(index=alias)).body["count"] == 1


async def test_indices_that_were_deleted_come_again(client: AsyncElasticsearch, namespace: str) -> None:
    """With the canary after the one that finds them gone."""
    own = names.canary(namespace)
    writer = CanaryWriter(client, own, seconds=60)
    assert [one.fate for one in await writer.write([beat(1)])] == [Fate.INDEXED]
    await client.indices.delete(index=[names.index(own, kind) for kind in names.KINDS])
    writer.seconds = 0.5
    assert [one.fate for one in await writer.write([beat(2)])] == [Fate.OLDER]
    writer.seconds = 60
    assert [one.fate for one in await writer.write([beat(3)])] == [Fate.INDEXED]


async def test_an_elasticsearch_that_is_away_is_not_waited_for(unused_tcp_port: int) -> None:
    """Those behind it in the partition have waited long enough."""
    async with elastic.connect(ElasticsearchSettings(url=f"http://127.0.0.1:{unused_tcp_port}")) as away:
        writer = CanaryWriter(away, "canary", seconds=0.2)
        assert [one.fate for one in await writer.write([beat()])] == [Fate.OLDER]
