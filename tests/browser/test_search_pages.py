"""The pages in a real Chromium: search, tick a facet, open an item, on a desktop and on a phone; the policy is never violated."""

import pytest

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
async def test_other_text_of_digests_stands_below_the_items(visit: Visit, size: dict[str, int]) -> None:
    """With its mark; the link leads to the digest's page, where the text stands open at its place; collapsed for who comes otherwise."""
    async with visit.page(size) as page:
        await page.goto(visit.url + '/?q="零碳工厂10家"')
        items, others = page.locator(".hits > .hit:not(.other)"), page.locator(".elsewhere .hit.other")
        assert (await items.count(), await others.count()) == (1, 1)
        assert await page.locator(".total strong").inner_text() == "1"
        below = [await found.first.bounding_box() for found in (items, others)]
        assert below[0] is not None
        assert below[1] is not None
        assert below[0]["y"] + below[0]["height"] <= below[1]["y"]
        assert await others.locator(".tag").inner_text() == "简报中的其他文字"
        assert await others.locator("em").inner_text() == "零碳工厂10家"
        await looks_right(page)

        await page.goto(visit.url + "/?q=仅供会员参考")
        assert await page.locator(".empty h2").inner_text() == "条目中没有找到"
        await page.locator(".elsewhere a", has_text="本周双碳要闻").click()
        assert await page.locator("details.others em").inner_text() == "仅供会员参考"
        assert await page.locator("details.others em").is_visible()
        assert await page.locator(".other h3").all_inner_texts() == ["开头 · 目录", "第 9 条之后 · 声明"]
        await page.goto(visit.url + f"/digests/{sample().digest_id}")
        assert await page.locator("details.others > summary").inner_text() == "简报中的其他文字"
        assert not await page.locator(".other h3").first.is_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_page_looks_right(visit: Visit, size: dict[str, int]) -> None:
    """Search with and without hits, item, digest, pipeline, documentation, hostile ones too."""
    kunshan = next(item for item in sample().items if item.title == KUNSHAN)
    paths = [
        "/",
        "/?q=零碳工厂",
        "/?q=零碳&region=320000&topic=产品碳足迹",
        "/?q=没有的词",
        "/?q=仅供会员",
        "/?q=零碳工厂 目录",
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
