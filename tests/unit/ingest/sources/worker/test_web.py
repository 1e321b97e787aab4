"""Turns of feeds and pages on a local server: what is handed over and remembered, and what is seen where it fails."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from services.ingest.accept import Submission
from services.ingest.feed import Refused
from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.addresses import opened
from services.ingest.sources.fetch.fetcher import Fetched, Fetcher
from services.ingest.sources.fetch.polite import Polite
from services.ingest.sources.worker import plan, saying
from services.ingest.sources.worker.handing import TRIES, Handing
from services.ingest.sources.worker.turn import Turns
from services.ingest.sources.worker.web import Web
from shared.errors import Unavailable
from shared.registry.entry import Entry, Feed, FetchState, Listing
from tests.fakes.feeds import Taking, page, rss
from tests.fakes.web_server import Request, WebServer, answer, web_server

NOW = datetime(2026, 2, 6, 1, tzinfo=UTC)
XML = "application/rss+xml"


async def at_once(_seconds: float) -> None:
    """Wait for nothing."""


@dataclass
class Site:
    """A server with robots.txt, and turns that are taken there by a worker with short limits."""

    server: WebServer
    target: Taking = field(default_factory=Taking)
    kept: list[FetchState] = field(default_factory=list)
    now: datetime = NOW

    def articles(self, *numbers: int) -> None:
        """Serve their pages."""
        for number in numbers:
            self.server.says(f"/a/{number}", answer(page(number)))

    def feed(self, content: bytes, **headers: str) -> str:
        """Serve a feed."""
        return self.server.says("/feed", answer(content, media_type=XML, **headers))

    async def take(self, state: FetchState | None = None, *, fetch: Feed | Listing | None = None) -> FetchState:
        """Take one turn."""
        entry = Entry(source="周报", edition=1, fetch=fetch or self.fetch(), changed_at=NOW, by="a@b")

        async def keep(state: FetchState) -> None:
            self.kept.append(state)

        limits = Fetcher(
            openings=opened([f"127.0.0.1:{self.server.port}"]),
            max_bytes=100_000,
            seconds=0.5,
            silent_seconds=0.5,
        )
        async with limits as fetcher:
            web = Web(Polite(fetcher, pause=0))
            hand = Handing(self.target, sleep=at_once).hand
            turns = Turns(hand, keep, {Feed: web, Listing: web}, now=lambda: self.now, uniform=max)
            return await turns.take(entry, state)

    def fetch(self, *, full: bool = True) -> Feed:
        """How the feed is fetched."""
        return Feed(url=f"{self.server.url}/feed", full=full)

    def asked(self) -> list[str]:
        """The paths that were asked for, without robots.txt."""
        return [request.path for request in self.server.asked if request.path != "/robots.txt"]


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    """A site for one test."""
    async with web_server() as server:
        yield Site(server)


async def test_a_feed_and_its_articles(site: Site) -> None:
    """Each article's page is handed over as it came, with what the feed says of it."""
    site.feed(rss(site.server.url, [2, 1]), ETag='"1"')
    site.articles(1, 2)
    state = await site.take()
    assert [digest.content for digest in site.target.taken] == [page(2), page(1)]
    first = site.target.taken[0]
    assert (first.source, first.title, first.external_id, first.published_on) == (
        "周报",
        "第2期",
        "id-2",
        "2026-02-06",
    )
    assert (len(state.seen), state.etag, state.error, state.failures) == (2, '"1"', None, 0)
    assert site.kept[-1] == state


async def test_only_what_is_new(site: Site) -> None:
    """The next time; and a server that says "unchanged" is asked for nothing more."""
    site.articles(1, 2)
    site.feed(rss(site.server.url, [1]), ETag='"1"')
    state = await site.take()
    site.feed(rss(site.server.url, [2, 1]), ETag='"2"')
    state = await site.take(state)
    assert [digest.external_id for digest in site.target.taken] == ["id-1", "id-2"]
    site.server.says("/feed", answer(b"", status="304 Not Modified"))
    state = await site.take(state)
    assert site.asked() == ["/feed", "/a/1", "/feed", "/a/2", "/feed"]
    assert site.server.asked[-1].headers["if-none-match"] == '"2"'
    assert (state.etag, state.error) == ('"2"', None)


