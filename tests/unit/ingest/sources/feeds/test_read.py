"""Feeds in all forms → entries."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.ingest.sources.feeds.read import MOST_ENTRIES, Entry, Feed, read
from shared.errors import Rejected

URL = "https://weekly.example.org/feed"
WHEN = datetime(2026, 2, 6, 1, 0, tzinfo=UTC)
ISSUE = Entry("urn:weekly:5", "https://weekly.example.org/5", "本周双碳要闻(第5期)", WHEN, "<p>一、<b>昆山</b>:新增零碳工厂</p>", whole=True)

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>双碳周报</title><link>https://weekly.example.org/</link>
<item><guid isPermaLink="false">urn:weekly:5</guid><link>https://weekly.example.org/5</link><title>本周双碳要闻(第5期)</title>
<pubDate>Fri, 06 Feb 2026 09:00:00 +0800</pubDate><description>摘要</description>
<content:encoded><![CDATA[<p>一、<b>昆山</b>:新增零碳工厂</p>]]></content:encoded></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>双碳周报</title><link href="https://weekly.example.org/"/>
<entry><id>urn:weekly:5</id><link href="/5"/><title>本周双碳要闻(第5期)</title><published>2026-02-06T09:00:00+08:00</published>
<content type="html">&lt;p>一、&lt;b>昆山&lt;/b>:新增零碳工厂&lt;/p></content></entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "双碳周报", "home_page_url": "https://weekly.example.org/",
"items": [{"id": "urn:weekly:5", "url": "https://weekly.example.org/5", "title": "本周双碳要闻(第5期)",
"content_html": "<p>一、<b>昆山</b>:新增零碳工厂</p>", "date_published": "2026-02-06T09:00:00+08:00"}]}"""


@pytest.mark.parametrize("feed", [RSS, ATOM, JSON], ids=["rss", "atom", "json"])
def test_a_feed(feed: str) -> None:
    """One issue with its id, address, title, time of publication in UTC and whole text, bold numbering kept."""
    assert read(feed.encode(), url=URL) == Feed("双碳周报", "https://weekly.example.org/", (ISSUE,))


def test_a_feed_of_another_charset() -> None:
    """As its declaration or its server says."""
    declared = RSS.replace('encoding="utf-8"', 'encoding="gb18030"').encode("gb18030")
    assert read(declared, url=URL).entries == (ISSUE,)
    silent = RSS.removeprefix('<?xml version="1.0" encoding="utf-8"?>').encode("gbk")
    assert read(silent, url=URL, media_type="application/rss+xml; charset=gbk").entries == (ISSUE,)


def test_a_feed_of_summaries() -> None:
    """Its content is not the whole text."""
    entry = read(RSS.replace("content:encoded", "x").encode(), url=URL).entries[0]
    assert (entry.content, entry.whole) == ("摘要", False)


@pytest.mark.parametrize(
    ("item", "identity"),
    [
        ("<guid>urn:a</guid><link>https://e.org/1</link><title>题</title>", "urn:a"),
        ("<link>https://e.org/1</link><title>题</title>", "https://e.org/1"),
        ("<title>题</title><description>文</description>", "题"),
    ],
)
def test_what_an_entry_is_known_by(item: str, identity: str) -> None:
    """Its id, else its address, else its title."""
    feed = f'<rss version="2.0"><channel><item>{item}</item></channel></rss>'
    assert [entry.identity for entry in read(feed.encode(), url=URL).entries] == [identity]


def test_an_entry_twice_or_empty() -> None:
    """Counts once, or not at all."""
    item = "<item><guid>urn:a</guid><description>文</description></item>"
    feed = f'<rss version="2.0"><channel>{item}{item}<item></item><item><title>题</title></item></channel></rss>'
    assert [entry.identity for entry in read(feed.encode(), url=URL).entries] == ["urn:a"]


def test_plain_text_of_a_json_feed() -> None:
    """Keeps its lines and signs."""
    feed = '{"version": "https://jsonfeed.org/version/1", "items": [{"id": 7, "content_text": "一、A<B\\n二、C&D"}]}'
    assert [(entry.identity, entry.content) for entry in read(feed.encode(), url=URL).entries] == [("7", "<pre>一、A&lt;B\n二、C&amp;D</pre>")]


def test_a_broken_feed() -> None:
    """Gives what comes before the fault."""
    assert [entry.identity for entry in read(RSS.replace("</channel></rss>", "<item><guid>b & c").encode(), url=URL).entries][:1] == ["urn:weekly:5"]


def test_a_feed_without_end() -> None:
    """Gives its first entries."""
    items = "".join(f"<item><guid>urn:{number}</guid><description>文</description></item>" for number in range(MOST_ENTRIES + 9))
    found = read(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), url=URL)
    assert [found.entries[0].identity, len(found.entries)] == ["urn:0", MOST_ENTRIES]


def test_entities_of_a_documents_own() -> None:
    """Are no way to files or to gigabytes."""
    bomb = '<!DOCTYPE rss [<!ENTITY a "十万"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    item = "<item><guid>a</guid><description>&b;&f;</description></item>"
    found = read(f'{bomb}<rss version="2.0"><channel>{item}</channel></rss>'.encode(), url=URL)
    assert all("十万" not in (entry.content or "") and len(entry.content or "") < 20 for entry in found.entries)


@pytest.mark.parametrize("content", ["<html><body>环境异常</body></html>", '{"items": []}', "{", "", "[]", "本周要闻", "<rss"])
def test_what_is_no_feed(content: str) -> None:
    """Is refused in plain words."""
    with pytest.raises(Rejected, match=r"no feed|no JSON Feed"):
        read(content.encode(), url=URL)


@pytest.mark.parametrize(
    "broken",
    [
        b"<?xml version='1.0' encoding='ut\xff-8'?><rss version='2.0'><channel/></rss>",
        b"<rss version='2.0'><channel><item><title>&#xD800;</title><link>http://[</link></item></channel></rss>",
    ],
)
def test_what_is_too_broken_to_be_read(broken: bytes) -> None:
    """Is refused and no fault of ours: the library lets through what it meets there."""
    with pytest.raises(Rejected) as refused:
        read(broken, url="https://example.org/feed")
    assert refused.value.kind == "broken_feed"


@pytest.mark.parametrize(
    "date",
    [
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "1970-01-01T00:00:00Z",
    ],
)
@pytest.mark.parametrize("feed", [RSS, JSON], ids=["rss", "json"])
def test_a_date_that_is_none(feed: str, date: str) -> None:
    """Programs write such for what has none: the entry is good, and of no day."""
    for good in ("Fri, 06 Feb 2026 09:00:00 +0800", "2026-02-06T09:00:00+08:00"):
        feed = feed.replace(good, date)
    assert read(feed.encode(), url=URL).entries == (replace(ISSUE, published=None),)


@pytest.mark.parametrize("field", ['"date_published": ""', '"title": 5', '"content_html": {}', '"id": []'])
def test_a_field_of_a_json_feed_that_is_broken(field: str) -> None:
    """Is left out; neither its item nor the others are."""
    items = f'{{"id": "a", "url": "https://e.org/1", {field}}}, 7, {{"id": "b", "url": "https://e.org/2"}}'
    feed = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{items}]}}'
    entries = read(feed.encode(), url=URL).entries
    assert [entry.url for entry in entries] == ["https://e.org/1", "https://e.org/2"]
