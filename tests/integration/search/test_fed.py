"""Ingest's list, the index's manifests and dead letters → what was fed with what became of it; the API and the page."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.ingest.app import create_app as create_ingest
from services.ingest.erasure import withdrawal
from services.ingest.http import guard
from services.search.pipeline.monitor import Monitor
from services.search.web import access
from services.search.web.app import create_app
from services.search.web.ingest_client import IngestClient
from shared.dead_letters.letter import Place
from shared.elastic import connect
from shared.keys.key import Key
from shared.keys.ring import Keyring
from shared.records import EnrichedDigest, RawDigest
from shared.registry.listing import Listing
from shared.settings import CommonSettings, ElasticsearchSettings, IngestSettings, SearchSettings
from tests.engines import RunningEngines
from tests.fakes.memory import FakeMemory
from tests.fakes.originals import FakeOriginals
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.fakes.publisher import FakePublisher
from tests.search_corpus import digest, drop, fill
from tests.unit.search.fed.test_joined import LETTER
from tests.unit.search.web.test_sources import entry, key

pytestmark = pytest.mark.connected

NOW = 1770343200123
"""2026-02-06 10:00 in Shanghai"""
DAY = 24 * 3_600_000


class Ingest:
    """The real one on a fake Kafka: a second passes with each digest. It may be away."""

    def __init__(self, keys: tuple[Key, ...] = ()) -> None:
        self.publisher = FakePublisher()
        self.now = NOW
        memory, door = FakeMemory(self.publisher), guard.door(IngestSettings())
        door.keyring = Keyring(None, keys, service="ingest")
        given: dict[str, Any] = {"memory": memory, "now_ms": lambda: self.now, "door": door}
        app = create_ingest(IngestSettings(), self.publisher, **given)
        self.away = False
        self._app = httpx.ASGITransport(app)

    async def feed(self, text: str, *, who: str | None = None, **said: str) -> RawDigest:
        """Feed a digest; its raw record."""
        self.now += 1000
        async with httpx.AsyncClient(transport=self._app, base_url="http://127.0.0.1:8401") as client:
            given = {"source": "weekly", "text": text} | said
            answer = await client.post("/v1/digests", json=given, headers=bearing(who))
        assert answer.status_code == 202, answer.text
        return self.publisher.published[-1][0]

    def transport(self) -> httpx.MockTransport:
        """For who asks it."""

        async def handle(request: httpx.Request) -> httpx.Response:
            if self.away:
                raise httpx.ConnectError("refused")
            return await self._app.handle_async_request(request)

        return httpx.MockTransport(handle)


@dataclass
class Site:
    """The search app, its ingest and its monitor's Kafka; `index` fills the index."""

    client: httpx.AsyncClient
    ingest: Ingest
    kafka: FakeKafkaSource
    elastic: Any
    namespace: str
    listing: Listing

    async def index(self, *digests: EnrichedDigest) -> None:
        """As the indexer does."""
        await fill(self.elastic, self.namespace, *digests)

    async def listed(self, **wanted: Any) -> dict[str, Any]:
        """The API's answer."""
        answer = await self.client.get("/api/digests", params=wanted)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def titles(self, **wanted: Any) -> list[str]:
        """Titles of all pages, which are turned to the end."""
        found: list[str] = []
        for _ in range(50):
            answer = await self.listed(**wanted)
            found += [one["title"] for one in answer["digests"]]
            if (following := answer["next"]) is None:
                return found
            wanted = {**wanted, "cursor": following}
        raise AssertionError("there is no last page")


def bearing(who: str | None) -> dict[str, str]:
    """Headers with the key of that name."""
    return {"X-API-Key": who} if who else {}


@pytest.fixture
async def site(engines: RunningEngines, namespace: str) -> AsyncIterator[Site]:
    """With an empty index, for this machine's own users."""
    async with opened(engines, namespace) as made:
        yield made


@pytest.fixture
async def guarded(engines: RunningEngines, namespace: str) -> AsyncIterator[Site]:
    """The same with keys; the secret of each is its name."""
    keys = key("weekly", "ingest", sources=("weekly*",)), key("feeder", "ingest"), key("reader", "search")
    async with opened(engines, namespace, keys) as made:
        yield made


