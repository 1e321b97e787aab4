"""A page's tree → what it says about itself: title, publisher, date, further facts. Pure.

In the order of trust: what the page shows (WeChat's `activity-name`, `js_name`, `publish_time`), JSON-LD (schema.org), meta elements (Open Graph),
and the variables of WeChat's scripts, from which a page that was saved before they ran shows nothing yet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.enrich.published import SHANGHAI

LOOKED_AT = 200_000
"""Characters of a script that are looked at for variables; WeChat's stand in its first 100,000."""

LONGEST_TIME = 100
"""Characters of a time that a page marks: what is longer is no time."""

_ARTICLES = frozenset(["Article", "NewsArticle", "BlogPosting", "Report", "WebPage", "ReportageNewsArticle", "TechArticle"])
_TIME = re.compile(r"\bvar\s+(?:ct|oriCreateTime)\s*=\s*[\"'](\d{9,11})[\"']|\bwindow\.ct\s*=\s*[\"'](\d{9,11})[\"']")
_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "published_time", "publish_time", "publish-date", "publishdate",
    "pubdate", "datePublished", "dc.date", "dc.date.issued", "dcterms.date", "dcterms.issued", "parsely-pub-date", "weibo:article:create_at",
)  # fmt: skip
"""Names of `<meta>` that say when a page was published: Open Graph, Dublin Core, and what news sites and those of the state (PubDate) use."""

_NAMING = ("property", "name", "itemprop", "http-equiv")
"""Attributes by which a meta element has a name."""

_STATED = re.compile(r"\bvar\s+(?:publish_time|createTime)\s*=\s*[\"'](\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{2})?)")
_NICKNAME = re.compile(r"\bvar\s+(?:nickname|profile_nickname)\s*=\s*(?:htmlDecode\()?[\"']([^\"'\n]{1,100})[\"']")
_TITLE = re.compile(r"\bvar\s+msg_title\s*=\s*(?:'([^'\n]{1,300})'|\"([^\"\n]{1,300})\")")


@dataclass(frozen=True)
class Said:
    """What a page says about itself."""

    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


def said(tree: LexborHTMLParser) -> Said:
    """The page's metadata, each field from the first place that has it."""
    article = next(_articles(tree), {})
    script = _script(tree) if tree.css_first("#js_content") is not None else ""
    metas = _Metas(tree)
    told = ("author", "description", "keywords", "og:url", "og:site_name")
    meta = {name: value for name in told if (value := metas.get(name))}
    return Said(
        title=metas.get("og:title")
        or _shown(tree, "#activity-name")
        or _text(article.get("headline"))
        or _shown(tree, "title")
        or _variable(_TITLE, script),
        publisher=_shown(tree, "#js_name")
        or _variable(_NICKNAME, script)
        or _name(article.get("publisher"))
        or metas.get("og:article:author")
        or meta.get("og:site_name"),
        date=_shown(tree, "#publish_time")
        or next(filter(None, (metas.get(name) for name in _PUBLISHED)), None)
        or _marked(tree, "[itemprop=datePublished]", "time[pubdate]")
        or _text(article.get("datePublished"))
        or _time(script),
        facts=(*meta.items(), *((("time", time),) if (time := _marked(tree, "article time", "time")) else ())),
    )


def _shown(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return (" ".join(node.text().split()) or None) if node is not None else None


def _marked(tree: LexborHTMLParser, *selectors: str) -> str | None:
    """The first time that a page marks as one: in `datetime`, `content`, or as it is shown."""
    node: LexborNode | None = next(filter(None, (tree.css_first(selector) for selector in selectors)), None)
    if node is None:
        return None
    said = node.attributes.get("datetime") or node.attributes.get("content") or node.text()
    return " ".join(said.split())[:LONGEST_TIME] or None


class _Metas:
    """What the meta elements say, collected in one scan of the tree."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._said: dict[tuple[str, str], str] = {}
        for node in tree.css("meta"):
            attributes = node.attributes
            for key in _NAMING:
                if name := attributes.get(key):
                    self._said.setdefault((key, name.lower()), (attributes.get("content") or "").strip())

    def get(self, name: str) -> str | None:
        """What the first element of that name says, in any case, by the first of _NAMING that has it."""
        said = (self._said.get((key, name.lower())) for key in _NAMING)
        return next((content for content in said if content is not None), None) or None


def _articles(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """The articles in a page's JSON-LD."""
    for node in tree.css('script[type="application/ld+json"]')[:20]:
        try:
            value = orjson.loads(node.text())
        except orjson.JSONDecodeError:
            continue
        for one in value if isinstance(value, list) else [value]:
            graph = one.get("@graph") if isinstance(one, dict) else None
            for entry in graph if isinstance(graph, list) else [one]:
                if isinstance(entry, dict) and _ARTICLES & set(map(str, _list(entry.get("@type")))):
                    yield entry


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _name(value: object) -> str | None:
    """The name of an organisation, which JSON-LD gives as a text, an object or a list of them."""
    first = next(iter(_list(value)), None)
    return _text(first.get("name")) if isinstance(first, dict) else _text(first)


def _text(value: object) -> str | None:
    return (" ".join(value.split()) or None) if isinstance(value, str) else None


def _script(tree: LexborHTMLParser) -> str:
    """The scripts' text, as far as it is looked at."""
    found, size = [], 0
    for node in tree.css("script"):
        text = node.text()[:LOOKED_AT]
        if "var " in text or "window." in text:
            found.append(text)
            size += len(text)
        if size > LOOKED_AT:
            break
    return "\n".join(found)


def _variable(pattern: re.Pattern[str], script: str) -> str | None:
    match = pattern.search(script)
    return _text(unescape(next(filter(None, match.groups()), ""))) if match else None


def _time(script: str) -> str | None:
    """The time of publication in a WeChat page's script, in Asia/Shanghai."""
    if stated := _variable(_STATED, script):
        return stated
    seconds = _variable(_TIME, script)
    return datetime.fromtimestamp(int(seconds), SHANGHAI).strftime("%Y-%m-%d %H:%M") if seconds else None
