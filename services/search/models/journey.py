"""A digest's way through the pipeline, as the API answers it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.ledger.event import Kind, Stage
from shared.ledger.journey import Where

LedgerState = Literal["complete", "filling", "missing"]
"""`filling`: it was lost and is written anew from the topics; `missing`: its index is not there, and no monitor makes it"""


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
    by: str | None = Field(description="Name of the API key that fed or took back, or the operator")
    error: str | None
    message: str | None = Field(description="Why it died, or the operator's reason")
    letter: str | None = Field(description="The dead letter that was sent again as this, or that was dealt with: partition/offset")
    attempt: int | None = Field(description="Which try it is that was sent again, from 1")


class OtherDigest(BaseModel):
    """Another digest of the same address or external id."""

    model_config = ConfigDict(frozen=True)

    digest_id: str
    source: str | None


class JourneyAnswer(BaseModel):
    """Where a digest is, and how it came there."""

    model_config = ConfigDict(frozen=True)

    digest_id: str
    where: Where
    replacing: bool = Field(description="An earlier revision is searchable meanwhile")
    taken_back: bool = Field(description="It was taken back, whether or not that has come through")
    title: str | None
    source: str | None
    url: str | None
    external_id: str | None
    revision: int | None = Field(description="The newest that is known")
    items: int | None = Field(description="That are searchable; null where the index holds nothing of it")
    letter: str | None = Field(description="The dead letter that it ended in: partition/offset; elsewhere one that still asks for attention")
    steps: tuple[StepAnswer, ...] = Field(description="The oldest first")
    others: tuple[OtherDigest, ...] = Field(
        default=(), description="Other digests of the address or external id that was asked for, of other sources"
    )
    ledger: LedgerState = Field(default="complete", description="Whether steps may be missing that will come")
    lost_before: datetime | None = Field(
        default=None,
        description="Where the ledger was lost and written anew: dead letters from before this are missing, as Kafka keeps them no longer",
    )
