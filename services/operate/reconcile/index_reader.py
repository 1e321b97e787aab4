"""Elasticsearch → manifests and items as they can be found now, streamed; under the aliases, so whichever index stands behind them."""

from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass

from elasticsearch import AsyncElasticsearch

from services.operate.comparison.index_scan import ALL, Json, scan
from services.operate.reconcile.finding import Held
from services.operate.reconcile.ledger import Ledger
from services.operate.reconcile.topic_reader import TELL_EVERY, Tell
from shared import index_names as names
from shared.index_names import Kind

PAGE = 2000
"""Hits without their text, of some 150 bytes each. Elasticsearch takes 10,000 at most."""

DEEP_PAGE = 200
"""Hits with all that they hold, up to some MB of usual ones."""

MANIFEST_FIELDS = ["version", "item_ids", "refused", "to_delete"]

IDS = 1000
"""Of one query by digest: Elasticsearch takes 65,536 terms."""


@dataclass
class IndexReader:
    """Reads what is under the aliases of one namespace."""

    client: AsyncElasticsearch
    namespace: str
    ledger: Ledger
    tell: Tell

    async def read(self, only: Collection[str] | None = None) -> None:
        """Into the ledger: all digests, or some. Raises ApiError and TransportError."""
        self.ledger.forget_index(only)
        await self._read("digests", only, deep=False)
        await self._read("items", only, deep=self.ledger.deep is None)
        if self.ledger.deep:
            await self._read("items", self.ledger.deep & set(only) if only is not None else self.ledger.deep, deep=True, light=False)

    async def _read(self, kind: Kind, only: Collection[str] | None, *, deep: bool, light: bool = True) -> None:
        step = f"reading the index's {'manifests' if kind == 'digests' else 'items'}"
        seen = 0
        total = await self._count(kind) if only is None else 0
        async for hit in self._hits(kind, only, deep=deep):
            if kind == "digests":
                self.ledger.add_manifest(hit["_id"], version_of(hit["_source"]), hit["_source"])
            else:
                held = (digest_of(hit), hit["_id"], hit["_version"])
                if light:
                    self.ledger.add_item(*held, hit.get("_source"))
                else:
                    self.ledger.add_document(held[0], held[1], hit["_source"])
            seen += 1
            if seen % TELL_EVERY == 0:
                self.tell(step, seen, max(total, seen))
        self.tell(step, seen, seen)

    async def held(self, only: Collection[str], *, deep: bool) -> tuple[dict[str, Held], dict[str, dict[str, Held]]]:
        """Manifests by digest, and items by digest and id, of these digests; raises as `read`."""
        manifests: dict[str, Held] = {}
        items: dict[str, dict[str, Held]] = {digest_id: {} for digest_id in only}
        async for hit in self._hits("digests", only, deep=False):
            manifests[hit["_id"]] = Held(version_of(hit["_source"]), hit["_source"], (hit["_seq_no"], hit["_primary_term"]))
        async for hit in self._hits("items", only, deep=deep):
            items[digest_of(hit)][hit["_id"]] = Held(hit["_version"], hit.get("_source"))
        return manifests, items

    async def _count(self, kind: Kind) -> int:
        answer = await self.client.count(index=names.alias(self.namespace, kind))
        return int(answer.body["count"])

    async def _hits(self, kind: Kind, only: Collection[str] | None, *, deep: bool) -> AsyncIterator[Json]:
        """Every document, or those of some digests, manifests with the fields that are compared, items with their version, and whole where `deep`."""
        alias = names.alias(self.namespace, kind)
        await self.client.indices.refresh(index=alias)
        manifests: Json = {"source": MANIFEST_FIELDS, "seq_no_primary_term": True}
        items: Json = {"source": deep, "version": True, "docvalue_fields": ["digest_id"]}
        asked = manifests if kind == "digests" else items
        async for hit in scan(self.client, alias, _queries(kind, only), page=DEEP_PAGE if deep else PAGE, **asked):
            yield hit


def digest_of(hit: Json) -> str:
    """The digest that an item names; empty where it names none. Pure."""
    return str(next(iter(hit.get("fields", {}).get("digest_id", ())), ""))


def version_of(manifest: Json) -> int:
    """The version that a manifest says it is of; 0 where it says none. Elasticsearch's own number for the document counts its changes. Pure."""
    version = manifest.get("version")
    return version if isinstance(version, int) else 0


def _queries(kind: Kind, only: Collection[str] | None) -> Iterator[Json]:
    """All, or so many digests at once. Pure."""
    if only is None:
        yield ALL
        return
    named = sorted(digest_id for digest_id in only if digest_id)
    for start in range(0, len(named), IDS):
        part = named[start : start + IDS]
        yield {"ids": {"values": part}} if kind == "digests" else {"terms": {"digest_id": part}}
    if "" in only and kind == "items":
        yield {"bool": {"must_not": {"exists": {"field": "digest_id"}}}}
