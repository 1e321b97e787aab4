"""Lists of digests, each the newest first and known down to some place → one such list. Pure.

What lies below the place that one of them is known to can't be told yet: that one may have more between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    """Where a digest stands, and its word in a cursor, which ingest understands too."""

    received_ms: int
    digest_id: str

    def __str__(self) -> str:
        return f"{self.received_ms}-{self.digest_id}"


def read(cursor: str | None) -> Place | None:
    """The place of a cursor that has the right form."""
    if cursor is None:
        return None
    ms, _, digest_id = cursor.rpartition("-")
    return Place(int(ms), digest_id)


def place(digest: Mapping[str, Any]) -> Place:
    """Where a digest stands, by its time of receipt, down to the ms as Elasticsearch has it."""
    at = datetime.fromisoformat(digest["received_at"])
    return Place((at - _EPOCH) // timedelta(milliseconds=1), digest["digest_id"])


@dataclass(frozen=True)
class Known:
    """A list as far as it is known."""

    places: Sequence[Place]
    more: bool
    """Whether it goes on behind the last of them"""


@dataclass(frozen=True)
class Merged:
    """The beginning of all."""

    places: Sequence[Place]
    following: Place | None
    """Behind which they go on; None where all have ended"""


def merged(lists: Iterable[Known], size: int) -> Merged:
    """At most `size` places that are sure, the newest first, each once; there may be none yet, and more behind `following`."""
    lists = list(lists)
    ends = [known.places[-1] for known in lists if known.more and known.places]
    sure_to = max(ends, default=None)
    found = sorted({one for known in lists for one in known.places if sure_to is None or one >= sure_to}, reverse=True)
    if len(found) > size:
        return Merged(found[:size], found[size - 1])
    return Merged(found, sure_to)
