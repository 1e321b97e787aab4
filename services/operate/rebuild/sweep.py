"""Digests → their items that no manifest names are deleted. Safe at any time, beside any writer: why stands in services.operate.rebuild.

The deletion carries the manifest's version, so what a newer version wrote is above it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from elasticsearch import AsyncElasticsearch

from services.index.batch import deleting
from services.index.bulk import Bulk
from services.index.manifest import ids
from services.operate.comparison.index_scan import scan
from shared import index_names as names

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


async def sweep(client: AsyncElasticsearch, bulk: Bulk, namespace: str, digest_ids: Sequence[str]) -> Swept:
    """Under the live aliases; refreshes them first, as items are looked up by search."""
    items, manifests = names.alias(namespace, "items"), names.alias(namespace, "digests")
    await client.indices.refresh(index=items)
    swept = Swept()
    for start in range(0, len(digest_ids), DIGESTS):
        found = await bulk.get(manifests, digest_ids[start : start + DIGESTS], ("digest_id", "version", "item_ids"))
        by_digest = {manifest["digest_id"]: manifest for manifest in found if manifest}
        seen: set[str] = set()
        surplus = []
        query = {"terms": {"digest_id": sorted(by_digest)}}
        hits = scan(client, items, [query], page=PAGE, source_includes=["digest_id"], version=True, allow_partial_search_results=False)
        async for hit in hits:
            seen.add(hit["_id"])
            manifest = by_digest[hit["_source"]["digest_id"]]
            if hit["_id"] not in ids(manifest, "item_ids") and hit["_version"] <= manifest["version"]:
                surplus.append(deleting(0, hit["_id"], manifest["version"]))
        await bulk.run(items, surplus)
        swept.digests += len(by_digest)
        swept.deleted += len(surplus)
        named = {item_id: digest_id for digest_id, manifest in by_digest.items() for item_id in ids(manifest, "item_ids")}
        unseen = {item_id: digest_id for item_id, digest_id in named.items() if item_id not in seen}
        # What came in after the refresh is there in real time.
        there = await bulk.get(items, list(unseen), ("item_id",)) if unseen else []
        swept.lacking |= {digest_id for digest_id, document in zip(unseen.values(), there, strict=True) if document is None}
    return swept
