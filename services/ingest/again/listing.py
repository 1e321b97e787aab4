"""What is known of all digests + what is asked for → a page of them, the newest first, and where the next one begins. Pure.

A page begins behind the last digest of the one before it, by the time it was received and its id: a digest that
comes in meanwhile, or is fed again, stands on an earlier page and shifts none.
"""

import heapq
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from services.ingest.again.fed import Fed
from shared.errors import Rejected
from shared.text.dates import SHANGHAI

MOST = 500
"""Digests of a page."""

MOST_IDS = 100
"""Digests that are asked for by id: 43 characters each, of the 64 KiB that a request's head may have."""

ELSEWHERE = 10
"""Other digests of the same content that are named."""

_CURSOR = re.compile(r"(-?\d{1,15})-([0-9a-f]{32})", re.ASCII)


class Place(NamedTuple):
    """Where a digest stands: pages go from high to low."""

    received_ms: int
    digest_id: str

    def __str__(self) -> str:
        return f"{self.received_ms}-{self.digest_id}"


@dataclass(frozen=True)
class Wanted:
    """Which digests are asked for."""

    source: str | None = None
    day: date | None = None
    """On which they were received, in Asia/Shanghai"""
    key: str | None = None
    """Name of the API key that fed them"""
    digest_ids: frozenset[str] = frozenset()
    """These alone, where any is named"""
    behind: Place | None = None
    limit: int = 50


@dataclass(frozen=True)
class Page:
    """Some digests."""

    digests: Sequence[Fed]
    following: Place | None
    """Behind which the next page begins; None for the last"""
    same: dict[str, list[Fed]]
    """By content, all digests of it, for contents that several have"""


def place(fed: Fed) -> Place:
    """Where it stands."""
    return Place(fed.received_ms, fed.digest_id)


def cursor(word: str | None) -> Place | None:
    """The place that a cursor names; raises Rejected (`bad_cursor`)."""
    if word is None:
        return None
    if (found := _CURSOR.fullmatch(word)) is None:
        raise Rejected("bad_cursor", "cursor is none of ours: take `next` of the page before, unchanged")
    return Place(int(found[1]), found[2])


def page(known: Iterable[Fed], wanted: Wanted, *, may: Callable[[str], bool] = lambda source: True) -> Page:
    """Return the page of what is `known`; sources of which `may` is not true are left out altogether."""
    visible = [fed for fed in known if may(fed.source)]
    span = _span(wanted.day)
    found = [fed for fed in visible if _is_wanted(fed, wanted, span)]
    newest = heapq.nlargest(wanted.limit + 1, found, key=place)
    shown = newest[: wanted.limit]
    contents = {fed.content for fed in shown if fed.content}
    same: dict[str, list[Fed]] = defaultdict(list)
    for fed in visible:
        if fed.content in contents:
            same[fed.content].append(fed)
    several = {content: digests for content, digests in same.items() if len(digests) > 1}
    return Page(shown, place(shown[-1]) if len(newest) > wanted.limit else None, several)


def elsewhere(known: Iterable[Fed], content: str, *, beside: str, may: Callable[[str], bool]) -> list[Fed]:
    """Other digests than `beside` that stand and have this content, the newest first, some of them."""
    same = (fed for fed in known if fed.content == content and fed.digest_id != beside and not fed.withdrawn)
    return heapq.nlargest(ELSEWHERE, (fed for fed in same if may(fed.source)), key=place)


def _is_wanted(fed: Fed, wanted: Wanted, span: tuple[int, int] | None) -> bool:
    return (
        (wanted.source is None or fed.source == wanted.source)
        and (wanted.key is None or fed.fed_by == wanted.key)
        and (not wanted.digest_ids or fed.digest_id in wanted.digest_ids)
        and (wanted.behind is None or place(fed) < wanted.behind)
        and (span is None or span[0] <= fed.received_ms < span[1])
    )


def _span(day: date | None) -> tuple[int, int] | None:
    """The first ms of a day in Asia/Shanghai, and of the next one."""
    if day is None:
        return None
    begin = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    first = int(begin.timestamp()) * 1000
    return first, first + 24 * 3600 * 1000  # without summer time since 1991


def answer(page: Page) -> list[dict[str, Any]]:
    """The digests of a page as JSON has them."""
    return [_row(fed, page.same.get(fed.content, ())) for fed in page.digests]


def _row(fed: Fed, same: Sequence[Fed]) -> dict[str, Any]:
    known = fed.known
    others = heapq.nlargest(ELSEWHERE, (one for one in same if one.digest_id != fed.digest_id), key=place)
    return {
        "digest_id": fed.digest_id,
        "revision": fed.revision,
        "source": fed.source,
        "title": known.title,
        "url": known.url,
        "external_id": fed.external_id,
        "file_name": known.file_name,
        "published_on": known.published_on.isoformat() if known.published_on else None,
        "received_at": _time(fed.received_ms),
        "media_type": fed.media_type,
        "key_name": fed.fed_by,
        "withdrawn": fed.withdrawn,
        "withdrawn_by": fed.done_by if fed.withdrawn else None,
        "withdrawn_at": _time(fed.withdrawn_ms) if fed.withdrawn_ms is not None else None,
        "released": fed.released,
        "released_by": fed.done_by if fed.released else None,
        "same_content": [{"digest_id": one.digest_id, "source": one.source} for one in others],
    }


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
