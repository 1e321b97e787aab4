"""Ids → items, digests and what became of them, by asking Elasticsearch: gather, hand to the pure parts, return."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from elastic_transport import ObjectApiResponse, TransportError
from elasticsearch import ApiError, AsyncElasticsearch
from elasticsearch import NotFoundError as Missing

from services.search.answer import results
from services.search.answer.finder import READ_SECONDS
from services.search.elasticsearch_errors import from_elastic
from services.search.errors import NotFound
from services.search.models.digest import PAGE_ITEMS, DigestAnswer
from services.search.models.search import ItemAnswer, StatusAnswer
from services.search.models.status import status
from shared import index_names as names
from shared.ledger.journey import Journey
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

NEIGHBOUR = ["item_id", "headline"]
SHORT = ["item_id", "ordinal", "number", "title", "headline", "section", "section_path", "doc_type", "level", "topics"]


class Answers:
    """What the API and the pages show of the index by id; raises SearchError alone."""

    def __init__(
        self,
        elastic: AsyncElasticsearch,
        settings: ElasticsearchSettings,
        *,
        namespace: str,
        way: Callable[[str, int | None], Awaitable[Journey]],
    ) -> None:
        self._elastic = elastic.options(request_timeout=READ_SECONDS)
        self._settings = settings
        self._items, self._digests = names.alias(namespace, "items"), names.alias(namespace, "digests")
        self._way = way

    async def item(self, item_id: str) -> ItemAnswer:
        """All of an item, and its neighbours in the digest; raises NotFound."""
        try:
            source = (await self._elastic.get(index=self._items, id=item_id))["_source"]
            manifest = await self._manifest(source["digest_id"])
            order = (manifest or {}).get("item_ids") or []
            at = order.index(item_id) if item_id in order else None
            near = [order[at - 1] if at else None, order[at + 1] if at is not None and at + 1 < len(order) else None]
            known = {found["item_id"]: found for found in await self._documents([one for one in near if one], NEIGHBOUR)}
            return results.item(source, (known.get(near[0]), known.get(near[1])))
        except (ApiError, TransportError) as error:
            raise _not_found(error, f"no item {item_id}") or from_elastic(error, self._settings) from error

    async def manifest(self, digest_id: str) -> Json | None:
        """A digest's manifest as it is in the index; None where there is none."""
        try:
            return await self._manifest(digest_id)
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error

    async def digest(self, digest_id: str, *, page: int = 1, size: int = PAGE_ITEMS, or_last: bool = False) -> DigestAnswer:
        """A digest's manifest with a page of its items, in order.

        Raises NotFound, also beyond the last page unless that one shall do then.
        """
        try:
            manifest = await self._manifest(digest_id)
            if manifest is None:
                raise NotFound(f"no digest {digest_id}: {digest_id!r} was not indexed (yet); see /api/digests/{digest_id}/status")
            of = results.part(manifest, page=page, size=size, or_last=or_last)
            if of.page > of.pages:
                raise NotFound(f"digest {digest_id} has {of.pages} pages of {size} items, and no page {page}")
            return results.digest(manifest, await self._documents(list(of.ids), SHORT), of)
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error

    async def status(self, digest_id: str, revision: int | None) -> StatusAnswer:
        """What became of a revision of a digest; `waiting` also where nothing is known of it."""
        try:
            manifest = await self._manifest(digest_id)
            found, seen = await asyncio.gather(self._found(digest_id, manifest), self._seen(digest_id, manifest)) if manifest else (0, False)
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        told = manifest is not None and (revision is None or manifest["revision"] >= revision)
        way = None if told else await self._way(digest_id, revision)
        now_ms = time.time_ns() // 1_000_000
        return status(digest_id, revision, manifest=manifest, found=found, seen=seen, way=way, now_ms=now_ms)

    async def _manifest(self, digest_id: str) -> Json | None:
        """Read by id, so as it is now and not as it was at the last refresh."""
        try:
            found: Json = (await self._elastic.get(index=self._digests, id=digest_id))["_source"]
        except Missing as error:
            if _not_found(error, "") is None:
                raise
            return None
        return found

    async def _found(self, digest_id: str, manifest: Json) -> int:
        of = [{"term": {"digest_id": digest_id}}]
        if not manifest.get("withdrawn") and not manifest.get("quarantine"):
            of.append({"term": {"revision": manifest["revision"]}})
        return int((await self._elastic.count(index=self._items, query={"bool": {"filter": of}}))["count"])

    async def _seen(self, digest_id: str, manifest: Json) -> bool:
        """Whether searches see this version of the manifest."""
        of = [{"ids": {"values": [digest_id]}}, {"term": {"version": manifest["version"]}}]
        return bool((await self._elastic.count(index=self._digests, query={"bool": {"filter": of}}))["count"])

    async def _documents(self, ids: list[str], fields: list[str]) -> list[Json]:
        """The documents that exist, in the order of `ids`."""
        if not ids:
            return []
        answers: list[ObjectApiResponse[Any]] = await asyncio.gather(
            *(self._elastic.mget(index=self._items, ids=ids[start : start + 500], source_includes=fields) for start in range(0, len(ids), 500))
        )
        return [document["_source"] for answer in answers for document in answer["docs"] if document.get("found")]


def _not_found(error: Exception, message: str) -> NotFound | None:
    """NotFound where a document is missing; None where it is the index, or something else altogether."""
    if isinstance(error, Missing) and isinstance(error.body, dict) and error.body.get("found") is False:
        return NotFound(message)
    return None
