"""An article and its page → the digest that is handed to ingest, with what its feed says of it. Pure.

What ingest would refuse for no fault of the text (a title of a thousand characters, a day in three years) is
left out, so that the text is taken.
"""

import hashlib
import html
import re
from datetime import datetime, timedelta

from services.ingest import fields, media
from services.ingest.accept import Submission
from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.fetcher import Fetched
from shared.errors import Rejected
from shared.text.dates import SHANGHAI

_UNSAID = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\s]+")
_TAG = re.compile(r"<[^<>]{1,200}>")


def of_page(source: str, article: Article, page: Fetched, *, now: datetime) -> Submission:
    """Return the page's bytes as they came; raises Rejected for a kind of file that is not read."""
    return _submission(source, article, page.content, media_type(page), now)


def of_content(source: str, article: Article, *, now: datetime) -> Submission:
    """Return the text that a feed gives for an entry, as a page of its own; raises Rejected where it gives none."""
    if not article.content:
        raise Rejected("empty", "the feed has neither a text nor an address for it")
    title = html.escape(_line(article.title) or "")
    head = f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>'
    page = f"{head}<body><article>{article.content}</article></body></html>"
    return _submission(source, article, page.encode("utf-8", "replace"), "text/html; charset=utf-8", now)


def media_type(page: Fetched) -> str:
    """Return what a document is, with the charset that its server named; raises Rejected for what is not read."""
    declared = page.media_type if page.media_type and _in_header(page.media_type) else None
    shown = media.decide(page.content, declared=declared)
    charset = media.charset_of(declared)
    return f"{shown}; charset={charset}" if charset and shown.startswith("text/") else shown


def _submission(source: str, article: Article, content: bytes, typed: str, now: datetime) -> Submission:
    return Submission(
        content=content,
        source=source,
        title=_line(article.title),
        url=_url(article.url),
        published_on=_day(article.published, now),
        external_id=_identity(article),
        media_type=typed,
    )


def _line(title: str | None) -> str | None:
    """A title in one line without tags, cut where it is too long."""
    text = html.unescape(_TAG.sub("", title or ""))
    return _UNSAID.sub(" ", text).strip()[: fields.MAX_TITLE].strip() or None


def _url(url: str | None) -> str | None:
    try:
        return fields.url(url)
    except Rejected:
        return None


def _day(published: datetime | None, now: datetime) -> str | None:
    """The day in Shanghai; None where it lies further ahead than ingest takes."""
    if published is None or published - now > fields.DAYS_AHEAD - timedelta(days=1):
        return None
    return published.astimezone(SHANGHAI).date().isoformat()


def _identity(article: Article) -> str | None:
    """What the feed calls it; None where that is its address, by which it is known anyway."""
    identity = article.identity
    if identity == article.url and _url(article.url) is not None:
        return None
    line = _UNSAID.sub(" ", identity).strip()
    if line and line == identity and len(line) <= fields.MAX_EXTERNAL_ID:
        return line
    return "sha256:" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()


def _in_header(value: str) -> bool:
    return value.isascii() and value.isprintable() and len(value) < 200
