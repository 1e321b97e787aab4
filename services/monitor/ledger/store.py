"""Events, and how far the topics were read ↔ the ledger's index. Where the topics were read to is lost with the events, so both begin anew."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError

from shared import index_names as names
from shared.elastic import explained
from shared.errors import Unavailable
from shared.ledger.event import MAPPING, Event
from shared.settings import ElasticsearchSettings

SECONDS = 30.0
"""For a bulk request: it takes some tens of ms."""

PLACES = "read-to"
"""The id of the document that says how far the topics were read"""

Places = Mapping[tuple[str, int], int]
"""By topic and partition, the offset to go on at"""


class Store:
    """The index of one namespace; raises Unavailable or Misconfigured in plain words."""

    def __init__(self, client: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._client = client.options(request_timeout=SECONDS)
        self._settings = settings
        self._index = names.ledger(namespace)
        self._written = names.ledger_written(namespace)

    async def open(self) -> Places:
        """Make the index where it is missing; return how far the topics were read."""
        shape = {"number_of_shards": self._settings.shards, "number_of_replicas": self._settings.replicas, "refresh_interval": "2s"}
        try:
            await self._client.indices.create(index=self._index, mappings=MAPPING, settings=shape)
        except BadRequestError as error:
            if "resource_already_exists" not in str(error.body):
                raise explained(error, self._settings) from error
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        try:
            await self._client.indices.put_alias(index=self._index, name=self._written)
            found = (await self._client.get(index=self._index, id=PLACES)).body["_source"]["places"]
        except NotFoundError:
            return {}
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        return {(place["topic"], place["partition"]): place["offset"] for place in orjson.loads(found)}

    async def add(self, events: Sequence[Event], places: Places) -> None:
        """Return once the events are stored, and that the topics were read so far."""
        operations: list[dict[str, Any]] = []
        for event in events:
            operations += ({"index": {"_id": event.id}}, event.to_document())
        read = [{"topic": topic, "partition": partition, "offset": offset} for (topic, partition), offset in places.items()]
        # Last, so that it is never there without the events; a kill between stores them once more, which changes nothing.
        operations += ({"index": {"_id": PLACES}}, {"places": orjson.dumps(read).decode()})
        try:
            # require_alias: an index that was deleted must not be made by our writing, without the events
            # that were read before.
            writing = self._client.bulk(index=self._written, operations=operations, require_alias=True)
            answer = (await writing).body
        except (ApiError, TransportError) as error:
            raise explained(error, self._settings) from error
        if answer["errors"]:
            reasons = (item["index"]["error"] for item in answer["items"] if "error" in item["index"])
            first: dict[str, Any] = next(reasons, {})
            raise Unavailable(f"Elasticsearch refuses events of the ledger: {first.get('type')}: {first.get('reason')}")
