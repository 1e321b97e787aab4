"""Large documents and pages, read in a process of their own."""

import pytest

from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.worker.apart import SMALL_BYTES, Reader
from services.ingest.sources.worker.articles import articles
from shared.errors import Rejected
from shared.registry.entry import Feed, Listing
from tests.fakes.feeds import rss

FEED = Feed(url="https://example.org/feed")


async def test_a_large_feed_is_read_as_a_small_one() -> None:
    """With the same articles."""
    found = Fetched(FEED.url, rss("https://example.org", range(40), text="零碳工厂" * 1000), "text/xml")
    assert len(found.content) > SMALL_BYTES
    assert await Reader()(found, FEED) == articles(found, FEED)


async def test_what_is_none_is_refused_alike() -> None:
    """In the same words."""
    page = b"<html><body>" + b"x" * SMALL_BYTES
    with pytest.raises(Rejected, match="neither RSS nor Atom") as refused:
        await Reader()(Fetched(FEED.url, page, "text/html"), FEED)
    assert refused.value.kind == "no_feed"


async def test_a_feed_that_is_made_to_be_slow() -> None:
    """Is given up, and its process ended: it would take a minute and a half."""
    found = Fetched(FEED.url, b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 280_000, "text/xml")
    with pytest.raises(Rejected, match="takes more than 1 seconds") as refused:
        await Reader(seconds=1)(found, FEED)
    assert refused.value.kind == "slow_document"


async def test_a_selector_that_is_made_to_be_slow() -> None:
    """Is given up though the page is small: a thread with it would stop all others, and never end."""
    links = "b:has(~ b:has(~ b:has(~ b:has(~ i))))"
    listing = Listing(url="https://example.org/", links=links)
    with pytest.raises(Rejected, match="takes more than 1 seconds") as refused:
        await Reader(small_seconds=1)(Fetched(listing.url, b"<b></b>" * 1000, "text/html"), listing)
    assert refused.value.kind == "slow_document"


async def test_a_fault_of_our_own() -> None:
    """Is called so, and not too slow."""
    with pytest.raises(Rejected, match=r"a fault of this program \(TypeError\)") as refused:
        await Reader()(Fetched(FEED.url, _Long(), "text/xml"), FEED)
    assert refused.value.kind == "fault"


class _Long(bytes):
    """Is large, and no feed can be read from it."""

    def __len__(self) -> int:
        return SMALL_BYTES + 1

    def lstrip(self, _what: object = None, /) -> bytes:
        raise TypeError
