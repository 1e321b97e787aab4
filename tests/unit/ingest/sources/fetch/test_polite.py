"""The rules of sites, with a stand-in for the web and a clock that is turned by hand."""

import asyncio
from dataclasses import dataclass, field

import pytest

from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.fetcher import Fetched, Redirect
from services.ingest.sources.fetch.polite import ROBOTS_SECONDS, Polite

SITE = "https://weekly.example.org"
NONE = FetchFailed("status_404", "weekly.example.org answered 404", lasting=True)


@dataclass
class Web:
    """Documents by address, an error where one is set; when each was asked for."""

    pages: dict[str, bytes | FetchFailed | Redirect]
    now: float = 100.0
    asked: list[tuple[float, str]] = field(default_factory=list)

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None, max_bytes: int | None = None) -> Fetched:
        """The document; none of these tests has a robots.txt elsewhere."""
        found = await self.hop(url, etag=etag, modified=modified)
        assert isinstance(found, Fetched)
        return found

    async def hop(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched | Redirect:
        """What stands there, a tenth of a second later."""
        self.asked.append((round(self.now, 3), url))
        self.now += 0.1
        page = self.pages.get(url, NONE)
        if isinstance(page, FetchFailed):
            raise page
        if isinstance(page, Redirect):
            return page
        return Fetched(url, page, "text/html")

    async def sleep(self, seconds: float) -> None:
        """Turn the clock."""
        self.now += seconds

    def polite(self) -> Polite:
        """A fetcher of this web."""
        return Polite(self, now=lambda: self.now, sleep=self.sleep)


def web(robots: bytes | FetchFailed = NONE) -> Web:
    """A site with two issues."""
    return Web({f"{SITE}/robots.txt": robots, f"{SITE}/1": b"1", f"{SITE}/2": b"2"})


async def test_a_pause_between_two_documents_of_a_site() -> None:
    """A second after the end of the one; robots.txt is asked for once."""
    site = web()
    polite = site.polite()
    assert [(await polite.get(f"{SITE}/{number}")).content for number in (1, 2)] == [b"1", b"2"]
    assert site.asked == [(100.0, f"{SITE}/robots.txt"), (100.1, f"{SITE}/1"), (101.2, f"{SITE}/2")]


async def test_the_pause_that_a_site_asks_for() -> None:
    """Is kept."""
    site = web(b"User-agent: *\nCrawl-delay: 5")
    polite = site.polite()
    for number in (1, 2):
        await polite.get(f"{SITE}/{number}")
    assert site.asked[2][0] == pytest.approx(105.2)


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (b"User-agent: *\nDisallow: /private", True),
        (b"User-agent: *\nDisallow: /", False),
        (b"User-agent: jianbao\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: jianbao\nAllow: /", True),
        (b"User-agent: *\nDisallow: /*\nAllow: /1$", True),
        (b"\xff\xfe<html>", True),
        (b"", True),
        (NONE, True),
        (FetchFailed("status_403", "answered 403"), True),
        (FetchFailed("status_500", "answered 500"), False),
        (FetchFailed("status_429", "answered 429"), False),
        (FetchFailed("slow", "took too long"), False),
    ],
)
async def test_what_robots_say(robots: bytes | FetchFailed, allowed: bool) -> None:
    """As RFC 9309 reads them, for us by name before all."""
    polite = web(robots).polite()
    if allowed:
        assert (await polite.get(f"{SITE}/1")).content == b"1"
        return
    with pytest.raises(FetchFailed) as failed:
        await polite.get(f"{SITE}/1")
    assert failed.value.kind == "robots"
    assert failed.value.lasting is isinstance(robots, bytes)


async def test_rules_are_asked_for_again() -> None:
    """After an hour."""
    site = web()
    polite = site.polite()
    await polite.get(f"{SITE}/1")
    site.now += ROBOTS_SECONDS
    site.pages[f"{SITE}/robots.txt"] = b"User-agent: *\nDisallow: /"
    with pytest.raises(FetchFailed):
        await polite.get(f"{SITE}/1")


async def test_a_slow_site_delays_no_other() -> None:
    """Each waits for its own."""
    held = asyncio.Event()

    class Slow(Web):
        async def get(self, url: str, *, etag: str | None = None, modified: str | None = None, max_bytes: int | None = None) -> Fetched:
            if "slow" in url:
                await held.wait()
            return await super().get(url, etag=etag, modified=modified, max_bytes=max_bytes)

    site = Slow({f"{SITE}/1": b"1", "https://slow.example.org/1": b"0"})
    polite = site.polite()
    waiting = asyncio.create_task(polite.get("https://slow.example.org/1"))
    assert (await polite.get(f"{SITE}/1")).content == b"1"
    held.set()
    assert (await waiting).content == b"0"


@pytest.mark.parametrize("url", ["weekly", "mailto:a@example.org"])
async def test_other_addresses(url: str) -> None:
    """Are none."""
    with pytest.raises(FetchFailed, match="no address"):
        await web().polite().get(url)


OTHER = "https://other.example.org"


async def test_the_rules_of_a_site_that_another_leads_to() -> None:
    """Hold as if it had been asked for by its own address."""
    site = web()
    site.pages |= {f"{SITE}/go": Redirect(f"{OTHER}/1", lasting=True), f"{OTHER}/1": b"1"}
    polite = site.polite()
    found = await polite.get(f"{SITE}/go")
    assert (found.content, found.url, found.moved) == (b"1", f"{OTHER}/1", f"{OTHER}/1")
    site.pages[f"{OTHER}/2"] = b"2"
    await polite.get(f"{OTHER}/2")
    asked = [url for _, url in site.asked]
    assert asked == [f"{SITE}/robots.txt", f"{SITE}/go", f"{OTHER}/robots.txt", f"{OTHER}/1", f"{OTHER}/2"]
    assert site.asked[4][0] >= site.asked[3][0] + 1  # the pause of that site


async def test_a_site_that_another_leads_to_and_that_forbids_it() -> None:
    """Is not asked for the document."""
    site = web()
    site.pages |= {f"{SITE}/go": Redirect(f"{OTHER}/1", lasting=False), f"{OTHER}/robots.txt": b"User-agent: *\nDisallow: /"}
    with pytest.raises(FetchFailed) as failed:
        await site.polite().get(f"{SITE}/go")
    assert failed.value.kind == "robots"
    assert f"{OTHER}/1" not in [url for _, url in site.asked]


async def test_a_document_that_leads_to_itself() -> None:
    """Is given up."""
    site = web()
    site.pages[f"{SITE}/go"] = Redirect(f"{SITE}/go", lasting=True)
    with pytest.raises(FetchFailed, match="from address to address"):
        await site.polite().get(f"{SITE}/go")
