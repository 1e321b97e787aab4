"""Enriched digests for the indexer's tests, as the enricher writes them; the least that is valid, and what a test adds."""

from datetime import UTC, datetime
from typing import Any

import orjson

from shared.ids import digest_id, item_ids
from shared.records import EnrichedDigest, Item

RECEIVED = datetime(2026, 2, 6, 1, 2, 3, tzinfo=UTC)


def enriched(*titles: str, name: str = "2026-06", revision: int = 1, build: int = 1, withdrawn: bool = False, **facts: Any) -> EnrichedDigest:
    """A digest known by `name` with an item for each title; its body says the revision."""
    identity = digest_id("双碳周报", external_id=name, content="")
    texts = [(title, f"{title},第{revision}版。") for title in titles]
    ids = item_ids(identity, texts)
    return EnrichedDigest.model_validate(
        {
            "digest_id": identity,
            "source": "双碳周报",
            "media_type": "text/plain",
            "revision": revision,
            "build": build,
            "withdrawn": withdrawn,
            "published_on": "2026-02-06",
            "published_on_basis": "given",
            "received_at": RECEIVED,
            "enriched_at": RECEIVED,
            "items": [
                Item(item_id=ids[at], ordinal=at + 1, title=title, headline=title, body=body, section="地方动态")
                for at, (title, body) in enumerate(texts)
            ],
        }
        | facts
    )


def value(digest: EnrichedDigest, **changes: Any) -> bytes:
    """The digest's Kafka value, with top-level fields changed to what no model would allow."""
    return orjson.dumps(orjson.loads(digest.to_json()) | changes)
