"""What folding asks (services.search.stories.fold_stories.Searched) → searches of Elasticsearch, and what their answers tell."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from services.search.models.story import StoryItem
from services.search.stories.bodies import collapsed, narrowed, of_keys, tellings
from services.search.stories.linking import NEAR
from services.search.stories.wording import NEEDED, Hit, Told, Wording, key_of
from services.search.threads import quick
from shared.text.dressing import bare

Json = dict[str, Any]
Ask = Callable[[Json], Awaitable[Json]]
"""The body of a search → Elasticsearch's answer"""


class Searches:
    """One search, asked in its order. `base` is its body with `query` and `sort`; errors of `ask` pass through.

    Where all hits are `keyed` the first read brings each wording once, however often it is told. `known`: see services.search.stories.memory.
    """

    def __init__(
        self, ask: Ask, base: Json, *, fields: Sequence[str] = NEEDED, keyed: bool = False, known: dict[str, Sequence[Any]] | None = None
    ) -> None:
        self._ask, self._base, self._keyed = ask, base, keyed
        self._known = {} if known is None else known
        self._fields = list(dict.fromkeys((*fields, *NEEDED)))
        self.total, self.took = 0, 0
        """Hits in all, and ms that Elasticsearch needed for all that was asked; once something was"""

    async def read(self, after: Sequence[Any] | None, size: int, without: Collection[str]) -> Sequence[Hit]:
        """As Searched says; the first read counts all hits."""
        body = narrowed(self._base, must_not=of_keys(without)) if without else self._base
        place: Json = {} if after is None else {"search_after": list(after)}
        if after is None and self._keyed:
            body = collapsed(body)
        answer = await self._asked({**body, "size": size, "_source": self._fields, "track_total_hits": not without, **place})
        if not without:
            self.total = int(answer["hits"]["total"]["value"])
        hits: list[Hit] = answer["hits"]["hits"]
        if "collapse" in body:
            self._known |= {key_of(hit): hit["sort"] for hit in hits}
        return hits

    async def best(self, keys: Collection[str]) -> Mapping[str, Sequence[Any]]:
        """As Searched says."""
        if new := sorted(set(keys) - self._known.keys()):
            body = collapsed(narrowed(self._base, [{"terms": {"story_key": new}}]))
            answer = await self._asked(body | {"size": len(new), "_source": False})
            self._known |= {hit["fields"]["story_key"][0]: hit["sort"] for hit in answer["hits"]["hits"]}
        return {key: self._known[key] for key in keys if key in self._known}

    async def near(self, bands: Sequence[str], known: Collection[str]) -> Sequence[Hit]:
        """As services.search.stories.linking.Near says."""
        shared, keyed = {"terms": {"bands": list(bands)}}, {"exists": {"field": "story_key"}}
        more = {"size": NEAR, "_source": list(NEEDED)}
        found = self._asked(collapsed(narrowed(self._base, [shared, keyed], of_keys(known))) | more)
        if self._keyed:
            return list((await found)["hits"]["hits"])
        # Items without a key would be one wording to Elasticsearch.
        single = self._asked({**narrowed(self._base, [shared], [*of_keys(known), keyed]), "track_total_hits": False} | more)
        return [hit for answer in await asyncio.gather(found, single) for hit in answer["hits"]["hits"]]

    async def told(self, wordings: Sequence[Wording]) -> Mapping[str, Told]:
        """As Searched says; of items without a key nothing, as each is known."""
        known = {wording.key: wording for wording in wordings if wording.hit["_source"].get("story_key")}
        if not known:
            return {}
        answer = await self._asked(tellings(self._base, known))
        return {bucket["key"]: _told(bucket, known[bucket["key"]]) for bucket in answer["aggregations"]["keys"]["buckets"]}

    async def apart(self, work: Callable[[], None]) -> None:
        """As Searched says."""
        await quick(work)

    async def _asked(self, body: Json) -> Json:
        answer = await self._ask(body)
        self.took += int(answer["took"])
        return answer


def _told(bucket: Json, wording: Wording) -> Told:
    best = [_item(hit, wording) for hit in bucket["best"]["hits"]["hits"]]
    (first,) = bucket["dated"]["first"]["hits"]["hits"] or bucket["first"]["hits"]["hits"]
    return Told(bucket["doc_count"], best, _item(first, wording))


def _item(hit: Json, wording: Wording) -> StoryItem:
    """With the headline of the best: items of one wording have the same letters in theirs, but for what is around it."""
    facts = {name: values[0] for name, values in hit["fields"].items()}
    headline = wording.item.headline
    return StoryItem(**facts, headline=bare(headline, "")[0] or headline)
