"""Events → requests to Elasticsearch, and what its answers mean for how far the topics count as read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from elasticsearch import AsyncElasticsearch

from services.monitor.ledger.store import Store
from shared.errors import Unavailable
from shared.ledger.event import Event
from shared.ledger.state import STATE, State
from shared.settings import ElasticsearchSettings

AT = datetime(2026, 2, 6, tzinfo=UTC)
EVENT = Event(digest_id="a" * 32, kind="received", stage="ingest", at=AT, topic="raw", partition=0, offset=7)


@dataclass
class Answer:
    """As the client gives it."""

    body: dict[str, Any]


@dataclass
class FakeBulk:
    """Takes all documents but those of a status."""

    refused: dict[str, int] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    requests: int = 0

    def options(self, **_: object) -> "FakeBulk":
        """Change nothing."""
        return self

    async def bulk(self, *, operations: list[dict[str, Any]], **_: object) -> Answer:
        """Answer as Elasticsearch does."""
        self.requests += 1
        items = []
        for operation in operations[::2]:
            name = operation["index"]["_id"]
            status = self.refused.get(name, 201)
            error = {"error": {"type": "refused", "reason": "made up"}} if status != 201 else {}
            items.append({"index": {"_id": name, "status": status} | error})
            self.taken += [name] if status == 201 else []
        return Answer({"errors": bool(self.refused), "items": items})


def store(client: FakeBulk, *, shards: int) -> Store:
    """Of that many shards."""
    settings = ElasticsearchSettings(url="http://127.0.0.1:9", shards=shards)
    return Store(cast("AsyncElasticsearch", client), settings, namespace="")


@pytest.mark.parametrize(("shards", "requests"), [(1, 1), (2, 2)])
async def test_events_are_stored_with_how_far_was_read(shards: int, requests: int) -> None:
    """In that order; by one request where they can't come apart."""
    client = FakeBulk()
    await store(client, shards=shards).add([EVENT], State({}))
    assert (client.taken, client.requests) == ([EVENT.id, STATE], requests)


async def test_what_a_shard_did_not_take_is_read_again() -> None:
    """It was busy or away, and the shard of the place that was read to was not."""
    client = FakeBulk({EVENT.id: 503})
    with pytest.raises(Unavailable, match="made up"):
        await store(client, shards=2).add([EVENT], State({}))
    assert client.taken == []


@pytest.mark.parametrize("shards", [1, 2])
async def test_what_is_never_taken_holds_up_nothing(shards: int) -> None:
    """A number that is too large, a word that is too long."""
    client = FakeBulk({EVENT.id: 400})
    await store(client, shards=shards).add([EVENT], State({}))
    assert client.taken == [STATE]
    client = FakeBulk({EVENT.id: 400, STATE: 400})  # an index that was closed
    with pytest.raises(Unavailable):
        await store(client, shards=shards).add([EVENT], State({}))
