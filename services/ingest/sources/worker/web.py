"""A feed or a page with links, once → the articles that are new handed over.

A document's validators are kept only when nothing of it is left to do: a server that says "unchanged" would
else hide what is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.ingest.accept import Submission
from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.worker import plan, saying
from services.ingest.sources.worker.apart import Reader
from services.ingest.sources.worker.articles import name
from services.ingest.sources.worker.handing import Unclear
from services.ingest.sources.worker.turn import Turn
from shared import metrics
from shared.errors import Rejected, Unavailable
from shared.registry.entry import Feed, Fetch, Listing

MISSES = 3
"""Articles in a row that can't be had for now; the others are left for the next turn."""


FINAL = ("status_410", "too_large", "bad_url")
"""Failures of an article that no later try mends: it is gone, or no article"""

PASSING = ("verification_page", "login_page", "deleted_article", "empty")
"""Refusals of what a page shows for the moment, which may be the article tomorrow"""


class Fetching(Protocol):
    """What fetches: `Polite`, or a stand-in for it."""

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        """Return the document; raise FetchFailed."""


@dataclass(frozen=True)
class Web:
    """The way of feeds and pages."""

    fetcher: Fetching
    read: Reader = field(default_factory=Reader)

    async def __call__(self, turn: Turn, fetch: Fetch) -> str:
        """Take a turn, as `turn.Way` says."""
        assert isinstance(fetch, Feed | Listing)
        found = await self._get(turn, fetch.url, etag=turn.state.etag, modified=turn.state.last_modified)
        if found.unchanged:
            turn.end()
            return "unchanged"
        named = await self.read(found, fetch)
        turn.begin()  # Others' documents may have been waited for.
        turn.state = plan.refreshed(turn.state, map(name, reversed(named)))
        turn.state = plan.without_missed(turn.state, set(map(name, named)))
        seen, now = set(turn.state.seen), turn.turns.now()
        known = [article for article in named if name(article) not in seen]
        left, closed = await self._all(turn, fetch, [one for one in known if not plan.waits(turn.state, name(one), now)])
        if not (left or closed or turn.state.missed or turn.problems):
            turn.state = turn.state.model_copy(update={"etag": found.etag, "last_modified": found.modified})
        return turn.end(left=left, closed=closed)

    async def _all(self, turn: Turn, fetch: Feed | Listing, new: Sequence[Article]) -> tuple[bool, bool]:
        """Hand over one after the other; return whether the time was over before, and whether too many were missed."""
        misses = 0
        for article in new:
            if turn.over:
                return True, False
            called = (article.url or article.title or article.identity)[:300]
            if await self._hand(turn, fetch, article, called):
                misses = 0
                turn.state = plan.with_seen(turn.state, name(article))
                await turn.keep()
                continue
            misses += 1
            if misses >= MISSES:
                return False, True
        return False, False

    async def _hand(self, turn: Turn, fetch: Feed | Listing, article: Article, called: str) -> bool:
        """Return whether an article is dealt with; raises Unavailable.

        Of a page that is closed or shows a check nobody knows for how long, so that it is tried for some days.
        """
        try:
            await turn.hand(await self._digest(turn, fetch, article))
        except Rejected as refused:
            if not isinstance(refused, Unclear) and not (refused.kind in PASSING and _has_page(fetch, article)):
                turn.refuse(called, refused.message)
                return True
            return turn.miss(name(article), called, refused.message, lasting=True)
        except FetchFailed as failed:
            if failed.kind in FINAL:
                turn.refuse(called, failed.message)
                return True
            return turn.miss(name(article), called, failed.message, lasting=failed.lasting)
        except Unavailable:
            raise
        except Exception as error:
            return turn.miss(name(article), called, turn.fault(error), lasting=True)
        return True

    async def _digest(self, turn: Turn, fetch: Feed | Listing, article: Article) -> Submission:
        source, now = turn.entry.source, turn.turns.now()
        if article.url is None or not _has_page(fetch, article):
            return saying.of_content(source, article, now=now)
        try:
            page = await self._get(turn, article.url)
        except FetchFailed as failed:
            if not (failed.lasting and article.whole):
                raise
            # The page is closed to us, and the feed has the whole text.
            return saying.of_content(source, article, now=now)
        return saying.of_page(source, article, page, now=now)

    async def _get(self, turn: Turn, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        found = await self.fetcher.get(url, etag=etag, modified=modified)
        metrics.fetched_bytes.labels(kind=turn.kind).inc(len(found.content))
        return found


def _has_page(fetch: Feed | Listing, article: Article) -> bool:
    """Whether the article is its page, and not the text that the feed has of it."""
    return article.url is not None and (not isinstance(fetch, Feed) or fetch.full or not article.content)