async def test_the_text_of_the_feed_where_its_pages_are_not_wanted(site: Site) -> None:
    """No page is asked for."""
    site.feed(rss(site.server.url, [1], text="<ul><li>昆山：零碳工厂。</li></ul>"))
    await site.take(fetch=site.fetch(full=False))
    assert site.asked() == ["/feed"]
    assert "<ul><li>昆山：零碳工厂。</li></ul>".encode() in site.target.taken[0].content


async def test_the_text_of_the_feed_where_its_pages_are_closed(site: Site) -> None:
    """Better than nothing: the feed has the whole text."""
    site.server.says("/robots.txt", answer(b"User-agent: *\nDisallow: /a/"))
    site.feed(rss(site.server.url, [1], text="<p>昆山：零碳工厂。</p>"))
    state = await site.take()
    assert "昆山：零碳工厂。".encode() in site.target.taken[0].content
    assert (len(state.seen), state.refused) == (1, ())


async def test_links_of_a_page(site: Site) -> None:
    """Each known by its address."""
    site.articles(1, 2)
    site.server.says(
        "/",
        answer('<ul class="n"><li><a href="a/1">一</a><li><a href="/a/2">二</a></ul><a href="/x">关于</a>'.encode()),
    )
    url = site.server.url
    await site.take(fetch=Listing(url=f"{url}/", links="ul.n a"))
    assert [digest.url for digest in site.target.taken] == [f"{url}/a/1", f"{url}/a/2"]
    assert {digest.external_id for digest in site.target.taken} == {None}


async def test_what_robots_txt_forbids_is_not_fetched(site: Site) -> None:
    """The reason is shown."""
    site.server.says("/robots.txt", answer(b"User-agent: jianbao\nDisallow: /a/2"))
    site.feed(rss(site.server.url, [2, 1]))
    site.articles(1, 2)
    state = await site.take()
    assert site.asked() == ["/feed", "/a/1"]
    assert "/a/2: http://127.0.0.1" in (state.error or "")
    assert "robots.txt asks that this document is not fetched" in (state.error or "")


async def test_what_ingest_refuses_for_good_is_not_tried_again(site: Site) -> None:
    """Its reason is kept; the others go on."""
    site.feed(rss(site.server.url, [2, 1]))
    site.articles(1, 2)
    site.target.errors = [Refused({"code": "unsupported_type", "message": "no document", "status": 415})]
    state = await site.take()
    assert [digest.external_id for digest in site.target.taken] == ["id-1"]
    assert len(state.seen) == 2
    assert state.refused == (f"{site.server.url}/a/2: no document",)
    assert (state.failures, state.error) == (0, None)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "451 Closed"])
async def test_articles_behind_a_passing_answer_are_not_lost(site: Site, status: str) -> None:
    """All of a site's for some hours: the error is shown, and all are taken afterwards."""
    site.feed(rss(site.server.url, [3, 2, 1]), ETag='"1"')
    for number in (1, 2, 3):
        site.server.says(f"/a/{number}", answer(b"", status=status))
    state = await site.take()
    assert (state.failures, state.seen, state.refused, state.etag) == (1, (), (), None)
    assert (state.error or "").startswith("3 could not be fetched; ")
    site.articles(1, 2, 3)
    site.now += timedelta(hours=1)
    state = await site.take(state)
    assert [digest.external_id for digest in site.target.taken] == ["id-3", "id-2", "id-1"]
    assert (state.failures, state.error, state.missed, state.etag) == (0, None, {}, '"1"')


@pytest.mark.parametrize("kind", ["verification_page", "login_page", "deleted_article", "empty"])
async def test_an_article_behind_a_check_is_not_lost(site: Site, kind: str) -> None:
    """It waits, with longer and longer pauses, while others are taken; the feed is asked for whole meanwhile."""
    site.feed(rss(site.server.url, [2, 1]), ETag='"1"')
    site.articles(1, 2)
    site.target.errors = [Refused({"code": kind, "message": "a check", "status": 422})]
    state = await site.take()
    assert [digest.external_id for digest in site.target.taken] == ["id-1"]
    assert state.error == f"{site.server.url}/a/2: a check"
    state = await site.take(state)
    assert site.asked()[-1] == "/feed"  # It is too early.
    assert state.error == f"{site.server.url}/a/2: a check"
    site.now += timedelta(minutes=5)
    await site.take(state)
    assert [digest.external_id for digest in site.target.taken] == ["id-1", "id-2"]


