"""What was fed, in a real Chromium: from the list to a digest's original, a hostile one too, of which nothing runs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from services.ingest.app import create_app as create_ingest
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from services.search.web.ingest_client import IngestClient
from shared.elastic import connect
from shared.records import RawDigest
from shared.settings import CommonSettings, ElasticsearchSettings, IngestSettings, SearchSettings
from tests.browser.conftest import served
from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right
from tests.engines import RunningEngines
from tests.fakes.memory import FakeMemory
from tests.fakes.originals import FakeOriginals
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.fakes.publisher import FakePublisher
from tests.search_corpus import digest, drop, fill
from tests.unit.enrich.renderings import Look, pdf
from tests.unit.search.fed.test_joined import LETTER

pytestmark = [pytest.mark.browser, pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

HOSTILE = """<h1>昆山</h1><script>top.document.title = "坏"; fetch("http://evil.example/")</script>
<meta http-equiv="refresh" content="0;url=http://evil.example/"><img src=x onerror="alert(1)"><form action="http://evil.example/"><button>点我</button></form>"""

LINES = "row => new Set([...row.querySelectorAll('td')].map(cell => Math.round(cell.getBoundingClientRect().top))).size"
"""On how many lines the cells of a row begin"""

LIGHTNESS = "colour => colour.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3"
"""Of a colour `rgb(…)`, 0 to 255"""


@dataclass
class Fed:
    """The site, and what was fed."""

    visit: Visit
    digests: dict[str, RawDigest]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fed(browser: Browser, engines: RunningEngines) -> AsyncIterator[Fed]:
    """A hostile page and a PDF that are searchable, one that is dead, one withdrawn, and one on its way."""
    namespace, publisher, kafka = f"t-{uuid4().hex[:12]}", FakePublisher(), FakeKafkaSource()
    elasticsearch = ElasticsearchSettings(url=engines.elasticsearch_url)
    ingest = httpx.ASGITransport(create_ingest(IngestSettings(), publisher, memory=FakeMemory(publisher)))
    thick = pdf(["本周双碳要闻", "昆山:将新增零碳工厂", "正文在此,共十家。"], Look())
    files: dict[str, tuple[str, bytes, str]] = {
        "hostile": ("双碳周报“第6期”.html", HOSTILE.encode("gb18030"), "text/html"),
        "pdf": ("双碳周报.pdf", thick, "application/pdf"),
        "dead": ("一份文件名很长很长很长很长很长很长很长很长很长很长很长很长的周报2026-02-06.txt", "坏".encode(), "text/plain"),
        "gone": ("撤回.txt", "撤回".encode(), "text/plain"),
        "waiting": ("<script>alert(1)</script>.txt", "在途".encode(), "text/plain"),
    }
    async with httpx.AsyncClient(transport=ingest, base_url="http://127.0.0.1:8401") as client:
        for name, content, media_type in files.values():
            answer = await client.post("/v1/digests", data={"source": "周报"}, files={"file": (name, content, media_type)})
            assert answer.status_code == 202, answer.text
    digests = dict(zip(files, (raw for raw, _ in publisher.published), strict=True))

    def indexed(raw: RawDigest, **facts: Any) -> Any:
        given: dict[str, Any] = {"digest_id": raw.digest_id, "received_at": raw.received_at, "media_type": raw.media_type, "key_name": "weekly"}
        return digest([("昆山:零碳", "要闻", "正文。")], source="周报", name=raw.digest_id, revision=raw.revision, **(given | facts))

    warned = [{"kind": "date_inferred", "message": "published_on was not given"}, {"kind": "other", "message": "x"}]
    elastic = connect(elasticsearch)
    await fill(
        elastic,
        namespace,
        indexed(digests["hostile"], title="双碳周报第6期", warnings=warned),
        indexed(digests["pdf"], title="双碳周报PDF版"),
        indexed(digests["gone"], title="撤回的周报", withdrawn=True, items=[]),
    )
    kafka.register.add(replace(LETTER, digest_id=digests["dead"].digest_id, revision=digests["dead"].revision, source="周报"))
    asked = IngestClient("http://127.0.0.1:8401", transport=ingest)
    app = create_app(
        SearchSettings(),
        elastic,
        Monitor(kafka, FakeIndexSource(), {}),
        common=CommonSettings(namespace=namespace),
        elasticsearch=elasticsearch,
        ingest=asked,
        originals=FakeOriginals(publisher),
    )
    async with served(app) as url:
        made = Visit(browser, url)
        yield Fed(made, digests)
    await asked.close()
    await drop(elastic, namespace)
    await elastic.close()
    assert made.complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_list_says_what_became_of_each(fed: Fed, size: dict[str, int]) -> None:
    """Counted by state, narrowed by a click on one; a row leads to its digest, its letter and its original."""
    async with fed.visit.page(size) as page:
        await page.goto(fed.visit.url + "/")
        await page.get_by_role("link", name="简报", exact=True).last.click()
        await expect(page.locator(".fed tbody tr")).to_have_count(5)
        assert await page.locator(".fed .light").all_inner_texts() == ["已收到", "已撤回", "无法处理", "可检索", "可检索"]
        await looks_right(page)
        await page.get_by_role("link", name="可检索 2").click()
        await expect(page.locator(".fed tbody tr")).to_have_count(2)
        if size is PHONE:
            assert await page.locator(".fed tbody tr").first.evaluate(LINES) <= 5
        await page.locator(".fed summary").click()
        await expect(page.locator(".fed details")).to_contain_text("日期未随简报给出")
        await looks_right(page)
        await page.get_by_role("link", name="无法处理 1").click()
        await expect(page.locator(".fed a", has_text="文字编码无法识别")).to_have_attribute("href", "/dead/2/17")
        await page.get_by_label("来源").fill("别处")
        await page.get_by_role("button", name="筛选").click()
        await expect(page.locator(".empty")).to_have_text("没有符合条件的简报。")
        await page.get_by_role("link", name="清除").click()
        await page.locator(".fed a", has_text="双碳周报第6期").click()
        await expect(page.locator(".meta").first).to_contain_text("送入者：weekly")
        await looks_right(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_what_is_not_indexed_has_a_page(fed: Fed, size: dict[str, int]) -> None:
    """From its row: where it is, and what there is of it."""
    async with fed.visit.page(size) as page:
        await page.goto(fed.visit.url + "/digests?state=received")
        await page.locator(".fed tbody a").first.click()
        await expect(page.locator("article")).to_contain_text("已收到，正在等待处理")
        await looks_right(page)
        await page.goto(f"{fed.visit.url}/digests/{fed.digests['dead'].digest_id}")
        await expect(page.locator(".notice")).to_contain_text("无法处理")
        await looks_right(page)
        await page.get_by_role("link", name="查看原文").click()
        await expect(page.frame_locator("iframe.original").locator("body")).to_have_text("坏")


async def test_a_hostile_original_stays_inert(fed: Fed) -> None:
    """Shown as its own text, saved byte for byte under its own name."""
    async with fed.visit.page(PHONE) as page:
        outside: list[str] = []
        page.on("request", lambda request: outside.append(request.url) if "evil.example" in request.url else None)
        page.on("dialog", lambda dialog: outside.append(dialog.message))
        await page.goto(f"{fed.visit.url}/digests/{fed.digests['hostile'].digest_id}")
        await page.get_by_role("link", name="查看原文").click()
        frame = page.frame_locator("iframe.original")
        await expect(frame.locator("body")).to_contain_text('<script>top.document.title = "坏"')
        await expect(frame.locator("script, img, form, meta[http-equiv]")).to_have_count(0)
        assert "第6期" in await page.title()
        await looks_right(page)
        async with page.expect_download() as saving:
            await page.get_by_role("link", name="下载原文").click()
        saved = await saving.value
        assert saved.suggested_filename == "双碳周报“第6期”.html"
        assert (await saved.path()).read_bytes() == HOSTILE.encode("gb18030")
        assert outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_text_stands_out_from_what_is_behind_it(fed: Fed, scheme: Literal["light", "dark"]) -> None:
    """Chromium writes a plain text in the colour of the system's scheme, on whatever the page paints behind the frame."""
    async with fed.visit.page(DESKTOP) as page:
        await page.emulate_media(color_scheme=scheme)
        await page.goto(f"{fed.visit.url}/digests/{fed.digests['hostile'].digest_id}/source")
        await looks_right(page)
        letters = await page.frame_locator("iframe.original").locator("pre").evaluate(f"e => ({LIGHTNESS})(getComputedStyle(e).color)")
        ground = await page.locator("iframe.original").evaluate(f"e => ({LIGHTNESS})(getComputedStyle(e).backgroundColor)")
        assert abs(letters - ground) > 150


async def test_a_pdf_is_shown(fed: Fed) -> None:
    """By the browser's own viewer, in a sandbox."""
    async with fed.visit.page(DESKTOP) as page:
        async with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-extension://")):
            await page.goto(f"{fed.visit.url}/digests/{fed.digests['pdf'].digest_id}/source")
        await looks_right(page)
