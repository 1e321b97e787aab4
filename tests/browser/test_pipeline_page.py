"""The pipeline page in a real Chromium: what the monitor found is seen with the command that mends it, and is gone once it is mended."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.search.pipeline.measurement import IndexFacts
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.completeness import Completeness
from shared.elastic import connect
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.browser.conftest import served
from tests.browser.visit import DESKTOP, PHONE, Visit, looks_right
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

INDICES = ("d1", "i1")
EQUAL = Completeness(state="green", reason="equal", fresh_seconds=600, digests=9, manifests=9, named=81, items=81, indices=INDICES)
MISSING = EQUAL.model_copy(update={"state": "red", "reason": "missing", "missing": 3, "items": 54, "command": "jianbao reconcile --repair"})


class Found:
    """What a monitor answers."""

    def __init__(self) -> None:
        self.found = EQUAL

    async def answer(self, _request: Request) -> Response:
        """As the monitor's port does, measured at this moment."""
        now = self.found.model_copy(update={"at": datetime.now(UTC)})
        return Response(now.model_dump_json(), status_code=200 if now.state == "green" else 503)


@pytest_asyncio.fixture(loop_scope="module")
async def site(browser: Browser) -> AsyncIterator[tuple[Visit, Found, Monitor]]:
    """The real app beside a monitor that says what a test wants."""
    found, elasticsearch = Found(), ElasticsearchSettings(url="http://127.0.0.1:9")
    elastic = connect(elasticsearch)
    async with served(Starlette(routes=[Route("/completeness", found.answer)])) as url:
        monitor = Monitor(FakeKafkaSource(), FakeIndexSource(IndexFacts(81, 9, indices=INDICES)), {}, completeness=url, every=0.1)
        app = create_app(SearchSettings(), elastic, monitor, common=CommonSettings(), elasticsearch=elasticsearch)
        async with served(app) as address:
            made = Visit(browser, address)
            yield made, found, monitor
            assert made.complaints == []
    await elastic.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_what_is_missing_is_seen_until_it_is_mended(site: tuple[Visit, Found, Monitor], size: dict[str, int]) -> None:
    """Red with the command, then green; it looks right on both."""
    visit, found, monitor = site
    async with visit.page(size) as page:
        for said, light, words in ((MISSING, "故障", "jianbao reconcile --repair"), (EQUAL, "正常", "索引与主题一致")):
            found.found = said
            async with asyncio.timeout(30):
                while monitor.pipeline().completeness.reason != said.reason:  # noqa: ASYNC110 - the monitor's rounds set no event
                    await asyncio.sleep(0.05)
            await page.goto(visit.url + "/pipeline")
            section = page.locator("section.complete")
            await expect(section.locator(".light")).to_have_text(light)
            await expect(section).to_contain_text(words)
            await looks_right(page)