async def test_an_article_that_stays_away_is_given_up(site: Site) -> None:
    """After days; then it counts as refused, and the feed's validators are kept."""
    site.feed(rss(site.server.url, [1]), ETag='"1"')
    site.server.says("/a/1", answer(b"", status="404 Not Found"))
    state: FetchState | None = None
    while state is None or state.missed:
        state = await site.take(state)
        assert state.failures == 0  # The others of the feed do not wait for it.
        if state.missed:
            (missed,) = state.missed.values()
            site.now = missed.next_at
    assert timedelta(days=2) < site.now - NOW < timedelta(days=5)
    assert site.asked().count("/a/1") == plan.ARTICLE_TRIES
    assert (len(state.seen), state.etag, state.error) == (1, '"1"', None)
    assert "/a/1: 127.0.0.1 answered 404" in state.refused[0]


async def test_a_server_that_speaks_no_utf_8(site: Site) -> None:
    """Its words can't keep the state from being kept."""
    site.server.says("/feed", b"HTTP/1.1 404 " + "未找到".encode("gbk") + b"\r\nContent-Length: 0\r\n\r\n")
    state = await site.take()
    assert state.error == "127.0.0.1 answered 404 Not Found"
    assert b"404 Not Found" in site.kept[-1].to_json()


async def test_a_missed_article_that_its_feed_names_no_more(site: Site) -> None:
    """Is forgotten."""
    site.feed(rss(site.server.url, [2]))
    site.server.says("/a/2", answer(b"", status="404 Not Found"))
    state = await site.take()
    assert len(state.missed) == 1
    site.feed(rss(site.server.url, [1]))
    site.articles(1)
    state = await site.take(state)
    assert (state.missed, state.error) == ({}, None)


async def test_a_digest_that_ingest_fails_at(site: Site) -> None:
    """Stops no other, and is tried again."""
    site.feed(rss(site.server.url, [2, 1]))
    site.articles(1, 2)
    site.target.errors = [Refused({"code": "internal_error", "message": "went wrong", "status": 500})]
    state = await site.take()
    assert [digest.external_id for digest in site.target.taken] == ["id-1"]
    assert state.error == f"{site.server.url}/a/2: ingest fails at it: went wrong"
    site.now += timedelta(minutes=5)
    await site.take(state)
    assert [digest.external_id for digest in site.target.taken] == ["id-1", "id-2"]


async def test_what_ingest_did_not_acknowledge_is_fetched_again(site: Site) -> None:
    """Ingest being away is no failure of the source, whose validators are not kept."""
    site.feed(rss(site.server.url, [2, 1]), ETag='"1"')
    site.articles(1, 2)
    site.target.errors = [Unavailable("Kafka is away")] * TRIES
    state = await site.take()
    assert (state.seen, state.etag, state.failures, state.error) == ((), None, 0, "Kafka is away")
    await site.take(state)
    assert [digest.external_id for digest in site.target.taken] == ["id-2", "id-1"]


async def test_an_article_that_fails_in_passing_is_fetched_the_next_time(site: Site) -> None:
    """Though the feed itself did not change: its validators are not kept; the others are not held up."""
    site.feed(rss(site.server.url, [2, 1]), ETag='"1"')
    site.articles(1)
    site.server.says("/a/2", answer(b"", status="500 Oops"))
    state = await site.take()
    assert (state.failures, state.etag) == (0, None)
    assert state.error == f"{site.server.url}/a/2: 127.0.0.1 answered 500 Internal Server Error"
    site.articles(2)
    site.now += timedelta(minutes=5)
    state = await site.take(state)
    assert [digest.external_id for digest in site.target.taken] == ["id-1", "id-2"]
    assert (state.etag, state.error) == ('"1"', None)


async def test_a_site_whose_articles_all_fail_is_left_alone(site: Site) -> None:
    """After some of them, and counted as a failure."""
    site.feed(rss(site.server.url, range(9)))
    for number in range(9):
        site.server.says(f"/a/{number}", answer(b"", status="500 Oops"))
    state = await site.take()
    assert len(site.asked()) == 1 + 3
    assert state.failures == 1
    assert (state.error or "").startswith("3 could not be fetched; ")


async def test_an_article_that_leads_inside_is_not_fetched(site: Site) -> None:
    """A feed can't make us look into this network."""
    site.feed(rss("http://169.254.169.254", [1]))
    state = await site.take()
    assert "169.254.169.254 is an address inside a network" in (state.error or "")


