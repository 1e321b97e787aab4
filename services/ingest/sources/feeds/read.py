"""The bytes of a feed → its entries. Pure.

RSS and Atom in all their dialects are read by feedparser, which expands no entities of a document's own, JSON Feed by its two versions' form.
"""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import feedparser  # type: ignore[import-untyped]
from pydantic import BaseModel, ValidationError, WrapValidator

from shared.errors import Rejected

MOST_ENTRIES = 500
"""Of one reading, the first ones, which are the newest in every feed that we know; the next reading takes none that left meanwhile."""


FIRST_YEAR = 1990
"""Of publications on the web; programs write the years 1, 1900 and 1970 where they know none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, as far as its feed tells it."""

    identity: str
    """What the feed calls it, else its address"""
    url: str | None
    title: str | None
    published: datetime | None
    """UTC"""
    content: str | None
    """HTML: the whole text where the feed has it, else its summary"""
    whole: bool
    """Whether the content is said to be the whole text"""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself, and its entries in its order, each identity once."""

    title: str | None
    site: str | None
    """The address of the site that it is of"""
    entries: tuple[Entry, ...]


def _readable(value: Any, read: Callable[[Any], Any]) -> Any:
    """The value of a field, None where it is of another form than it should be: the others are still good."""
    try:
        return read(value)
    except ValidationError:
        return None


Text = Annotated[str | None, WrapValidator(_readable)]


class _Item(BaseModel):
    id: Annotated[str | int | float | None, WrapValidator(_readable)] = None
    url: Text = None
    external_url: Text = None
    title: Text = None
    content_html: Text = None
    content_text: Text = None
    summary: Text = None
    date_published: Annotated[datetime | None, WrapValidator(_readable)] = None


class _JsonFeed(BaseModel):
    version: str
    title: Text = None
    home_page_url: Text = None
    items: list[Annotated[_Item | None, WrapValidator(_readable)]] = []


def read(content: bytes, *, url: str, media_type: str | None = None) -> Feed:
    """The feed that was fetched from `url`; raises Rejected with kind `no_feed` where it is none, `broken_feed` where it can't be read."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _of_json(content)
    headers = {"content-location": url} | ({"content-type": media_type} if media_type else {})
    try:
        found = feedparser.parse(content, response_headers=headers, sanitize_html=False)
    except Exception as error:
        # Addresses, charsets and numbers that are none: feedparser lets through what it meets there.
        raise Rejected("broken_feed", f"this feed is broken, and can't be read ({type(error).__name__})") from error
    if not found.get("version"):
        raise Rejected("no_feed", "this is no feed: neither RSS nor Atom nor JSON Feed")
    return Feed(found.feed.get("title") or None, found.feed.get("link") or None, _once(map(_entry, found.entries)))


def _entry(said: feedparser.FeedParserDict) -> Entry:
    texts = [part.value for part in said.get("content", ()) if part.get("value")]
    moment = next((said[name] for name in ("published_parsed", "updated_parsed") if dict.get(said, name)), None)
    url = said.get("link") or None
    return Entry(
        identity=said.get("id") or url or said.get("title") or "",
        url=url,
        title=said.get("title") or None,
        published=_moment(lambda: datetime.fromtimestamp(calendar.timegm(moment), UTC)) if moment else None,
        content=max(texts, key=len, default=None) or said.get("summary") or None,
        whole=bool(texts),
    )


def _of_json(content: bytes) -> Feed:
    try:
        found = _JsonFeed.model_validate_json(content.lstrip(b"\xef\xbb\xbf"))
    except ValidationError:
        found = None
    if found is None or "jsonfeed.org/version/" not in found.version:
        raise Rejected("no_feed", "this is JSON and no JSON Feed: its version should name https://jsonfeed.org/version/1.1")
    return Feed(found.title, found.home_page_url, _once(_json_entry(item) for item in found.items if item is not None))


def _json_entry(item: _Item) -> Entry:
    url = item.url or item.external_url
    text = item.content_html or (f"<pre>{_escaped(item.content_text)}</pre>" if item.content_text else None)
    when = item.date_published
    return Entry(
        identity=str(item.id) if item.id not in (None, "") else url or item.title or "",
        url=url,
        title=item.title or None,
        published=_moment(lambda: (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)) if when else None,
        content=text or item.summary or None,
        whole=text is not None,
    )


def _moment(made: Callable[[], datetime]) -> datetime | None:
    """A time of publication; None for one that can't be, such as the day 0 of drafts, or is no one's."""
    try:
        moment = made()
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year >= FIRST_YEAR else None


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The first entry of each identity, without those that have none or nothing to say."""
    held: dict[str, Entry] = {}
    for entry in entries:
        if entry.identity and (entry.content or entry.url) and entry.identity not in held:
            held[entry.identity] = entry
    return tuple(held.values())[:MOST_ENTRIES]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
