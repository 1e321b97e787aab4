"""A day → the answer of the home page, by asking Elasticsearch: gather, hand to the pure parts, return."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

from elasticsearch import AsyncElasticsearch

from services.search.answer.finder import today_in_shanghai
from services.search.elasticsearch_errors import ANSWER_SECONDS, asking
from services.search.models.today import TodayAnswer
from services.search.today import bodies, read
from shared import index_names as names
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]


class Today:
    """Answers for one day; raises SearchError alone."""

    def __init__(
        self,
        elastic: AsyncElasticsearch,
        settings: ElasticsearchSettings,
        *,
        namespace: str,
        today: Callable[[], date] = today_in_shanghai,
    ) -> None:
        self._elastic = elastic.options(request_timeout=ANSWER_SECONDS)
        self._settings = settings
        self._items = names.alias(namespace, "items")
        self._today = today

    async def of(self, day: date | None = None) -> TodayAnswer:
        """Return what is known of that day, or of the last one up to today that has items."""
        async with asking(self._settings):
            beside = await self._ask(bodies.neighbours(day, self._today()))
            if day is None:
                day = read.day(beside, "before")
                if day is None:
                    return TodayAnswer(undated=read.digests(await self._ask(bodies.undated(self._today()))))
                beside = await self._ask(bodies.neighbours(day, self._today()))
            found, undated, due = await asyncio.gather(
                self._ask(bodies.digests(day)),
                # What came today without a day is news today, also where the last day that is known is an earlier one.
                self._ask(bodies.undated(max(day, self._today()) if read.day(beside, "after") is None else day)),
                self._ask(bodies.due(day)),
            )
            named = read.documents(found)
            before = await self._ask(bodies.known_before(named, day)) if named else None
        return TodayAnswer(
            day=day,
            previous=read.day(beside, "before"),
            next=read.day(beside, "after"),
            total=found["hits"]["total"]["value"],
            digests_total=found["aggregations"]["digests"]["value"],
            digests=read.digests(found),
            undated=read.digests(undated),
            topics=read.topics(found),
            documents=read.new_documents(found, before),
            due=read.due(due),
        )

    async def _ask(self, body: Json) -> Json:
        # Partial answers would be wrong totals without a word.
        found: Json = (await self._elastic.search(index=self._items, body=body, allow_partial_search_results=False)).body
        return found