async def drip(_request: Request, writer: asyncio.StreamWriter) -> None:
    """A byte now and then."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.01)


async def endless(_request: Request, writer: asyncio.StreamWriter) -> None:
    """A feed without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss version='2.0'><channel>")
    while not writer.is_closing():
        writer.write(b"<item><title>x</title></item>" * 100)
        await writer.drain()


MISBEHAVING: dict[str, tuple[bytes | Callable[..., object], str]] = {
    "drips": (drip, "took longer than 0.5 seconds"),
    "huge": (answer(b"x" * 100_001, media_type=XML), "larger than 0.0953674 MiB"),
    "endless": (endless, "larger than 0.0953674 MiB"),
    "bomb": (
        answer(gzip.compress(b"0" * 20_000_000), media_type=XML, Content_Encoding="gzip"),
        "larger than 0.0953674 MiB",
    ),
    "leads inside": (
        answer(b"", status="302 Found", Location="http://127.0.0.1:1/"),
        "127.0.0.1 is an address inside a network",
    ),
    "redirects to itself": (answer(b"", status="302 Found", Location="/feed"), "from address to address"),
    "500": (answer(b"", status="500 Oops"), "127.0.0.1 answered 500 Internal Server Error"),
    "404": (answer(b"", status="404 Not Found"), "127.0.0.1 answered 404 Not Found"),
    "breaks off": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss>", "broke off or can't be unpacked"),
    "a page": (answer(b"<html><body>x</body></html>"), "neither RSS nor Atom nor JSON Feed"),
    "304 unasked": (answer(b"", status="304 Not Modified"), "although it was not asked"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "is no HTTP"),
    "JSON": (answer(b'{"error": "x"}', media_type="application/json"), "JSON and no JSON Feed"),
}


@pytest.mark.parametrize("case", MISBEHAVING)
async def test_a_server_that_misbehaves(site: Site, case: str) -> None:
    """Its error stands in the state for a person to see, and the next try is some minutes later."""
    said, words = MISBEHAVING[case]
    site.server.says("/feed", said)  # type: ignore[arg-type]
    state = await site.take()
    assert words in (state.error or "")
    assert (state.failures, state.paused, state.seen, site.target.taken) == (1, False, (), [])
    assert state.next_at is not None
    assert state.at is not None
    assert 0 < (state.next_at - state.at).total_seconds() <= 300


async def test_a_fault_of_our_own(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a failure like any other: shown, and not tried again without pause; of an article it holds up no others."""
    site.feed(rss(site.server.url, [2, 1]))
    site.articles(1, 2)
    of_page = saying.of_page

    def broken(source: str, article: Article, found: Fetched, *, now: datetime) -> Submission:
        if article.identity == "id-2":
            raise RecursionError
        return of_page(source, article, found, now=now)

    monkeypatch.setattr(saying, "of_page", broken)
    state = await site.take()
    assert [digest.external_id for digest in site.target.taken] == ["id-1"]
    assert "/a/2: it can't be read, by a fault of this program (RecursionError)" in (state.error or "")
    monkeypatch.setattr(plan, "refreshed", broken)
    state = await site.take(state)
    assert (state.failures, state.paused) == (1, False)
    assert "a fault of this program (TypeError)" in (state.error or "")


async def test_ten_failures_in_a_row_pause_a_source(site: Site) -> None:
    """The last error is kept; a success in between begins anew."""
    site.server.says("/feed", answer(b"", status="500 Oops"))
    state: FetchState | None = None
    for _ in range(9):
        state = await site.take(state)
    assert state is not None
    assert not state.paused
    state = await site.take(state)
    assert (state.paused, state.failures, state.error) == (True, 10, "127.0.0.1 answered 500 Internal Server Error")


async def test_a_feed_in_a_wrong_charset(site: Site) -> None:
    """Said to be UTF-8 and in GB18030: its entries are read."""
    content = rss(site.server.url, [1]).decode().replace("encoding='utf-8'", "encoding='gb18030'").encode("gb18030")
    site.server.says("/feed", answer(content, media_type="application/rss+xml; charset=utf-8"))
    site.articles(1)
    await site.take()
    assert [digest.title for digest in site.target.taken] == ["第1期"]
