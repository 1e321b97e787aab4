"""Search requests → pages of hits and counts, by asking Elasticsearch: read, ask, hand to the pure parts."""

import asyncio
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from elasticsearch import AsyncElasticsearch

from services.search.answer import cursor as cursors
from services.search.answer import others as shown_others
from services.search.answer import results
from services.search.answer.results import Found, Stories
from services.search.answer.snapshots import KEEP_ALIVE, Snapshots
from services.search.elasticsearch_errors import ANSWER_SECONDS, asking
from services.search.models.others import OthersAnswer
from services.search.models.search import FacetsAnswer, SearchAnswer
from services.search.query import in_index, named, others, query
from services.search.query.language.read import read
from services.search.query.query import Question
from services.search.query.request import MAX_VALUES, SearchRequest
from services.search.query.synonym_file import SynonymFile
from services.search.query.synonyms import Synonyms
from services.search.stories.fold_stories import Shown, fold_page
from services.search.stories.memory import Memory
from services.search.stories.searches import Searches
from services.search.threads import quick
from shared import index_names as names
from shared import metrics
from shared.settings import ElasticsearchSettings
from shared.text.dates import SHANGHAI

Json = dict[str, Any]

READ_SECONDS = ANSWER_SECONDS
"""For one search"""

LIGHT = 40_000
"""Characters, times the texts that are looked for in them, that are marked right away: in 2 ms (50 ns each, 100
where all are found). To a thread and back takes half of that again. A page of news has some 7,000 characters."""


def today_in_shanghai() -> date:
    """The day it is for people: what 上周 counts from."""
    return datetime.now(SHANGHAI).date()


