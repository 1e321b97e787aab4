"""The pages and the API of sources: what they show, and what a form changes through ingest."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from services.ingest.app import create_app as create_ingest
from services.ingest.http import guard
from services.search.pipeline.monitor import Monitor
from services.search.web import access
from services.search.web.app import create_app
from services.search.web.ingest_client import IngestClient
from shared.elastic import connect
from shared.freshness.history import History
from shared.keys.key import Key, Scope, hashed
from shared.keys.ring import Keyring
from shared.quality.figures import Figures
from shared.registry.entry import Entry, Feed, FetchState
from shared.settings import CommonSettings, ElasticsearchSettings, IngestSettings, SearchSettings
from tests.fakes.histories import FakeHistories, weekly
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.fakes.publisher import FakePublisher
from tests.fakes.sources import FakeSources

NOW = datetime(2026, 2, 6, tzinfo=UTC)
FEED = "https://example.org/feed.xml"


def key(name: str, *scopes: Scope, sources: tuple[str, ...] | None = None) -> Key:
    """Whose secret is its name."""
    return Key(name=name, salt="", sha256=hashed(name), scopes=scopes, sources=sources)


KEYS = (
    key("reader", "search"),
    key("feeder", "ingest", "search", sources=("weekly",)),
    key("desk", "operate", "search"),
)


def entry(source: str = "weekly", **said: Any) -> Entry:
    """As it is known."""
    return Entry(**({"source": source, "edition": 3, "changed_at": NOW, "by": "key one"} | said))


class Site:
    """Search before a real ingest whose desk is a fake; both follow the same listing, as they do a moment later."""

    def __init__(self, *entries: Entry, keys: tuple[Key, ...] = (), **histories: Any) -> None:
        self.desk, self.histories = FakeSources(*entries), FakeHistories(**histories)
        ring = Keyring(None, keys, service="search")
        doors = guard.door(IngestSettings()), access.door(SearchSettings())
        for door in doors:
            door.keyring = ring
        self.ingest = create_ingest(IngestSettings(), FakePublisher(), sources=self.desk, door=doors[0])
        elasticsearch = ElasticsearchSettings()
        self.elastic = connect(elasticsearch)
        app = create_app(
            SearchSettings(),
            self.elastic,
            Monitor(FakeKafkaSource(), FakeIndexSource(), {}),
            common=CommonSettings(),
            elasticsearch=elasticsearch,
            ingest=IngestClient("http://127.0.0.1:8401", transport=httpx.ASGITransport(self.ingest)),
            door=doors[1],
            listing=self.desk.listing,
            histories=self.histories,
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8402")

    async def close(self) -> None:
        """Free the clients."""
        await self.client.aclose()
        await self.elastic.close()

    async def token(self, path: str = "/sources?add=feed", **headers: str) -> str:
        """The token of a page's form; its cookie is kept."""
        page = await self.client.get(path, headers=headers)
        found = re.search(r'name="token" value="([0-9a-f]+)"', page.text)
        assert found is not None
        return found[1]

    async def send(self, path: str, /, *, page: str = "/sources?add=feed", who: str | None = None, **sent: str) -> httpx.Response:
        """Send a form of that page."""
        headers = {"X-API-Key": who} if who else {}
        return await self.client.post(path, data={"token": await self.token(page, **headers), **sent}, headers=headers)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A weekly that is silent, one that is fresh, and one that only digests know."""
    today = datetime.now(UTC).date()
    made = Site(
        entry(name="本周双碳要闻", fetch=Feed(url=FEED), publisher="<b>某院</b>"),
        entry("fresh", name="能源周报"),
        weekly=weekly(today - timedelta(days=30)),
        fresh=weekly(today, number=12),
        bare=weekly(date(2020, 1, 3), issues=2),
    )
    yield made
    await made.close()


async def test_sources_are_listed_those_that_are_silent_first(site: Site) -> None:
    """With their names, how they are fetched, and what to think of them."""
    page = (await site.client.get("/sources")).text
    names = re.findall(r'<a href="/sources/([a-z]+)">([^<]+)</a>', page)
    assert names == [("weekly", "本周双碳要闻"), ("bare", "bare"), ("fresh", "能源周报")]
    assert re.search(r"已 \d+ 天没有新简报", page)
    assert "逾期" in page
    assert "&lt;b&gt;某院&lt;/b&gt;" in page
    assert 'href="/sources"' in (await site.client.get("/sources")).text


async def test_an_old_issue_breaks_the_silence_and_the_source_is_still_overdue(site: Site) -> None:
    """Nobody is told that nothing came for some seconds."""
    site.histories.found["bare"] = replace(weekly(date(2020, 1, 3)), received_at=datetime.now(UTC))
    said = (await site.client.get("/api/sources/bare")).json()
    assert (said["state"], said["message"].partition("，")[0]) == ("overdue", "应于 2020-01-10 发布")


async def test_the_same_is_answered_as_json(site: Site) -> None:
    """With machine-readable states."""
    said = (await site.client.get("/api/sources")).json()
    assert [(one["source"], one["source_name"], one["state"], one["kind"], one["digests"], one["items"]) for one in said["sources"]] == [
        ("weekly", "本周双碳要闻", "overdue", "feed", 6, 60), ("bare", "bare", "new", "push", 2, 20), ("fresh", "能源周报", "fresh", "push", 6, 60),
    ]  # fmt: skip
    one = (await site.client.get("/api/sources/weekly")).json()
    still = {"silent_seconds": said["sources"][0]["silent_seconds"]}
    assert one | still == said["sources"][0]
    assert (one["cadence"], one["learned"]) == ("weekly", True)
    assert (await site.client.get("/api/sources/none")).status_code == 404


async def test_a_feed_is_added_by_the_form(site: Site) -> None:
    """Without an id it gets one made of its name; then its page is shown."""
    done = await site.send("/sources", kind="feed", name="每日 能源", url=FEED, every="45", full="on", on="on", region="苏州", cadence="daily")
    assert (done.status_code, done.headers["location"]) == (303, "/sources/%E6%AF%8F%E6%97%A5-%E8%83%BD%E6%BA%90?saved=1")
    made = site.desk.listing.entries["每日-能源"]
    assert (made.name, made.fetch, made.region, made.cadence, made.on) == ("每日 能源", Feed(url=FEED, every=2700), "320500", "daily", True)
    page = (await site.client.get(done.headers["location"])).text
    assert "已保存" in page
    assert 'value="45"' in page
    assert 'value="江苏省苏州市"' in page


@pytest.mark.parametrize(
    ("sent", "said", "kept"),
    [
        ({"kind": "feed", "name": "周报甲", "url": "example.org"}, "请写完整的网址", "example.org"),
        ({"kind": "feed", "name": "周报甲", "url": FEED, "every": "半小时"}, "请写分钟数", "半小时"),
        ({"kind": "page", "name": "周报甲", "url": FEED}, "请写 CSS 选择器", "周报甲"),
        ({"kind": "push", "name": "周报甲", "region": "朝阳"}, "请写全称", "朝阳"),
        ({"kind": "push", "name": "周报甲", "region": "火星"}, "请写全称", "火星"),
        ({"kind": "push", "source": "两 个", "name": "周报甲"}, "由字母、汉字、数字和", "两 个"),
        ({"kind": "push", "name": ""}, "由字母、汉字、数字和", ""),
        ({"kind": "push", "source": "weekly", "name": "新的名称"}, "这个代号已经有了", "新的名称"),
        ({"kind": "push", "name": "周报甲", "profile": "gone"}, "请填写另一个已有来源的代号", "gone"),
        ({"kind": "folder", "name": "周报甲", "path": "digests"}, "请写完整的路径", "digests"),
    ],
)
async def test_what_is_wrong_is_said_at_the_form(site: Site, sent: dict[str, str], said: str, kept: str) -> None:
    """In Chinese, with what was typed; nothing is changed."""
    answer = await site.send("/sources", on="on", **sent)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert f'value="{kept}"' in answer.text
    assert site.desk.edits == []


async def test_a_source_is_changed_by_its_form(site: Site) -> None:
    """What is left out of the form is gone, as it was seen there."""
    done = await site.send(
        "/sources/weekly", page="/sources/weekly", kind="feed", edition="3", name="新名称", url=FEED, every="30", full="on", on="on"
    )
    assert done.status_code == 303
    made = site.desk.listing.entries["weekly"]
    assert (made.edition, made.name, made.publisher, made.fetch) == (4, "新名称", None, Feed(url=FEED))


async def test_a_change_of_another_is_shown_not_lost(site: Site) -> None:
    """What was typed stays, and saving again is a decision."""
    await site.send("/sources/weekly", page="/sources/weekly", kind="push", edition="3", name="别人的", on="on")
    mine = {"kind": "push", "name": "我的", "on": "on"}
    refused = await site.send("/sources/weekly", page="/sources/weekly", edition="3", **mine)
    assert refused.status_code == 409
    assert "刚刚被本机用户改过" in refused.text
    assert "名称“别人的”" in refused.text
    assert 'value="我的"' in refused.text
    assert 'name="edition" value="4"' in refused.text
    assert site.desk.listing.entries["weekly"].name == "别人的"
    assert (await site.send("/sources/weekly", page="/sources/weekly", edition="4", **mine)).status_code == 303


@pytest.mark.parametrize(
    ("path", "page"),
    [("/sources", "/sources?add=feed"), ("/sources/weekly", "/sources/weekly")],
)
async def test_another_kind_keeps_what_was_typed(site: Site, path: str, page: str) -> None:
    """Also what is of the former kind alone; nothing is saved."""
    before = dict(site.desk.listing.entries)
    typed = {"kind": "imap", "name": "新名称", "region": "苏州", "host": "imap.example.org", "edition": "3"}
    shown = await site.send(path, page=page, **typed, **{"as": "page"})
    inputs = LexborHTMLParser(shown.text).css("form.entry input")
    found = {one.attributes.get("name"): one.attributes.get("value") for one in inputs}
    assert shown.status_code == 200
    assert {name: found.get(name) for name in typed} == typed | {"kind": "page"}
    assert {"links", "every"} <= found.keys()
    assert site.desk.listing.entries == before


async def test_a_source_is_switched_off_and_on(site: Site) -> None:
    """Also one that only digests knew."""
    for source, edition in (("weekly", 4), ("bare", 1)):
        done = await site.send(f"/sources/{source}/switch", page=f"/sources/{source}", to="off")
        made = site.desk.listing.entries[source]
        assert (done.status_code, made.on, made.edition) == (303, False, edition)
    assert site.desk.listing.entries["weekly"].fetch == Feed(url=FEED)
    page = (await site.client.get("/sources/weekly")).text
    assert "已停用" in page
    await site.send("/sources/weekly/switch", page="/sources/weekly", to="on")
    assert site.desk.listing.entries["weekly"].on


async def test_how_fetching_goes_is_shown(site: Site) -> None:
    """With the last error, and that it is paused."""
    state = FetchState(source="weekly", at=NOW, failures=9, error="500 <Internal>", paused=True, refused=("https://a.b/1: too_large",))
    site.desk.listing.learn(b"fetch:weekly", state.to_json())
    for path in ("/sources", "/sources/weekly"):
        page = (await site.client.get(path)).text
        assert "已暂停" in page
        assert "500 &lt;Internal&gt;" in page
    assert "1 篇没有收" in page


async def test_nothing_is_taken_from_another_site(site: Site) -> None:
    """Nor with a token of nobody's."""
    token = await site.token()
    for headers, sent in (({"sec-fetch-site": "cross-site"}, token), ({}, "0" * 64), ({}, "")):
        answer = await site.client.post("/sources", data={"token": sent, "name": "x", "kind": "push"}, headers=headers)
        assert answer.status_code == 403
    assert site.desk.edits == []


