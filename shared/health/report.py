"""The report on the pipeline's health, as the monitor makes it and others show it. Pure."""

from datetime import datetime
from typing import Literal

from pydantic import Field, ValidationError

from shared.errors import Rejected
from shared.records import Record

Colour = Literal["green", "yellow", "red", "unknown"]
RANK: dict[Colour, int] = {"green": 0, "yellow": 1, "unknown": 2, "red": 3}
"""From the best to the worst: what is not known is no alarm by itself, and never green."""


class Words(Record):
    """In one language."""

    symptom: str
    action: str
    impact: str


class Trouble(Record):
    """One thing that is wrong."""

    code: str
    part: str
    state: Colour
    since: datetime = Field(description="When it was seen first, UTC")
    because: str | None = Field(default=None, description="Code and part of the trouble that explains it")
    command: str | None = Field(default=None, description="To copy")
    detail: str | None = Field(default=None, description="The error as a program said it")
    chinese: Words
    english: Words
    digests: tuple[str, ...] = Field(default=(), description="That show it")


class Part(Record):
    """A broker, stage, the index or a source."""

    name: str
    state: Colour
    since: datetime = Field(description="When its state was seen first, UTC")
    troubles: tuple[str, ...] = Field(default=(), description="Codes")


LagState = Literal["OK", "UNKNOWN", "REWIND", "WARN", "STALL", "STOP"]


class PartitionLag(Record):
    """How far a stage is behind in one partition of its topic, or over all of them."""

    partition: int | None = Field(default=None, description="None: over all")
    state: LagState
    records: int = Field(description="That wait")
    seconds: float | None = Field(default=None, description="Age of the oldest record that waits")
    per_second: float | None = Field(default=None, description="Records that the stage takes, over the last half minute")
    trend: float | None = Field(default=None, description="Records that more wait each second; below 0 it catches up")
    clear_seconds: float | None = Field(default=None, description="Until nothing waits, if all goes on so; None: never")
    standing_seconds: float = Field(default=0.0, description="For which something has waited and nothing gone on")


class Lag(Record):
    """How far a stage is behind."""

    stage: str
    members: int = Field(description="Of its group")
    total: PartitionLag
    partitions: tuple[PartitionLag, ...] = ()


class Behind(Record):
    """Not everything that was received is searchable."""

    until: datetime | None = Field(description="What was received before is searchable, UTC; null where nobody knows until when")


class Canary(Record):
    """The monitor's own digests of the last day, or since it started: fed through ingest, found by search."""

    found: int
    lost: int
    last: float | None = Field(description="Seconds that the last took; null where it was lost")
    p50: float | None = Field(description="Seconds from fed to found, half of them")
    p95: float | None = Field(description="The same of 95 in 100")
    p99: float | None = Field(description="The same of 99 in 100")


class Report(Record):
    """The pipeline at one moment."""

    state: Colour
    at: datetime
    causes: tuple[Trouble, ...] = Field(default=(), description="What nothing else explains, the worst first")
    symptoms: tuple[Trouble, ...] = Field(default=(), description="What these explain")
    parts: tuple[Part, ...]
    lags: tuple[Lag, ...] = Field(default=(), description="By stage; of those that Kafka knows something of now")
    behind: Behind | None = Field(default=None, description="Set while a stage lags or the index lacks something")
    canary: Canary | None = Field(default=None, description="Null where none has ended yet")


class Point(Record):
    """A minute: the worst that was seen in it."""

    at: datetime
    state: Colour
    lag: dict[str, int] = Field(description="Records that wait, by stage")
    oldest: dict[str, float] = Field(description="Seconds that the oldest record waits, by stage")
    per_second: dict[str, float] = Field(description="Records that a stage takes")
    canary: float | None = Field(default=None, description="Seconds that the monitor's own digest took; null where none ended or it was lost")


class Points(Record):
    """The last 24 hours."""

    points: tuple[Point, ...] = Field(default=(), description="The oldest first")


def read(content: bytes) -> Report:
    """Return what the monitor answered, dropping what a newer one added; raises Rejected (`unknown_form`)."""
    try:
        return Report.model_validate_json(content, extra="ignore")
    except ValidationError as error:
        raise Rejected("unknown_form", "not a report on the pipeline's health") from error
