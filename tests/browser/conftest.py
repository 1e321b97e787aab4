"""A real Chromium, and the search app on the sample and hostile digests: both started once for a module, each test with pages of its own."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, async_playwright
from starlette.types import ASGIApp

from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.elastic import connect
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.browser.visit import Visit
from tests.connected import in_ci
from tests.engines import RunningEngines
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.search_corpus import HOSTILE, digest, drop, fill, sample

LONG = digest(
    [(f"快讯第{number}条", "一周快讯" if number < 130 else "海外", "") for number in range(1, 251)],
    source="kuaixun",
    name="long",
    title="一周快讯长篇",
    published_on="2025-01-03",
)
"""A digest of three pages of headlines."""

_SEABED = "国际海底管理局审议深海采矿规章草案,多国代表团就开采许可和环境监测提出意见。"
TOLD = [
    digest(
        [(title, "海洋", body)],
        source="haiyang",
        name=day,
        title="海洋日报",
        published_on=day,
    )
    for day, title, body in (
        ("2025-01-06", "【快讯】深海采矿规章草案审议", f"{_SEABED}(26小时前)"),
        ("2025-01-07", "深海采矿规章草案审议", f"{_SEABED}(来源:新华社) [阅读原文]"),
        ("2025-01-08", "深海采矿规章草案第3期简报", "深海采矿进展见附件"),
        ("2025-01-09", "深海采矿规章草案第4期简报", "深海采矿进展见附件"),
    )
]
"""Three stories in four items."""

# Without the sandbox, as CI often runs as root in a container; nothing but our own pages is opened.
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def chromium() -> str:
    """Where Chromium is; skips with the reason where it is not, and fails in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        reason = "no chromium on this machine: apt-get install chromium fonts-noto-cjk"
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    executable = chromium()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        await started.close()


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The address of an app while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(engines: RunningEngines) -> AsyncIterator[str]:
    """The address of the real app, whose index tests only read."""
    namespace = f"t-{uuid4().hex[:12]}"
    elasticsearch = ElasticsearchSettings(url=engines.elasticsearch_url)
    elastic = connect(elasticsearch)
    await fill(elastic, namespace, sample(), HOSTILE, LONG, *TOLD)
    monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
    app = create_app(SearchSettings(), elastic, monitor, common=CommonSettings(namespace=namespace), elasticsearch=elasticsearch)
    async with served(app) as url:
        yield url
    await drop(elastic, namespace)
    await elastic.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, site: str) -> AsyncIterator[Visit]:
    """The browser at the app; no page may have complained in the end."""
    made = Visit(browser, site)
    yield made
    assert made.complaints == []
