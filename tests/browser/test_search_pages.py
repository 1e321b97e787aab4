"""The pages in a real Chromium: search, tick a facet, open an item, on a desktop and on a phone; the policy is never violated."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from services.index.elastic import connect
from services.index.search.app import create_app
from services.index.search.monitor import Monitor
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.engines import RunningEngines, in_ci
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.search_corpus import HOSTILE, drop, fill, sample

pytestmark = [pytest.mark.browser, pytest.mark.connected]

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
KUNSHAN = "昆山:将新增(近)零碳工厂10家"
TARGET, KUNSHAN_SEAT = "(近)零碳工厂", "昆山市人民政府"

# Pairs of boxes that hold text and share pixels though neither holds the other: what people would see as overlapping.
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('h1,h2,p,li,dt,dd,a,button,input,summary,label')]
    .filter(e => e.checkVisibility() && !e.closest('.hidden, .skip') && getComputedStyle(e).display !== 'inline')
    .map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.width > 1 && r.height > 1);
  const found = [];
  for (const [a, p] of boxes) for (const [b, q] of boxes) {
    if (a === b || a.contains(b) || b.contains(a) || a.compareDocumentPosition(b) & 2) continue;
    if (Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1)
      found.push(a.outerHTML.slice(0, 80) + ' × ' + b.outerHTML.slice(0, 80));
  }
  return found;
}"""
# Text wider than its own box and hidden by it.
CUT_OFF = """() => [...document.querySelectorAll('main *')]
  .filter(e => e.checkVisibility() && !e.closest('.hidden, pre') && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'hidden')
  .map(e => e.outerHTML.slice(0, 80))"""


@dataclass
class Visit:
    """A browser at the site, and what it complained of."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def page(self, size: dict[str, int], *, scripts: bool = True) -> AsyncIterator[Page]:
        """A page of that size, closed afterwards."""
        context = await self.browser.new_context(viewport=size, java_script_enabled=scripts, locale="zh-CN")  # type: ignore[arg-type]  # a TypedDict
        page = await context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(request.url))
        yield page
        await context.close()


def chromium() -> str:
    """Where Chromium is; skips with the reason where it is not, and fails in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        reason = "no chromium on this machine: apt-get install chromium fonts-noto-cjk"
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
async def visit(engines: RunningEngines, namespace: str) -> AsyncIterator[Visit]:
    """Chromium at the real app on the sample and hostile digests."""
    executable = chromium()
    elasticsearch = ElasticsearchSettings(url=engines.elasticsearch_url)
    elastic = connect(elasticsearch)
    await fill(elastic, namespace, sample(), HOSTILE)
    monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
    app = create_app(SearchSettings(), elastic, monitor, common=CommonSettings(namespace=namespace), elasticsearch=elasticsearch)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        async with async_playwright() as playwright:
            # Without the sandbox, as CI often runs as root in a container; nothing but our own pages is opened.
            flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
            browser = await playwright.chromium.launch(executable_path=executable, args=flags)
            made = Visit(browser, f"http://127.0.0.1:{listener.getsockname()[1]}")
            yield made
            await browser.close()
        server.should_exit = True
        await serving
    await drop(elastic, namespace)
    await elastic.close()
    assert made.complaints == []


async def looks_right(page: Page) -> None:
    """Nothing wider than the window, overlapping or cut off."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(OVERLAPS) == []
    assert await page.evaluate(CUT_OFF) == []
    if shots := os.environ.get("SCREENSHOTS"):
        width = (page.viewport_size or {"width": 0})["width"]
        await page.screenshot(path=f"{shots}/{(await page.title()).split(' ')[0].replace('/', '_')}-{width}.png", full_page=True)


async def test_from_query_to_item(visit: Visit) -> None:
    """Type, tick a facet, open the hit, go on to the next item and the digest; without JavaScript."""
    async with visit.page(DESKTOP, scripts=False) as page:
        await page.goto(visit.url)
        await page.get_by_label("检索词").fill("零碳工厂")
        await page.get_by_role("button", name="检索").click()
        assert await page.locator(".hit h2").first.inner_text() == KUNSHAN
        assert await page.locator(".hit h2 em").first.inner_text() == "零碳工厂"
        await page.locator(".facet a", has_text="苏州市").first.click()
        assert await page.locator(".total strong").inner_text() == "2"
        assert (await page.locator(".chips li").first.inner_text()).startswith("所述地区:苏州市")
        await page.locator(".hit h2 a").first.click()
        assert await page.locator("h1").inner_text() == KUNSHAN
        assert await page.locator("h1 mark.e-region").inner_text() == "昆山"
        assert await page.locator(".targets tbody tr").first.locator("th, td").all_inner_texts() == [
            TARGET,
            "增加、不低于",
            "10家",
            "2026年",
            "—",
            KUNSHAN_SEAT,
        ]
        await page.locator("a[rel=next]").click()
        assert (await page.locator("h1").inner_text()).startswith("乐山:")
        await page.locator(".crumbs a").click()
        assert await page.locator(".titles li").count() == 9


async def test_filters_on_a_phone(visit: Visit) -> None:
    """Folded away until they are asked for."""
    async with visit.page(PHONE) as page:
        await page.goto(visit.url + "/?q=零碳工厂")
        facet = page.locator(".facet a", has_text="苏州市").first
        assert not await facet.is_visible()
        await page.locator(".filters > summary").click()
        assert await facet.is_visible()
        await facet.click()
        assert await page.locator(".total strong").inner_text() == "2"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_page_looks_right(visit: Visit, size: dict[str, int]) -> None:
    """Search with and without hits, item, digest, pipeline, documentation, hostile ones too."""
    kunshan = next(item for item in sample().items if item.title == KUNSHAN)
    paths = [
        "/",
        "/?q=零碳工厂",
        "/?q=零碳&region=320000&topic=产品碳足迹",
        "/?q=没有的词",
        f"/items/{kunshan.item_id}",
        "/documents?name=甘肃省零碳园区建设方案",
    ]
    paths += [f"/digests/{sample().digest_id}", "/pipeline", "/docs", f"/items/{HOSTILE.items[0].item_id}", f"/digests/{HOSTILE.digest_id}"]
    async with visit.page(size) as page:
        for path in paths:
            await page.goto(visit.url + path)
            await looks_right(page)
