"""The query box → suggestions: names from a table in memory that is read from Elasticsearch in the background, titles asked for at once.

The table is looked after by whoever asks: a request that finds it older than CHECK_SECONDS answers from what there is and starts a look at the
index in the background, which reads the names again if anything was written. Nothing runs while nobody types.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from services.search.elasticsearch_errors import from_elastic
from services.search.query.facets import TREES
from services.search.query.language.fields import field_of
from services.search.suggest import source, titles
from services.search.suggest.correction import Words, proposals
from services.search.suggest.names import WITHIN, Found, Names, OtherNames, Spelling, Table
from services.search.suggest.past_queries import Past
from services.search.suggest.term import Term, terms
from services.search.suggest.words import recent, words
from shared import index_names
from shared.log import get
from shared.settings import ElasticsearchSettings

log = get(__name__)

Json = dict[str, Any]

CHECK_SECONDS = 30.0
"""Between two looks at whether the index has changed; a new name is suggested within this and the reading's seconds."""
FIRST_SECONDS = 1.0
"""How long the first request of a process waits for names."""
TITLES_SECONDS = 0.5
"""For titles, which wait for Elasticsearch: who types does not wait longer."""


async def _none() -> OtherNames:
    return _no_others


def _no_others(text: str) -> tuple[str, ...]:
    return ()


