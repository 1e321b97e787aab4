"""The list of what was fed with what became of each digest, as pydantic models with examples. Pure."""

import re
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from services.search.models.search import DIGEST_ID, Answer
from services.search.models.sourced import Sourced

State = Literal["received", "searchable", "dead", "quarantined", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class FedFilter(BaseModel):
    """Which digests; all that is given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Word | None = Field(default=None, description="来源")
    day: date | None = Field(default=None, description="收到的日期（北京时间）", examples=["2026-02-06"])
    key: Word | None = Field(default=None, description="送入者：密钥的名称")
    state: State | None = Field(default=None, description="状态")

    @field_validator("day", mode="before")
    @classmethod
    def _is_a_day(cls, value: object) -> object:
        """Pydantic would take a number for seconds since 1970."""
        if isinstance(value, str) and not _DAY.fullmatch(value):
            raise ValueError("a day is written YYYY-MM-DD, such as 2026-02-06")
        return value

    @property
    def given(self) -> dict[str, str]:
        """The parameters that say something."""
        return {name: str(value) for name in FedFilter.model_fields if (value := getattr(self, name)) is not None}


class FedQuery(FedFilter):
    """A page of the list."""

    cursor: str | None = Field(default=None, pattern=r"^-?[0-9]{1,15}-[0-9a-f]{32}$", description="上一页的 next；其他条件不变")
    size: int = Field(default=50, ge=1, le=100, description="每页份数")


class SameContent(Answer, Sourced):
    """Another digest of the same content."""

    digest_id: str = Field(examples=[DIGEST_ID])


class FedDigest(Answer, Sourced):
    """A digest that was fed, and what became of its last revision."""

    digest_id: str = Field(examples=[DIGEST_ID])
    revision: int | None = Field(default=None, examples=[1770336000000])
    title: str | None = None
    url: str | None = None
    external_id: str | None = None
    file_name: str | None = None
    published_on: str | None = None
    received_at: str | None = None
    media_type: str | None = None
    key_name: str | None = Field(default=None, description="送入者：密钥的名称；不用密钥时没有")
    state: State = Field(description="received 已收到，等待加工或入库；searchable 可以检索；dead 无法处理；quarantined 已隔离；withdrawn 已撤回")
    reason: str | None = Field(default=None, description="为何无法处理或被隔离")
    letter: str | None = Field(default=None, examples=["2/17"], description="死信的位置")
    withdrawn_by: str | None = None
    withdrawn_at: str | None = Field(default=None, description="何时撤回；received_at 是此前收到的时间")
    released: bool = Field(default=False, description="由人从隔离区放行")
    items: int | None = Field(default=None, description="已入库的条目数")
    indexed_revision: int | None = Field(default=None, description="现在检索到的版本；没有入库时没有")
    warnings: tuple[dict[str, Any], ...] = ()
    same_content: tuple[SameContent, ...] = Field(default=(), description="内容相同的其他简报")


class StateCounts(Answer):
    """How many digests are in each state, of those that the filters take."""

    received: int | None = Field(default=None, description="最近收到的一千份中；接收服务没有回应时没有")
    received_at_least: bool = Field(default=False, description="true：积压不止这一千份，实际更多")
    searchable: int = 0
    dead: int | None = Field(default=None, description="按送入者筛选时没有：死信不记密钥")
    quarantined: int = 0
    withdrawn: int = 0


class FedAnswer(Answer):
    """A page of what was fed, the newest first."""

    digests: tuple[FedDigest, ...]
    next: str | None = Field(default=None, description="下一页的 cursor；没有更多时没有")
    counts: StateCounts
    ingest: str | None = Field(default=None, description="接收服务不能回答时说明原因：这时只列出已入库的与无法处理的简报")
    complete: bool = Field(default=True, description="false：接收服务或死信仍在读取中，还会有更多")
