"""A pair of indices → what it holds of each digest, in the order of their ids and page by page; and the documents of a few, to compare.

Read by search, so as of the last refresh.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import AsyncElasticsearch

from services.operate.comparison.holding import Holding
from services.operate.comparison.index_scan import scan
from services.operate.rebuild.plan import Pair
from services.operate.rebuild.side_by_side import side_by_side

Json = dict[str, Any]

PAGE = 1000

MANIFEST_FIELDS = ("digest_id", "version", "item_count")


@dataclass
class PairReader:
    """Reads one pair."""

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

    async def count(self) -> int:
        """How many manifests there are."""
        return int((await self.client.count(index=self.digests)).body["count"])

    async def all(self) -> AsyncGenerator[tuple[str, Holding], None]:
        """Every digest of which there is a manifest or an item, in the order of their ids."""
        async for digest_id, manifest, held in side_by_side(self._manifests(), self._counts()):
            yield digest_id, _holding(manifest, held or 0)

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
            manifests = await self.documents(self.digests, ids, MANIFEST_FIELDS)
            for digest_id in manifests.keys() | held.keys():
                found[digest_id] = _holding(manifests.get(digest_id), held.get(digest_id, 0))
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

    async def _manifests(self) -> AsyncIterator[tuple[str, Json]]:
        hits = scan(self.client, self.digests, page=PAGE, sort="digest_id", source_includes=MANIFEST_FIELDS, allow_partial_search_results=False)
        async for hit in hits:
            yield hit["_source"]["digest_id"], hit["_source"]

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


def _holding(manifest: Json | None, held: int) -> Holding:
    return Holding(held=held) if manifest is None else Holding(manifest["version"], manifest["item_count"], held)
