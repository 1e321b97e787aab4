"""A turn's time, with a clock that is turned by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.ingest.sources.feeds.read import Entry as Article
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.worker.apart import Reader
from services.ingest.sources.worker.turn import TURN_SECONDS, Turns
from services.ingest.sources.worker.web import Web
from shared.registry.entry import Entry, Feed, FetchState, Listing
from tests.fakes.feeds import Taking, page, rss

NOW = datetime(2026, 2, 6, 1, tzinfo=UTC)
SITE = "https://example.org"
LONG = timedelta(seconds=TURN_SECONDS + 1)


@dataclass
class Slow:
    """A fetcher and a reader, of which some let wait for others."""

    waits: Callable[[str], bool]
    fails: str = ""
    now: datetime = NOW
    target: Taking = field(default_factory=Taking)

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        """Return the feed or an article."""
        self._wait(url)
        if url == self.fails:
            raise FetchFailed("unreachable", "it does not answer")
        content = rss(SITE, [2, 1]) if url.endswith("/feed") else page(int(url[-1]))
        return Fetched(url, content, "application/rss+xml" if url.endswith("/feed") else "text/html")

    async def take(self) -> FetchState:
        """Take a turn."""

        async def keep(state: FetchState) -> None:
            """Nothing to keep it in."""

        slow = self

        class Waiting(Reader):
            async def __call__(self, found: Fetched, fetch: Feed | Listing) -> tuple[Article, ...]:
                slow._wait("reading")
                return await Reader()(found, fetch)

        turns = Turns(self.target.put, keep, {Feed: Web(self, Waiting())}, now=lambda: self.now, uniform=max)
        entry = Entry(source="a", edition=1, fetch=Feed(url=f"{SITE}/feed"), changed_at=NOW, by="a@b")
        return await turns.take(entry, None)

    def _wait(self, what: str) -> None:
        if self.waits(what):
            self.now += LONG


async def test_waiting_for_others_documents_costs_no_time() -> None:
    """A source that has to wait for the room to read in has its whole turn then."""
    slow = Slow(lambda what: what in ("reading", f"{SITE}/feed"))
    state = await slow.take()
    assert [digest.external_id for digest in slow.target.taken] == ["id-2", "id-1"]
    assert (state.failures, state.error) == (0, None)


async def test_a_turn_in_which_nothing_came() -> None:
    """Is no failure: others may have been waited for at its site. It is shown, and tried again soon."""
    slow = Slow(lambda what: what == f"{SITE}/a/2", fails=f"{SITE}/a/2")
    state = await slow.take()
    assert (slow.target.taken, state.failures, state.etag) == ([], 0, None)
    assert state.error == f"{SITE}/a/2: it does not answer"
    assert state.next_at == slow.now + timedelta(minutes=5)
