"""A browser at a site: pages of a given size, what they complain of, and whether they look right."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Page

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# Pairs of boxes that hold text and share pixels though neither holds the other: what people would see as overlapping.
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('h1,h2,p,li,dt,dd,a,button,input,summary,label')]
    .filter(e => e.checkVisibility() && !e.closest('.hidden, .skip') && getComputedStyle(e).display !== 'inline')
    .map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.width > 1 && r.height > 1);
  const found = [];
  for (const [a, p] of boxes) for (const [b, q] of boxes) {
    if (a.closest('.top') !== b.closest('.top')) continue; // the header stays while the page scrolls below it
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
        # What the browser itself breaks off, such as an icon when the next page is opened, is no fault of the page's.
        page.on("requestfailed", lambda request: self.complaints.append(request.url) if request.failure != "net::ERR_ABORTED" else None)
        yield page
        await context.close()


async def looks_right(page: Page) -> None:
    """Nothing wider than the window, overlapping or cut off."""
    await page.wait_for_load_state()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(OVERLAPS) == []
    assert await page.evaluate(CUT_OFF) == []
    if shots := os.environ.get("SCREENSHOTS"):
        width = (page.viewport_size or {"width": 0})["width"]
        await page.screenshot(path=f"{shots}/{(await page.title()).split(' ')[0].replace('/', '_')}-{width}.png", full_page=True)
