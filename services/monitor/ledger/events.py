"""A record of the raw, enriched, dead or operations topic → the event that it is of the digest's life. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from shared import operations
from shared.dead_letters import letter as dead_letter
from shared.dead_letters.headers import RETRY_ATTEMPT, RETRY_LETTER, SourceRecord
from shared.dead_letters.skips import SKIPPED
from shared.errors import Rejected
from shared.ids import version as version_of
from shared.ids import version_parts
from shared.ledger.event import Event, Kind, Stage
from shared.records import DIGEST_HEADER, read_raw
from shared.topics import Topics

STAGES: Mapping[str, Stage] = {"ingest": "ingest", "enrich": "enrich", "index": "index"}

ERASED_SOURCE = "erased"
"""The source of a digest that was erased: nothing else is known of it any more (services.ingest.erasure)."""

NOTES = ("withdrawal", "release")
"""Headers beside a raw record that say who took the digest back or released it, and why: {"by", "reason"}."""


def event(record: SourceRecord, at: datetime, topics: Topics) -> Event | None:
    """Return what a record says; None for one that says nothing of a digest, or has another form."""
    try:
        if record.topic == topics.raw.name:
            return _raw(record, at)
        if record.topic == topics.enriched.name:
            return _enriched(record, at)
        if record.topic == topics.operations.name:
            return _operation(record, at)
        return _dead(record, at) if record.topic == topics.dead.name else None
    except (Rejected, ValueError, KeyError, TypeError, AttributeError):
        return None  # a stage makes a dead letter of it, which says so


def _raw(record: SourceRecord, at: datetime) -> Event:
    headers = dict(record.headers)
    said = read_raw(headers[DIGEST_HEADER])
    note = _note(headers)
    kind: Kind = "received"
    if said.withdrawn:
        kind = "erased" if said.source == ERASED_SOURCE else "withdrawn"
    elif said.released and note:  # fed again, it stays released, and nobody released it then
        kind = "released"
    return Event(
        digest_id=said.digest_id,
        kind=kind,
        stage="ingest",
        revision=said.revision,
        source=said.source,
        url=said.url,
        external_id=said.external_id,
        title=said.title,
        by=said.key_name or note.get("by"),
        message=note.get("reason"),
        **_place(record, at),
        **_retry(headers),
    )


def _enriched(record: SourceRecord, at: datetime) -> Event:
    headers = dict(record.headers)
    said: dict[str, Any] = orjson.loads(record.value or b"")
    kind: Kind = "taken_out" if said.get("withdrawn") else "quarantined" if said.get("quarantine") else "enriched"
    items = said.get("items") or ()
    return Event(
        digest_id=said["digest_id"],
        kind=kind,
        stage="enrich",
        revision=said["revision"],
        version=version_of(said["revision"], said["build"], said.get("knowledge")),
        source=said["source"],
        url=said.get("url"),
        external_id=said.get("external_id"),
        title=said.get("title"),
        items=len(items),
        item_ids=tuple(item["item_id"] for item in items if "item_id" in item),
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
        kind="skipped" if found.error == SKIPPED else "dead",
        stage=STAGES[found.stage],
        revision=found.revision if found.revision is not None else _revision(found.version),
        version=found.version if found.stage == "index" else None,
        source=found.source or None,
        error=found.error,
        message=found.message,
        origin=found.origin,
        **_place(record, at),
        **_retry(dict(record.headers)),
    )


def _operation(record: SourceRecord, at: datetime) -> Event | None:
    """What an operator did with a dead letter; whatever else is done to a digest is a record of its own."""
    said = operations.read(record.value)
    if said.digest_id is None or (said.action, said.outcome) not in (("retry", "begun"), ("discard", "done")):
        return None
    # Its own time: an erasure writes it once more where it moves the letter.
    return Event(
        digest_id=said.digest_id,
        kind="retried" if said.action == "retry" else "discarded",
        stage="operator",
        by=said.by,
        message=said.reason,
        letter=said.subject,
        **_place(record, said.at if said.at.tzinfo else at),
    )


def _note(headers: Mapping[str, bytes]) -> dict[str, Any]:
    """Who took a digest back or released it, and why; {} where the record is neither, or does not say."""
    for name in NOTES:
        if name in headers:
            said = orjson.loads(headers[name])
            return {key: said[key] for key in ("by", "reason") if isinstance(said.get(key), str)}
    return {}


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