class Finder:
    """Answers searches; raises SearchError alone."""

    def __init__(
        self,
        elastic: AsyncElasticsearch,
        settings: ElasticsearchSettings,
        synonyms: SynonymFile,
        *,
        namespace: str,
        key: bytes,
        today: Callable[[], date] = today_in_shanghai,
    ) -> None:
        self._elastic = elastic.options(request_timeout=READ_SECONDS)
        self._settings = settings
        self._synonyms = synonyms
        self._key = key
        self._today = today
        self._alias, self._digests = names.alias(namespace, "items"), names.alias(namespace, "digests")
        self._snapshots = Snapshots(self._elastic, self._alias)
        self._memory = Memory()

    @property
    def today(self) -> date:
        """The day that 上周 counts from."""
        return self._today()

    async def question(self, request: SearchRequest) -> Question:
        """The request with its words read; raises QueryError."""
        said_otherwise = functools.partial(alternatives, await self._synonyms.current(), request.synonyms)
        asked = read(request.q, today=self._today())
        said = dict.fromkeys((*named.notices(asked.node, said_otherwise, words=request.synonyms), *named.parameter_notices(request, said_otherwise)))
        resolved = named.resolved(request, said_otherwise)
        asked = replace(asked, notices=(*asked.notices, *said))
        return Question(resolved, asked, said_otherwise, request.fingerprint)

    async def resolved(self, request: SearchRequest) -> SearchRequest:
        """The request with its parameters as facets have them: what a page's links are made from.

        As it is where names stand for more values than a url may have.
        """
        said_otherwise = functools.partial(alternatives, await self._synonyms.current(), request.synonyms)
        found = named.resolved(request, said_otherwise)
        lists = (*found.filters.values(), found.exclude)
        return request if any(len(values) > MAX_VALUES for values in lists) else found

    async def search(self, request: SearchRequest) -> SearchAnswer:
        """One page of hits with the cursor of the next, and the facets that were asked for."""
        with metrics.search_seconds.time():
            question = await self.question(request)
            async with asking(self._settings):
                return await self._search(question)

    async def facets(self, request: SearchRequest) -> FacetsAnswer:
        """The facets that were asked for, and the total."""
        question = await self.question(request)
        async with asking(self._settings):
            asked = await self._strict_or_relaxed(await self._knowing_names(question))
            return results.facets(await self._counts(asked), asked)

    async def _search(self, question: Question) -> SearchAnswer:
        request = question.request
        if request.cursor:
            place = cursors.read(request.cursor, key=self._key, fingerprint=question.fingerprint)
            question = replace(question, names=frozenset(place.names))
            asked = question if place.strict is None else query.relaxed(question, place.strict)
            answer, _ = await self._page(asked, place.pit_id, place.page, place.after)
            return answer
        question = await self._knowing_names(question)
        async with self._snapshots.now() as snapshot:
            (answer, more), beside = await asyncio.gather(self._first(question, snapshot.pit_id), self._others(question))
            snapshot.kept = snapshot.kept or more
            return answer.model_copy(update={"others": beside})

    async def _first(self, question: Question, pit_id: str) -> tuple[SearchAnswer, bool]:
        return await self._page(await self._strict_or_relaxed(question), pit_id, 1, None)

    async def _others(self, question: Question) -> OthersAnswer | None:
        """Digests whose text outside their items was found, asked for beside all else; None where digests can't have what is asked for."""
        body = others.search(question)
        if body is None or question.query.node is None:
            return None
        found = await self._ask(body, index=self._digests)
        if not found["hits"]["hits"]:  # as for most questions
            return shown_others.read(found, question.query.node, question.alternatives)
        return await quick(shown_others.read, found, question.query.node, question.alternatives)

    async def _knowing_names(self, question: Question) -> Question:
        """The question with its words that the index knows as names."""
        said = in_index.words(question.query.node)
        if not said:
            return question
        return replace(question, names=in_index.read(await self._ask(in_index.search(said), index=self._alias), said))

    async def _strict_or_relaxed(self, question: Question) -> Question:
        """The question, or the same asked in relaxed form where hardly anything is found: see services.search.query.relax."""
        if not query.may_be_relaxed(question):
            return question
        return query.relaxed_by(question, await self._ask(query.strict_hits(question), index=self._alias))

    async def _page(self, question: Question, pit_id: str, number: int, after: Sequence[Any] | None) -> tuple[SearchAnswer, bool]:
        """A page and whether there is another; hits and counts are asked for at the same time."""
        request = question.request
        found, counted = await asyncio.gather(
            (self._folded if request.fold else self._listed)(question, pit_id, after),
            self._counts(question) if request.wanted else _nothing(),
        )
        marks = results.needles(question)
        read = functools.partial(results.read, found, counted, question, page=number, marks=marks)
        # Much text or many words in a thread: that takes long, and meanwhile other requests are answered.
        answer = read() if results.work(found, marks) <= LIGHT else await quick(read)
        if found.after is None:
            return answer, False
        fingerprints = list(dict.fromkeys((question.fingerprint, request.fingerprint)))
        strict = question.strict if question.relaxed_text else None
        names = sorted(question.names)
        following = cursors.Cursor(pit_id, list(found.after), fingerprints, number + 1, strict, names)
        return answer.model_copy(update={"next": cursors.write(following, key=self._key)}), True

    async def _listed(self, question: Question, pit_id: str, after: Sequence[Any] | None) -> Found:
        """Every hit. One more than a page holds is asked for, which tells whether there is a next page."""
        size = question.request.size
        answer = await self._ask(query.hits(question, pit_id=pit_id, keep_alive=KEEP_ALIVE, size=size + 1, after=after))
        hits = answer["hits"]["hits"]
        shown = tuple(Shown(hit, None) for hit in hits[:size])
        return Found(shown, hits[size - 1]["sort"] if len(hits) > size else None, answer["hits"]["total"]["value"], answer["took"])

    async def _folded(self, question: Question, pit_id: str, after: Sequence[Any] | None) -> Found:
        """Every story once; how many there are is known where all stand on this page, else counted by a sketch."""
        base = query.folding(question, pit_id=pit_id, keep_alive=KEEP_ALIVE)
        # Not by the point in time, as for counts: the next page asks for the same, and Elasticsearch keeps the answer until something comes in.
        counted = (await self._ask(query.wordings(question), index=self._alias))["aggregations"]
        known = self._memory.of((pit_id, question.request.fingerprint))
        searches = Searches(self._ask, base, fields=query.SOURCE, keyed=not counted["alone"]["doc_count"], known=known)
        page = await fold_page(searches, size=question.request.size, order=query.sorting(question), after=after)
        all_here = after is None and page.after is None and page.whole
        texts = counted["keys"]["value"] + counted["alone"]["doc_count"]
        stories = Stories(len(page.hits) if all_here else texts, exact=all_here)
        return Found(page.hits, page.after, searches.total, searches.took, stories)

    async def _counts(self, question: Question) -> Json:
        """Not by the point in time: the same counts asked for again, as for each page, then come from Elasticsearch's cache."""
        return await self._ask(query.counts(question), index=self._alias)

    async def _ask(self, body: Json, *, index: str | None = None) -> Json:
        # Partial answers would be wrong totals without a word.
        answer: Json = (await self._elastic.search(body=body, index=index, allow_partial_search_results=False)).body
        return answer


async def _nothing() -> Json:
    return {}


def alternatives(synonyms: Synonyms, wanted: bool, text: str, exact: bool) -> Iterable[str]:
    """Variants always, synonyms where the request wants them."""
    return synonyms.alternatives(text, exact=exact or not wanted)
