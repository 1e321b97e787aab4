"""A document that was fetched for a source → the articles that it names. Pure.

A feed has entries; a page has links, of which a CSS selector says which lead to articles.
"""

import hashlib
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from services.ingest import media
from services.ingest.sources.feeds import read as feeds
from services.ingest.sources.feeds.read import MOST_ENTRIES
from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.fetcher import Fetched
from shared import charset
from shared.errors import Rejected
from shared.registry.entry import Feed, Listing

MAX_URL = 2000
"""Characters of a link that is followed, as ingest takes them"""

_FEEDS = "link[rel~=alternate][type*=rss][href], link[rel~=alternate][type*=atom][href]"


def articles(found: Fetched, fetch: Feed | Listing) -> tuple[Article, ...]:
    """Return what the document names, in its order, each once.

    Raises Rejected: `no_feed`, `no_links` (none where the selector looks), `bad_selector`, `undecodable`.
    """
    return _of_feed(found) if isinstance(fetch, Feed) else _of_page(found, fetch.links)


def name(article: Article) -> str:
    """Return what an article is remembered by: 64 bits of a hash, as identities are whole addresses."""
    return hashlib.blake2b(article.identity.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _of_feed(found: Fetched) -> tuple[Article, ...]:
    try:
        feed = feeds.read(found.content, url=found.url, media_type=found.media_type)
    except Rejected as refused:
        named = _named_feed(found)
        if named is None:
            raise
        message = f"this is a page and no feed; it names {named} as its feed"
        raise Rejected(refused.kind, message) from None
    return feed.entries


def _named_feed(found: Fetched) -> str | None:
    """The feed that a page names as its own."""
    try:
        node = _tree(found).css_first(_FEEDS)
    except Rejected:
        return None
    return None if node is None else _joined(found.url, node)


def _of_page(found: Fetched, selector: str) -> tuple[Article, ...]:
    tree = _tree(found)
    base = tree.css_first("base[href]")
    address = (base is not None and _joined(found.url, base)) or found.url
    try:
        nodes = tree.css(selector)
    except SelectolaxError:
        raise Rejected("bad_selector", f"{selector!r} is no CSS selector: write one such as ul.news a") from None
    urls: dict[str, None] = {}
    for node in nodes:
        if (url := _link(node, address)) is not None and url != found.url:
            urls[url] = None
        if len(urls) == MOST_ENTRIES:
            break
    if not urls:
        said = f"{len(nodes)} elements, none of them a link" if nodes else "nothing"
        raise Rejected("no_links", f"the selector {selector!r} finds {said} on the page: has its layout changed?")
    return tuple(Article(url, url, None, None, None, whole=False) for url in urls)


def _link(node: LexborNode, address: str) -> str | None:
    """Where an element, or the first link in it, leads; None where that is no page of the web."""
    for one in _links(node):
        if (url := _joined(address, one)) is not None:
            return url
    return None


def _joined(address: str, node: LexborNode) -> str | None:
    """The address that an element names, made whole, without a fragment; None where it is none of the web."""
    try:
        url = urldefrag(urljoin(address, (node.attributes.get("href") or "").strip())).url
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname and len(url) <= MAX_URL else None
    except ValueError:
        return None


def _links(node: LexborNode) -> Iterator[LexborNode]:
    if node.tag == "a":
        yield node
    else:
        yield from node.css("a[href]")


def _tree(found: Fetched) -> LexborHTMLParser:
    """The page; raises Rejected where its bytes are no text."""
    codec = charset.decide(found.content, media.charset_of(found.media_type))
    return LexborHTMLParser(charset.decode(found.content, codec)[0])
