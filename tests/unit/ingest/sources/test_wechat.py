"""Saved pages → the address of the article."""

import pytest

from services.ingest.accept import Submission, accept
from services.ingest.again.judge import judge
from services.ingest.again.table import Table
from services.ingest.sources.wechat import address, location_of, page_of
from shared.errors import Rejected
from shared.records import RawDigest
from tests.wechat_pages import ADDRESS, LONG, SHORT, VERIFICATION, article, saved


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (article(), ADDRESS),
        (article(url=SHORT), SHORT),
        (article(url=SHORT).replace(f'msg_link = "{SHORT}"', f'msg_link = "{LONG}"'), ADDRESS),
        (f"<meta property=og:url content={LONG}>", ADDRESS),
        (f"<META content='{LONG}' property='og:url'>", ADDRESS),
        (f'var msg_link = "{LONG.replace("&amp;", chr(92) + "x26amp;")}";', ADDRESS),
        ('<meta property="og:url" content="https://mp.weixin.qq.com/">', None),
        ('<meta property="og:url" content="https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x">', None),
        ('<meta property="og:url" content="https://example.org/?u=mp.weixin.qq.com/s/Ab3dEfGhIjKl">', None),
        ('<meta property="og:url" content="http://[mp.weixin.qq.com/s/Ab3dEfGhIjKl">mp.weixin.qq.com', None),
        (f'<p>原文：<a href="{LONG}">og:url</a></p>', None),
        ("<p>正文</p>", None),
        ('<meta property="og:url', None),
    ],
)
def test_the_address(page: str, found: str | None) -> None:
    """Of an article, without what says who shared it; links of other pages to articles are none of theirs."""
    assert address(page) == found


@pytest.mark.parametrize("coding", ["quoted-printable", "binary"])
def test_a_page_saved_whole(coding: str) -> None:
    """Has it in its HTML, and where it was opened."""
    content = saved(article(), location=SHORT + "?poc_token=x", coding=coding)
    assert location_of(content) == SHORT + "?poc_token=x"
    assert (page_of(content) or "").strip() == article().strip()
    assert address(page_of(content), location_of(content)) == ADDRESS
    assert address(page_of(saved("<p>正文</p>", location=SHORT)), SHORT) == SHORT


@pytest.mark.parametrize("location", ["https://example.org/mp.weixin.qq.com/s/x", "https://mp.weixin.qq.com.example.org/s/x", "cid:x"])
def test_pages_saved_elsewhere(location: str) -> None:
    """Are not looked into, whatever they show."""
    content = saved(article(), location=location)
    assert location_of(content + f"Content-Location: {SHORT}\r\n\r\n".encode()) is None


def accepted(content: bytes, at: int = 0, **said: str) -> RawDigest:
    """The raw record of a page."""
    return accept(
        Submission(content, source="a", file_name="a.mhtml" if content.startswith(b"From") else "a.html", **said), revision=NOW + at, max_bytes=2**20
    )[0]


NOW = 1_770_400_000_000


def test_an_article_that_is_saved_again() -> None:
    """Is the same digest, although its bytes are others, and whether as a page or whole."""
    first, second, whole = accepted(article().encode()), accepted(article(key="2").encode()), accepted(saved(article(key="3"), location=SHORT))
    assert first.url == second.url == whole.url == ADDRESS
    assert first.digest_id == second.digest_id == whole.digest_id
    assert first.sha256 != second.sha256


def test_what_a_feeder_says() -> None:
    """Goes before what the page does; an external id stays the identity."""
    assert accepted(article().encode(), url="https://example.org/5").url == "https://example.org/5"
    named = accepted(article().encode(), external_id="5")
    assert (named.url, named.external_id) == (ADDRESS, "5")
    assert named.digest_id != accepted(article().encode()).digest_id


def test_an_article_that_was_fed_before_addresses_were_looked_for() -> None:
    """Is known by its content still, and gets its address; another is a digest of its own."""
    table = Table()
    old = accepted(article().encode()).model_copy(update={"url": None, "digest_id": "0" * 32})
    table.note(old)
    again = judge(accepted(article().encode(), at=1), table)
    assert (again.raw.digest_id, again.raw.url, again.duplicate) == ("0" * 32, ADDRESS, False)
    assert judge(accepted(article(key="2").encode(), at=1), table).before is None


@pytest.mark.parametrize("content", [VERIFICATION.encode(), saved(VERIFICATION, location="https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?x=1")])
def test_a_page_that_asks_for_a_verification(content: bytes) -> None:
    """Is refused in either form."""
    with pytest.raises(Rejected) as refused:
        accepted(content)
    assert refused.value.kind == "verification_page"
