"""The pipeline page in a real Chromium: what the monitor found is seen with the command that mends it, and is gone once it is mended."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.search.pipeline.measurement import IndexFacts
from services.search.pipeline.monitor import Monitor
from services.search.pipeline.reports import Reports
from services.search.web.app import create_app
from shared.completeness import Completeness
from shared.elastic import connect
from shared.health.report import Behind, Part, Report, Trouble, Words
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.browser.conftest import served
from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

INDICES = ("d1", "i1")
EQUAL = Completeness(state="green", reason="equal", fresh_seconds=600, digests=9, manifests=9, named=81, items=81, indices=INDICES)
MISSING = EQUAL.model_copy(update={"state": "red", "reason": "missing", "missing": 3, "items": 54, "command": "jianbao reconcile --repair"})


class Found:
    """What a monitor answers."""

    def __init__(self) -> None:
        self.found = EQUAL
        self.late: Behind | None = None
        self.away: tuple[str, ...] = ()

    async def answer(self, _request: Request) -> Response:
        """As the monitor's port does, measured at this moment."""
        now = self.found.model_copy(update={"at": datetime.now(UTC)})
        return Response(now.model_dump_json(), status_code=200 if now.state == "green" else 503)

    async def report(self, _request: Request) -> Response:
        """With two sources of which there is something to say."""
        now = datetime.now(UTC)
        said = Words(symptom="来源的简报与以往不同：每期条目由 12 变为 1。", action="请对照原文。", impact="条目可能拆得不对。")
        troubles = tuple(
            Trouble(code="source_drifted", part=f"source:{name}", state="yellow", since=now, chinese=said, english=said, digests=("d1", "d2"))
            for name in ("shuangtan", "nengyuan", "haiyang")
        )
        words = Words(symptom="没有回应。", action="请启动它。", impact="暂时不能检索。")
        away = tuple(
            Trouble(code="engine_away", part=name, state="red", since=now, chinese=words, english=words, detail=f"no {name}") for name in self.away
        )
        parts = tuple(Part(name=name, state="green", since=now) for name in ("kafka", "ingest", "enrich", "index", "index_content"))
        return Response(Report(state="yellow", at=now, causes=away + troubles, parts=parts, behind=self.late).to_json())


@pytest_asyncio.fixture(loop_scope="module")
async def site(browser: Browser) -> AsyncIterator[tuple[Visit, Found, Monitor]]:
    """The real app beside a monitor that says what a test wants."""
    found, elasticsearch = Found(), ElasticsearchSettings(url="http://127.0.0.1:9")
    elastic = connect(elasticsearch)
    async with served(Starlette(routes=[Route("/completeness", found.answer), Route("/report", found.report)])) as url:
        monitor = Monitor(FakeKafkaSource(), FakeIndexSource(IndexFacts(81, 9, indices=INDICES)), {}, completeness=url, every=0.1)
        reports = Reports(url)
        app = create_app(SearchSettings(), elastic, monitor, common=CommonSettings(), elasticsearch=elasticsearch, reports=reports)
        async with served(app) as address:
            made = Visit(browser, address)
            yield made, found, monitor
            assert made.complaints == []
        await reports.close()
    await elastic.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_what_is_missing_is_seen_until_it_is_mended(site: tuple[Visit, Found, Monitor], size: dict[str, int]) -> None:
    """Red with the command, then green; it looks right on both."""
    visit, found, monitor = site
    async with visit.page(size) as page:
        for said, light, words in ((MISSING, "故障", "jianbao reconcile --repair"), (EQUAL, "正常", "索引与主题一致")):
            found.found = said
            async with asyncio.timeout(30):
                while monitor.pipeline().completeness.reason != said.reason:  # noqa: ASYNC110 - the monitor's rounds set no event
                    await asyncio.sleep(0.05)
            await page.goto(visit.url + "/pipeline")
            section = page.locator("section.complete").first
            await expect(section.locator(".light")).to_have_text(light)
            await expect(section).to_contain_text(words)
            await looks_right(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_sources_and_until_when_all_is_searchable(site: tuple[Visit, Found, Monitor], size: dict[str, int]) -> None:
    """Many sources are one entry in the box of causes and a row each in their table; a stage that lags is said on every page."""
    visit, found, _ = site
    found.late = Behind(until=datetime(2025, 2, 28, 23, 26, tzinfo=UTC))
    async with visit.page(size) as page:
        async with asyncio.timeout(30):
            while not await page.locator(".notice.behind").count():
                await page.goto(visit.url + "/syntax")
        await expect(page.locator(".notice.behind")).to_contain_text("数据截至 2025-03-01 07:26；之后收到的简报仍在处理")
        await looks_right(page)
        await page.goto(visit.url + "/pipeline")
        await expect(page.locator("article.cause")).to_have_count(1)
        row = page.locator("#sources").get_by_role("row").filter(has_text="nengyuan")
        await expect(row).to_contain_text("每期条目由 12 变为 1")
        await expect(row.get_by_role("link")).to_have_text(["nengyuan", "第 1 份", "第 2 份"])
        await looks_right(page)


async def test_a_renewed_page_keeps_what_is_open_and_where_one_stands(site: tuple[Visit, Found, Monitor]) -> None:
    """Though a cause with details of its own comes above; who listens is told of it."""
    visit, found, _ = site
    async with visit.page(DESKTOP) as page:
        found.away = ("kafka",)
        await page.goto(visit.url + "/pipeline")
        raw = page.locator("details.raw")
        await expect(raw).to_have_count(1)
        await raw.locator("summary").click()
        link = page.locator("#sources").get_by_role("link", name="nengyuan")
        await link.focus()
        found.away = ("elasticsearch", "kafka")
        await expect(raw).to_have_count(2)
        assert await raw.evaluate_all("all => all.map((one) => one.open)") == [False, True]
        await expect(link).to_be_focused()
        await expect(page.locator("#told")).to_contain_text("没有回应。")
        await expect(page.locator("#cut")).to_be_hidden()
    found.away = ()


async def test_a_page_that_is_not_renewed_says_so(site: tuple[Visit, Found, Monitor]) -> None:
    """What was well before may be so no more."""
    visit, *_ = site
    async with visit.page(PHONE) as page:
        await page.route("**/api/health/stream", lambda route: route.fulfill(status=204))
        await page.goto(visit.url + "/pipeline")
        await expect(page.locator("#cut")).to_contain_text("自动更新中断了")
        await looks_right(page)
