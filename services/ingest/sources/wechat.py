"""A page as it was saved → the address of the WeChat article that it is, by which one that is saved again is known. Pure.

Each saving of an article has other bytes, as its scripts hold counts and keys of their own. Title, account, author and day are left to enrich, which
reads them from the same page (services/enrich/readers/page.py). Linear in the length of the page, whatever it holds.
"""

import base64
import quopri
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from shared import charset
from shared.errors import Rejected

HOST = "mp.weixin.qq.com"

HEAD = 64 * 1024
"""Bytes of a saved page (MHTML) that are looked at for its address and for where its HTML begins: browsers put both first."""

MOST_PAGE = 4 * 2**20
"""Bytes of the HTML in a saved page that are looked at; an article has 3 MB at most, nearly all of them scripts, which come last."""

TAG = 3_000
"""Characters of a tag that are looked at."""

PARTS = ("__biz", "mid", "idx", "sn")
"""What tells an article from others; the rest says who shared it, and where it was opened."""

_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_LINK = re.compile(r"""\bvar\s+msg_link\s*=\s*["']([^"'\n]{1,2000})["']""")
_LOCATION = re.compile(rb"^(?:Snapshot-)?Content-Location:[ \t]*(?:\r?\n[ \t]+)?(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_HTML_PART = re.compile(rb"^Content-Type:[ \t]*text/html\b", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"^Content-Transfer-Encoding:[ \t]*([\w-]{1,40})", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")


def address(page: str | None, location: str | None = None) -> str | None:
    """The address of the article, by what the page says, else by where it was opened; None for every other page."""
    found = [*_said(page), location] if page is not None and HOST in page else [location]
    articles = [article for one in found if one and (article := _article(one)) is not None]
    # One that says which article of which account it is goes before a short one, which has another name for the same.
    return next((one for one in articles if "?" in one), None) or next(iter(articles), None)


def location_of(content: bytes) -> str | None:
    """Where at WeChat a saved page (MHTML) was opened; None for every other one."""
    # The first is the page's own; others are of what it shows.
    found = _LOCATION.search(content, 0, HEAD)
    place = found[1].decode("ascii", "replace") if found else ""
    return place if re.match(rf"https?://{re.escape(HOST)}(?:[/?#:]|$)", place, re.IGNORECASE) else None


def is_article(url: str) -> bool:
    """Whether an address is one that `address` gives."""
    return url.startswith(f"https://{HOST}/s")


def page_of(content: bytes) -> str | None:
    """The HTML of a saved page (MHTML); None where it can't be found."""
    begun = _HTML_PART.search(content[:HEAD])
    head_end = _BLANK.search(content, begun.end(), begun.end() + 4_000) if begun else None
    if begun is None or head_end is None:
        return None
    # The part's head: its fields around the one that names the type.
    first = max(content.rfind(b"\n--", 0, begun.start()), 0)
    coding = _FIELD.search(content, first, head_end.end())
    boundary = content[first + 1 : content.find(b"\n", first + 1)].strip() if first else b""
    end = content.find(b"\n" + boundary, head_end.end()) if boundary.startswith(b"--") else -1
    body = content[head_end.end() : end if end >= 0 else len(content)][: 2 * MOST_PAGE]
    name = coding[1].lower() if coding else b""
    try:
        if name == b"quoted-printable":
            body = quopri.decodestring(body)
        elif name == b"base64":
            body = base64.b64decode(body)
        body = body[:MOST_PAGE]
        return charset.decode(body, charset.decide(body))[0]
    except (ValueError, Rejected):
        return None


def _said(page: str) -> Iterator[str]:
    """What the page's og:url and its scripts say."""
    at = page.find("og:url")
    begun = page.rfind("<", max(0, at - TAG), at) if at >= 0 else -1
    ended = page.find(">", at, at + TAG) if at >= 0 else -1
    if begun >= 0 and ended >= 0 and page[begun : begun + 5].lower() == "<meta" and (said := _CONTENT.search(page, begun, ended)):
        yield said[1] or said[2] or said[3] or ""
    yield from (match[1] for match in _LINK.finditer(page))


def _article(said: str) -> str | None:
    """An address in the one form in which it is kept; None for those of no article."""
    try:
        parts = urlsplit(unescape(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), unescape(said))).strip())
        if parts.hostname != HOST or parts.scheme not in ("http", "https"):
            return None
        short = re.fullmatch(r"/s/([\w-]{10,64})/?", parts.path)
        if short:
            return f"https://{HOST}/s/{short[1]}"
        named = dict(parse_qsl(parts.query.removeprefix("amp;"), max_num_fields=60))
    except ValueError:
        return None
    told = {name: named[name] for name in PARTS if named.get(name)}
    return f"https://{HOST}/s?{urlencode(told, safe='=')}" if parts.path == "/s" and len(told) == len(PARTS) else None
