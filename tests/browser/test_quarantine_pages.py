"""The quarantine in a real Chromium: from the navigation to digests that are released and discarded through ingest."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from services.enrich.enrich import enrich
from services.ingest.accept import Submission, accept
from services.ingest.app import create_app as ingest_app
from services.search.pipeline.elastic_probe import ElasticProbe
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from services.search.web.ingest_client import IngestClient
from shared.elastic import connect
from shared.kafka.originals import Original
from shared.records import RawDigest
from shared.settings import CommonSettings, ElasticsearchSettings, IngestSettings, SearchSettings
from tests.browser.conftest import served
from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right
from tests.engines import RunningEngines
from tests.fakes.desk import FakeDesk
from tests.fakes.pipeline import FakeKafkaSource
from tests.fakes.publisher import FakePublisher
from tests.fakes.shelf import FakeShelf
from tests.search_corpus import drop, fill

pytestmark = [pytest.mark.browser, pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

NOW = 1770343200123
LOG = "\n".join(f"2026-11-02 08:00:{second:02},123 INFO [main] <script>alert(1)</script> wrote segment {second}" for second in range(40)).encode()
CODE = b"import os\n\ndef main(path):\n    for name in os.listdir(path):\n        print(name)\n\nmain('.')\n" * 3


@dataclass
class Quarantine:
    """The site with a log and a program that are held, and what ingest wrote."""

    visit: Visit
    log: RawDigest
    code: RawDigest
    published: FakePublisher
    desk: FakeDesk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quarantine(browser: Browser, engines: RunningEngines) -> AsyncIterator[Quarantine]:
    """The real search and ingest apps; the index holds what enrich said of both digests."""
    namespace = f"t-{uuid4().hex[:12]}"
    (log, _), (code, _) = (
        accept(Submission(content, source="巡检", title=title), revision=NOW, max_bytes=10_000, key_name="weekly")
        for content, title in ((LOG, "运行日志<b>"), (CODE, "脚本"))
    )
    elasticsearch = ElasticsearchSettings(url=engines.elasticsearch_url)
    elastic = connect(elasticsearch)
    at = datetime.now(UTC)
    await fill(elastic, namespace, enrich(log, LOG, enriched_at=at), enrich(code, CODE, enriched_at=at))
    published, desk = FakePublisher(), FakeDesk(log, code)
    shelf = FakeShelf(Original(log, LOG), Original(code, CODE), held={log.digest_id: True, code.digest_id: True})
    taking = ingest_app(IngestSettings(), published, desk=desk, shelf=shelf, now_ms=lambda: NOW + 1)
    monitor = Monitor(FakeKafkaSource(), ElasticProbe(elastic, elasticsearch, namespace=namespace), {}, every=0.2)
    app = create_app(
        SearchSettings(),
        elastic,
        monitor,
        common=CommonSettings(namespace=namespace),
        elasticsearch=elasticsearch,
        ingest=IngestClient("http://127.0.0.1", transport=httpx.ASGITransport(taking)),
    )
    async with served(app) as url:
        for _ in range(300):
            if monitor.held == 2:
                break
            await asyncio.sleep(0.05)
        made = Visit(browser, url)
        yield Quarantine(made, log, code, published, desk)
    await drop(elastic, namespace)
    await elastic.close()
    assert made.complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_from_the_navigation_to_a_digest_that_is_released(quarantine: Quarantine, size: dict[str, int]) -> None:
    """The page says why it is held and shows its first lines; what is written has its bytes, and the record who and why."""
    before = len(quarantine.published.published)
    async with quarantine.visit.page(size) as page:
        await page.goto(quarantine.visit.url + "/")
        await page.get_by_role("link", name="隔离区 2").click()
        await page.get_by_role("heading", name="隔离区").wait_for()
        await looks_right(page)
        await page.locator(".tags a", has_text="日志 1").click()
        await expect(page.locator("section.sheet")).to_have_count(1)
        await page.get_by_text("开头的文字").click()
        await expect(page.locator(".bytes")).to_contain_text("<script>alert(1)</script>")
        await expect(page.locator("main script")).to_have_count(0)
        await looks_right(page)
        await page.get_by_role("link", name="放行…").click()
        await page.get_by_role("heading", name="放行 1 份").wait_for()
        await page.get_by_label("原因").fill("确是简报")
        await looks_right(page)
        assert len(quarantine.published.published) == before
        await page.get_by_role("button", name="确认放行").click()
        await expect(page.locator(".notice")).to_contain_text("已放行 1 份")
    raw, content = quarantine.published.published[-1]
    assert (raw.digest_id, raw.released, content) == (quarantine.log.digest_id, True, LOG)
    assert [(one.action, one.reason) for one in quarantine.desk.kept[-2:]] == [("release", "确是简报")] * 2


async def test_chosen_ones_are_discarded(quarantine: Quarantine) -> None:
    """Which is a withdrawal; what ingest refuses is said, and stays to be decided."""
    async with quarantine.visit.page(DESKTOP) as page:
        await page.goto(quarantine.visit.url + "/quarantine?code=code")
        await page.get_by_role("checkbox").check()
        await page.get_by_role("button", name="丢弃选中的…").click()
        await page.get_by_label("原因").fill("误送")
        await page.get_by_role("button", name="确认丢弃").click()
        await expect(page.locator(".notice")).to_contain_text("已丢弃 1 份")
        raw, content = quarantine.published.published[-1]
        assert (raw.digest_id, raw.withdrawn, content) == (quarantine.code.digest_id, True, b"")
        await page.goto(f"{quarantine.visit.url}/quarantine/confirm?doing=release&digest={'0' * 32}")
        await page.get_by_label("原因").fill("确是简报")
        await page.get_by_role("button", name="确认放行").click()
        await expect(page.locator(".notice.red")).to_be_visible()
        await expect(page.locator(".refused")).to_contain_text("没有收到过这份简报")
    quarantine.visit.complaints[:] = [one for one in quarantine.visit.complaints if "409" not in one]


async def test_another_sites_form_is_refused(quarantine: Quarantine) -> None:
    """Even with a token that it got hold of."""
    before = len(quarantine.published.published)
    async with quarantine.visit.page(DESKTOP) as page:
        await page.goto(f"{quarantine.visit.url}/quarantine/confirm?doing=discard&digest={quarantine.log.digest_id}")
        token = await page.locator("input[name=token]").input_value()
        fields = f'<input name="token" value="{token}"><input name="digest" value="{quarantine.log.digest_id}"><input name="reason" value="x">'
        form = f'<form method="post" action="{quarantine.visit.url}/quarantine/discard">{fields}<button>go</button></form>'
        await page.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
        await page.goto("http://evil.example/")
        await page.get_by_role("button").click()
        await page.wait_for_url(quarantine.visit.url + "/**")
        await expect(page.locator("main")).to_contain_text("没有执行")
    assert len(quarantine.published.published) == before
    quarantine.visit.complaints[:] = [one for one in quarantine.visit.complaints if "403" not in one and "favicon" not in one]
