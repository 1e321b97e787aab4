"""Pages printed to PDF by a real Chromium → the same items as their text: lines joined, furniture dropped, bold told."""

from collections.abc import AsyncIterator
from html import escape
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from services.enrich.blocks import Document
from services.enrich.readers import read
from services.enrich.split.split import split
from shared.records import PDF
from tests.variants import SAMPLE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

# A bullet that Chinese fonts have: not every machine has one with emoji.
LINES = [line.strip() for line in SAMPLE.read_text("utf-8").replace("🟡", "●").splitlines() if line.strip()]
CONTENTS = 10
"""Lines of the contents list with its head."""
TITLES = {line.partition(".")[2] for line in LINES[1:CONTENTS]}
STYLED = {"section": "h2", "title": "h3"}
WECHAT = """h2 { font-size: 18px; background: #07c160; color: #fff; display: inline-block; padding: 2px 10px }
h3 { font-size: 15px; color: #084; border-left: 4px solid #07c160; padding-left: 8px; margin: 16px 0 8px }
p { font-size: 15px; line-height: 1.75; letter-spacing: .5px; text-align: justify; text-indent: 2em; margin: 0 0 16px }
body { max-width: 677px; margin: 0 auto; font-family: sans-serif }"""
SMALL = '<div style="font-size: 9px; width: 100%; padding: 0 1cm">'
FURNITURE = {
    "display_header_footer": True,
    "header_template": f"{SMALL}2026/2/6 09:12 每周要闻</div>",
    "footer_template": f'{SMALL}https://example.org/6 <span class="pageNumber"></span>/<span class="totalPages"></span></div>',
    "margin": {"top": "1cm", "bottom": "1cm", "left": "1cm", "right": "1cm"},
}


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of Chromium, about to be printed."""
    opened = await browser.new_page()
    yield opened
    await opened.close()


def _html(*, headings: bool, style: str = "") -> str:
    def tag(index: int, line: str) -> str:
        if not headings or index < CONTENTS:
            return "p"
        return "h2" if line.startswith(("01.", "02.")) else "h3" if line in TITLES else "p"

    body = "".join(f"<{tag(index, line)}>{escape(line)}</{tag(index, line)}>" for index, line in enumerate(LINES))
    return f'<meta charset="utf-8"><style>{style}</style><body>{body}'


def _told(document: Document) -> list[tuple[str | None, tuple[str, ...], str]]:
    return [(story.title, story.section_path, "".join(story.body.split())) for story in split(document).stories]


@pytest.mark.parametrize("options", [{}, FURNITURE, FURNITURE | {"scale": 1.5, "format": "A4"}], ids=["bare", "furniture", "large"])
@pytest.mark.parametrize(("headings", "style"), [(False, ""), (True, ""), (True, WECHAT)], ids=["plain", "headings", "wechat"])
async def test_a_printed_page_has_the_items_of_its_text(page: Page, options: dict[str, Any], headings: bool, style: str) -> None:
    """Whatever its headings and the size it is printed in; what each page repeats is in no item."""
    await page.set_content(_html(headings=headings, style=style))
    found = read(await page.pdf(**options), media_type=PDF)
    assert _told(found) == _told(read("\n".join(LINES).encode(), media_type="text/plain"))


async def test_bold_titles_are_emphasised(page: Page) -> None:
    """Chinese fonts come without name and weight; the punctuation beside them tells."""
    await page.set_content(_html(headings=True, style=WECHAT))
    blocks = read(await page.pdf(), media_type=PDF).blocks
    assert {block.text for block in blocks if block.emphasised and block.kind == "paragraph"} == TITLES
