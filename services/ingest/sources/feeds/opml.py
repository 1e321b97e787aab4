"""OPML, as readers of feeds exchange their subscriptions ↔ sources with feeds. Pure.

A source's id travels as a category (`jianbao/shuangtan-weekly`), so that what is written comes back under its
own id; lists of other programs get ids from their titles.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree

import listparser

from shared import charset
from shared.errors import Rejected
from shared.registry.entry import Entry, Feed

OURS = "jianbao"
"""The category under which ids stand"""

MOST_FEEDS = 10_000
"""Of one list; people's own have some hundred."""

LONGEST_NAME = 200
"""Characters of a name that are kept, as an entry takes"""

_DECLARATION = re.compile(rb"""\A\s*<\?xml(?:[^>]{0,100}?\bencoding\s*=\s*["']([\w.:-]{1,40})["'])?[^>]{0,100}>""")
_JUDGED = ("utf", "gb", "big5", "hz", "us-ascii")
"""Beginnings of charsets that lists in Chinese name, also where they are in another one of them"""
_NO_WORD = re.compile(r"[^\w.\-]+")
_ID = re.compile(r"\w[\w.\-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed of a list."""

    source: str
    """An id of its own among those of the list and those that were taken"""
    name: str | None
    url: str
    """http or https"""


def read(content: bytes, *, taken: Collection[str] = ()) -> tuple[Subscription, ...]:
    """Return the feeds of a list, each address once; `taken` are ids that no new source may get.

    Raises Rejected with kind `no_opml` where there is none in it.
    """
    found = listparser.parse(_in_utf8(content))
    urls: dict[str, tuple[str | None, str | None]] = {}
    for feed in found["feeds"][:MOST_FEEDS]:
        if (url := _web(feed["url"])) is not None:
            urls.setdefault(url, (_name(feed.get("title")), _own(feed.get("categories", ()))))
    if not urls:
        raise Rejected("no_opml", "this is no OPML with feeds: export the subscriptions of your reader as OPML")
    used = set(taken)
    subscriptions: list[Subscription] = []
    for url, (name, own) in urls.items():
        given = {one.source for one in subscriptions}
        source = own if own is not None and own not in given else _free(name, url, used)
        used.add(source)
        subscriptions.append(Subscription(source, name, url))
    return tuple(subscriptions)


def write(entries: Iterable[Entry], *, title: str = "简报") -> bytes:
    """Return a list of the sources that have a feed, in their order."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = _xml(title)
    body = ElementTree.SubElement(root, "body")
    for entry in entries:
        if not isinstance(entry.fetch, Feed):
            continue
        said = {
            "type": "rss",
            "text": _xml(entry.shown),
            "title": _xml(entry.shown),
            "xmlUrl": _xml(entry.fetch.url),
        }
        site = {"htmlUrl": _xml(entry.base_url)} if entry.base_url else {}
        ElementTree.SubElement(body, "outline", {**said, **site, "category": f"{OURS}/{entry.source}"})
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _in_utf8(content: bytes) -> bytes:
    """Return the list in UTF-8 and declared so: the parser reads other charsets wrongly, without a word."""
    said = _DECLARATION.match(content)
    declared = said[1].decode("ascii").lower() if said and said[1] else "utf-8"
    try:
        name = charset.decide(content) if declared.startswith(_JUDGED) else declared
        text, _broken = charset.decode(content, name)
    except (Rejected, LookupError, UnicodeError):  # No text, or said to be in what is no charset.
        return content
    written = text.encode("utf-8", "replace")
    return b'<?xml version="1.0" encoding="utf-8"?>' + _DECLARATION.sub(b"", written, count=1)


def _web(said: str) -> str | None:
    """The address; `feed:` is how some lists write http."""
    url = re.sub(r"^feed:(?://)?(?=https?:)", "", said.strip(), flags=re.IGNORECASE)
    url = re.sub(r"^feed:(?://)?", "http://", url, flags=re.IGNORECASE)
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return None
    return url if fine and len(url) <= 2000 else None


def _name(title: str | None) -> str | None:
    return " ".join((title or "").split())[:LONGEST_NAME].strip() or None


def _own(categories: Iterable[list[str]]) -> str | None:
    for category in categories:
        if len(category) == 2 and category[0] == OURS and _ID.fullmatch(category[1]):
            return category[1]
    return None


def _free(name: str | None, url: str, used: Collection[str]) -> str:
    """An id made of the name, else of the host: 双碳 周报 becomes 双碳-周报."""
    words = (_NO_WORD.sub("-", one or "").strip("-._")[:56] for one in (name, urlsplit(url).hostname))
    word = next(filter(None, words), "feed")
    if word not in used:
        return word
    return next(made for number in range(2, len(used) + 3) if (made := f"{word}-{number}") not in used)


def _xml(text: str) -> str:
    return _CONTROL.sub("", text)
