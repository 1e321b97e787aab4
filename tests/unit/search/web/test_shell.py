"""The frame of every page: navigation, and addresses of static files."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from services.search.reading import Reader, read_by
from services.search.web import shell


def test_a_static_file_is_named_with_its_content() -> None:
    """The same content has the same address; a file that is not there has none."""
    assert shell.static("css/base.css") == shell.static("css/base.css")
    assert shell.static("css/base.css").startswith("/static/css/base.css?v=")
    with pytest.raises(FileNotFoundError):
        shell.static("css/none.css")


@pytest.mark.parametrize(
    ("query", "header"),
    [("", "no-cache"), ("?v=0", "no-cache"), (None, "public, max-age=31536000, immutable")],
)
async def test_only_an_address_with_the_content_is_kept_for_good(query: str | None, header: str) -> None:
    """Any other is asked for again, so that an update is seen at once."""
    app = Starlette(routes=[Mount("/static", shell.static_files())])
    path = shell.static("css/base.css") if query is None else f"/static/css/base.css{query}"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://search") as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, header)


def test_whoever_only_feeds_is_not_led_to_what_they_may_not_open() -> None:
    """The pages of feeding alone."""
    with read_by(Reader(searches=False)):
        assert [path for _, path in shell.navigation()] == ["/digests", "/sources", "/feed"]
        assert shell.further() == []


@pytest.mark.parametrize(
    ("path", "lit"),
    [("/", ["/"]), ("/search", ["/search"]), ("/sources/weekly", ["/sources"]), ("/items/1", [])],
)
async def test_the_page_at_hand_is_marked(path: str, lit: list[str]) -> None:
    """Also where a page below it is open; the home page is not above all others."""

    async def page(_request: object) -> PlainTextResponse:
        return PlainTextResponse(" ".join(to for _, to in shell.navigation() if shell.here(to)))

    app = shell.PathSeen(Starlette(routes=[Route("/{rest:path}", page)]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://search") as client:
        assert (await client.get(path)).text.split() == lit
