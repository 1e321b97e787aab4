"""How the sources are, as the pipeline's answer sums them up. Pure."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

NAMED = 10
"""Sources that are named: the page 来源 has all of them."""


class TroubledSource(BaseModel):
    """A source that somebody should look at."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(examples=["shuangtan"])
    source_name: str = Field(examples=["本周双碳要闻"])
    light: Literal["yellow", "red"]
    message: str = Field(examples=["已 9 天没有新简报，应于 2026-02-06 发布，已逾期 3 天。"])


class SourcesHealth(BaseModel):
    """Whether sources are silent too long; no part of the pipeline's own verdict, as nothing of ours need be wrong."""

    model_config = ConfigDict(frozen=True)

    verdict: Literal["green", "yellow", "red"]
    message: str = Field(examples=["12 个来源，1 个逾期。"])
    total: int
    off: int
    due: int = Field(description="Late within what is usual")
    overdue: int
    paused: int = Field(description="Fetching them failed too often")
    troubled: tuple[TroubledSource, ...] = Field(description="Ten at most, the worst first")
    measured_at: datetime | None
