"""A Kafka record that can't be processed + why → a record for the dead topic, and back. Pure.

The dead letter keeps the original key, value and headers untouched; what went wrong stands in further headers named `dead.*`,
so that sending it again is: take the value, drop the `dead.*` headers. A record that was sent again says so in headers named
`retry.*`, which each stage passes on: when it dies again, the new letter names the old one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared import version

Headers = Sequence[tuple[str, bytes]]
PREFIX = "dead."

RETRY_PREFIX = "retry."
RETRY_LETTER = "retry.letter"
"""partition/offset in the dead topic of the letter that was sent again"""
RETRY_ATTEMPT = "retry.attempt"
"""Which try it is, from 1"""


@dataclass(frozen=True)
class SourceRecord:
    """A record as read from Kafka, by place and bytes."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why a record could not be processed."""

    stage: str
    """ingest, enrich or index"""
    error: str
    """One snake_case word to group by, such as `undecodable`."""
    message: str
    """What happened, in plain words; never the digest's text."""
    attempts: int
    first_at: datetime
    last_at: datetime
    code: str
    """Version of the code that gave up."""


@dataclass(frozen=True)
class DeadLetter:
    """A dead letter as read back from the dead topic."""

    record: SourceRecord
    """The original record: its topic and place before it died, its headers without `dead.*`."""
    failure: Failure


def code(build: int | None = None) -> str:
    """The version of this code as dead letters name it, with the number of the enrich code where that is what failed."""
    name = version.installed()
    return name if build is None else f"{name} build {build}"


MESSAGE_LIMIT = 1000
"""Characters of a message that are kept: enough for a reason, and a bound for what a library may print."""


def to_headers(record: SourceRecord, failure: Failure) -> list[tuple[str, bytes]]:
    """The original headers followed by the `dead.*` ones; key and value go beside them as they are.

    A letter that was sent again and died again has fresh `dead.*` headers; the former are dropped.
    """
    reasons = {
        "stage": failure.stage,
        "error": failure.error,
        "message": failure.message[:MESSAGE_LIMIT],
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "attempts": str(failure.attempts),
        "first_at": failure.first_at.isoformat(),
        "last_at": failure.last_at.isoformat(),
        "code": failure.code,
    }
    kept = [(name, value) for name, value in record.headers if not name.startswith(PREFIX)]
    return kept + [(PREFIX + name, value.encode("utf-8", "replace")) for name, value in reasons.items()]


def retry_headers(headers: Headers) -> tuple[tuple[str, bytes], ...]:
    """Those that say that a record was sent again: a stage passes them on to what it makes of it."""
    return tuple((name, value) for name, value in headers if name.startswith(RETRY_PREFIX))


def resent_headers(headers: Headers, *, letter: str, attempt: int) -> list[tuple[str, bytes]]:
    """The headers with which an original record goes out again; those of an earlier try are replaced."""
    kept = [(name, value) for name, value in headers if not name.startswith((PREFIX, RETRY_PREFIX))]
    return [*kept, (RETRY_LETTER, letter.encode()), (RETRY_ATTEMPT, str(attempt).encode())]


def from_record(key: bytes | None, value: bytes | None, headers: Headers) -> DeadLetter:
    """Read a dead letter back; raises ValueError when the `dead.*` headers are missing or of another form."""
    reasons = {name.removeprefix(PREFIX): data.decode("utf-8", "replace") for name, data in headers if name.startswith(PREFIX)}
    try:
        record = SourceRecord(
            topic=reasons["topic"],
            partition=int(reasons["partition"]),
            offset=int(reasons["offset"]),
            key=key,
            value=value,
            headers=tuple((name, data) for name, data in headers if not name.startswith(PREFIX)),
        )
        failure = Failure(
            stage=reasons["stage"],
            error=reasons["error"],
            message=reasons["message"],
            attempts=int(reasons["attempts"]),
            first_at=datetime.fromisoformat(reasons["first_at"]),
            last_at=datetime.fromisoformat(reasons["last_at"]),
            code=reasons["code"],
        )
    except KeyError as missing:
        raise ValueError(f"not a dead letter: header {PREFIX}{missing.args[0]} is missing") from missing
    return DeadLetter(record, failure)