@asynccontextmanager
async def opened(engines: RunningEngines, namespace: str, keys: tuple[Key, ...] = ()) -> AsyncIterator[Site]:
    """A site while the block runs."""
    settings, common = ElasticsearchSettings(url=engines.elasticsearch_url), CommonSettings(namespace=namespace)
    kafka, ingest, door = FakeKafkaSource(), Ingest(keys), access.door(SearchSettings())
    door.keyring, listing = Keyring(None, keys, service="search"), Listing(light=True)
    async with AsyncExitStack() as stack:
        elastic = connect(settings)
        stack.push_async_callback(elastic.close)
        await fill(elastic, namespace, digest([("占位", "", "")], name="none", source="none"))
        stack.push_async_callback(drop, elastic, namespace)
        client = IngestClient("http://127.0.0.1:8401", transport=ingest.transport())
        stack.push_async_callback(client.close)
        app = create_app(
            SearchSettings(),
            elastic,
            Monitor(kafka, FakeIndexSource(), {}),
            common=common,
            elasticsearch=settings,
            ingest=client,
            originals=FakeOriginals(ingest.publisher),
            door=door,
            listing=listing,
        )
        made = await stack.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1"))
        yield Site(made, ingest, kafka, elastic, namespace, listing)


def indexed(raw: RawDigest, **facts: Any) -> EnrichedDigest:
    """A raw digest once it is enriched: one item."""
    given = {"digest_id": raw.digest_id, "title": raw.title, "received_at": raw.received_at, "warnings": [{"kind": "other", "message": "x"}]}
    return digest([("昆山:零碳", "", "正文")], source=raw.source, name=raw.digest_id, revision=raw.revision, **(given | facts))


def older(name: str, at_ms: int, *, source: str = "weekly", **facts: Any) -> EnrichedDigest:
    """One that ingest has forgotten."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return digest([("昆山:旧闻", "", "正文")], source=source, name=name, title=name, revision=at_ms, received_at=at, **facts)


async def test_both_lists_make_one(site: Site) -> None:
    """Each digest once, the newest first, in pages of any size; by source and day; also what ingest has forgotten, between and behind."""
    fed = [await site.ingest.feed(f"第{number}篇", title=f"第{number}篇", external_id=str(number)) for number in range(6)]
    between = older("失忆", fed[2].revision + 500)
    await site.index(*(indexed(one) for one in fed[:5]), between, *(older(f"旧{number}", NOW - DAY - number) for number in range(4)))
    # Corrected: it moves to the front, though the index still has it where it was.
    again = await site.ingest.feed("第1篇,更正", title="第1篇更正", external_id="1")
    assert again.digest_id == fed[1].digest_id
    expected = ["第1篇更正", "第5篇", "第4篇", "第3篇", "失忆", "第2篇", "第0篇", "旧0", "旧1", "旧2", "旧3"]
    for size in (1, 2, 3, 7, 100):
        assert await site.titles(source="weekly", size=size) == expected
    assert await site.titles(source="weekly", day="2026-02-05") == ["旧0", "旧1", "旧2", "旧3"]
    assert await site.titles(source="weekly", day="2026-02-06", size=4) == expected[:7]
    for day in ("0001-01-01", "9999-12-31"):
        assert await site.titles(day=day) == []
    rows = {row["title"]: row for row in (await site.listed(source="weekly"))["digests"]}
    assert (rows["第1篇更正"]["state"], rows["第1篇更正"]["indexed_revision"]) == ("received", fed[1].revision)
    assert (rows["第4篇"]["state"], rows["第4篇"]["items"], len(rows["第4篇"]["warnings"])) == ("searchable", 1, 1)
    assert await site.titles(source="weekly", state="received", size=1) == ["第1篇更正", "第5篇"]
    # What is searchable is told by the index, a digest's earlier revision too.
    assert await site.titles(source="weekly", state="searchable", size=3) == [
        "第4篇", "第3篇", "失忆", "第2篇", "第1篇", "第0篇", "旧0", "旧1", "旧2", "旧3",
    ]  # fmt: skip


async def test_every_state_is_counted_and_listed(site: Site) -> None:
    """Also where ingest is away: then what came through and what died is told, and why the rest is not; what can't be asked is refused."""
    names = ("在途", "可检索", "死信", "已撤回")
    fed = {name: await site.ingest.feed(name, title=name, source="each") for name in names}
    await site.ingest.feed("可检索", source="another", title="同文")
    await site.index(indexed(fed["可检索"]), indexed(fed["已撤回"], withdrawn=True, items=[], key_name="duty"))
    site.kafka.register.add(replace(LETTER, digest_id=fed["死信"].digest_id, revision=fed["死信"].revision, source="each"))
    site.kafka.register.add(replace(LETTER, place=Place(2, 18), digest_id="?", revision=None, source="each", origin="raw/0/2"))
    states = {"在途": "received", "可检索": "searchable", "死信": "dead", "已撤回": "withdrawn"}
    answer = await site.listed(source="each")
    rows = {row["title"]: row for row in answer["digests"]}
    assert {title: row["state"] for title, row in rows.items()} == states
    assert (rows["死信"]["letter"], rows["死信"]["reason"]) == ("2/17", "undecodable: no text")
    assert [one["source"] for one in rows["可检索"]["same_content"]] == ["another"]
    counts = {"received": 1, "received_at_least": False, "searchable": 1, "dead": 1, "quarantined": 0, "withdrawn": 1}
    assert (answer["counts"], answer["ingest"], answer["complete"]) == (counts, None, False)
    for title, state in states.items():
        assert await site.titles(source="each", state=state) == [title]

    page = await site.client.get("/digests", params={"source": " each", "utm_source": "x", "day": "", "key": "", "state": ""})
    assert page.status_code == 200
    assert '<a href="/dead/2/17">文字编码无法识别，请另存为 UTF-8 后再试。</a>' in page.text
    assert f'href="/digests/{fed["在途"].digest_id}/source?revision={fed["在途"].revision}"' in page.text

    site.ingest.away = True
    answer = await site.listed(source="each")
    assert [(row["title"], row["state"]) for row in answer["digests"]] == [
        ("已撤回", "withdrawn"), (None, "dead"), ("可检索", "searchable"),
    ]  # fmt: skip
    for size in (1, 2, 3):
        assert await site.titles(source="each", size=size) == ["已撤回", None, "可检索"]
    assert await site.titles(source="each", key="desk") == []
    assert "接收服务暂时没有回应" in answer["ingest"]
    assert answer["counts"] == counts | {"received": None}
    assert [row["digest_id"] for row in (await site.listed(source="each", state="dead"))["digests"]] == [fed["死信"].digest_id]
    assert "下面只列出已入库的和无法处理的简报，不含刚收到的。" in (await site.client.get("/digests")).text

    for wanted in ({"state": "lost"}, {"day": "yesterday"}, {"cursor": "1"}, {"size": "101"}, {"soruce": "a"}, {"day": ""}, {"day": "0"}):
        refused = await site.client.get("/api/digests", params=wanted)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "invalid_parameter"), wanted


