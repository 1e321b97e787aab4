"""Events, and how far the topics were read ↔ the ledger's index."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError

from shared import index_names as names
from shared import log
from shared.elastic import explained
from shared.errors import Unavailable
from shared.ledger.event import FORM, MAPPING, Event
from shared.ledger.state import STATE, State, from_document, to_document
from shared.settings import ElasticsearchSettings

_log = log.get(__name__)

BAD_REQUEST = 400
"""Status of a document that does not fit the mapping."""

SECONDS = 30.0
"""For a bulk request: it takes some tens of ms."""


class Store:
    """The index of one namespace; raises Unavailable or Misconfigured in plain words."""

    def __init__(self, client: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._client = client.options(request_timeout=SECONDS)
        self._settings = settings
        self._index = names.ledger(namespace)
        self._written = names.ledger_written(namespace)

    async def open(self) -> State:
        """Make the index where it is missing or of an older form; return how far the topics were read."""
        try:
            await self._drop_older_form()
            made = await self._create()
            await self._client.indices.put_alias(index=self._index, name=self._written)
            if not made:
                return await self._state()
            # Written at once: who asks while it is being filled is told so.
            state = State({}, datetime.now(UTC), behind=1)
            await self.add((), state)
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        return state

    async def _drop_older_form(self) -> None:
        try:
            found = await self._client.indices.get_mapping(index=self._index)
        except NotFoundError:
            return
        form = found[self._index]["mappings"].get("_meta", {}).get("form", 1)
        if form < FORM:
            _log.warning("ledger_of_an_older_form", form=form, now=FORM, next="it is written anew from the topics")
            await self._client.indices.delete(index=self._index)

    async def _create(self) -> bool:
        """Whether it was missing."""
        shape = {
            "number_of_shards": self._settings.shards,
            "number_of_replicas": self._settings.replicas,
            "refresh_interval": "2s",
        }
        try:
            await self._client.indices.create(index=self._index, mappings=MAPPING, settings=shape)
        except BadRequestError as error:
            if "resource_already_exists" in str(error.body):
                return False
            raise
        return True

    async def _state(self) -> State:
        try:
            return from_document((await self._client.get(index=self._index, id=STATE)).body["_source"])
        except NotFoundError:
            return State({})

    async def check(self) -> None:
        """Raise Unavailable where the index is gone; writing to it would notice, but nothing may come for hours."""
        try:
            if not await self._client.indices.exists_alias(name=self._written):
                raise Unavailable("the index of the ledger is gone: it is written anew from the topics")
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error

    async def add(self, events: Sequence[Event], state: State) -> None:
        """Return once the events are stored, and that the topics were read so far.

        An event that Elasticsearch will never take, as a record in Kafka may hold anything, is left out.
        """
        operations = [part for event in events for part in ({"index": {"_id": event.id}}, event.to_document())]
        read_to = [{"index": {"_id": STATE}}, to_document(state)]
        # What was read is there after the events, never before; a kill between stores them once more, which changes nothing.
        # A shard takes all of a request or nothing; of several one may be away, so that their answer has to be seen first.
        for part in [operations + read_to] if self._settings.shards == 1 else [operations, read_to]:
            if part:
                await self._write(part)

    async def _write(self, operations: Sequence[dict[str, Any]]) -> None:
        try:
            # require_alias: an index that was deleted must not be made by our writing, without the events
            # that were read before.
            writing = self._client.bulk(index=self._written, operations=operations, require_alias=True)
            answer = (await writing).body
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        refused = [item["index"] for item in answer["items"] if "error" in item["index"]] if answer["errors"] else []
        for one in refused:
            why = one["error"]
            # Our own document fits: where it is refused too, it is the index that takes nothing.
            if one["status"] != BAD_REQUEST or one["_id"] == STATE:
                raise Unavailable(f"Elasticsearch refuses events of the ledger: {why.get('type')}: {why.get('reason')}")
            _log.warning("event_left_out", id=one["_id"], reason=why.get("type"))
