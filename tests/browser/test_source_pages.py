"""Sources in a real Chromium: one that is silent is shown; a feed is added by the form, without scripts, through ingest to Kafka."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from services.ingest.app import create_app as create_ingest
from services.ingest.registry.desk import KafkaSources
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from services.search.web.ingest_client import IngestClient
from shared.elastic import connect
from shared.kafka.clients import ensure_topics
from shared.records import EnrichedDigest
from shared.registry.entry import Feed
from shared.registry.follow import Registry
from shared.registry.register import Register
from shared.settings import CommonSettings, ElasticsearchSettings, IngestSettings, KafkaSettings, SearchSettings
from tests.browser.conftest import TOLD, served
from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right
from tests.engines import RunningEngines
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.fakes.publisher import FakePublisher
from tests.search_corpus import digest, drop, fill

pytestmark = [pytest.mark.browser, pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]


def issues() -> list[EnrichedDigest]:
    """A weekly of eight stories; its last three issues are one item each."""
    stories = {1: "零碳园区建设。" * 300, 8: "零碳园区建设。" * 3}
    counts = {day: 8 if at < 6 else 1 for at, day in enumerate(FRIDAYS)}
    return [
        digest([(f"第{number}条", "本周", stories[count]) for number in range(count)], source="zhoubao", name=day, published_on=day)
        for day, count in counts.items()
    ]


FRIDAYS = tuple(f"2025-{day}" for day in ("01-03", "01-10", "01-17", "01-24", "01-31", "02-07", "02-14", "02-21", "02-28"))


@dataclass
class Desk:
    """The site, and what Kafka knows of sources."""

    visit: Visit
    register: Register


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(browser: Browser, engines: RunningEngines) -> AsyncIterator[Desk]:
    """Search before ingest, both following the registry, and the daily of January 2025."""
    namespace = f"t-{uuid4().hex[:12]}"
    common, elasticsearch = CommonSettings(namespace=namespace), ElasticsearchSettings(url=engines.elasticsearch_url)
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1)
    await ensure_topics(kafka, common.topics.all)
    elastic = connect(elasticsearch)
    await fill(elastic, namespace, *TOLD, *issues())
    sources, registry = KafkaSources(common, kafka), Registry(kafka, common.topics.sources, light=True)
    ingest = create_ingest(IngestSettings(), FakePublisher(), sources=sources)
    app = create_app(
        SearchSettings(),
        elastic,
        Monitor(FakeKafkaSource(), FakeIndexSource(), {}),
        common=common,
        elasticsearch=elasticsearch,
        ingest=IngestClient("http://127.0.0.1:8401", transport=httpx.ASGITransport(ingest)),
        kafka=kafka,
        listing=registry.listing,
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(sources.running())
        await stack.enter_async_context(registry.following())
        visit = Visit(browser, await stack.enter_async_context(served(app)))
        yield Desk(visit, Register(common, kafka))
    await drop(elastic, namespace)
    await elastic.close()
    assert [one for one in visit.complaints if "422" not in one] == []


@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "每日能源"), (PHONE, "双碳快讯")], ids=["desktop", "phone"])
async def test_a_feed_is_added_by_the_form(desk: Desk, size: dict[str, int], name: str) -> None:
    """What is wrong is said where it was typed, which stays; Kafka then has the source, and the list shows it."""
    async with desk.visit.page(size, scripts=False) as page:
        await page.goto(desk.visit.url + "/sources")
        await looks_right(page)
        await page.get_by_role("link", name="添加来源").click()
        await expect(page.get_by_label("名称")).to_be_visible()
        await looks_right(page)
        await page.get_by_label("名称").fill(name)
        await page.get_by_label("网址").fill("example.org/feed")
        await page.get_by_label("多久一期").select_option("每日")
        await page.get_by_label("地区").fill("苏州")
        await page.get_by_role("button", name="网页").click()
        await expect(page.get_by_label("文章链接")).to_be_visible()
        await looks_right(page)
        await page.get_by_role("button", name="订阅源").click()
        await page.get_by_label("地区").press("Enter")
        await expect(page.locator("#wrong-fetch\\.url")).to_contain_text("请写完整的网址")
        await expect(page.get_by_label("名称")).to_have_value(name)
        await looks_right(page)
        await page.get_by_label("网址").fill("https://example.org/feed.xml")
        await page.get_by_role("button", name="添加").click()
        await expect(page.get_by_role("status")).to_contain_text("已保存")
        await looks_right(page)
        await page.get_by_role("link", name="来源", exact=True).first.click()
        row = page.get_by_role("row").filter(has_text=name)
        await expect(row).to_contain_text("订阅源")
        await expect(row).to_contain_text("尚无简报")
    entry = (await desk.register.listing()).entries[name]
    assert (entry.fetch, entry.region, entry.cadence) == (Feed(url="https://example.org/feed.xml"), "320500", "daily")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_new_layout_is_shown_with_the_issues_that_show_it(desk: Desk, size: dict[str, int]) -> None:
    """In the list and on the source's page."""
    async with desk.visit.page(size, scripts=False) as page:
        await page.goto(desk.visit.url + "/sources")
        await expect(page.get_by_role("row").filter(has_text="zhoubao")).to_contain_text("最近 3 期与以往不同：每期条目由 8 变为 1")
        await looks_right(page)
        await page.get_by_role("link", name="zhoubao", exact=True).click()
        section = page.locator("section.looks")
        await expect(section.get_by_role("link")).to_have_text(["2025-02-14", "2025-02-21", "2025-02-28"])
        await expect(section.get_by_role("row", name="每期条目")).to_contain_text("有变")
        await looks_right(page)


async def test_a_person_says_that_a_new_layout_is_right(desk: Desk) -> None:
    """It is known at once, and Kafka has it; taken back, the issues differ again."""
    async with desk.visit.page(PHONE, scripts=False) as page:
        await page.goto(desk.visit.url + "/sources/zhoubao")
        await page.get_by_role("button", name="新版式无误").click()
        await expect(page.get_by_label("版式始于")).to_have_value("2025-02-14")
        await expect(page.get_by_role("button", name="新版式无误")).to_have_count(0)
        assert (await desk.register.listing()).entries["zhoubao"].usual_from == date(2025, 2, 14)
        await page.get_by_label("版式始于").fill("")
        await page.get_by_role("button", name="保存").click()
        await expect(page.get_by_role("button", name="新版式无误")).to_be_visible()


async def test_a_silent_source_is_shown(desk: Desk) -> None:
    """On its page, in the list, and on the pipeline's page; its search shows the name that it is given."""
    async with desk.visit.page(PHONE) as page:
        await page.goto(desk.visit.url + "/sources")
        row = page.get_by_role("row").filter(has_text="haiyang")
        await expect(row).to_contain_text("逾期")
        await row.get_by_role("link", name="haiyang").click()
        await expect(page.locator("main")).to_contain_text("没有新简报，应于 2025-01-10 发布")
        await page.get_by_label("名称").fill("海洋日报")
        await page.get_by_role("button", name="保存").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("海洋日报")
        await looks_right(page)
        await page.goto(desk.visit.url + "/pipeline")
        await expect(page.get_by_role("link", name="海洋日报")).to_be_visible()
        await looks_right(page)
        await page.goto(desk.visit.url + "/search?q=来源:海洋日报")
        await expect(page.locator(".hit .meta").first).to_contain_text("海洋日报")
