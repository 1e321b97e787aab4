"""Suggestions, and the boxes that find a facet's value, in a real Chromium: by keyboard, by mouse, while an input method is composing."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right

pytestmark = [pytest.mark.browser, pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

SECONDS = 15_000
"""ms; a fresh process reads its names first."""


async def offers(page: Page, text: str) -> None:
    """Put in a text until its names are there: the first answer of a process may come without them.

    All of it at once: typed on a slow machine, the list of its first letters would be taken for its own.
    """
    box = page.get_by_role("combobox")
    await box.fill("")
    for _ in range(20):
        await box.fill(text)
        try:
            await expect(page.get_by_role("option").first).to_be_visible(timeout=1_500)
        except AssertionError:
            await box.fill("")
        else:
            return
    pytest.fail(f"nothing is suggested for {text}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_name_is_chosen_by_keyboard(visit: Visit, size: dict[str, int]) -> None:
    """Arrow, Enter: it stands in the box, which keeps the focus; Esc and leaving close the list; nothing is wider than the window."""
    async with visit.page(size) as page:
        await page.goto(visit.url)
        box, options = page.get_by_role("combobox"), page.get_by_role("option")
        await expect(box).to_have_attribute("aria-expanded", "false")
        await offers(page, "kunshan")
        await expect(box).to_have_attribute("aria-expanded", "true")
        await expect(options.first).to_contain_text("昆山市")
        await expect(options.first.locator("em")).to_have_text("昆山")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await box.press("ArrowDown")
        await expect(options.first).to_have_attribute("aria-selected", "true")
        assert await box.get_attribute("aria-activedescendant") == await options.first.get_attribute("id")
        await box.press("Enter")
        await expect(box).to_have_value("地区:昆山市 ")
        await expect(box).to_be_focused()
        await expect(options).to_have_count(0)
        await offers(page, "ks")
        await box.press("Escape")
        await expect(options).to_have_count(0)
        await expect(box).to_have_value("ks")
        await offers(page, "ks")
        await box.press("Tab")
        await expect(options).to_have_count(0)
        await looks_right(page)


async def test_a_title_is_chosen_by_mouse_and_searched_for(visit: Visit) -> None:
    """At once, and found."""
    async with visit.page(DESKTOP) as page:
        await page.goto(visit.url)
        await offers(page, "将新增")
        await page.get_by_role("option").filter(has_text="昆山:将新增(近)零碳工厂10家").click()
        await page.wait_for_url("**/search?q=*")
        await expect(page.locator(".hit h2").first).to_have_text("昆山:将新增(近)零碳工厂10家")


async def test_enter_without_a_choice_searches_for_what_was_typed(visit: Visit) -> None:
    """As without suggestions."""
    async with visit.page(DESKTOP) as page:
        await page.goto(visit.url)
        await offers(page, "昆山")
        await page.get_by_role("combobox").press("Enter")
        await page.wait_for_url("**/search?q=%E6%98%86%E5%B1%B1")


async def test_nothing_is_asked_while_an_input_method_composes(visit: Visit) -> None:
    """The letters of a composition are no text yet; what it ends with is asked for once."""
    async with visit.page(DESKTOP) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/api/suggest" in request.url else None)
        await page.goto(visit.url)
        await page.get_by_role("combobox").focus()
        keyboard = await page.context.new_cdp_session(page)
        for text in ("k", "ku", "kun", "kunshan"):
            await keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
            await page.wait_for_timeout(200)
        assert asked == []
        async with page.expect_request("**/api/suggest?**"):
            await keyboard.send("Input.insertText", {"text": "昆山"})
        await page.wait_for_timeout(300)
        assert len(asked) == 1
        assert asked[0].endswith("?q=%E6%98%86%E5%B1%B1")


async def test_a_facets_value_is_found_and_ticked(visit: Visit) -> None:
    """By initials, under the search that is shown; emptied, the box gives the filter back."""
    async with visit.page(DESKTOP) as page:
        await page.goto(visit.url + "/search?date_from=2020-01-01")
        facet = page.locator(".facet[data-facet=region]")
        box = facet.get_by_role("searchbox")
        await expect(box).to_have_count(1)
        await box.fill("ks")
        await expect(facet.locator(".found a")).to_have_count(1, timeout=SECONDS)
        await looks_right(page)
        await box.fill("")
        await expect(facet.locator(".found a")).to_have_count(0)
        await box.fill("昆山")
        await facet.locator(".found a", has_text="昆山市").click()
        await expect(page.locator(".chips li").first).to_contain_text("提及地区:昆山市")
        assert "date_from=2020-01-01" in page.url
