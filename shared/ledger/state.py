"""How far the topics were read into the ledger, and since when it is there ↔ one document of its index. Pure.

It lies in the index of the events, so that it is lost with them, and both begin anew.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

STATE = "read-to"
"""The document's id."""

Places = Mapping[tuple[str, int], int]
"""By topic and partition, the offset to go on at"""


class State(NamedTuple):
    """What the writer says of the ledger."""

    places: Places
    since: datetime | None = None
    """When the index was made; None where nobody wrote it down"""
    behind: int = 0
    """Records that were in the topics when reading began, and are not in the ledger yet"""


def to_document(state: State) -> dict[str, Any]:
    """Return what Elasticsearch takes."""
    read = [{"topic": topic, "partition": partition, "offset": offset} for (topic, partition), offset in state.places.items()]
    since = state.since.isoformat() if state.since else None
    return {"places": orjson.dumps(read).decode(), "since": since, "behind": state.behind}


def from_document(document: Mapping[str, Any]) -> State:
    """Read it back."""
    since = document.get("since")
    return State(
        {(place["topic"], place["partition"]): place["offset"] for place in orjson.loads(document["places"])},
        datetime.fromisoformat(since) if since else None,
        document.get("behind", 0),
    )
