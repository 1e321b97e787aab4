"""A digest's way through the pipeline, as the API answers it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from shared.ledger.event import Kind, Stage
from shared.ledger.journey import Where


class StepAnswer(BaseModel):
    """One record that was written of the digest."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    stage: Stage = Field(description="Who wrote it; of a dead letter, who gave up")
    at: datetime = Field(description="Its time in Kafka, UTC")
    seconds: float | None = Field(description="Since the step before; null for the first")
    revision: int | None
    version: int | None
    topic: str
    partition: int
    offset: int
    size: int = Field(description="Bytes of the record")
    items: int | None
    warnings: int | None
    by: str | None = Field(description="Name of the API key that fed or took back")
    error: str | None
    message: str | None
    letter: str | None = Field(description="The dead letter that was sent again as this: partition/offset")
    attempt: int | None = Field(description="Which try it is that was sent again, from 1")


class JourneyAnswer(BaseModel):
    """Where a digest is, and how it came there."""

    model_config = ConfigDict(frozen=True)

    digest_id: str
    where: Where
    replacing: bool = Field(description="An earlier revision is searchable meanwhile")
    title: str | None
    source: str | None
    items: int | None = Field(description="That are searchable; null where the index holds nothing of it")
    letter: str | None = Field(description="The dead letter that it ended in: partition/offset")
    steps: tuple[StepAnswer, ...] = Field(description="The oldest first")