async def test_who_feeds_reads_of_their_own_sources_alone(guarded: Site) -> None:
    """The list, its counts, pages and originals; of others they learn nothing, and no link leads where they may not go."""
    names = ("weekly", "feeder")

    async def feed(who: str, title: str) -> RawDigest:
        return await guarded.ingest.feed(f"昆山:{title}", who=who, title=title, source=f"{who}-news")

    fed, dead = {who: await feed(who, who) for who in names}, {who: await feed(who, f"坏:{who}") for who in names}
    await guarded.index(*(indexed(one) for one in fed.values()))
    for offset, raw in enumerate(dead.values()):
        of: dict[str, Any] = {"digest_id": raw.digest_id, "revision": raw.revision, "source": raw.source}
        guarded.kafka.register.add(replace(LETTER, place=Place(2, offset), origin=f"raw/0/{offset}", **of))

    async def get(path: str, who: str = "weekly") -> httpx.Response:
        return await guarded.client.get(path, headers=bearing(who))

    answer = (await get("/api/digests")).json()
    assert [one["title"] for one in answer["digests"]] == ["坏:weekly", "weekly"]
    assert (answer["counts"]["searchable"], answer["counts"]["dead"]) == (1, 1)
    titles = [one["title"] for one in (await get("/api/digests", "feeder")).json()["digests"]]
    assert titles == ["坏:feeder", "坏:weekly", "feeder", "weekly", "本周双碳要闻"]
    ends = ("", "/source", "/original")
    for address in [f"/digests/{{}}{end}" for end in ends] + [f"/api/digests/{{}}{end}" for end in ("", "/status", "/original")]:
        assert (await get(address.format(fed["weekly"].digest_id))).status_code == 200, address
        for one in (fed["feeder"], dead["feeder"]):
            refused = await get(f"{address.format(one.digest_id)}?revision={one.revision}")
            assert (refused.status_code, "feeder" in refused.text) == (404, False), address
            assert (await get(address.format(one.digest_id), "reader")).status_code in (200, 404), address
    page = (await get(f"/digests/{fed['weekly'].digest_id}")).text
    assert "昆山:零碳" in page
    assert not re.findall(r'href="(/|/items/[^"]*|/pipeline|/docs|/[?][^"]*)"', page)
    assert 'href="/dead/' not in (await get("/digests")).text
    sources = (await get("/api/sources")).json()["sources"]
    assert [one["source"] for one in sources] == ["weekly-news"]
    assert [(await get(f"/sources/{who}-news")).status_code for who in names] == [200, 404]
    assert "feeder-news" not in (await get("/sources")).text
    for path in ("/search", "/api/search", f"/items/{'0' * 32}", "/pipeline", "/quarantine"):
        refused = await get(path)
        assert (refused.status_code, 'href="/pipeline"' in refused.text) == (403, False), path


