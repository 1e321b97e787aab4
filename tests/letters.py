"""Dead letters as tests want them: values, and records of the dead topic."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.dead_letters.headers import Failure, SourceRecord, to_headers
from shared.dead_letters.letter import Letter, Place
from shared.operations import Action, Operation, Outcome
from shared.version import BUILD

AT = datetime(2026, 2, 6, 1, tzinfo=UTC)
DIGEST = "d" * 32

_LETTER = Letter(
    place=Place(0, 0), stage="enrich", error="timeout", message="it took too long", digest_id=DIGEST, source="双碳周报", revision=7, version=100,
    origin="digests.raw.v1/0/0", at=AT, first_at=AT, attempts=1, code="0.1.0 build 7", size=5,
)  # fmt: skip


def letter(offset: int = 0, *, minutes: int = 0, partition: int = 0, **said: Any) -> Letter:
    """A letter at that place, so many minutes after the first; each has an origin of its own unless it is said."""
    where = Place(partition, offset)
    facts: dict[str, Any] = {"origin": f"digests.raw.v1/{partition}/{offset}", "at": AT + timedelta(minutes=minutes)} | said
    return replace(_LETTER, place=where, **facts)


def operation(
    action: Action, *, minutes: int = 1, outcome: Outcome = "done", subject: str = "0/0", operation_id: str = "one", by: str = "甲@here"
) -> Operation:
    """What somebody did to a letter, so many minutes after the first died."""
    return Operation(operation_id=operation_id, action=action, subject=subject, by=by, at=AT + timedelta(minutes=minutes), outcome=outcome)


def dead_record(
    *,
    topic: str = "digests.raw.v1",
    offset: int = 0,
    key: bytes | None = DIGEST.encode(),
    value: bytes | None = b"\xff original",
    headers: tuple[tuple[str, bytes], ...] = (),
    stage: str = "enrich",
    error: str = "undecodable",
    code: str = f"0.1.0 build {BUILD}",
) -> SourceRecord:
    """A record of the dead topic."""
    original = SourceRecord(topic, 0, offset, key, value, headers)
    failure = Failure(stage, error, "why <script>", 1, AT, AT, code)
    return SourceRecord("digests.dead.v1", 0, 0, key, value, tuple(to_headers(original, failure)))