class Suggester:
    """Names, titles and past queries of a namespace."""

    def __init__(
        self,
        elastic: AsyncElasticsearch,
        settings: ElasticsearchSettings,
        *,
        namespace: str,
        past: Past | None = None,
        other_names: Callable[[], Awaitable[OtherNames]] = _none,
        source_names: Callable[[], dict[str, str]] = dict,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`past`: none where queries are not kept; `other_names`: gives what tells other names, read with the names;
        `source_names`: what sources are called, by their ids.
        """
        self._elastic, self._settings, self.past = elastic.options(request_timeout=60.0), settings, past
        self._items = index_names.alias(namespace, "items")
        self._other_names, self._source_names, self._clock = other_names, source_names, clock
        self.names = Names()
        self.complete = False
        self._mark: tuple[OtherNames, dict[str, str], tuple[object, ...]] | None = None
        self._checked: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._known: dict[str, Spelling] = {}
        self._others: dict[str, tuple[str, ...]] = {}
        self._words: Words | None = None
        self._recent: list[str] = []

    def start(self) -> None:
        """See to it that names are read, unless they were looked at just now."""
        due = self._checked is None or self._clock() - self._checked >= CHECK_SECONDS
        if due and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._refreshed(), name="names to suggest")

    async def ready(self) -> None:
        """Wait a moment for a process's first names."""
        self.start()
        if not self.complete and self._task is not None:
            await asyncio.wait([self._task], timeout=FIRST_SECONDS)

    async def _refreshed(self) -> None:
        try:
            await self.refresh()
        except NotFoundError:
            self.complete = True  # no index yet: nothing to suggest
        except (ApiError, TransportError) as error:
            log.warning("names to suggest could not be read", error=type(error).__name__)
        except Exception:
            log.exception("reading names to suggest failed")
        self._checked = self._clock()

    async def refresh(self) -> None:
        """Read names if the index has changed, and past queries; raises the client's errors."""
        others = await self._other_names()
        sources = self._source_names()
        mark = others, sources, source.mark((await self._elastic.search(index=self._items, body=source.MARK)).body)
        tables = dict(self.names.tables)
        if mark != self._mark:
            if self._mark and others != self._mark[0]:
                self._others.clear()
            answers = {kind: (await self._elastic.search(index=self._items, body=body)).body for kind, body in source.requests().items()}
            titled = (await self._elastic.search(index=self._items, body=words())).body
            tables, self._recent = await asyncio.to_thread(self._read, answers, titled, others, sources)
        if self.past:
            try:
                tables["query"] = Table(await self.past.read(), self._known)
            except (ApiError, TransportError) as error:
                # They are an extra: names are suggested without them.
                log.warning("past queries could not be read", error=type(error).__name__)
        if mark != self._mark:
            self._words = None
        self.names, self._mark, self.complete = Names.of(tables), mark, True

    def _read(self, answers: dict[str, Json], titled: Json, others: OtherNames, sources: dict[str, str]) -> tuple[dict[str, Table], list[str]]:
        """The tables and the newest titles' words; in a thread, as it takes seconds when 100,000 names are new."""

        def called(name: str) -> tuple[str, ...]:
            known = self._others.get(name)
            return self._others.setdefault(name, tuple(others(name))) if known is None else known

        found = (name for kind, answer in answers.items() for name in source.names(kind, answer, called))
        kept = source.most(source.named(name, sources) for name in found)
        keys = {key for name in kept for key in (name.label, *name.others)}
        self._known = {key: spelt for key, spelt in self._known.items() if key in keys}
        return Names(kept, self._known).tables, recent(titled)

    async def suggest(self, q: str, size: int) -> list[tuple[Term, Found]]:
        """The best completions of the end of `q` in the names that are there, each with its term; titles have a third of the room."""
        asked = terms(q)
        if not asked:
            return []
        # The newest titles are asked for with the longest term alone: that is what somebody types who means a title.
        longest = asked[0]
        entitled = asyncio.create_task(self._titles(longest)) if not longest.field else None
        found: dict[tuple[str, str], tuple[Term, Found]] = {}
        for term in asked:
            for one in self.names.search(term, size, kinds_of(term.field)):
                found.setdefault((one.name.kind, one.name.value), (term, one))
        whole = Term(q)
        for one in self.names.search(whole, size, ["query"]) if longest.before and not longest.field else ():
            found[one.name.kind, one.name.value] = whole, one
        found = {place: (term, one) for place, (term, one) in found.items() if one.name.kind != "query" or one.name.value != q.strip()}
        best = sorted(found.values(), key=lambda pair: pair[1].order)
        titled = [(longest, one) for one in (await entitled if entitled else ())]
        room = max(size - len(best), -(-size // 3))
        first = [pair for pair in titled if pair[1].rank < WITHIN]
        shown = (first + [pair for pair in titled if pair not in first])[:room]
        return best[: size - len(shown)] + shown

    async def _titles(self, term: Term) -> list[Found]:
        body = titles.body(term)
        if body is None:
            return []
        try:
            async with asyncio.timeout(TITLES_SECONDS):
                return titles.read((await self._elastic.search(index=self._items, body=body)).body, term)
        except (TimeoutError, NotFoundError):
            return []
        except (ApiError, TransportError) as error:
            if not self.complete:
                raise from_elastic(error, self._settings) from error
            # Names are in memory and can be suggested all the same.
            log.warning("titles to suggest could not be read", error=type(error).__name__)
            return []

    def candidates(self, kind: str, find: str, limit: int) -> list[Found]:
        """The values of a kind that fit `find`, the best first; the most frequent for an empty one."""
        if not find.strip():
            table = self.names.tables.get(kind)
            return [Found(name, WITHIN, name.label) for name in table.names[:limit]] if table else []
        return self.names.search(Term(find), limit, [kind])

    async def mends(self, q: str) -> list[str]:
        """Queries that may have been meant; whether they find anything is not looked at."""
        await self.ready()
        if self._words is None:
            self._words = await asyncio.to_thread(Words, self._vocabulary())
        return await asyncio.to_thread(proposals, q, self._words)

    def _vocabulary(self) -> list[tuple[str, int]]:
        tables = self.names.tables.values()
        keys = [(key, name.count) for table in tables for name in table.names for key in (name.label, *name.others)]
        return keys + [(word, 1) for word in self._recent]

    async def close(self) -> None:
        """End what runs in the background."""
        if self._task is not None:
            self._task.cancel()
        if self.past:
            await self.past.close()


def kinds_of(field: str | None) -> tuple[str, ...] | None:
    """The kinds of names that a field of the query language takes; None for every kind."""
    if not field:
        return None
    known = field_of(field)
    if known is None or known.kind != "facet":
        return ()
    return ("region",) if known.name in TREES else (known.name,)