async def test_what_is_not_indexed_has_a_page(site: Site) -> None:
    """It says where the digest is, and leads to its original and its letter."""
    waiting = await site.ingest.feed("昆山:在途", file_name="在途.txt")
    dead = await site.ingest.feed("坏", title="坏的周报")
    letter = replace(LETTER, digest_id=dead.digest_id, revision=dead.revision, source="weekly")
    site.kafka.register.add(letter)
    page = await site.client.get(f"/digests/{waiting.digest_id}")
    assert page.status_code == 200
    assert re.search(r"<h1>在途.txt</h1>.*已收到.*正在等待处理", page.text, re.DOTALL)
    assert f'href="/digests/{waiting.digest_id}/source?revision={waiting.revision}"' in page.text
    page = await site.client.get(f"/digests/{dead.digest_id}")
    assert page.status_code == 200
    assert re.search(r"<h1>坏的周报</h1>.*无法处理.*另存为 UTF-8.*/dead/2/17", page.text, re.DOTALL)
    for raw, text in ((waiting, "昆山:在途"), (dead, "坏")):
        assert (await site.client.get(f"/digests/{raw.digest_id}/source")).status_code == 200
        assert (await site.client.get(f"/digests/{raw.digest_id}/original")).text == text
    site.ingest.away = True
    assert "无法处理" in (await site.client.get(f"/digests/{dead.digest_id}")).text
    assert (await site.client.get(f"/digests/{'e' * 32}")).status_code == 404


async def test_a_source_is_asked_for_by_its_name(site: Site) -> None:
    """As it stands in the rows; the names are offered. Of what can be no source there is nothing, and nothing is amiss."""
    site.listing.note(entry("weekly", name="双碳 周报"))
    await site.ingest.feed("昆山", title="一篇")
    await site.ingest.feed("别处", title="别处", source="other")
    for said in ("双碳 周报", "双碳周报", "weekly"):
        assert await site.titles(source=said) == ["一篇"]
        page = (await site.client.get("/digests", params={"source": said})).text
        assert ("一篇" in page, "别处" in page, f'value="{said}"' in page) == (True, False, True)
    assert '<option value="weekly">双碳 周报</option>' in page
    answer = await site.listed(source="没有 这个")
    assert (answer["digests"], answer["ingest"]) == ([], None)


async def test_a_key_that_searches_is_told_what_is_not_listed(guarded: Site) -> None:
    """That is no fault of anybody's, so there is no word of what to do about it."""
    answer = (await guarded.client.get("/api/digests", headers=bearing("reader"))).json()
    assert answer["ingest"] == "只列出已入库的和无法处理的简报，不含刚收到的。"
    page = (await guarded.client.get("/digests", headers=bearing("reader"))).text
    assert '<p class="hint">只列出已入库的和无法处理的简报，不含刚收到的。</p>' in page


async def test_what_is_held_leads_to_where_it_is_decided(site: Site) -> None:
    """Every row leads to its digest's page, also one that is on its way."""
    held, waiting = await site.ingest.feed("日志", title="日志"), await site.ingest.feed("在途", title="在途")
    await site.index(indexed(held, items=[], quarantine={"code": "log", "message": "looks like a log"}))
    page = (await site.client.get("/digests", params={"source": "weekly"})).text
    assert 'href="/quarantine?source=weekly&amp;code=log"' in page
    assert all(f'<a href="/digests/{one.digest_id}">' in page for one in (held, waiting))
    assert (await site.client.get("/quarantine", params={"source": "weekly", "code": "log"})).status_code == 200


async def test_what_was_withdrawn_is_still_called_what_it_was(site: Site) -> None:
    """In the list and on its page, with the time that it came beside that of its withdrawal."""
    raw = await site.ingest.feed("昆山", file_name="周报.txt")
    gone = withdrawal(raw, revision=raw.revision + 3_600_000)
    await site.ingest.publisher.publish(gone, b"")
    await site.ingest.feed("别的", source="other")  # its memory reads on
    await site.index(indexed(gone, withdrawn=True, items=[], title=None, external_id=None))
    page = (await site.client.get("/digests", params={"state": "withdrawn"})).text
    assert re.search(r">周报.txt</a>.*撤回于 2026-02-06 11:00.*>2026-02-06 10:00</td>", page, re.DOTALL)
    page = (await site.client.get(f"/digests/{raw.digest_id}")).text
    assert re.search(r"<h1>周报.txt</h1>.*收到：2026-02-06 10:00.*撤回于：2026-02-06 11:00", page, re.DOTALL)
