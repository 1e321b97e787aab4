"""The monitor's own digest stands in Elasticsearch as the indexer writes it: found by the monitor's question, and by no other."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.index import document
from services.index.canary.writer import CanaryWriter
from services.index.writer import Fate
from services.monitor.canary import content
from shared import index_names as names
from shared.elastic import connect
from shared.kafka import canary
from shared.records import EnrichedDigest
from shared.settings import ElasticsearchSettings
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.integration.search.conftest import Site, filled, serving
from tests.routes import routes_of
from tests.search_corpus import sample

pytestmark = [pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

WORD = content.word()
TITLE = "监测服务送出一份探针"
"""It stands in no other digest"""


def beat() -> EnrichedDigest:
    """A canary as enrich gives it out, with names for facets and suggestions to count."""
    now = datetime.now(UTC)
    made = enriched(f"{TITLE} {WORD}", name="probe", received_at=now, title="探针简报", source=canary.SOURCE, external_id=canary.EXTERNAL_ID)
    return made.model_copy(update={"digest_id": canary.DIGEST_ID})


ITEM_ID = beat().items[0].item_id
TOLD = (WORD, canary.SOURCE, canary.DIGEST_ID, ITEM_ID, TITLE)
"""What would give it away"""


@pytest.fixture(scope="module")
def namespace(engines: RunningEngines) -> Iterator[str]:
    """An index that holds the sample digest."""
    with filled(engines, sample()) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(engines: RunningEngines, namespace: str) -> AsyncIterator[Site]:
    """The app, with a canary beside the sample."""
    async with serving(engines.elasticsearch_url, namespace) as made:
        elastic = connect(ElasticsearchSettings(url=engines.elasticsearch_url))
        own = names.canary(namespace)
        (outcome,) = await CanaryWriter(elastic, own, seconds=60).write([document.read(beat().to_json())])
        assert outcome.fate is Fate.INDEXED
        await elastic.indices.refresh(index=[names.alias(own, kind) for kind in names.KINDS])
        try:
            yield made
        finally:
            await elastic.indices.delete(index=[names.index(own, kind) for kind in names.KINDS], ignore_unavailable=True)
            await elastic.close()


def app_of(site: Site) -> FastAPI:
    """What the site serves."""
    transport: Any = site.client._transport
    app: FastAPI = transport.app
    return app


VALUES = {"digest_id": canary.DIGEST_ID, "item_id": ITEM_ID, "source": canary.SOURCE, "name": "source", "partition": "0", "offset": "0"}

ASKED: tuple[dict[str, str], ...] = (
    {},
    {"q": WORD},
    {"q": f'"{TITLE}"'},
    {"q": "探针"},
    {"q": f"来源:{canary.SOURCE}"},
    {"source": canary.SOURCE},
    {"id": ITEM_ID},
    {"name": TITLE},
)


async def test_the_monitors_question_finds_it(site: Site) -> None:
    """By its word, in full text; no other word."""
    assert await site.get("/canary", word=WORD) == {"found": True}
    assert await site.get("/canary", word=content.word()) == {"found": False}


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: "+".join(asked) or "all")
async def test_no_route_shows_it(site: Site, asked: dict[str, str]) -> None:
    """Whatever is asked for, all that is answered beyond the question itself is silent about it."""
    seen = 0
    for method, path in sorted(routes_of(app_of(site).routes)):
        if method != "GET" or path in ("/canary", "/metrics", "/api/health/stream"):
            continue
        filled_in = re.sub(r"{(\w+)[^}]*}", lambda found: VALUES.get(found[1], "x"), path)
        answer = await site.client.get(filled_in, params=asked)
        question = str(httpx.URL(filled_in, params=asked)) + "".join(asked.values())
        told = [word for word in TOLD if word in answer.text and not _echoed(word, question)]
        assert not told, f"{filled_in} {asked}: {told} in {answer.text[:2000]}"
        if re.search(r"{(digest_id|item_id)", path) and "/api/" in path:
            assert answer.status_code == 404 or path.endswith("/status"), path
        seen += 1
    assert seen > 30


def _echoed(word: str, question: str) -> bool:
    return word in question


async def test_it_is_in_no_count(site: Site) -> None:
    """Of items, digests, sources, facets and days."""
    items = len(sample().items)
    everything = await site.get("/api/search")
    assert everything["total"] == items
    (sources,) = [facet for facet in (await site.get("/api/facets", facets="source"))["facets"] if facet["name"] == "source"]
    assert [bucket["value"] for bucket in sources["values"]] == [sample().source]
    assert (await site.get("/api/search", q=WORD))["total"] == 0
    assert (await site.get("/api/digests"))["counts"]["searchable"] == 1
    assert [each["source"] for each in (await site.get("/api/sources"))["sources"]] in ([], [sample().source])


async def test_its_status_is_not_known(site: Site) -> None:
    """As of a digest that nobody has fed."""
    answer = await site.client.get(f"/api/digests/{canary.DIGEST_ID}/status")
    assert answer.status_code == 404 or answer.json()["state"] == "waiting"


async def test_only_a_made_up_word_may_be_asked_for(site: Site) -> None:
    """It is no way around a search."""
    assert (await site.client.get("/canary", params={"word": "来源"})).status_code == 422


async def test_an_old_canary_is_not_written(site: Site, engines: RunningEngines) -> None:
    """An index that is filled again from its topic passes over a year of them."""
    async with connect(ElasticsearchSettings(url=engines.elasticsearch_url)) as elastic:
        old = document.read(beat().model_copy(update={"received_at": datetime(2026, 1, 1, tzinfo=UTC), "revision": 99}).to_json())
        (outcome,) = await CanaryWriter(elastic, names.canary(site.namespace)).write([old])
    assert outcome.fate is Fate.OLDER
