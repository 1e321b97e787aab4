"""Dead letters as they are read from the dead topic → tallies by stage and error, and which digest's each is. Pure.

Bounded: beyond the newest LETTERS of them, older ones are forgotten and no longer counted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from services.index.search.measurement import DeadFacts
from services.index.search.status import Dead
from shared.deadletter import Headers, from_record
from shared.records import DIGEST_HEADER

LETTERS = 20_000
"""Some 10 MB at most. More dead letters than that in 30 days is an outage, of which nobody asks about single digests."""

Place = tuple[int, int]
"""Partition and offset in the dead topic."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is kept of a dead letter."""

    digest_id: str
    dead: Dead
    at: datetime


class Letters:
    """The dead letters that Kafka still keeps."""

    def __init__(self, *, limit: int = LETTERS) -> None:
        self._limit = limit
        self._kept: dict[Place, Letter] = {}
        self._by_digest: dict[str, list[Place]] = {}

    def add(self, place: Place, *, key: bytes | None, value: bytes | None, headers: Headers, at: datetime) -> None:
        """Take one in; a record of another form is counted as a letter of no stage."""
        letter = read(key, value, headers, at)
        self._kept[place] = letter
        self._by_digest.setdefault(letter.digest_id, []).append(place)
        if len(self._kept) > self._limit:
            self._drop(next(iter(self._kept)))

    def begin_at(self, offsets: Mapping[int, int]) -> None:
        """Forget what Kafka has deleted: everything before these offsets by partition."""
        for place in [place for place in self._kept if place[1] < offsets.get(place[0], 0)]:
            self._drop(place)

    def clear(self) -> None:
        """Forget everything: the topic was made anew."""
        self._kept.clear()
        self._by_digest.clear()

    def _drop(self, place: Place) -> None:
        letter = self._kept.pop(place)
        places = self._by_digest[letter.digest_id]
        places.remove(place)
        if not places:
            del self._by_digest[letter.digest_id]

    def of(self, digest_id: str, revision: int | None) -> Dead | None:
        """The newest dead letter of a digest's revision (None: of any)."""
        places = self._by_digest.get(digest_id, [])
        found = [self._kept[place] for place in places if revision is None or self._kept[place].dead.revision in (None, revision)]
        return max(found, key=lambda letter: letter.at).dead if found else None

    def facts(self) -> dict[str, DeadFacts]:
        """Counts by stage and error."""
        errors: dict[str, Counter[str]] = {}
        newest: dict[str, datetime] = {}
        for letter in self._kept.values():
            stage = letter.dead.stage
            errors.setdefault(stage, Counter())[letter.dead.error] += 1
            newest[stage] = max(newest.get(stage, letter.at), letter.at)
        return {stage: DeadFacts(dict(counts), newest[stage]) for stage, counts in errors.items()}


def read(key: bytes | None, value: bytes | None, headers: Headers, at: datetime) -> Letter:
    """A record of the dead topic in short."""
    digest_id = (key or b"").decode("utf-8", "replace")
    try:
        failure = from_record(key, b"", headers).failure
    except ValueError:
        return Letter(digest_id, Dead(None, "", "unknown_form", "not a dead letter of ours"), at)
    revision = _revision(dict(headers).get(DIGEST_HEADER) or value)
    return Letter(digest_id, Dead(revision, failure.stage, failure.error, failure.message), at)


def _revision(data: bytes | None) -> int | None:
    """The revision in a raw record's header or an enriched record's value, if that can be read."""
    try:
        record = orjson.loads(data or b"")
    except orjson.JSONDecodeError:
        return None
    revision = record.get("revision") if isinstance(record, dict) else None
    return revision if isinstance(revision, int) else None
