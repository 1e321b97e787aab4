"""Records of the raw topic, one after another, and what is asked for → the places that are to be enriched again. Pure.

Of each digest only the newest revision counts (of equal ones the last): what an older one gave would be stale wherever it came.
Needs some 200 bytes a digest, whatever the digests' size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import Field

from shared.dead_letters.headers import Headers, SourceRecord
from shared.errors import Rejected
from shared.ids import PER_REVISION, version, version_parts
from shared.records import DIGEST_HEADER, DigestId, RawDigest, Record, read_enriched, read_raw

VERSION_HEADER = "digest_version"
"""Of an enriched record: its version, so that nobody needs to parse the value for it."""


class Choice(Record):
    """Which digests; without any condition all."""

    source: str | None = None
    since: datetime | None = Field(default=None, description="Received at or after, UTC")
    until: datetime | None = Field(default=None, description="Received before, UTC")
    digests: tuple[DigestId, ...] = ()
    build_below: int | None = Field(default=None, description="Whose newest revision was enriched by an older build only, or never")

    def takes(self, raw: RawDigest) -> bool:
        """Whether the raw digest itself meets the conditions; the build stands elsewhere."""
        return (
            (self.source is None or raw.source == self.source)
            and (self.since is None or raw.received_at >= self.since)
            and (self.until is None or raw.received_at < self.until)
            and (not self.digests or raw.digest_id in self.digests)
        )


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest revision of a digest so far."""

    revision: int
    partition: int
    offset: int
    size: int
    taken: bool
    """Whether the choice takes it"""


@dataclass(frozen=True)
class Plan:
    """What is to be replayed."""

    places: Mapping[int, frozenset[int]]
    """Offsets by partition"""
    digests: int
    bytes: int
    older: int
    """Records left out because a newer (or the same) revision of the digest stands behind them"""
    other: int
    """Records that are no raw digest: without header, or with one of an unknown form"""

    def since(self, done: Mapping[int, int]) -> "Plan":
        """The same without what stands before the offsets in `done`."""
        places = {partition: frozenset(at for at in offsets if at >= done.get(partition, 0)) for partition, offsets in self.places.items()}
        return Plan(places, sum(map(len, places.values())), self.bytes, self.older, self.other)


@dataclass
class Chooser:
    """Takes records in any order, then says which places are wanted."""

    choice: Choice
    older: int = 0
    other: int = 0
    _newest: dict[str, Newest] = field(default_factory=dict)

    def add(self, record: SourceRecord) -> None:
        """A record of the raw topic."""
        raw = raw_of(record.headers)
        if raw is None:
            self.other += 1
            return
        known = self._newest.get(raw.digest_id)
        if known is not None:
            self.older += 1
            if (known.revision, known.offset) > (raw.revision, record.offset):
                return
        size = len(record.value or b"")
        self._newest[raw.digest_id] = Newest(raw.revision, record.partition, record.offset, size, self.choice.takes(raw))

    def plan(self, versions: Mapping[str, int]) -> Plan:
        """What is to be done; `versions` by digest: the highest enriched one, asked for only with `build_below`."""
        below = self.choice.build_below
        chosen = [
            newest
            for digest_id, newest in self._newest.items()
            if newest.taken and (below is None or _older(versions.get(digest_id), newest.revision, below))
        ]
        places: dict[int, set[int]] = {}
        for newest in chosen:
            places.setdefault(newest.partition, set()).add(newest.offset)
        return Plan(
            {partition: frozenset(offsets) for partition, offsets in places.items()},
            digests=len(chosen),
            bytes=sum(newest.size for newest in chosen),
            older=self.older,
            other=self.other,
        )


def raw_of(headers: Headers) -> RawDigest | None:
    """The raw digest that a record's headers speak of; None where they speak of none."""
    header = next((data for name, data in headers if name == DIGEST_HEADER), None)
    try:
        return read_raw(header) if header is not None else None
    except Rejected:
        return None


def version_of(record: SourceRecord) -> tuple[str, int] | None:
    """Digest and version of an enriched record; None where it is none."""
    said = dict(record.headers).get(VERSION_HEADER, b"")
    if record.key and said.isdigit():
        return record.key.decode("utf-8", "replace"), int(said)
    try:
        enriched = read_enriched(record.value or b"")
    except Rejected:
        return None
    return enriched.digest_id, version(enriched.revision, enriched.build, enriched.knowledge)


def _older(number: int | None, revision: int, below: int) -> bool:
    """Whether a digest's highest version is of an older revision, or of a build below `below`."""
    return number is None or version_parts(number)[:2] < (revision, below)


@dataclass
class Highest:
    """Takes enriched records in any order, then says the highest version of each digest."""

    found: dict[str, int] = field(default_factory=dict)

    def add(self, record: SourceRecord) -> None:
        """A record of the enriched topic; of another form, it counts for nothing."""
        if (version := version_of(record)) is not None:
            self.found[version[0]] = max(version[1], self.found.get(version[0], -1))

    def revision(self, digest_id: str) -> int:
        """The newest enriched revision; -1 where there is none."""
        return self.found[digest_id] // PER_REVISION if digest_id in self.found else -1
