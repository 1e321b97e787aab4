"""Addresses on the command line → digests, from a local server."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio

from services.ingest.feed import Outcome, Patience, feed, is_address
from services.ingest.sources.fetch.opened import fetching
from services.ingest.sources.single import fetched
from shared.settings import WebSettings
from tests.fakes.feeds import Taking, page
from tests.fakes.web_server import WebServer, answer, web_server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[WebServer]:
    """A server for one test."""
    async with web_server() as held:
        yield held


async def outcomes(server: WebServer, *files: str, target: Taking, **said: str | None) -> list[Outcome]:
    """What becomes of files and addresses, where that server is open."""
    settings = WebSettings(open=(f"127.0.0.1:{server.port}",), pause=0)
    async with fetching(settings) as polite:
        return [
            outcome
            async for outcome in feed(
                files,
                target,
                said={"source": "a", **said},
                stdin=BytesIO(),
                max_bytes=1000,
                patience=Patience(0),
                fetch=lambda url: fetched(url, {"source": "a", **said}, polite),
            )
        ]


async def test_a_page_is_fed_by_its_address(server: WebServer) -> None:
    """Which is its identity; its bytes are as they came."""
    url = server.says("/12", answer(page(12), media_type="text/html; charset=utf-8"))
    target = Taking()
    (outcome,) = await outcomes(server, url, target=target)
    assert outcome.ok
    (digest,) = target.taken
    assert (digest.content, digest.url, digest.external_id, digest.source) == (page(12), url, None, "a")
    assert digest.media_type == "text/html; charset=utf-8"


async def test_another_identity_can_be_given(server: WebServer) -> None:
    """With a title and a day, as for a file."""
    url = server.says("/12", answer(page(12)))
    target = Taking()
    await outcomes(server, url, target=target, external_id="12", title="第十二期", url="https://example.org/12")
    (digest,) = target.taken
    assert (digest.external_id, digest.title, digest.url) == ("12", "第十二期", "https://example.org/12")


async def test_a_page_that_fails_stops_no_other(server: WebServer, tmp_path: Path) -> None:
    """Each its own reason; files go beside it."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    server.says("/robots.txt", answer(b"User-agent: *\nDisallow: /closed"))
    files = [f"{server.url}/missing", f"{server.url}/closed", "http://10.0.0.1/", str(tmp_path / "a.txt")]
    found = await outcomes(server, *files, target=Taking())
    codes = [(outcome.error or {}).get("code") for outcome in found]
    assert codes == ["status_404", "robots", "closed_address", None]


@pytest.mark.parametrize(
    ("file", "is_one"),
    [("https://example.org/", True), ("HTTP://example.org/", True), ("http", False), ("./https://x", False)],
)
def test_what_is_an_address(file: str, is_one: bool) -> None:
    """Rather than a file."""
    assert is_address(file) is is_one
