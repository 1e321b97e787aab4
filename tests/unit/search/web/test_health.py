"""The page 运行 and the report, as the app answers them; the monitor is a stand-in."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.search.pipeline.monitor import Monitor
from services.search.pipeline.reports import Reports
from services.search.web import health
from services.search.web.app import create_app
from shared.elastic import connect
from shared.health.conservation import Conservation, Lost, StageBalance
from shared.health.report import Colour, Part, Points, Report, Trouble, Words
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource

NOW = datetime.now(UTC)
SAID = Words(symptom="加工停滞：积压 12 份，没有进展。", action="请看它的日志，必要时重启。", impact="新简报暂时检索不到。")
CAUSE = Trouble(
    code="stalled",
    part="enrich",
    state="red",
    since=NOW - timedelta(minutes=5),
    command="python -m services.enrich",
    chinese=SAID,
    english=SAID,
)
SYMPTOM = CAUSE.model_copy(
    update={"code": "canary_lost", "part": "canary", "because": "stalled/enrich", "chinese": SAID.model_copy(update={"symptom": "探针没有走完。"})}
)
PARTS = tuple(Part(name=name, state="red" if name == "enrich" else "green", since=NOW) for name in ("kafka", "ingest", "enrich", "index"))
RED = Report(state="red", at=NOW, causes=(CAUSE,), symptoms=(SYMPTOM,), parts=PARTS)

LOST = Lost(id="ab" * 16, since=NOW - timedelta(minutes=5))
BALANCE = Conservation(
    state="red",
    at=NOW,
    stages=(
        StageBalance(stage="ingest", received=304, done=299, replaced=5, dead=0, in_flight=0, lost=0),
        StageBalance(stage="enrich", received=304, done=297, replaced=4, dead=2, in_flight=0, lost=1, ids=(LOST,)),
        StageBalance(stage="index", received=301, done=297, replaced=4, dead=0, in_flight=0, lost=0),
    ),
)


class Site:
    """The app beside a monitor that says what a test wants; None: it is away."""

    def __init__(self) -> None:
        self.report: Report | None = RED

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The monitor's port."""
        if self.report is None:
            raise httpx.ConnectError("refused", request=request)
        if request.url.path == "/conservation":
            return httpx.Response(200, content=BALANCE.model_dump_json())
        said = self.report if request.url.path == "/report" else Points()
        return httpx.Response(200, content=said.to_json())