async def test_elasticsearch_away(site: Site) -> None:
    """Names and how they are fetched are still known."""
    site.histories.away = True
    page = await site.client.get("/sources")
    assert page.status_code == 200
    assert "检索引擎暂时没有回应" in page.text
    assert "本周双碳要闻" in page.text


async def test_keys_decide_who_edits() -> None:
    """Who only searches sees; who feeds edits its own; who operates edits all, folders too."""
    site = Site(entry(), entry("daily"), keys=KEYS)
    try:
        seen = await site.client.get("/sources/weekly", headers={"X-API-Key": "reader"})
        assert (seen.status_code, '<form class="entry"' in seen.text) == (200, False)
        assert (await site.client.get("/sources?add=feed", headers={"X-API-Key": "reader"})).status_code == 403
        page = {"page": "/sources/weekly", "kind": "push", "edition": "3", "on": "on"}
        assert (await site.send("/sources/weekly", who="feeder", name="新", **page)).status_code == 303
        assert '<form class="entry"' not in (await site.client.get("/sources/daily", headers={"X-API-Key": "feeder"})).text
        other = await site.send("/sources/daily", who="feeder", **page)
        assert (other.status_code, "这个密钥不能用于这个来源" in other.text) == (403, True)
        folder = {"kind": "folder", "path": "/srv/digests", "edition": "4", "on": "on", "page": "/sources/weekly"}
        refused = await site.send("/sources/weekly", who="feeder", **folder)
        assert (refused.status_code, "文件夹和邮箱要由" in refused.text) == (403, True)
        assert (await site.send("/sources/weekly", who="desk", **folder)).status_code == 303
    finally:
        await site.close()


