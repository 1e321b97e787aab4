"""A record of the dead topic → what is kept of a dead letter: all but its bytes. Pure."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from shared import ids
from shared.dead_letters.headers import RETRY_ATTEMPT, RETRY_LETTER, SourceRecord, from_record
from shared.records import DIGEST_HEADER

VERSION_HEADER = "digest_version"
"""Of enriched records, as enrich writes it"""

READ_BYTES = 2**20
"""Of a value that is looked into for source and version: some ms. A larger one's source is not shown, and its version stands in its header."""

FOREIGN = "?"
"""The stage of a record that is no dead letter of ours."""

_PLACE = re.compile(r"(\d{1,9})/(\d{1,18})")
_BUILD = re.compile(r"build (\d{1,7})$")


class Place(NamedTuple):
    """Where a letter lies in the dead topic, and its name: `partition/offset`."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}/{self.offset}"


def place(text: str) -> Place | None:
    """The place of that name; None where it is none."""
    match = _PLACE.fullmatch(text)
    return Place(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter without its bytes."""

    place: Place
    stage: str
    """enrich or index; `?` where something else wrote into the topic"""
    error: str
    message: str
    digest_id: str
    """The record's key"""
    source: str
    """Who published it; empty where that can't be read"""
    revision: int | None
    """Of the digest; None where that can't be read"""
    version: int | None
    """What the index must hold at least for the letter to be solved; None where that can't be read"""
    origin: str
    """topic/partition/offset that it had before it died; empty for a foreign one"""
    at: datetime
    """When it was given up on, UTC"""
    first_at: datetime
    attempts: int
    """Of the stage, before it gave up"""
    code: str
    size: int
    """Bytes of the original value"""
    parent: Place | None = None
    """The letter that was sent again and died as this one"""
    tries: int = 0
    """How often it had been sent again before it died as this one"""

    @property
    def topic(self) -> str:
        """The topic that it came from."""
        return self.origin.split("/")[0]

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        facts = asdict(self) | {"at": self.at.isoformat(), "first_at": self.first_at.isoformat()}
        return facts | {"place": str(self.place), "parent": str(self.parent) if self.parent else None}


def read(record: SourceRecord, at: datetime) -> Letter:
    """A record of the dead topic; `at` is Kafka's time of it. Something else that was written there is shown, not hidden."""
    where, size = Place(record.partition, record.offset), len(record.value or b"")
    key = (record.key or b"").decode("utf-8", "replace")
    try:
        dead = from_record(record.key, record.value, record.headers)
    except ValueError as error:
        return Letter(where, FOREIGN, "not_a_dead_letter", str(error), key, "", None, None, "", at, at, 0, "", size)
    failure, origin = dead.failure, dead.record
    headers = dict(origin.headers)
    facts = _facts(headers.get(DIGEST_HEADER) or (origin.value if size <= READ_BYTES else None))
    revision = _number(facts.get("revision"))
    return Letter(
        place=where,
        stage=failure.stage,
        error=failure.error,
        message=failure.message,
        digest_id=key,
        source=source if isinstance(source := facts.get("source"), str) else "",
        revision=revision,
        version=_version(headers.get(VERSION_HEADER), revision, facts.get("build"), facts.get("knowledge"), failure.code),
        origin=f"{origin.topic}/{origin.partition}/{origin.offset}",
        at=_aware(failure.last_at),
        first_at=_aware(failure.first_at),
        attempts=failure.attempts,
        code=failure.code,
        size=size,
        parent=place(headers.get(RETRY_LETTER, b"").decode("ascii", "replace")),
        tries=_digits(headers.get(RETRY_ATTEMPT)) or 0,
    )


def _facts(data: bytes | None) -> dict[str, Any]:
    """What a raw record's header or an enriched record's value says; {} for what died of its form."""
    try:
        said = orjson.loads(data or b"")
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _version(header: bytes | None, revision: int | None, build: object, knowledge: object, code: str) -> int | None:
    """From the enriched record, else from the revision and the number of the enrich code that failed: an older one's items don't solve it."""
    said = _digits(header)
    if said is not None or revision is None:
        return said
    failed = _BUILD.search(code)
    number = _number(build)
    number = number if number is not None else int(failed[1]) if failed else 0
    known = _number(knowledge)
    try:
        return ids.version(revision, number, known if known is not None else 0 if number >= ids.KNOWING else None)
    except ValueError:
        return None


def _number(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _digits(data: bytes | None) -> int | None:
    return int(data) if data and data.isdigit() and len(data) < 20 else None


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
