"""Lists of subscriptions ↔ sources with feeds."""

from datetime import UTC, datetime

import pytest

from services.ingest.sources.feeds.opml import Subscription, read, write
from shared.errors import Rejected
from shared.registry.entry import Entry, Feed, Listing

NOW = datetime(2026, 2, 6, tzinfo=UTC)


def outlines(*lines: str) -> bytes:
    """A list with these lines in its body."""
    body = "\n".join(lines)
    return f'<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def feed(url: str, title: str = "", **more: str) -> str:
    """One line of a list."""
    said = " ".join(f'{name}="{value}"' for name, value in more.items())
    return f'<outline type="rss" text="{title}" xmlUrl="{url}" {said}/>'


def entry(source: str, fetch: Feed | Listing | None, name: str | None = None) -> Entry:
    """A source of the registry."""
    return Entry(source=source, edition=1, name=name, fetch=fetch, changed_at=NOW, by="a@b")


def test_a_list_of_another_reader() -> None:
    """Folders are looked into, names become ids."""
    content = outlines(
        '<outline text="能源">',
        feed("https://a.org/feed", "双碳 周报"),
        "</outline>",
        feed("feed://b.org/x", ""),
    )
    assert read(content) == (
        Subscription("双碳-周报", "双碳 周报", "https://a.org/feed"),
        Subscription("b.org", None, "http://b.org/x"),
    )


@pytest.mark.parametrize(
    ("declared", "written", "name"),
    [
        ("UTF-8", "utf-8-sig", "双碳周报"),
        ("UTF-16", "utf-16", "双碳周报"),
        ("GB2312", "gb18030", "双碳周报"),
        ("utf-8", "gb18030", "双碳周报"),
        ("gb2312", "utf-8", "双碳周报"),
        ("Big5", "big5", "雙碳週報"),
        ("iso-8859-1", "latin-1", "Café résumé"),
        ("shift_jis", "shift_jis", "日本ニュース"),
        ("punycode", "ascii", "weekly"),
        ("base64", "ascii", "weekly"),
    ],
)
def test_charsets(declared: str, written: str, name: str) -> None:
    """As declared, or as it is."""
    content = outlines(feed("https://a.org/", name)).decode().replace("UTF-8", declared).encode(written)
    assert [one.name for one in read(content)] == [name]


def test_a_list_without_a_declaration() -> None:
    """Is in UTF-8."""
    content = outlines(feed("https://a.org/", "双碳周报"))
    assert [one.name for one in read(content[content.index(b"<opml") :])] == ["双碳周报"]


def test_ids_that_are_taken() -> None:
    """Get a number, within the list and beside what is known."""
    content = outlines(*(feed(f"https://{host}.org/", "周报") for host in "abc"))
    assert [one.source for one in read(content, taken=["周报"])] == ["周报-2", "周报-3", "周报-4"]


def test_an_address_counts_once() -> None:
    """Readers list a feed in several folders."""
    content = outlines(feed("https://a.org/", "甲"), feed("https://a.org/", "乙"))
    assert read(content) == (Subscription("甲", "甲", "https://a.org/"),)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "https://user:word@a.org/", "javascript:alert(1)", "https://", "", "https://[/"],
)
def test_what_is_no_address_of_a_feed(url: str) -> None:
    """Is left out."""
    assert [one.url for one in read(outlines(feed(url), feed("https://a.org/")))] == ["https://a.org/"]


@pytest.mark.parametrize("content", [b"", b"no xml", b"<html><body/></html>", outlines(), b"\xff\xfe\x00"])
def test_what_is_no_list(content: bytes) -> None:
    """Or one without feeds."""
    with pytest.raises(Rejected, match="no OPML with feeds"):
        read(content)


def test_entities_of_a_list_are_not_expanded() -> None:
    """A list of some lines can't become one of gigabytes."""
    entities = "".join(f'<!ENTITY {name} "{f"&{other};" * 10}">' for name, other in ("ba", "cb", "dc"))
    content = f'<!DOCTYPE x [<!ENTITY a "十个字">{entities}]>'.encode() + outlines(feed("https://a.org/", "&d;"))
    (one,) = read(content.replace(b'<?xml version="1.0" encoding="UTF-8"?>', b""))
    assert len(one.name or "") < 10


def test_what_is_written_is_read_back() -> None:
    """Under its own id, whatever it is called; sources without a feed are left out."""
    entries = [
        entry("shuangtan-weekly", Feed(url="https://a.org/feed?a=1&b=2"), '本周"双碳"要闻 <一>'),
        entry("pushed", None),
        entry("page", Listing(url="https://b.org/", links="a")),
        entry("周报", Feed(url="https://c.org/feed")),
    ]
    assert read(write(entries)) == (
        Subscription("shuangtan-weekly", '本周"双碳"要闻 <一>', "https://a.org/feed?a=1&b=2"),
        Subscription("周报", "周报", "https://c.org/feed"),
    )
