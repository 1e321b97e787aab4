"""What the monitor found last: whether the index holds what the topics say. One answer for its port, search's pages, the command line. Pure."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

State = Literal["green", "yellow", "red", "unknown"]
STATES: tuple[State, ...] = ("green", "yellow", "red", "unknown")

Reason = Literal["equal", "filling", "missing", "extra", "unlike", "no_index", "starting", "away", "stale"]

WORDS: dict[Reason, str] = {
    "equal": "the index holds what the topics say",
    "filling": "the index was made anew and is being filled from the enriched topic",
    "missing": "digests or items are missing from the index",
    "extra": "the index holds what the topics do not say",
    "unlike": "the number of items is not what the manifests say",
    "no_index": "an index does not exist; an indexer makes it at its start and fills it",
    "starting": "not everything has been compared yet",
    "away": "Kafka or Elasticsearch does not answer",
    "stale": "the monitor has not compared anything lately",
}


class Canaries(BaseModel):
    """How many records of a topic are the monitor's own digest's, which is in no count that people read."""

    model_config = ConfigDict(frozen=True)

    records: int = Field(description="In the topic when they were counted")
    of_them: int = Field(description="Of the monitor's own digest")

    def left(self, records: int) -> int:
        """Return how many records are people's where the topic has so many now; one that came since may be a canary."""
        since = records - self.records
        return max(0, self.records - self.of_them + (max(0, since - 1) if self.of_them else since))


class Completeness(BaseModel):
    """What one round of comparing found."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: State
    reason: Reason
    detail: str = Field(default="", description="What is away, or how far reading has got; never a digest's text")
    command: str | None = Field(default=None, description="What mends it")
    at: datetime | None = Field(default=None, description="When the round began, UTC: nothing in it is older")
    fresh_seconds: float = Field(default=0.0, description="After so long it says nothing of now")
    digests: int | None = Field(default=None, description="Digests in the raw or the enriched topic, dead ones too")
    manifests: int | None = Field(default=None, description="Digests in the index, withdrawn ones too")
    named: int | None = Field(default=None, description="Items that the manifests name")
    items: int | None = Field(default=None, description="Items in the index")
    in_flight: int = Field(default=0, description="Digests that enrich or index have not answered for yet: not compared")
    missing: int = Field(default=0, description="Digests of which something is missing, seen twice")
    extra: int = Field(default=0, description="Digests of which too much is there, seen twice")
    examples: tuple[str, ...] = Field(default=(), description="Some of these")
    swept_seconds: float | None = Field(default=None, description="Within so long every digest is compared by itself")
    canaries: tuple[Canaries, ...] = Field(default=(), description="In the raw and the enriched topic; none where that is not known")
    indices: tuple[str, ...] = Field(default=(), description="Identities of the indices that were compared, as Elasticsearch gives them")

    def as_of(self, now: datetime) -> "Completeness":
        """Return this, or that nothing is known, where it is too old by `now`."""
        if self.at is None or now - self.at <= timedelta(seconds=self.fresh_seconds):
            return self
        return self.model_copy(update={"state": "unknown", "reason": "stale", "command": None})

    def __str__(self) -> str:
        found = f" ({self.missing:,} digests lack something, {self.extra:,} have too much)" if self.missing or self.extra else ""
        detail = f": {self.detail}" if self.detail else ""
        command = f". Put it right: {self.command}" if self.command else ""
        return f"{self.state}: {WORDS[self.reason]}{found}{detail}{command}"


def read(content: bytes) -> Completeness:
    """Return what the monitor answers at `/completeness`; that nothing is known where it is something else."""
    try:
        return Completeness.model_validate_json(content)
    except ValidationError:
        return unknown("stale")


def unknown(reason: Reason, detail: str = "", *, at: datetime | None = None, fresh_seconds: float = 0.0) -> Completeness:
    """Return that nothing can be said."""
    return Completeness(state="unknown", reason=reason, detail=detail, at=at, fresh_seconds=fresh_seconds)
