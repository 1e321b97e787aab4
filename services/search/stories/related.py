"""An item's id or a document's name → what belongs to it, by asking Elasticsearch: gather, hand to the pure parts, return."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch
from elasticsearch import NotFoundError as Missing

from services.search.elasticsearch_errors import from_elastic
from services.search.errors import BadRequest, NotFound
from services.search.models.related import OtherName, SimilarAnswer, TrailAnswer
from services.search.stories import similar, trail
from services.search.stories.fold_stories import NEEDED, PEERS, Hit, Member, first_telling, stories
from shared import index_names as names
from shared.settings import ElasticsearchSettings
from shared.text.document_keys import document_key

Json = dict[str, Any]

READ_SECONDS = 10.0
"""As long as services.search.answer.answers waits for a search."""


class Related:
    """Similar items and the trails of documents; raises SearchError alone."""

    def __init__(self, elastic: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._elastic = elastic.options(request_timeout=READ_SECONDS)
        self._settings = settings
        self._items = names.alias(namespace, "items")

    async def similar(self, item_id: str, *, size: int) -> SimilarAnswer:
        """The items that tell the same story, and those that are like it; raises NotFound."""
        began = time.perf_counter()
        try:
            source = (await self._elastic.get(index=self._items, id=item_id, source_includes=list(similar.SOURCE)))["_source"]
            # Tellings may stand among those that are like it: enough of these are asked for to fill the answer without them.
            like = self._search(similar.alike(self._items, source, size=2 * size))
            told, found = await asyncio.gather(stories([Member({"_source": source, "sort": []})], self._peers), like)
        except (ApiError, TransportError) as error:
            if isinstance(error, Missing) and isinstance(error.body, dict) and error.body.get("found") is False:
                raise NotFound(f"no item {item_id}") from error
            raise from_elastic(error, self._settings) from error
        members = told[item_id]
        same = [member.hit["_source"] for member in members if member.id != item_id]
        return SimilarAnswer(
            item_id=item_id,
            tellings=len(members),
            first_seen=first_telling(members),
            items=similar.items(source, same, found["hits"]["hits"], size=size),
            took_ms=_since(began),
        )

    async def _peers(self, bands: Sequence[str], known: Sequence[str]) -> Sequence[Hit]:
        query = {"bool": {"filter": [{"terms": {"bands": list(bands)}}], "must_not": [{"terms": {"item_id": list(known)}}]}}
        wanted = list(dict.fromkeys((*NEEDED, *similar.SHOWN)))
        body = {"query": query, "size": PEERS, "sort": [{"item_id": "asc"}], "track_total_hits": False, "_source": wanted}
        hits: Sequence[Hit] = (await self._search(body))["hits"]["hits"]
        return hits

    async def document_trail(self, name: str) -> TrailAnswer:
        """All items on a document, the oldest first; raises BadRequest for a name without a letter."""
        began = time.perf_counter()
        key = document_key(name)
        if not key:
            raise BadRequest("name holds no letter or digit: give the name of a document")
        try:
            (sources, total), others = await asyncio.gather(self._mentioning(key), self._named_alike(key))
            numbers = trail.numbers_of(sources, key)
            numbered = await self._search(trail.by_number(key, numbers)) if numbers else None
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        more = [hit["_source"] for hit in numbered["hits"]["hits"]] if numbered else []
        total += numbered["hits"]["total"]["value"] if numbered else 0
        return trail.answer(name, sources, more, total=total, others=others, took_ms=_since(began))

    async def _mentioning(self, key: str) -> tuple[list[Mapping[str, Any]], int]:
        """Documents of the items in order, MAX_STEPS at most, and how many there are."""
        answer = await self._search(trail.mentioning(key))
        total, hits = int(answer["hits"]["total"]["value"]), answer["hits"]["hits"]
        found = [hit["_source"] for hit in hits]
        while len(hits) == trail.PAGE and len(found) < trail.MAX_STEPS:
            hits = (await self._search(trail.mentioning(key, after=hits[-1]["sort"])))["hits"]["hits"]
            found += [hit["_source"] for hit in hits]
        return found, total

    async def _named_alike(self, key: str) -> tuple[OtherName, ...]:
        body = trail.named_alike(key)
        return trail.also(await self._search(body)) if body else ()

    async def _search(self, body: Json) -> Json:
        # Partial answers would be wrong totals without a word.
        found: Json = (await self._elastic.search(index=self._items, body=body, allow_partial_search_results=False)).body
        return found


def _since(began: float) -> int:
    return round(1000 * (time.perf_counter() - began))
