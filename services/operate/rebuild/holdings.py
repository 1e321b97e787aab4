"""A pair of indices → what it holds of each digest, in the order of their ids and page by page; and the documents of a few, to compare.

Read by search, so as of the last refresh. Memory is a page of each stream, whatever the index's size.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import AsyncElasticsearch

from services.operate.comparison.index_scan import scan
from services.operate.rebuild.comparison import Holding
from services.operate.rebuild.plan import Pair

Json = dict[str, Any]

PAGE = 1000


@dataclass
class Holdings:
    """Of one pair."""

    client: AsyncElasticsearch
    pair: Pair

    @property
    def items(self) -> str:
        """The index of items."""
        return self.pair.index("items")

    @property
    def digests(self) -> str:
        """The index of manifests."""
        return self.pair.index("digests")

    async def count(self) -> tuple[int, int]:
        """Digests and items."""
        digests, items = await self.client.count(index=self.digests), await self.client.count(index=self.items)
        return digests["count"], items["count"]

    async def all(self) -> AsyncGenerator[Holding, None]:
        """Every digest of which there is a manifest or an item, in the order of their ids."""
        counts = self._counts()
        counted = await anext(counts, None)
        async for digest_id, version, named in self._manifests():
            while counted is not None and counted[0] < digest_id:
                yield Holding(counted[0], -1, 0, counted[1])
                counted = await anext(counts, None)
            held = 0
            if counted is not None and counted[0] == digest_id:
                held = counted[1]
                counted = await anext(counts, None)
            yield Holding(digest_id, version, named, held)
        while counted is not None:
            yield Holding(counted[0], -1, 0, counted[1])
            counted = await anext(counts, None)

    async def of(self, digest_ids: Sequence[str]) -> dict[str, Holding]:
        """Those of these digests that it holds anything of; manifests are read in real time, items as of the last refresh."""
        found: dict[str, Holding] = {}
        for start in range(0, len(digest_ids), PAGE):
            ids = digest_ids[start : start + PAGE]
            aggregation = {"terms": {"field": "digest_id", "size": len(ids)}}
            answer = await self.client.search(
                index=self.items, size=0, query={"terms": {"digest_id": ids}}, aggregations={"digests": aggregation}, track_total_hits=False
            )
            held = {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["digests"]["buckets"]}
            manifests = await self.documents(self.digests, ids, ("version", "item_count"))
            for digest_id in ids:
                manifest = manifests.get(digest_id)
                if manifest is not None:
                    found[digest_id] = Holding(digest_id, manifest["version"], manifest["item_count"], held.get(digest_id, 0))
                elif digest_id in held:
                    found[digest_id] = Holding(digest_id, -1, 0, held[digest_id])
        return found

    async def documents(self, index: str, ids: Sequence[str], fields: Sequence[str] = ("*",)) -> dict[str, Json]:
        """Documents by id, in real time; those that are not there are left out."""
        found: dict[str, Json] = {}
        for start in range(0, len(ids), PAGE):
            answer = await self.client.mget(index=index, ids=ids[start : start + PAGE], source_includes=list(fields))
            found |= {doc["_id"]: doc["_source"] for doc in answer["docs"] if doc.get("found")}
        return found

    async def forms(self) -> dict[str, Json]:
        """The fields of both mappings, by index."""
        found = (await self.client.indices.get_mapping(index=list(self.pair.indices))).body
        return {index: described["mappings"].get("properties", {}) for index, described in found.items()}

    async def _manifests(self) -> AsyncIterator[tuple[str, int, int]]:
        fields = ["digest_id", "version", "item_count"]
        async for hit in scan(self.client, self.digests, page=PAGE, sort="digest_id", source_includes=fields, allow_partial_search_results=False):
            yield hit["_source"]["digest_id"], hit["_source"]["version"], hit["_source"]["item_count"]

    async def _counts(self) -> AsyncIterator[tuple[str, int]]:
        """Items by digest, in the order of their ids."""
        after: Json | None = None
        while True:
            composite: Json = {"size": PAGE, "sources": [{"digest_id": {"terms": {"field": "digest_id"}}}]}
            if after:
                composite["after"] = after
            answer = await self.client.search(
                index=self.items,
                size=0,
                aggregations={"digests": {"composite": composite}},
                track_total_hits=False,
                allow_partial_search_results=False,
            )
            found = answer["aggregations"]["digests"]
            for bucket in found["buckets"]:
                yield bucket["key"]["digest_id"], bucket["doc_count"]
            after = found.get("after_key")
            if after is None or len(found["buckets"]) < PAGE:
                return