async def test_a_silent_source_is_seen_in_the_pipeline(site: Site) -> None:
    """In its answer and on its page; the pipeline itself is no worse for it."""
    await site.client.get("/sources")
    said = (await site.client.get("/api/pipeline")).json()["sources"]
    assert (said["verdict"], said["total"], said["overdue"], said["message"]) == ("yellow", 3, 1, "3 个来源，1 个逾期。")
    assert [(one["source"], one["source_name"], one["light"]) for one in said["troubled"]] == [("weekly", "本周双碳要闻", "red")]
    page = (await site.client.get("/pipeline")).text
    assert '<a href="/sources/weekly">本周双碳要闻</a>' in page


@pytest.mark.parametrize(
    ("last", "label"),
    [({"items": 2}, "内容不全"), ({"number": "第14期"}, "有缺期"), ({}, "正常")],
)
async def test_an_issue_that_is_partial_or_missing_is_told(site: Site, last: dict[str, Any], label: str) -> None:
    """Although the source is on time."""
    found = site.histories.found["fresh"]
    site.histories.found["fresh"] = replace(found, issues=(replace(found.issues[0], **last), *found.issues[1:]))
    page = (await site.client.get("/sources/fresh")).text
    assert f">{label}</span>" in page
    assert ("缺第12至13期" in page) is (label == "有缺期")


