"""What is asked of the quarantine and answered, as pydantic models. Pure."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.search.models.search import DIGEST_ID, Answer
from services.search.models.sourced import Sourced

MOST = 100
"""Digests of a page, and of one decision."""


class QuarantineQuery(BaseModel):
    """Which digests; all that is given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str | None = Field(default=None, max_length=64, description="来源")
    code: str | None = Field(default=None, max_length=64, description="原因", examples=["log"])
    skip: int = Field(default=0, ge=0, le=9_900, description="跳过几份")
    limit: int = Field(default=50, ge=1, le=MOST, description="每页份数")

    @field_validator("source", "code", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def given(self) -> dict[str, str]:
        """The filters that say something."""
        return {name: value for name, value in (("source", self.source), ("code", self.code)) if value}


class HeldDigest(Sourced, Answer):
    """A digest that is held until a person decides."""

    digest_id: str = Field(examples=[DIGEST_ID])
    revision: int = Field(examples=[1770336000000])
    title: str | None = None
    url: str | None = None
    external_id: str | None = None
    key_name: str | None = Field(default=None, description="送入者")
    received_at: str | None = None
    media_type: str | None = None
    code: str = Field(examples=["log"], description="它像是什么")
    message: str = Field(default="", description="英文说明")
    reason: str = Field(description="中文说明", examples=["看起来是程序日志。"])
    figures: dict[str, float] = Field(default_factory=dict, description="测得的各项数值")
    beginning: str = Field(default="", description="开头的文字")


class QuarantineAnswer(Answer):
    """A page of them, the newest first."""

    total: int = Field(description="符合条件的份数")
    counts: dict[str, int] = Field(description="各原因的份数，不受 code 筛选影响", examples=[{"log": 3, "code": 1}])
    digests: tuple[HeldDigest, ...] = ()
