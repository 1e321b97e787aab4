"""HTML → what the page says about itself."""

import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.enrich.readers import read
from services.enrich.readers.page import said
from shared.records import MHTML
from tests import wechat_pages

ARTICLE = '<div id="js_content"><p>正文</p></div>'


@pytest.mark.parametrize(
    ("page", "title", "publisher", "date"),
    [
        (
            '<h1 id="activity-name"> 某地周报 </h1><a id="js_name">某号</a><em id="publish_time">2026-02-06 18:00</em>' + ARTICLE,
            "某地周报", "某号", "2026-02-06 18:00",
        ),
        (
            ARTICLE + "<script>var msg_title = '某地周报';var nickname = htmlDecode(\"某&amp;号\");var ct = \"1770372000\";</script>",
            None, "某&号", "2026-02-06 18:00",
        ),
        (ARTICLE + '<script>var publish_time = "2026-02-06" || "";</script>', None, None, "2026-02-06"),
        (
            '<meta property="og:title" content="某地周报"><meta name="og:site_name" content="某站">'
            '<meta property="article:published_time" content="2026-02-06T18:00:00+08:00"><p>正文</p>',
            "某地周报", "某站", "2026-02-06T18:00:00+08:00",
        ),
        (
            '<script type="application/ld+json">{"@graph":[{"@type":["NewsArticle"],"headline":"某地周报","publisher":{"name":"某报"},'
            '"datePublished":"2026-02-06"}]}</script><title>某地周报 - 某站</title><p>正文</p>',
            "某地周报", "某报", "2026-02-06",
        ),
        ('<script type="application/ld+json">{"@type":</script><title>某地周报</title><p>正文</p>', "某地周报", None, None),
    ],
    ids=["WeChat as shown", "WeChat before its scripts ran", "WeChat's time", "Open Graph", "JSON-LD", "broken JSON-LD"],
)  # fmt: skip
def test_pages_say_title_publisher_and_date(page: str, title: str | None, publisher: str | None, date: str | None) -> None:
    """Where browsers, editors and site makers put them."""
    document = read(page.encode(), media_type="text/html")
    assert (document.publisher, document.date) == (publisher, date)
    assert title is None or document.title == title


@pytest.mark.parametrize("ran", [True, False])
def test_an_article_of_wechat(ran: bool) -> None:
    """Says all of itself, whether it was saved before or after its scripts ran; saved whole too."""
    page = wechat_pages.article(ran=ran)
    for document in (read(page.encode(), media_type="text/html"), read(wechat_pages.saved(page, location=wechat_pages.SHORT), media_type=MHTML)):
        assert (document.title, document.publisher) == ("双碳周报（第5期）", "双碳观察")
        assert document.date == ("2026年2月6日 08:30" if ran else "2026-02-06 08:30")
        assert dict(document.facts)["author"] == "周小报"
        assert [block.text for block in document.blocks][1:] == re.findall(r"(?:一、|2月3日)[^<]+", wechat_pages.BODY)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="PubDate" content="2026-02-05T18:30:00Z">',
        '<meta property="og:article:published_time" content="2026-02-05T18:30:00Z">',
        '<meta itemprop="datePublished" content="2026-02-05T18:30:00Z">',
        '<time itemprop="datePublished" datetime="2026-02-05T18:30:00Z">昨晚</time>',
        '<time pubdate datetime="2026-02-05T18:30:00Z">昨晚</time>',
        "<time pubdate>2026-02-05T18:30:00Z</time>",
    ],
)
def test_pages_declare_their_time_in_many_ways(head: str) -> None:
    """Names of meta elements are of any case."""
    assert read(f"<html><body>{head}<p>正文</p></body></html>".encode(), media_type="text/html").date == "2026-02-05T18:30:00Z"


def test_a_time_that_is_not_said_to_be_of_publication_is_apart() -> None:
    """It may be its story's: names come before it. The article's own is preferred."""
    page = '<time datetime="2026-01-01">昨晚</time><article><time datetime="2026-02-05T18:30:00Z">昨晚</time><p>正文</p></article>'
    document = read(page.encode(), media_type="text/html")
    assert (document.date, dict(document.facts)["time"]) == (None, "2026-02-05T18:30:00Z")


def test_the_first_meta_of_the_first_kind_that_has_a_name_counts() -> None:
    """`property` before `name`, and the earlier of two alike; an empty one gives way to the next name."""
    metas = [
        ("name", "og:title", "二"),
        ("PROPERTY", "OG:Title", "一"),
        ("property", "og:title", "三"),
        ("name", "pubdate", " "),
        ("itemprop", "dc.date", "2026-02-06"),
    ]
    head = "".join(f'<meta {key}="{name}" content="{content}">' for key, name, content in metas)
    page = said(LexborHTMLParser(head))
    assert (page.title, page.date) == ("一", "2026-02-06")


class Watched(LexborHTMLParser):
    """A tree that writes down how often it is scanned for meta elements."""

    scans = 0

    def css(self, query: str) -> Any:
        """Count it."""
        self.scans += query.startswith("meta")
        return super().css(query)

    def css_first(self, query: str, *rest: Any, **more: Any) -> Any:
        """Count it."""
        self.scans += query.startswith("meta")
        return super().css_first(query, *rest, **more)


def test_a_tree_is_scanned_for_meta_elements_once() -> None:
    """It may have a hundred thousand elements, and some thirty names are looked for."""
    tree = Watched('<meta name="dc.date" content="2026-02-06"><p>正文</p>')
    assert (said(tree).date, tree.scans) == ("2026-02-06", 1)
