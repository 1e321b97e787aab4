"""Dead letters in a real Chromium: from the pipeline page to a letter that is sent again; another site's form is refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from playwright.async_api import Browser, expect

from services.search.pipeline.elastic_probe import ElasticProbe
from services.search.pipeline.kafka_probe import KafkaProbe
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.elastic import connect
from shared.kafka.clients import ensure_topics, producer_options
from shared.kafka.scan import Scanner
from shared.settings import CommonSettings, ElasticsearchSettings, KafkaSettings, SearchSettings
from shared.topics import Topics
from tests.browser.conftest import served
from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right
from tests.engines import RunningEngines
from tests.letters import dead_record

pytestmark = [pytest.mark.browser, pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

RAW = '{"source":"双碳周报","revision":7}'.encode()
TEXT = "本周双碳要闻\n一、昆山:将新增(近)零碳工厂10家<script>alert(1)</script>\x1b[31m".encode()


@dataclass
class Desk:
    """The site with its topics."""

    visit: Visit
    kafka: KafkaSettings
    topics: Topics

    async def raw(self) -> list[tuple[bytes | None, tuple[tuple[str, bytes], ...]]]:
        """Values and headers of the raw topic."""
        async with Scanner(self.kafka) as scanner:
            return [(one.record.value, one.record.headers) async for one in scanner.read(self.topics.raw.name)]


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser, engines: RunningEngines, namespace: str) -> AsyncIterator[Desk]:
    """The real app and Kafka with three letters, of two errors."""
    common, elasticsearch = CommonSettings(namespace=namespace), ElasticsearchSettings(url=engines.elasticsearch_url)
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=1)
    await ensure_topics(kafka, common.topics.all)
    async with AIOKafkaProducer(**producer_options(kafka)) as producer:
        for offset, error in enumerate(("timeout", "undecodable", "timeout")):
            record = dead_record(topic=common.topics.raw.name, offset=offset, value=TEXT, headers=(("digest", RAW),), error=error)
            await producer.send_and_wait(common.topics.dead.name, record.value, key=record.key, headers=list(record.headers))
    elastic = connect(elasticsearch)
    monitor = Monitor(KafkaProbe(kafka, common.topics), ElasticProbe(elastic, elasticsearch, namespace=namespace), {}, every=0.2)
    app = create_app(SearchSettings(), elastic, monitor, common=common, elasticsearch=elasticsearch, kafka=kafka)
    async with served(app) as url:
        made = Visit(browser, url)
        for _ in range(300):
            if len(monitor.register.letters) == 3 and monitor.dead_complete:
                break
            await asyncio.sleep(0.1)
        yield Desk(made, kafka, common.topics)
    await elastic.close()
    assert made.complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_from_the_pipeline_to_a_letter_sent_again(desk: Desk, size: dict[str, int]) -> None:
    """The record that goes out has the original bytes, the history says who and why, and every page looks right."""
    async with desk.visit.page(size, scripts=True) as page:
        await page.goto(desk.visit.url + "/pipeline")
        await looks_right(page)
        await page.locator(".stage .errors a", has_text="加工失败 × 2").click()
        await page.get_by_role("heading", name="2 封").wait_for()
        await page.goto(desk.visit.url + "/dead")
        await looks_right(page)
        await page.locator(".rows a", has_text="0/2").click()
        await expect(page.locator(".bytes")).to_contain_text("\\x1b[31m")
        await expect(page.locator("main script")).to_have_count(0)
        await looks_right(page)
        await page.get_by_role("button", name="重新处理…").click()
        await page.get_by_role("heading", name="重新处理 1 封死信").wait_for()
        await page.get_by_label("原因").fill("解析已修复")
        await looks_right(page)
        assert await desk.raw() == []
        await page.get_by_role("button", name="确认重新处理").click()
        await page.get_by_role("heading", name="死信 0/2").wait_for()
        await expect(page.locator(".light").first).to_have_text("重新处理中")
        await expect(page.locator(".history li").last).to_contain_text("解析已修复")
        await looks_right(page)
    ((value, headers),) = await desk.raw()
    assert value == TEXT
    assert headers == (("digest", RAW), ("retry.letter", b"0/2"), ("retry.attempt", b"1"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop, scripts", "phone, none"])
async def test_a_kind_is_retried_where_that_can_help(desk: Desk, size: dict[str, int]) -> None:
    """From the kinds to a run that ends, with and without JavaScript; a permanent failure has no such button, and the API refuses it."""
    async with desk.visit.page(size, scripts=size is DESKTOP) as page:
        await page.goto(desk.visit.url + "/failures")
        await expect(page.locator(".failure")).to_have_count(2)
        await looks_right(page)
        permanent = page.locator(".failure", has_text="无法读取")
        await expect(permanent.get_by_role("button", name="重新处理")).to_have_count(0)
        await expect(page.locator("main script")).to_have_count(0)
        await page.get_by_role("button", name="重新处理 2 份…").click()
        await page.get_by_role("heading", name="重新处理 2 封死信").wait_for()
        await page.get_by_role("button", name="确认重新处理").click()
        await expect(page.locator(".light")).to_have_text("全部送出", timeout=15_000)
        await expect(page.locator("#run").get_by_role("status")).to_contain_text("已送出 2 份，共 2 份")
        await looks_right(page)
        assert len(await desk.raw()) == 2
        refused = await page.request.post(desk.visit.url + "/api/dead/retry", data={"error": "undecodable"})
        said = await refused.json()
        assert (said["count"], said["refused_total"]) == (0, 1)
        assert "retrying can't help" in said["refused"][0]["why"]
        await page.goto(desk.visit.url + "/failures?error=timeout")
        await expect(page.locator(".failure")).to_contain_text("2 份已重新送出，尚无结果")
        await page.get_by_role("link", name="去向").click()
        assert "/journey?id=" in page.url
    desk.visit.complaints[:] = [one for one in desk.visit.complaints if "404" not in one]  # nothing is known of a made-up digest's way


async def test_a_group_is_discarded(desk: Desk) -> None:
    """It leaves list and pipeline page."""
    async with desk.visit.page(DESKTOP, scripts=False) as page:
        await page.goto(desk.visit.url + "/dead?error=timeout")
        await page.get_by_role("button", name="丢弃…").click()
        await page.get_by_role("button", name="确认丢弃").click()
        await expect(page.locator(".notice")).to_have_text("已处理 2 封。")
        await expect(page.locator(".rows a", has_text="0/")).to_have_count(1)
        await page.goto(desk.visit.url + "/dead?state=discarded")
        await page.get_by_role("heading", name="2 封").wait_for()
        count = page.locator(".stage", has_text="加工").locator(".bad dd")
        for _ in range(100):  # the page shows the figures of the monitor's last round
            await page.goto(desk.visit.url + "/pipeline")
            if await count.inner_text() == "1 份":
                break
        await expect(count).to_have_text("1 份")


async def test_another_sites_form_is_refused(desk: Desk) -> None:
    """A page of another origin sends our form, even with a token that it got hold of."""
    async with desk.visit.page(DESKTOP) as page:
        await page.goto(desk.visit.url + "/dead/confirm?doing=discard&all=true")
        token = await page.locator("input[name=token]").input_value()
        fields = f'<input name="token" value="{token}"><input name="all" value="true">'
        form = f'<form method="post" action="{desk.visit.url}/dead/discard">{fields}<button>go</button></form>'
        await page.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
        await page.goto("http://evil.example/")
        await page.get_by_role("button").click()
        await page.wait_for_url(desk.visit.url + "/**")
        await expect(page.locator("main")).to_contain_text("没有执行")
    desk.visit.complaints[:] = [one for one in desk.visit.complaints if "403" not in one and "favicon" not in one]
    async with desk.visit.page(DESKTOP) as page:
        await page.goto(desk.visit.url + "/dead")
        await page.get_by_role("heading", name="3 封").wait_for()