@pytest.fixture
async def site() -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    """With Elasticsearch away."""
    made, elasticsearch = Site(), ElasticsearchSettings(url="http://127.0.0.1:9")
    elastic = connect(elasticsearch)
    app = create_app(
        SearchSettings(),
        elastic,
        Monitor(FakeKafkaSource(), FakeIndexSource(), {}),
        common=CommonSettings(),
        elasticsearch=elasticsearch,
        reports=Reports("http://monitor:8405", transport=httpx.MockTransport(made.handle)),
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield made, client
    await elastic.close()


async def test_the_page_says_the_cause_what_it_means_and_what_to_do(site: tuple[Site, httpx.AsyncClient]) -> None:
    """And folds what the cause explains."""
    since = datetime.now(UTC) - timedelta(minutes=5)
    site[0].report = RED.model_copy(update={"causes": (CAUSE.model_copy(update={"since": since}),)})
    page = (await site[1].get("/pipeline")).text
    for said in ("加工停滞：积压 12 份，没有进展。", "新简报暂时检索不到。", "python -m services.enrich", "已 5 分钟", "因此还有 1 处异常"):
        assert said in page


async def test_the_live_part_is_the_same_without_the_page_around_it(site: tuple[Site, httpx.AsyncClient]) -> None:
    """What the script puts in."""
    live = (await site[1].get("/pipeline/live")).text
    assert "加工停滞" in live
    assert "<html" not in live
    assert live.strip() in (await site[1].get("/pipeline")).text


async def test_the_report_as_json(site: tuple[Site, httpx.AsyncClient]) -> None:
    """As the monitor gave it."""
    answer = (await site[1].get("/api/health/report")).json()
    assert [(one["code"], one["part"]) for one in answer["causes"]] == [("stalled", "enrich")]


async def test_what_is_lost_leads_to_its_way(site: tuple[Site, httpx.AsyncClient]) -> None:
    """By stage, on the page and as JSON."""
    page = (await site[1].get("/pipeline")).text
    assert "<td>304</td><td>297</td><td>4</td><td>2</td><td>0</td><td>1</td>" in page
    assert f'href="/journey?id={LOST.id}"' in page
    assert (await site[1].get("/api/health/conservation")).json()["stages"][1]["ids"][0]["id"] == LOST.id


async def test_a_monitor_that_is_away_is_said_on_the_page(site: tuple[Site, httpx.AsyncClient]) -> None:
    """Which is never green then."""
    site[0].report = None
    page = (await site[1].get("/pipeline")).text
    for said in ("监测服务没有回应，各环节的状况无从得知。", "收到的是否都有去向无从得知。", "记录由监测服务保存，它没有回应。"):
        assert said in page
    assert "启动不久" not in page
    assert "各环节正常" not in page


@pytest.mark.parametrize(("state", "said"), [("red", "故障"), ("green", "正常")])
async def test_nothing_is_searchable_while_elasticsearch_is_away(site: tuple[Site, httpx.AsyncClient], state: Colour, said: str) -> None:
    """Whatever was found of the index before."""
    states: dict[str, Colour] = {"elasticsearch": state, "index_content": "green"}
    parts = tuple(Part(name=name, state=colour, since=NOW) for name, colour in states.items())
    site[0].report = RED.model_copy(update={"parts": parts})
    found = re.search(r"<h2>可检索 <span[^>]*>(.+?)</span>", (await site[1].get("/pipeline")).text)
    assert found
    assert found[1] == said


async def test_hostile_words_stay_words(site: tuple[Site, httpx.AsyncClient]) -> None:
    """A server's error may hold what a digest's author wrote."""
    said = SAID.model_copy(update={"symptom": "<script>alert(1)</script>"})
    site[0].report = RED.model_copy(update={"causes": (CAUSE.model_copy(update={"chinese": said}),)})
    assert "<script>alert" not in (await site[1].get("/pipeline")).text


async def test_a_stream_tells_of_each_new_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing of one that is the same."""
    monkeypatch.setattr(health, "EVERY", 0.001)

    class Changing(Reports):
        """Gives each of these twice."""

        given = 0

        async def latest(self) -> Report:
            self.given += 1
            return RED.model_copy(update={"at": NOW + timedelta(seconds=self.given // 2)})

    reports = Changing("http://monitor:8405")
    events = health._events(reports, asyncio.Semaphore(1))
    told = [await anext(events) for _ in range(3)]
    await reports.close()
    assert told == [b"event: report\ndata: red\n\n"] * 3
    assert reports.given >= 4


async def test_a_stream_ends_with_the_service() -> None:
    """By itself, before the server breaks it off."""
    ended: list[bool] = []
    monitor = httpx.MockTransport(lambda _: httpx.Response(200, content=RED.to_json()))
    reports = Reports("http://monitor:8405", transport=monitor, stopping=lambda: bool(ended))
    events = health._events(reports, asyncio.Semaphore(1))
    await anext(events)
    ended.append(True)
    async with asyncio.timeout(1):
        assert [event async for event in events] == []
    await reports.close()


async def test_nothing_known_of_a_digest_is_said(site: tuple[Site, httpx.AsyncClient]) -> None:
    """With Elasticsearch away it is an error, without a name the empty form."""
    assert (await site[1].get("/journey")).status_code == 200
    assert (await site[1].get("/journey", params={"id": "b" * 32})).status_code == 503
