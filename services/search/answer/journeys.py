"""A digest's id, an item's or an address → the digest's way through the pipeline, from the ledger and the manifest."""

import contextlib
import re
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch
from elasticsearch import NotFoundError as Missing

from services.search.answer.finder import READ_SECONDS
from services.search.elasticsearch_errors import from_elastic
from services.search.errors import NotFound
from services.search.models.journey import JourneyAnswer, StepAnswer
from shared import index_names as names
from shared.errors import Rejected
from shared.ledger.event import Event, from_document
from shared.ledger.journey import Indexed, Journey, journey
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

EVENTS = 1000
"""Of one digest that are shown, the newest: it has some ten."""

_ID = re.compile(r"[0-9a-f]{32}")


class Journeys:
    """Reads the ledger; raises SearchError alone."""

    def __init__(self, elastic: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._elastic = elastic.options(request_timeout=READ_SECONDS)
        self._settings = settings
        self._items, self._digests = names.alias(namespace, "items"), names.alias(namespace, "digests")
        self._ledger = names.ledger(namespace)

    async def of(self, name: str) -> JourneyAnswer:
        """Return the way of the digest of that id, of the item of that id, or of that address; raises NotFound."""
        try:
            for digest_id in await self._digest_ids(name.strip()):
                events, manifest = await self._events(digest_id), await self._get(self._digests, digest_id)
                if events or manifest:
                    return _answer(digest_id, journey(events, _indexed(manifest)), manifest)
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        raise NotFound(f"nothing is known of {name}: it is no digest's or item's id, and no digest's address")

    async def _digest_ids(self, name: str) -> list[str]:
        if not _ID.fullmatch(name):
            query = {"bool": {"filter": [{"term": {"url": name}}]}}
            found = await self._elastic.search(
                index=self._digests, query=query, size=1, sort=[{"received_at": "desc"}], source={"includes": ["digest_id"]}, ignore_unavailable=True
            )
            return [hit["_source"]["digest_id"] for hit in found["hits"]["hits"]]
        item = await self._get(self._items, name)
        return [name, *([item["digest_id"]] if item else [])]

    async def _events(self, digest_id: str) -> list[Event]:
        found = await self._elastic.search(
            index=self._ledger,
            query={"term": {"digest_id": digest_id}},
            sort=[{"at": "desc"}],
            size=EVENTS,
            ignore_unavailable=True,
        )
        events = []
        for hit in found["hits"]["hits"]:
            with contextlib.suppress(Rejected):  # of a newer monitor
                events.append(from_document(hit["_source"]))
        return events

    async def _get(self, index: str, document: str) -> Json | None:
        try:
            found: Json = (await self._elastic.get(index=index, id=document))["_source"]
        except Missing:  # or the index: nothing is known either
            return None
        return found


def _indexed(manifest: Json | None) -> Indexed | None:
    if manifest is None:
        return None
    return Indexed(
        manifest["version"],
        manifest.get("item_count") or 0,
        withdrawn=manifest.get("withdrawn") is True,
        quarantined=bool(manifest.get("quarantine")),
    )


def _answer(digest_id: str, found: Journey, manifest: Json | None) -> JourneyAnswer:
    source = next((event.source for event in reversed(found.events) if event.source), (manifest or {}).get("source"))
    steps = []
    before: Event | None = None
    for event in found.events:
        seconds = (event.at - before.at).total_seconds() if before else None
        said = event.model_dump(exclude={"digest_id", "source"})
        steps.append(StepAnswer(**said, seconds=seconds))
        before = event
    dead = found.dead
    return JourneyAnswer(
        digest_id=digest_id,
        where=found.where,
        replacing=found.replacing,
        title=(manifest or {}).get("title"),
        source=source,
        items=(manifest or {}).get("item_count") if manifest else None,
        letter=f"{dead.partition}/{dead.offset}" if dead else None,
        steps=tuple(steps),
    )
