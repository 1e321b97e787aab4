"""Articles → digests, with what their feed says of them as far as ingest takes it."""

from datetime import UTC, datetime

import pytest

from services.ingest.accept import accept
from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.worker import saying
from shared.errors import Rejected

NOW = datetime(2026, 2, 6, 1, tzinfo=UTC)
PAGE = Fetched("https://a.org/12", "<p>昆山新增十家零碳工厂。</p>".encode("gb18030"), "text/html; charset=gb2312")


def article(
    *,
    identity: str = "id-12",
    url: str | None = "https://a.org/12",
    title: str | None = "第十二期",
    published: datetime | None = None,
    content: str | None = None,
) -> Article:
    """An entry of a feed."""
    return Article(identity, url, title, published, content, whole=content is not None)


def test_a_page_goes_on_byte_for_byte() -> None:
    """With what its feed says, and the charset that its server named."""
    digest = saying.of_page("双碳周报", article(published=datetime(2026, 2, 5, 17, tzinfo=UTC)), PAGE, now=NOW)
    assert digest.content == PAGE.content
    assert (digest.source, digest.title, digest.url) == ("双碳周报", "第十二期", "https://a.org/12")
    assert (digest.published_on, digest.external_id) == ("2026-02-06", "id-12")
    assert digest.media_type == "text/html; charset=gb2312"


def test_the_text_of_a_feed_is_a_page_of_its_own() -> None:
    """In UTF-8, under its title."""
    digest = saying.of_content("a", article(title='"双碳" <周报>', content="<ol><li>一</li></ol>"), now=NOW)
    assert b"<title>&quot;\xe5\x8f\x8c" in digest.content
    assert "<article><ol><li>一</li></ol></article>".encode() in digest.content
    assert digest.media_type == "text/html; charset=utf-8"


def test_an_entry_with_nothing_in_it() -> None:
    """Is refused with its reason."""
    with pytest.raises(Rejected, match="neither a text nor an address"):
        saying.of_content("a", article(url=None), now=NOW)


@pytest.mark.parametrize(
    ("found", "title"),
    [
        ("  第十二期\n <b>要闻</b> &amp; 数据 ", "第十二期 要闻 & 数据"),
        ("期" * 600, "期" * 500),
        ("第\x00十二\u2028期\ud800", "第 十二 期"),
        ("3 < 5 的一周", "3 < 5 的一周"),
        ("", None),
        (None, None),
    ],
)
def test_titles_are_one_line(found: str | None, title: str | None) -> None:
    """Whatever stood in the feed, ingest takes it."""
    digest = saying.of_page("a", article(title=found), PAGE, now=NOW)
    assert digest.title == title
    accept(digest, revision=round(NOW.timestamp() * 1000), max_bytes=1000)


@pytest.mark.parametrize(
    ("identity", "url", "external_id"),
    [
        ("https://a.org/12", "https://a.org/12", None),
        ("tag:a.org,2026:12", "https://a.org/12", "tag:a.org,2026:12"),
        ("ftp://a.org/12", "ftp://a.org/12", "ftp://a.org/12"),
        (
            "x" * 501,
            "https://a.org/12",
            "sha256:3ac31d30e2ef713a7d4803d2923982618af0bfb6488e67e2bcb9d0050f24d56a",
        ),
    ],
)
def test_what_a_digest_is_known_by(identity: str, url: str, external_id: str | None) -> None:
    """The feed's own identity, unless that is the address."""
    digest = saying.of_page("a", article(identity=identity, url=url), PAGE, now=NOW)
    assert digest.external_id == external_id


@pytest.mark.parametrize(
    ("published", "day"),
    [
        (datetime(2026, 2, 6, 16, tzinfo=UTC), "2026-02-07"),
        (datetime(2026, 2, 11, 1, tzinfo=UTC), "2026-02-11"),
        (datetime(2029, 1, 1, tzinfo=UTC), None),
    ],
)
def test_days_are_those_of_shanghai(published: datetime, day: str | None) -> None:
    """One that lies far ahead is a mistake of the feed's, and left out."""
    assert saying.of_page("a", article(published=published), PAGE, now=NOW).published_on == day


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        (None, "text/html"),
        ("application/xhtml+xml; charset=UTF-8", "text/html; charset=utf-8"),
        ("text/html; charset=\u4e2d", "text/html"),
        ("application/octet-stream", "text/html"),
    ],
)
def test_kinds_of_documents(said: str | None, typed: str) -> None:
    """By what the server says where it says something that a header takes."""
    assert saying.media_type(Fetched("https://a.org/", b"<html><p>a</p></html>", said)) == typed


@pytest.mark.parametrize(("content", "said"), [(b"\x89PNG\r\n\x1a\n", "text/html"), (b"{}", "application/json")])
def test_kinds_that_are_not_read(content: bytes, said: str) -> None:
    """Are refused before they are handed over."""
    with pytest.raises(Rejected):
        saying.media_type(Fetched("https://a.org/", content, said))
