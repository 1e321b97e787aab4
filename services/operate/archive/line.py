"""A record of the raw or operations topic ↔ a line of JSON, and its identity. Pure.

    {"topic":"raw","at":"2026-11-22T01:02:03.004+00:00","partition":0,"offset":12,"key":"0f8e…","headers":[["digest","{…}"]],"value":"双碳周报…"}

Bytes that are UTF-8 stand as text, so that `zgrep` finds words; all others as {"base64": "…"}; none at all as null. Either way they come back
byte for byte: `zcat FILE | jq -r 'select(.key=="0f8e…").value'`, with `.value.base64` and `base64 -d` for a PDF.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

import orjson

from shared.dead_letters.headers import SourceRecord
from shared.errors import Rejected
from shared.records import DIGEST_HEADER

Kind = Literal["raw", "operations"]
KINDS: tuple[Kind, Kind] = ("raw", "operations")

IDENTITY_BYTES = 16


@dataclass(frozen=True)
class Archived:
    """A record as the archive holds it."""

    kind: Kind
    partition: int
    offset: int
    """Where it lay when it was written; elsewhere once it is imported"""
    at: datetime
    """Its producer's time, UTC, exact to the ms"""
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @property
    def identity(self) -> bytes:
        """The same for the same record wherever and how often it lies: of key, value and digest header, so of digest_id, revision and bytes."""
        said = next((data for name, data in self.headers if name == DIGEST_HEADER), None)
        parts = [self.kind.encode(), self.key, said, self.value]
        lengths = orjson.dumps([None if part is None else len(part) for part in parts])
        return hashlib.blake2b(lengths + b"".join(part or b"" for part in parts), digest_size=IDENTITY_BYTES).digest()


def archived(kind: Kind, record: SourceRecord, at: datetime) -> Archived:
    """A record as read from its topic."""
    return Archived(kind, record.partition, record.offset, at, record.key, record.value, record.headers)


def to_line(record: Archived) -> bytes:
    """The record as one line, its end included."""
    said = {
        "topic": record.kind,
        "at": record.at.isoformat(timespec="milliseconds"),
        "partition": record.partition,
        "offset": record.offset,
        "key": _shown(record.key),
        "headers": [[name, _shown(data)] for name, data in record.headers],
        "value": _shown(record.value),
    }
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


def from_line(line: bytes) -> Archived:
    """Read one back; raises Rejected (`unknown_form`)."""
    try:
        said = orjson.loads(line)
        if said["topic"] not in KINDS:
            raise ValueError(f"topic {said['topic']!r}")
        return Archived(
            kind=cast(Kind, said["topic"]),
            partition=int(said["partition"]),
            offset=int(said["offset"]),
            at=datetime.fromisoformat(said["at"]),
            key=_bytes(said["key"]),
            value=_bytes(said["value"]),
            headers=tuple((str(name), _bytes(data)) for name, data in said["headers"]),
        )
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise Rejected("unknown_form", f"not a line of an archive ({type(error).__name__})") from error


def _shown(data: bytes | None) -> str | dict[str, str] | None:
    if data is None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def _bytes(said: Any) -> bytes | None:
    if said is None:
        return None
    if isinstance(said, str):
        return said.encode("utf-8")
    return base64.b64decode(said["base64"], validate=True)
