"""Feeds and pages → the articles that they name."""

import pytest

from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.worker.articles import articles
from shared.errors import Rejected
from shared.registry.entry import Feed, Listing

URL = "https://example.org/news/index.html"
FEED = Feed(url="https://example.org/feed.xml")


def links(page: str, selector: str, *, codec: str = "utf-8", said: str = "text/html") -> list[str]:
    """Where the articles of a page are."""
    found = Fetched(URL, page.encode(codec), said)
    return [article.identity for article in articles(found, Listing(url=URL, links=selector))]


@pytest.mark.parametrize(
    ("page", "selector", "expected"),
    [
        (
            '<ul class=n><li><a href="12.html">第十二期</a><li><a href="/11.html#top">甲</a></ul><a href="x">关于</a>',
            "ul.n a",
            ["news/12.html", "11.html"],
        ),
        (
            '<ul class=n><li>2月6日 <a href="12.html">第十二期</a><a href="13.html">附件</a></li></ul>',
            "ul.n li",
            ["news/12.html"],
        ),
        ('<base href="/archive/"><a href="12.html">第十二期</a>', "a", ["archive/12.html"]),
        ('<a href="12.html">图</a><a href=" 12.html ">第十二期</a>', "a", ["news/12.html"]),
        (
            '<a href="javascript:void(0)">打印</a><a href="mailto:a@b.c">写信</a><a href="#">回顶部</a><a>无</a><a href="1">一</a>',
            "a",
            ["news/1"],
        ),
        ('<base href="//["><a href="1">一</a>', "a", ["news/1"]),
        ('<a href="http://[">坏</a><a href="1">一</a>', "a", ["news/1"]),
    ],
)
def test_links_of_a_page(page: str, selector: str, expected: list[str]) -> None:
    """Made whole, each once; only those that lead to pages, and not to the page itself."""
    assert links(page, selector) == [f"https://example.org/{path}" for path in expected]


def test_a_page_that_names_a_wrong_charset() -> None:
    """Is read by what its bytes are."""
    page = '<p>本周要闻一览，内容包括能源与交通。</p><a href="第十二期.html">第十二期</a>'
    assert links(page, "a", codec="gb18030", said="text/html; charset=utf-8") == ["https://example.org/news/第十二期.html"]


@pytest.mark.parametrize(
    ("selector", "kind", "words"),
    [
        ("ul.n a", "no_links", "finds nothing on the page"),
        ("p", "no_links", "finds 1 elements, none of them a link"),
        ("ul[", "bad_selector", "no CSS selector"),
    ],
)
def test_a_selector_that_finds_no_links(selector: str, kind: str, words: str) -> None:
    """Is an error that a person sees: the page's layout changed."""
    with pytest.raises(Rejected, match=words) as refused:
        links('<p>要闻</p><a href="1">一</a>', selector)
    assert refused.value.kind == kind


def test_a_page_in_place_of_a_feed_names_its_own() -> None:
    """People give the address that they read."""
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head><body>要闻</body></html>'
    with pytest.raises(Rejected, match=r"it names https://example\.org/rss\.xml as its feed"):
        articles(Fetched(URL, page.encode(), "text/html"), FEED)


@pytest.mark.parametrize("content", [b"", b"<html><body>x</body></html>", b"\x00\x01\x02", b"{}"])
def test_what_is_no_feed(content: bytes) -> None:
    """Is said to be none."""
    with pytest.raises(Rejected) as refused:
        articles(Fetched(URL, content, "text/html"), FEED)
    assert refused.value.kind == "no_feed"
