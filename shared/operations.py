"""What an operator did → a record of the operations topic, and back: who did what when, and what became of it. Pure but for `keep`.

In `digests.operations.v1` the key is the operation's subject, the value an Operation as JSON.
"""

import getpass
import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

import orjson
from pydantic import Field, ValidationError

from shared.errors import Rejected
from shared.kafka.clients import as_unavailable
from shared.kafka.sender import Message, Sender
from shared.records import Record
from shared.settings import KafkaSettings

Action = Literal[
    "retry",
    "discard",
    "skip",
    "withdraw",
    "erase",
    "replay",
    "rebuild",
    "rollback",
    "reconcile",
    "export",
    "import",
    "teach",
    "forget",
    "edit",
    "release",
]
Outcome = Literal["begun", "done", "failed"]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Operation(Record):
    """One thing that an operator did, or had done for them."""

    operation_id: str = Field(default_factory=lambda: uuid4().hex, description="The same in the records of its beginning and its end")
    action: Action
    subject: str = Field(
        description="What it was done to: a digest id, a dead letter's partition/offset, a record's topic/partition/offset, an index, folder, source"
    )
    digest_id: str | None = Field(default=None, description="Where it concerns one digest")
    by: str = Field(description="Who: user@host of the command, or the name that an API key is known by")
    at: datetime = Field(default_factory=now, description="UTC")
    outcome: Outcome = "done"
    reason: str | None = Field(default=None, description="Why, in the operator's own words")
    detail: str = Field(default="", description="What came of it: counts, places; never a digest's text")


def read(value: bytes | None) -> Operation:
    """Read one back, dropping fields that a newer version added; raises Rejected (`unknown_form`)."""
    try:
        said = orjson.loads(value or b"")
        return Operation.model_validate({name: given for name, given in said.items() if name in Operation.model_fields})
    except (orjson.JSONDecodeError, AttributeError, ValidationError) as error:
        raise Rejected("unknown_form", "not a record of an operation") from error


def operator() -> str:
    """Who runs this command: user@host."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


async def publish(sender: Sender, topic: str, operations: Sequence[Operation]) -> None:
    """Return once Kafka has acknowledged all; raises KafkaError."""
    await sender.deliver(Message(topic, operation.subject.encode(), operation.to_json()) for operation in operations)


async def keep(settings: KafkaSettings, topic: str, operations: Sequence[Operation]) -> None:
    """Return once Kafka has acknowledged all; raises Unavailable. Done before what can't be undone, so that nothing happens unrecorded."""
    async with as_unavailable(settings, advice="Nothing was recorded"), Sender(settings, linger_ms=5) as sender:
        await publish(sender, topic, operations)
