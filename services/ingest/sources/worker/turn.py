"""A source of the web, once → its new articles handed to ingest, and the state that is kept.

An article is remembered once ingest acknowledged or refused it; until then it is fetched again the next time. A
document's validators are kept only when nothing of it is left to do, as a server that says "unchanged" would
else hide what is left.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from services.ingest.accept import Submission
from services.ingest.feed import Answer
from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.worker import plan, saying
from services.ingest.sources.worker.articles import articles, name
from services.ingest.sources.worker.handing import IngestClosed
from shared import log, metrics
from shared.errors import Rejected, Unavailable
from shared.registry.entry import Entry, Feed, FetchState, Listing

logger = log.get(__name__)

TURN_SECONDS = 120.0
"""Of one source; what is left then is taken up after all others had their turn."""

KEEP_SECONDS = 1.0
"""Between two states that are kept within a turn: a site's own pause is as long."""

MISSES = 3
"""Articles in a row that can't be fetched for now; the others are left for the next turn."""

PAUSE_AFTER = 10
"""Failures in a row: two days by the usual intervals."""

LATER_SECONDS = 1.0
"""Until a turn that ran out of time goes on"""


class Fetching(Protocol):
    """What fetches: `Polite`, or a stand-in for it."""

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        """Return the document; raise FetchFailed."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Turns:
    """What takes turns: one for all sources of the web."""

    fetcher: Fetching
    hand: Callable[[Submission], Awaitable[Answer]]
    keep: Callable[[FetchState], Awaitable[None]]
    pause_after: int = PAUSE_AFTER
    now: Callable[[], datetime] = _now
    uniform: plan.Uniform = random.uniform

    async def take(self, entry: Entry, state: FetchState | None) -> FetchState:
        """Fetch a source and hand over what is new; return its state, kept. Raises Unavailable where that can't be kept."""
        fetch = entry.fetch
        if not isinstance(fetch, Feed | Listing):
            raise TypeError(fetch)
        turn = _Turn(self, entry, fetch, plan.begun(entry, state, fetch.url), self.now())
        state, outcome = await turn.run()
        metrics.fetches.labels(kind=fetch.kind, outcome=outcome).inc()
        logger.info(
            "source_fetched",
            source=entry.source,
            outcome=outcome,
            fed=turn.fed,
            error=state.error,
            failures=state.failures,
            paused=state.paused,
        )
        await self.keep(state)
        return state


@dataclass
class _Turn:
    turns: Turns
    entry: Entry
    fetch: Feed | Listing
    state: FetchState
    kept_at: datetime
    fed: int = 0
    problems: list[str] = field(default_factory=list)
    left: bool = False

    async def run(self) -> tuple[FetchState, str]:
        """The state at the end, and one word for what became of the turn."""
        turns, every = self.turns, self.fetch.every
        ends = turns.now() + timedelta(seconds=TURN_SECONDS)
        try:
            found = await self._get(self.fetch.url, etag=self.state.etag, modified=self.state.last_modified)
            if found.unchanged:
                return plan.succeeded(self.state, every, turns.now(), turns.uniform), "unchanged"
            # In a thread: a feed of some MiB takes seconds.
            named = await asyncio.to_thread(articles, found, self.fetch)
        except FetchFailed as failed:
            return self._failed(failed.message, failed.retry_after), failed.kind
        except Rejected as refused:
            return self._failed(refused.message), refused.kind
        self.state = plan.refreshed(self.state, map(name, reversed(named)))
        seen = set(self.state.seen)
        try:
            await self._all([article for article in named if name(article) not in seen], ends)
        except Unavailable as away:
            seconds = float(away.retry_after) if isinstance(away, IngestClosed) else plan.AWAY_SECONDS
            return plan.postponed(self.state, turns.now(), seconds, error=str(away)), "not_taken"
        return self._ended(found)

    async def _get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        found = await self.turns.fetcher.get(url, etag=etag, modified=modified)
        metrics.fetched_bytes.labels(kind=self.fetch.kind).inc(len(found.content))
        return found

    def _ended(self, found: Fetched) -> tuple[FetchState, str]:
        turns, every, now = self.turns, self.fetch.every, self.turns.now()
        if self.left and not self.fed:
            return self._failed(self._problem() or f"no article came within {TURN_SECONDS:g} seconds"), "slow"
        if self.left:
            return plan.postponed(self.state, now, LATER_SECONDS, error=self._problem()), "long"
        if self.problems and not self.fed:
            return self._failed(self._problem() or ""), "articles"
        if not self.problems:
            validators = {"etag": found.etag, "last_modified": found.modified}
            self.state = self.state.model_copy(update=validators)
        return plan.succeeded(self.state, every, now, turns.uniform, error=self._problem()), "fetched"

    async def _all(self, new: list[Article], ends: datetime) -> None:
        """Hand over one after the other; raises Unavailable where ingest takes none."""
        misses = 0
        for article in new:
            if self.turns.now() >= ends:
                self.left = True
                return
            try:
                await self._hand(article)
                misses = 0
            except Rejected as refused:
                self._refuse(article, refused.message)
            except FetchFailed as failed:
                if failed.lasting:
                    self._refuse(article, failed.message)
                    continue
                self.problems.append(f"{_called(article)}: {failed.message}")
                misses += 1
                if misses >= MISSES:
                    return
            if self.turns.now() >= self.kept_at + timedelta(seconds=KEEP_SECONDS):
                await self.turns.keep(self.state)
                self.kept_at = self.turns.now()

    async def _hand(self, article: Article) -> None:
        """Hand one over; raises FetchFailed, Rejected and Unavailable."""
        answer = await self.turns.hand(await self._digest(article))
        self.fed += 1
        self.state = plan.with_seen(self.state, name(article)).model_copy(update={"fed_at": self.turns.now()})
        verdict = "duplicate" if answer.duplicate_of else "fed"
        metrics.fetched_digests.labels(kind=self.fetch.kind, verdict=verdict).inc()

    async def _digest(self, article: Article) -> Submission:
        source, now = self.entry.source, self.turns.now()
        full = not isinstance(self.fetch, Feed) or self.fetch.full or not article.content
        if not full or article.url is None:
            return saying.of_content(source, article, now=now)
        try:
            page = await self._get(article.url)
        except FetchFailed as failed:
            if not (failed.lasting and article.whole):
                raise
            # The page is closed to us, and the feed has the whole text.
            return saying.of_content(source, article, now=now)
        return saying.of_page(source, article, page, now=now)

    def _refuse(self, article: Article, why: str) -> None:
        """Remember an article that would be refused the next time too."""
        line = f"{_called(article)}: {why}"
        logger.warning("article_refused", source=self.entry.source, why=why)
        metrics.fetched_digests.labels(kind=self.fetch.kind, verdict="refused").inc()
        self.state = plan.with_refused(plan.with_seen(self.state, name(article)), line)

    def _failed(self, error: str, retry_after: float | None = None) -> FetchState:
        return plan.failed(
            self.state,
            self.fetch.every,
            self.turns.now(),
            self.turns.uniform,
            error=error,
            most=self.turns.pause_after,
            retry_after=retry_after,
        )

    def _problem(self) -> str | None:
        """What a person should see of articles that could not be fetched."""
        if not self.problems:
            return None
        first = self.problems[0]
        return first if len(self.problems) == 1 else f"{len(self.problems)} articles could not be fetched; {first}"


def _called(article: Article) -> str:
    return (article.url or article.title or article.identity)[:300]
