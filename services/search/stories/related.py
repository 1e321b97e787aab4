"""An item's id or a document's name → what belongs to it, by asking Elasticsearch: gather, hand to the pure parts, return."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from elasticsearch import AsyncElasticsearch
from elasticsearch import NotFoundError as Missing

from services.search.elasticsearch_errors import ANSWER_SECONDS, asking
from services.search.errors import BadRequest, NotFound
from services.search.models.related import OtherName, SimilarAnswer, TrailAnswer
from services.search.models.story import Story
from services.search.stories import similar, trail
from services.search.stories.bodies import OLDEST, of_story
from services.search.stories.fold_stories import story
from services.search.stories.linking import Links
from services.search.stories.searches import Searches
from services.search.stories.wording import Wording
from services.search.threads import quick
from shared import index_names as names
from shared.settings import ElasticsearchSettings
from shared.text.document_keys import document_key

Json = dict[str, Any]


class Related:
    """Similar items and the trails of documents; raises SearchError alone."""

    def __init__(self, elastic: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._elastic = elastic.options(request_timeout=ANSWER_SECONDS)
        self._settings = settings
        self._items = names.alias(namespace, "items")

    async def similar(self, item_id: str, *, size: int) -> SimilarAnswer:
        """The items that tell the same story, and those that are like it; raises NotFound."""
        async with asking(self._settings):
            return await self._similar(item_id, size)

    async def _similar(self, item_id: str, size: int) -> SimilarAnswer:
        began = time.perf_counter()
        try:
            source = (await self._elastic.get(index=self._items, id=item_id, source_includes=list(similar.SOURCE)))["_source"]
            # Tellings may stand among those that are like it: enough of these are asked for to fill the answer without them.
            like = self._search(similar.alike(self._items, source, size=2 * size))
            (told, same), found = await asyncio.gather(self._tellings(source, size), like)
        except Missing as error:
            if isinstance(error.body, dict) and error.body.get("found") is False:
                raise NotFound(f"no item {item_id}") from error
            raise
        return SimilarAnswer(
            item_id=item_id,
            tellings=told.count if told else 1,
            at_least=bool(told and told.at_least),
            keys=told.keys if told else (),
            first_seen=told.first_seen if told else Wording({"_source": source, "sort": []}).item,
            items=similar.items(source, same, found["hits"]["hits"], size=size, keys=told.keys if told else ()),
            took_ms=_since(began),
        )

    async def _tellings(self, source: Mapping[str, Any], size: int) -> tuple[Story | None, list[Mapping[str, Any]]]:
        """The story of an item, and the documents of the first `size` others that tell it."""
        searches = Searches(self._search, {"query": {"match_all": {}}, "sort": OLDEST})
        links = Links(searches.near, searches.apart)
        mine = Wording({"_source": source, "sort": []})
        await links.add([mine])
        wordings = links.story(mine.key)
        found = story(wordings, await searches.told(wordings), whole=links.whole)
        if found is None:
            return None, []
        query = {"bool": {"filter": [of_story(found.keys)], "must_not": [{"term": {"item_id": source["item_id"]}}]}}
        body = {"query": query, "size": size, "sort": OLDEST, "_source": list(similar.SHOWN), "track_total_hits": False}
        return found, [hit["_source"] for hit in (await self._search(body))["hits"]["hits"]]

    async def document_trail(self, name: str) -> TrailAnswer:
        """All items on a document, the oldest first; raises BadRequest for a name without a letter."""
        began = time.perf_counter()
        key = document_key(name)
        if not key:
            raise BadRequest("name holds no letter or digit: give the name of a document")
        async with asking(self._settings):
            named, others = await asyncio.gather(self._steps(trail.mentioning(key)), self._named_alike(key))
            numbers = await quick(trail.numbers_of, named.sources, key)
            numbered = await self._steps(trail.by_number(key, numbers), most=trail.PAGE) if numbers else trail.Steps()
        return await quick(trail.answer, name, named, numbered, others=others, took_ms=_since(began))

    async def _steps(self, condition: Json, *, most: int = trail.MAX_STEPS) -> trail.Steps:
        """The first telling of each wording, `most` at most, and the items without a key, as many at most."""
        first, alone = await asyncio.gather(self._search(trail.steps(condition)), self._search(trail.unkeyed(condition)))
        hits, single = first["hits"]["hits"], alone["hits"]["hits"]
        found, singles = list(hits), list(single)
        while len(hits) == trail.PAGE and len(found) < most:
            hits = (await self._search(trail.steps(condition, start=len(found))))["hits"]["hits"]
            found += hits
        while len(single) == trail.PAGE and len(singles) < most:
            single = (await self._search(trail.unkeyed(condition, after=single[-1]["sort"])))["hits"]["hits"]
            singles += single
        # By their ids, as what comes in meanwhile may move a step to the next search.
        sources = {hit["_source"]["item_id"]: hit["_source"] for hit in (*found, *singles)}
        told = {bucket["key"]: bucket["doc_count"] for bucket in first["aggregations"]["told"]["buckets"]}
        return trail.Steps(list(sources.values()), first["hits"]["total"]["value"] + alone["hits"]["total"]["value"], told)

    async def _named_alike(self, key: str) -> tuple[OtherName, ...]:
        body = trail.named_alike(key)
        return trail.also(await self._search(body)) if body else ()

    async def _search(self, body: Json) -> Json:
        # Partial answers would be wrong totals without a word.
        found: Json = (await self._elastic.search(index=self._items, body=body, allow_partial_search_results=False)).body
        return found


def _since(began: float) -> int:
    return round(1000 * (time.perf_counter() - began))
