"""Digests → their items that no manifest names are deleted. Safe at any time, beside any writer: why stands in services.operate.rebuild.

The deletion carries the manifest's version, so what a newer version wrote is above it.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from elasticsearch import AsyncElasticsearch

from services.index.batch import deleting
from services.index.bulk import Bulk
from services.index.manifest import ids
from shared import index_names as names

Json = dict[str, Any]

DIGESTS = 200
"""Looked up at once: some 2,000 items."""

PAGE = 5000


@dataclass
class Swept:
    """What was found."""

    digests: int = 0
    deleted: int = 0
    """Under load mostly items that an indexer was about to delete itself, or had deleted since the refresh"""
    lacking: set[str] = field(default_factory=set)
    """Digests whose manifest names an item that is not there: being written at this moment, or a fault"""


async def sweep(client: AsyncElasticsearch, bulk: Bulk, namespace: str, digest_ids: Iterable[str]) -> Swept:
    """Under the live aliases; refreshes them first, as items are looked up by search."""
    items, manifests = names.alias(namespace, "items"), names.alias(namespace, "digests")
    await client.indices.refresh(index=items)
    swept = Swept()
    remaining = iter(digest_ids)
    while chunk := list(islice(remaining, DIGESTS)):
        found = await bulk.get(manifests, chunk, ("digest_id", "version", "item_ids"))
        by_digest = {manifest["digest_id"]: manifest for manifest in found if manifest}
        seen: set[str] = set()
        surplus = []
        async for item_id, digest_id, version in _items(client, items, sorted(by_digest)):
            seen.add(item_id)
            manifest = by_digest[digest_id]
            if item_id not in ids(manifest, "item_ids") and version <= manifest["version"]:
                surplus.append(deleting(0, item_id, manifest["version"]))
        await bulk.run(items, surplus)
        swept.digests += len(by_digest)
        swept.deleted += len(surplus)
        unseen = {item_id: digest_id for digest_id, manifest in by_digest.items() for item_id in ids(manifest, "item_ids") if item_id not in seen}
        # What came in after the refresh is there in real time.
        there = await bulk.get(items, list(unseen), ("item_id",)) if unseen else []
        swept.lacking |= {digest_id for digest_id, document in zip(unseen.values(), there, strict=True) if document is None}
    return swept


async def _items(client: AsyncElasticsearch, index: str, digest_ids: list[str]) -> AsyncIterator[tuple[str, str, int]]:
    """Item id, digest id and version of every item of these digests."""
    after: list[Any] | None = None
    while digest_ids:
        answer = await client.search(
            index=index,
            size=PAGE,
            query={"terms": {"digest_id": digest_ids}},
            sort=[{"item_id": "asc"}],
            search_after=after,
            source_includes=["digest_id"],
            version=True,
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        hits = answer["hits"]["hits"]
        for hit in hits:
            yield hit["_id"], hit["_source"]["digest_id"], hit["_version"]
        if len(hits) < PAGE:
            return
        after = hits[-1]["sort"]