async def test_a_registry_that_is_still_being_read_is_said_to_be(site: Site) -> None:
    """Else sources without digests would seem not to be registered."""
    site.desk.listing.complete = False
    assert "来源登记仍在读取" in (await site.client.get("/sources")).text
    assert (await site.client.get("/api/sources")).json()["complete"] is False
    site.desk.listing.complete = True
    assert "来源登记仍在读取" not in (await site.client.get("/sources")).text


async def test_switching_says_what_was_switched(site: Site) -> None:
    """And nothing of fields that were not touched."""
    for to, said in (("off", "已停用。"), ("on", "已启用。")):
        done = await site.send("/sources/weekly/switch", page="/sources/weekly", to=to)
        page = (await site.client.get(done.headers["location"])).text
        assert re.findall(r'role="status">([^<]*)<', page) == [said]


async def test_a_day_that_nobody_said_is_not_shown_as_one(site: Site) -> None:
    """The day of receipt stands in for it in what is reckoned, and the answer says that it does."""
    found = site.histories.found["fresh"]
    site.histories.found["fresh"] = replace(found, issues=tuple(replace(one, published_on=None) for one in found.issues))
    assert (await site.client.get("/api/sources/fresh")).json()["last"]["dated"] is False
    last = found.issues[0].digest_id
    for path in ("/sources", "/sources/fresh"):
        assert f'<a href="/digests/{last}">日期不详' in (await site.client.get(path)).text


