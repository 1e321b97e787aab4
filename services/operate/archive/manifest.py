"""What an archive's folder holds, as a frozen value ↔ its `manifest.json`. Pure.

The manifest is the only word on what belongs to the archive; it is replaced as a whole, so it always tells of one state.
"""

from collections.abc import Iterable
from datetime import datetime

import orjson
from pydantic import Field, ValidationError

from shared.errors import Misconfigured
from shared.records import Record

NAME = "manifest.json"
FORM = 1
"""Raised with a change that an older program could not read."""

ABOUT = (
    "Archive of jianbao's raw topic. Each file holds JSON lines under gzip: topic, at (UTC), partition, offset, key, headers, value; "
    "what is no UTF-8 stands as {base64}. The header `digest` says what is known of a digest, value holds its bytes as received. "
    "`jianbao archive import` makes the topics again; SHA256SUMS is for sha256sum -c."
)


class File(Record):
    """One file of records."""

    path: str = Field(description="Below the folder, with /")
    sha256: str = Field(description="Of the file as it lies there, compressed")
    size: int = Field(description="Bytes, compressed")
    records: int
    first_at: datetime | None = Field(description="Of the earliest record, UTC; None in one from which all was erased")
    last_at: datetime | None = Field(description="Of the latest record, UTC")
    written_at: datetime = Field(description="UTC")


class Position(Record):
    """How far a topic was read."""

    topic_id: str = Field(description="Kafka's own id of the topic: one made anew under the name has another, and is read from its beginning")
    next: dict[int, int] = Field(description="The next offset by partition")


class Manifest(Record):
    """All that is in the archive."""

    form: int = FORM
    about: str = ABOUT
    files: tuple[File, ...] = ()
    positions: dict[str, Position] = Field(default={}, description="By the topic's name")

    def next_of(self, topic: str, topic_id: str) -> dict[int, int]:
        """Where to go on by partition; {} for a topic that was never read, or is another one now."""
        position = self.positions.get(topic)
        return position.next if position and topic_id and position.topic_id == topic_id else {}

    def sums(self) -> str:
        """SHA256SUMS, as sha256sum reads it."""
        return "".join(f"{file.sha256}  {file.path}\n" for file in self.files)


def to_json(manifest: Manifest) -> bytes:
    """With indentation: people read it too."""
    return orjson.dumps(manifest.model_dump(mode="json"), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)


def from_json(data: bytes) -> Manifest:
    """Raises Misconfigured when it is damaged or of a form that is not known here."""
    try:
        said = orjson.loads(data)
        if said["form"] > FORM:
            raise Misconfigured(f"the archive is of form {said['form']}, which a newer jianbao made; this one reads up to {FORM}")
        return Manifest.model_validate(said)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValidationError) as error:
        raise Misconfigured(f"{NAME} is damaged ({type(error).__name__}): put a copy of it back, as it says what belongs to the archive") from error


def free_path(day: str, taken: Iterable[str]) -> str:
    """The next path of a day (YYYY-MM-DD) that is not taken: 2026/11/2026-11-22-0.jsonl.gz, then -1."""
    used = set(taken)
    folder, number = f"{day[:4]}/{day[5:7]}", 0
    while (path := f"{folder}/{day}-{number}.jsonl.gz") in used:
        number += 1
    return path
