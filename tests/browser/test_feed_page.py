"""Drop or paste, preview, publish, find: the page 送入 in a real Chromium, with all services behind it."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from shared.kafka.scan import Scanner
from shared.settings import KafkaSettings
from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right
from tests.engines import RunningEngines
from tests.pipeline import SEARCHABLE_SECONDS, Pipeline
from tests.variants import SAMPLE

pytestmark = [pytest.mark.browser, pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

SECONDS = SEARCHABLE_SECONDS * 1000
PASTED = """海岛周报
1、舟山:新建海上风电场
2月3日,舟山市人民政府印发《海上风电行动方案》。
2、嵊泗:建成微电网
2月4日,嵊泗县建成海岛微电网。
扫描二维码关注我们
"""
DROPPED = [
    {"name": "周报2026-02-06.txt", "type": "text/plain", "text": SAMPLE.read_text("utf-8")},
    {"name": "坏.html", "type": "text/html", "text": "<h2>要闻</h2><h3>1、如东:<script>alert(1)</script>潮汐电站</h3><p>正文在这里。</p>"},
    {"name": "空.txt", "type": "text/plain", "text": " "},
]

DROP = """files => {
  const transfer = new DataTransfer();
  for (const { name, type, text } of files) transfer.items.add(new File([text], name, { type }));
  for (const kind of ["dragenter", "dragover", "drop"])
    document.querySelector(".drop").dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def pipeline(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """All services."""
    made = Pipeline(engines=engines.environ, namespace=f"t-{uuid4().hex[:12]}", logs=tmp_path_factory.mktemp("services"))
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, pipeline: Pipeline) -> AsyncIterator[Visit]:
    """The browser at the site; no page may have complained but of what was refused."""
    made = Visit(browser, pipeline.url("search"))
    yield made
    expected = ("422", "403", "ERR_FAILED", "/feed/preview")
    assert [one for one in made.complaints if not any(code in one for code in expected)] == []


async def fed(pipeline: Pipeline) -> int:
    """How many records the raw topic has."""
    async with Scanner(KafkaSettings(bootstrap_servers=pipeline.kafka)) as scanner:
        return sum(end - start for start, end in (await scanner.bounds(pipeline.topics.raw.name)).values())


async def found(page: Page, url: str, words: str, titles: list[str]) -> None:
    """A search finds these items."""
    await page.goto(f"{url}/search?q={words}")
    await expect(page.locator(".hit h2")).to_have_text(titles)


async def test_files_are_dropped_previewed_published_and_found(visit: Visit, pipeline: Pipeline) -> None:
    """Several at once, each with what became of it; nothing is published before the press, and then what was shown is found."""
    before = await fed(pipeline)
    async with visit.page(DESKTOP) as page:
        await page.goto(visit.url + "/feed")
        await page.get_by_label("来源").fill("双碳周报")
        await page.evaluate(DROP, DROPPED)
        became = page.locator(".became")
        await expect(became).to_have_text(["9 条，1 个提醒", "1 条，1 个提醒", "不能送入"])
        await expect(page.locator(".feeds > li").nth(2)).to_contain_text("内容是空的")
        await page.locator(".feeds summary", has_text="周报").first.click()
        first = page.locator(".feeds > li").first
        shown = await first.locator(".previewed h2").all_inner_texts()
        assert len(shown) == 9
        await expect(first.get_by_label("日期")).to_have_value("2026-02-06")
        await expect(first.locator(".struck s").first).to_contain_text("目录")
        await looks_right(page)
        assert await fed(pipeline) == before
        await first.get_by_label("标题").fill("第6期")
        await page.get_by_role("button", name="全部发布（2 份）").click()
        await expect(became.filter(has_text="已发布 · 可以检索")).to_have_count(2, timeout=SECONDS)
        await looks_right(page)
        assert await fed(pipeline) == before + 2
        async with page.expect_popup() as opened:  # the other entries stay
            await first.get_by_role("link", name="查看这份简报").click()
        digest = await opened.value
        await expect(digest.locator("h1")).to_have_text("第6期")
        await expect(digest.locator(".titles a")).to_have_text(shown)


async def test_nothing_dropped_or_pasted_is_lost_while_something_is_missing(visit: Visit) -> None:
    """Dropped files wait for the source, pasted text for its press; a stale page is renewed."""
    async with visit.page(DESKTOP) as page:
        await page.goto(visit.url + "/feed")
        await page.evaluate(DROP, DROPPED[:1])
        await page.evaluate(DROP, DROPPED[1:2])
        await page.get_by_label("来源").fill("岛屿周报")
        await page.evaluate("document.querySelector('[name=token]').value = 'x'")  # as after a restart
        await page.get_by_role("button", name="预览").click()
        await expect(page.locator(".feeds .name")).to_have_text(["周报2026-02-06.txt", "坏.html"])
        await expect(page.locator(".became")).to_have_text(["9 条，1 个提醒", "1 条，1 个提醒"])
        await page.get_by_label("或粘贴文字").fill(PASTED)
        await page.evaluate(DROP, DROPPED[2:])
        await expect(page.locator(".feeds .name")).to_have_count(3)
        await expect(page.get_by_label("或粘贴文字")).to_have_value(PASTED)
        await expect(page.locator(".became").last).to_have_text("不能送入")
        await looks_right(page)


async def test_entries_can_be_discarded_and_tried_again(visit: Visit) -> None:
    """What nobody wants goes, what did not get through goes again; nothing nags once all is decided."""
    async with visit.page(PHONE) as page:
        await page.goto(visit.url + "/feed")
        await page.get_by_label("来源").fill("岛屿周报")
        held = {"name": "数据.txt", "type": "text/plain", "text": '{"name": "昆山", "count": [1, 2, 3]}'}
        await page.route("**/feed/preview*", lambda route: route.abort(), times=1)
        await page.evaluate(DROP, [DROPPED[1], held])
        became, step = page.locator(".became"), page.locator(".steps [aria-current]")
        await expect(became).to_have_text(["网络中断，没有成功；请再试一次", "看起来不是简报"])
        await looks_right(page)
        await page.get_by_role("button", name="重试").click()
        await expect(became.first).to_have_text("1 条，1 个提醒")
        await page.get_by_role("button", name="放弃 坏.html").click()
        await expect(became).to_have_text(["看起来不是简报"])
        await expect(step).to_have_text("2. 预览与修改")
        await page.get_by_role("button", name="放弃 数据.txt").click()
        await expect(became).to_have_count(0)
        await expect(step).to_have_text("1. 选择内容")


async def test_text_is_pasted_and_published_without_scripts_on_a_phone(visit: Visit, pipeline: Pipeline) -> None:
    """The same three steps as plain forms; the last page says when it can be found."""
    before = await fed(pipeline)
    async with visit.page(PHONE, scripts=False) as page:
        await page.goto(visit.url + "/feed")
        await looks_right(page)
        await page.get_by_label("来源").fill("海岛周报")
        await page.get_by_label("或粘贴文字").fill(PASTED)
        await page.get_by_role("button", name="预览").click()
        await expect(page.locator(".previewed h2")).to_have_text(["舟山:新建海上风电场", "嵊泗:建成微电网"])
        await expect(page.locator("s")).to_have_text("扫描二维码关注我们")
        await looks_right(page)
        assert await fed(pipeline) == before
        await page.get_by_label("日期").fill("2026-02-07")
        await page.get_by_role("button", name="发布", exact=True).click()
        await expect(page.locator(".state")).to_have_text("可以检索", timeout=SECONDS)
        await looks_right(page)
        assert await fed(pipeline) == before + 1
        await found(page, visit.url, "海上风电场", ["舟山:新建海上风电场"])
        await page.locator(".hit a").first.click()
        await expect(page.locator("time")).to_have_text("2026-02-07")


async def test_a_preview_says_what_then_becomes_searchable(pipeline: Pipeline) -> None:
    """Item by item, by the API alone: ids, titles, texts and mentions."""
    request = {"source": "岛屿日报", "text": PASTED, "title": "岛屿日报第1期"}
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        before = await fed(pipeline)
        preview = (await client.post(pipeline.url("ingest") + "/v1/preview", json=request)).json()
        assert await fed(pipeline) == before
        receipt = pipeline.feed(**request)
        assert receipt.digest_id == preview["digest_id"]
        pipeline.wait_searchable(receipt)
        for item in preview["digest"]["items"]:
            there = (await client.get(f"{pipeline.url('search')}/api/items/{item['item_id']}")).json()
            assert [there[name] for name in ("title", "body", "doc_type")] == [item[name] for name in ("title", "body", "doc_type")]
            assert [one["text"] for one in there["entities"]] == [one["text"] for one in item["entities"]]
        again = (await client.post(pipeline.url("ingest") + "/v1/preview", json=request)).json()
        assert again["duplicate_of"] == receipt.digest_id
