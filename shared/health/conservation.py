"""What went into each stage and what became of it: one answer for the monitor's port, search's pages and tests. Pure.

For each stage received = done + replaced + dead + in_flight + lost, in records of its topic. A digest's newest version is one
of done, dead, in flight or lost; every other record of it is replaced: delivered twice, or of a version before.
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Stage = Literal["ingest", "enrich", "index"]
STAGES: tuple[Stage, ...] = ("ingest", "enrich", "index")

State = Literal["green", "yellow", "red", "unknown"]

Outcome = Literal["received", "done", "replaced", "dead", "in_flight", "lost"]
OUTCOMES: tuple[Outcome, ...] = ("received", "done", "replaced", "dead", "in_flight", "lost")


class Lost(BaseModel):
    """A digest that went into a stage and never came out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(description="digest_id; topic/partition/offset of a record that names no digest")
    since: datetime = Field(description="When it was first noticed, UTC")


class StageBalance(BaseModel):
    """One stage."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: Stage
    received: int = Field(description="Records in the topic that it reads; for ingest, in the one that it writes")
    done: int = Field(description="Digests whose newest version it passed on; withdrawals and digests in quarantine too")
    replaced: int = Field(description="Records that were delivered twice, or that a newer version has replaced")
    dead: int = Field(description="Newest versions that it gave up on, or refused items of: they are dead letters")
    in_flight: int = Field(description="Newest versions that it has not answered for yet")
    lost: int = Field(description="Newest versions of which nothing came out, however short a time")
    overdue: int = Field(default=0, description="Of these, those that are missed for longer than `lost_after`")
    ids: tuple[Lost, ...] = Field(default=(), description="Some of those lost, those first that are missed longest")

    @property
    def balanced(self) -> bool:
        """Whether all that was received is accounted for."""
        return not self.lost and self.received == self.done + self.replaced + self.dead + self.in_flight


class Conservation(BaseModel):
    """All stages at one moment."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: State = Field(description="red: something is lost for longer than `lost_after`; yellow: not for so long yet")
    detail: str = Field(default="", description="Why nothing is known")
    at: datetime | None = Field(default=None, description="UTC")
    fresh_seconds: float = Field(default=0.0, description="After so long it says nothing of now")
    lost_after: float = Field(default=0.0, description="Seconds for which a digest may be missed before it is lost")
    stages: tuple[StageBalance, ...] = ()

    def lost(self) -> dict[Stage, tuple[Lost, ...]]:
        """Return what is missed for longer than `lost_after`, by stage: the ids that are known, of `overdue` ones."""
        limit = timedelta(seconds=self.lost_after)
        found = {}
        for one in self.stages:
            if ids := tuple(each for each in one.ids if self.at and self.at - each.since >= limit):
                found[one.stage] = ids
        return found

    def as_of(self, now: datetime) -> "Conservation":
        """Return this, or that nothing is known, where it is too old by `now`."""
        if self.at is None or now - self.at <= timedelta(seconds=self.fresh_seconds):
            return self
        return Conservation(state="unknown", detail="stale", at=self.at)


def read(content: bytes) -> Conservation:
    """Return what the monitor answers at `/conservation`; that nothing is known where it is something else."""
    try:
        return Conservation.model_validate_json(content)
    except ValidationError:
        return UNKNOWN


UNKNOWN = Conservation(state="unknown", detail="starting")
