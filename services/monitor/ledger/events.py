"""A record of the raw, enriched or dead topic → the event that it is of the digest's life. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.dead_letters import letter as dead_letter
from shared.dead_letters.headers import RETRY_ATTEMPT, RETRY_LETTER, SourceRecord
from shared.errors import Rejected
from shared.ids import version as version_of
from shared.ids import version_parts
from shared.ledger.event import Event, Kind, Stage
from shared.records import DIGEST_HEADER, read_raw
from shared.topics import Topics

STAGES: Mapping[str, Stage] = {"ingest": "ingest", "enrich": "enrich", "index": "index"}


def event(record: SourceRecord, at: datetime, topics: Topics) -> Event | None:
    """Return what a record says; None for one that says nothing of a digest, or has another form."""
    try:
        if record.topic == topics.raw.name:
            return _raw(record, at)
        if record.topic == topics.enriched.name:
            return _enriched(record, at)
        return _dead(record, at) if record.topic == topics.dead.name else None
    except (Rejected, ValueError, KeyError, TypeError, AttributeError):
        return None  # a stage makes a dead letter of it, which says so


def _raw(record: SourceRecord, at: datetime) -> Event:
    headers = dict(record.headers)
    said = read_raw(headers[DIGEST_HEADER])
    return Event(
        digest_id=said.digest_id,
        kind="withdrawn" if said.withdrawn else "received",
        stage="ingest",
        revision=said.revision,
        source=said.source,
        by=said.key_name,
        **_place(record, at),
        **_retry(headers),
    )


def _enriched(record: SourceRecord, at: datetime) -> Event:
    headers = dict(record.headers)
    said: dict[str, Any] = orjson.loads(record.value or b"")
    kind: Kind = "taken_out" if said.get("withdrawn") else "quarantined" if said.get("quarantine") else "enriched"
    return Event(
        digest_id=said["digest_id"],
        kind=kind,
        stage="enrich",
        revision=said["revision"],
        version=version_of(said["revision"], said["build"], said.get("knowledge")),
        source=said["source"],
        items=len(said.get("items") or ()),
        warnings=len(said.get("warnings") or ()),
        **_place(record, at),
        **_retry(headers),
    )


def _dead(record: SourceRecord, at: datetime) -> Event | None:
    found = dead_letter.read(record, at)
    if found.stage not in STAGES or not found.digest_id:
        return None
    return Event(
        digest_id=found.digest_id,
        kind="dead",
        stage=STAGES[found.stage],
        revision=found.revision if found.revision is not None else _revision(found.version),
        version=found.version if found.stage == "index" else None,
        source=found.source or None,
        error=found.error,
        message=found.message,
        **_place(record, at),
        **_retry(dict(record.headers)),
    )


def _revision(version: int | None) -> int | None:
    return None if version is None else version_parts(version)[0]


def _place(record: SourceRecord, at: datetime) -> dict[str, Any]:
    size = len(record.value or b"")
    return {"at": at.astimezone(UTC), "topic": record.topic, "partition": record.partition, "offset": record.offset, "size": size}


def _retry(headers: Mapping[str, bytes]) -> dict[str, Any]:
    """What a record that was sent again says of that."""
    letter, attempt = headers.get(RETRY_LETTER), headers.get(RETRY_ATTEMPT, b"")
    if letter is None:
        return {}
    number = int(attempt) if attempt.isdigit() and len(attempt) < 10 else None
    return {"letter": letter.decode("ascii", "replace"), "attempt": number}