def looking(history: History, *, odd: int = 2) -> History:
    """Ten of its issues, of which the newest look different: the splitter found one item."""
    usual = Figures("", 12, 0.9, 0.95, contents=0, entities=8.0, unclassified=0.1, untitled=0.0, longest=600)
    strange = usual._replace(items=1, entities=96.0, untitled=1.0, longest=7000)
    issues = [replace(issue, looks=(strange if at < odd else usual)._replace(digest_id=issue.digest_id)) for at, issue in enumerate(history.issues)]
    return replace(history, issues=tuple(issues))


async def test_a_new_layout_is_shown_until_a_person_says_that_it_is_right(site: Site) -> None:
    """With the issues that show it; the registry keeps what was said."""
    today = datetime.now(UTC).date()
    site.histories.found["fresh"] = looking(weekly(today, issues=10, number=12))
    said = (await site.client.get("/api/sources/fresh")).json()
    assert said["drift"]["issues"] == [
        {"digest_id": f"{at:032x}", "day": str(today - timedelta(days=7 * at)), "number": f"第{12 - at}期"} for at in (1, 0)
    ]
    assert {look["measure"]: (look["usual"], look["now"], look["changed"]) for look in said["looks"]}["items"] == ("12", "1", True)
    for path in ("/sources", "/sources/fresh"):
        page = (await site.client.get(path)).text
        assert "最近 2 期与以往不同" in page
        assert f'<a href="/digests/{0:032x}">第12期</a>' in page
    since = str(today - timedelta(days=7))
    assert (await site.send("/sources/fresh/layout", page="/sources/fresh", **{"from": since})).status_code == 303
    assert str(site.desk.listing.entries["fresh"].usual_from) == since
    page = (await site.client.get("/sources/fresh")).text
    assert ("与以往不同" in page, f'value="{since}"' in page) == (False, True)


async def test_a_layout_that_only_digests_know_can_be_confirmed(site: Site) -> None:
    """Which registers the source; a day that is none is refused."""
    refused = await site.send("/sources/bare/layout", page="/sources/bare", **{"from": "gestern"})
    assert (refused.status_code, "bare" in site.desk.listing.entries) == (422, False)
    await site.send("/sources/bare/layout", page="/sources/bare", **{"from": "2026-01-30"})
    assert site.desk.listing.entries["bare"].usual_from == date(2026, 1, 30)


async def test_what_comes_irregularly_is_said_once(site: Site) -> None:
    """The label says it, in green; the words say what follows of it."""
    days = [date(2026, 1, day) for day in (1, 2, 20, 31)]
    issues = tuple(replace(site.histories.found["fresh"].issues[0], published_on=day) for day in days)
    site.histories.found["fresh"] = replace(site.histories.found["fresh"], issues=issues)
    said = (await site.client.get("/api/sources/fresh")).json()
    assert (said["state"], "不定期" in said["message"], said["message"].endswith("不预计下一期的日期。")) == ("irregular", False, True)
    page = (await site.client.get("/sources")).text
    assert '<span class="light green">不定期</span>' in page
