"""The pages in a real Chromium: search, tick a facet, open an item, on a desktop and on a phone; the policy is never violated."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import LONG
from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right
from tests.search_corpus import HOSTILE, sample

pytestmark = [pytest.mark.browser, pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

KUNSHAN = "昆山:将新增(近)零碳工厂10家"
TARGET, KUNSHAN_SEAT = "(近)零碳工厂", "昆山市人民政府"


async def test_from_query_to_item(visit: Visit) -> None:
    """Type, tick a facet, open the hit, go on to the next item and the digest; without JavaScript."""
    async with visit.page(DESKTOP, scripts=False) as page:
        await page.goto(visit.url)
        await page.get_by_label("检索词").fill("零碳工厂")
        await page.get_by_role("button", name="检索").click()
        await expect(page.locator(".hit h2").first).to_have_text(KUNSHAN)
        await expect(page.locator(".hit h2 em").first).to_have_text("零碳工厂")
        await page.locator(".facet a", has_text="苏州市").first.click()
        await expect(page.locator(".total strong")).to_have_text("2")
        await expect(page.locator(".chips li").first).to_have_text(re.compile("^所述地区:苏州市"))
        await page.locator(".hit h2 a").first.click()
        await expect(page.locator("h1")).to_have_text(KUNSHAN)
        await expect(page.locator("h1 mark.e-region")).to_have_text("昆山")
        await expect(page.locator(".targets tbody tr").first.locator("th, td")).to_have_text(
            [TARGET, "增加、不低于", "10家", "2026年", "—", KUNSHAN_SEAT]
        )
        await expect(page.locator(".targets tbody tr")).to_have_count(1)
        await page.locator("a[rel=next]").click()
        await expect(page.locator("h1")).to_have_text(re.compile("^乐山:"))
        await page.locator(".crumbs a").click()
        await expect(page.locator(".titles li")).to_have_count(9)


async def test_a_target_that_title_and_body_both_say_is_listed_once(visit: Visit) -> None:
    """With each of the two hits that have one, as on their own pages."""
    async with visit.page(DESKTOP) as page:
        await page.goto(visit.url + "/search?q=目标:@2030")
        await expect(page.locator(".hits > .hit:not(.other)")).to_have_count(2)
        await expect(page.locator(".hit .aim")).to_have_count(2)


async def test_filters_on_a_phone(visit: Visit) -> None:
    """Folded away until they are asked for."""
    async with visit.page(PHONE) as page:
        await page.goto(visit.url + "/search?q=零碳工厂")
        facet = page.locator(".facet a", has_text="苏州市").first
        await expect(facet).to_be_hidden()
        await page.locator(".filters > summary").click()
        await expect(facet).to_be_visible()
        await facet.click()
        await expect(page.locator(".total strong")).to_have_text("2")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_other_text_of_digests_stands_below_the_items(visit: Visit, size: dict[str, int]) -> None:
    """With its mark; the link leads to the digest's page, where the text stands open at its place; collapsed for who comes otherwise."""
    async with visit.page(size) as page:
        await page.goto(visit.url + '/search?q="零碳工厂10家"')
        items, others = page.locator(".hits > .hit:not(.other)"), page.locator(".elsewhere .hit.other")
        assert (await items.count(), await others.count()) == (1, 1)
        await expect(page.locator(".total strong")).to_have_text("1")
        below = [await found.first.bounding_box() for found in (items, others)]
        assert below[0] is not None
        assert below[1] is not None
        assert below[0]["y"] + below[0]["height"] <= below[1]["y"]
        await expect(others.locator(".tag")).to_have_text("简报中的其他文字")
        await expect(others.locator("em")).to_have_text("零碳工厂10家")
        await looks_right(page)

        await page.goto(visit.url + "/search?q=仅供会员参考")
        await expect(page.locator(".empty h2")).to_have_text("条目中没有找到")
        await page.locator(".elsewhere a", has_text="本周双碳要闻").click()
        await expect(page.locator("details.others em")).to_have_text("仅供会员参考")
        await expect(page.locator("details.others em")).to_be_visible()
        await expect(page.locator(".other h3")).to_have_text(["开头 · 目录", "第 9 条之后 · 声明"])
        await page.goto(visit.url + f"/digests/{sample().digest_id}")
        await expect(page.locator("details.others > summary")).to_have_text("简报中的其他文字")
        await expect(page.locator(".other h3").first).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_long_digest_is_paged_by_keyboard(visit: Visit, size: dict[str, int]) -> None:
    """Each has its hundred in order; an item leads back to its page; what has no text shows what is beside it."""
    async with visit.page(size, scripts=False) as page:
        await page.goto(visit.url + f"/digests/{LONG.digest_id}")
        seen = await page.locator(".titles a").all_inner_texts()
        while await page.locator("nav.paging a[rel=next]").count():
            await looks_right(page)
            await page.locator("nav.paging a[rel=next]").focus()
            await page.keyboard.press("Enter")
            await expect(page.locator("nav.paging strong")).to_have_text(str(len(seen) // 100 + 1))
            seen += await page.locator(".titles a").all_inner_texts()
        assert seen == [item.headline for item in LONG.items]
        await page.locator(".titles a").first.click()
        await page.locator(".crumbs a").click()
        await expect(page.locator("nav.paging strong")).to_have_text("3")
        await page.goto(visit.url + '/search?q="快讯第150条"')
        await expect(page.locator(".snippet.context .tag")).to_have_text("简报上下文")
        await expect(page.locator(".snippet em")).to_have_count(0)
        await looks_right(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_story_is_shown_once(visit: Visit, size: dict[str, int]) -> None:
    """With how many groups and items there are; the other telling stands below it, and each for itself on demand."""
    async with visit.page(size, scripts=False) as page:
        await page.goto(visit.url + "/search?q=深海采矿")
        await expect(page.locator(".total")).to_have_text("共 3 组(4 条)")
        await expect(page.locator(".hit")).to_have_count(3)
        await page.locator("details.story summary", has_text="另有 1 篇相近报道").click()
        await expect(page.locator("details.story li a")).to_have_text(["深海采矿规章草案审议"])
        await looks_right(page)
        await page.locator("details.story p a").click()
        await expect(page.locator(".total")).to_have_text("共 2 条")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_page_looks_right(visit: Visit, size: dict[str, int]) -> None:
    """Search with and without hits, item, digest, pipeline, documentation, hostile ones too."""
    kunshan = next(item for item in sample().items if item.title == KUNSHAN)
    paths = [
        "/",
        "/search?q=零碳工厂",
        "/search?q=零碳&region=320000&topic=产品碳足迹",
        "/search?q=没有的词",
        "/search?q=仅供会员",
        "/search?q=零碳工厂 目录",
        f"/items/{kunshan.item_id}",
        "/documents?name=甘肃省零碳园区建设方案",
    ]
    paths += [
        f"/digests/{sample().digest_id}",
        f"/digests/{sample().digest_id}?q=仅供会员",
        "/pipeline",
        "/docs",
        f"/items/{HOSTILE.items[0].item_id}",
        f"/digests/{HOSTILE.digest_id}",
    ]
    async with visit.page(size) as page:
        for path in paths:
            await page.goto(visit.url + path)
            await looks_right(page)
