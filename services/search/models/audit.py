"""What operators did, as the API and the page answer it, with examples. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from services.search.audit.trail import Entry, Wanted
from services.search.models.search import DIGEST_ID, Answer
from shared.operations import Action, Outcome
from shared.text.dates import moment

Word = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]

ACTIONS: Mapping[Action, str] = {
    "retry": "重新处理", "discard": "丢弃", "skip": "跳过", "withdraw": "撤回", "erase": "抹除", "replay": "重新加工", "rebuild": "重建索引",
    "rollback": "索引回退", "reconcile": "核对", "export": "导出", "import": "导入", "teach": "教会版式", "forget": "忘记版式", "edit": "修改来源",
    "release": "放行",
}  # fmt: skip
OUTCOMES: Mapping[Outcome, str] = {"begun": "开始后没有结果", "done": "完成", "failed": "失败"}


class AuditQuery(BaseModel):
    """Which operations; all that is given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action | None = Field(default=None, description="操作", examples=["withdraw"])
    by: Word | None = Field(default=None, description="谁：名称中的一部分", examples=["key desk"])
    digest: Word | None = Field(default=None, description="简报编号")
    subject: Word | None = Field(default=None, description="对象：简报、死信、来源、索引")
    since: Word | None = Field(default=None, description="不早于：日期或时间（北京时间），或 30m、2h、3d 之前")
    until: Word | None = Field(default=None, description="不晚于")
    skip: int = Field(default=0, ge=0, le=1_000_000, description="略过前面多少条")
    limit: int = Field(default=50, ge=1, le=500, description="最多多少条")

    @field_validator("action", "by", "digest", "subject", "since", "until", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("since", "until")
    @classmethod
    def _is_a_time(cls, value: str | None) -> str | None:
        if value is not None:
            moment(value, now=datetime.now(UTC))
        return value

    def wanted(self) -> Wanted:
        """As the trail takes it."""
        now = datetime.now(UTC)
        since = moment(self.since, now=now) if self.since else None
        until = moment(self.until, now=now, end=True) if self.until else None
        return Wanted(self.action, self.by, self.digest, self.subject, since, until)

    @property
    def given(self) -> dict[str, str]:
        """The filters that say something."""
        names = ("action", "by", "digest", "subject", "since", "until")
        return {name: str(value) for name in names if (value := getattr(self, name)) is not None}


class OperationDone(Answer):
    """One operation."""

    operation_id: str = Field(examples=["9f1c0a7d52e84b369f1c0a7d52e84b36"])
    action: Action = Field(examples=["withdraw"])
    subject: str = Field(examples=[DIGEST_ID], description="What it was done to: a digest, a dead letter, a source, an index")
    digest_id: str | None = Field(default=None, examples=[DIGEST_ID])
    by: str = Field(examples=["key desk"])
    at: datetime = Field(description="UTC, when it began")
    ended_at: datetime | None = Field(default=None, description="UTC; null where nothing says that it ended")
    outcome: Outcome = Field(description="begun: nothing says how it ended")
    reason: str | None = Field(default=None, examples=["发布方撤稿"])
    detail: str = Field(default="", examples=["revision 1770336000000"])


class AuditAnswer(Answer):
    """A page of operations, the newest first."""

    total: int = Field(examples=[12], description="Of those that were read and fit")
    operations: tuple[OperationDone, ...]
    actions: dict[str, int] = Field(description="How many of each action, among all that were read", examples=[{"withdraw": 3, "edit": 9}])
    complete: bool = Field(description="All there are were read; else older ones are found by `until`")
    oldest_at: datetime | None = Field(default=None, description="UTC, of the oldest that was read")


def done(entry: Entry) -> OperationDone:
    """An entry of the trail. Pure."""
    one = entry.last
    said = one.model_dump(include={"operation_id", "action", "subject", "digest_id", "by", "outcome", "reason", "detail"})
    return OperationDone(**said, at=entry.began_at, ended_at=one.at if one.outcome != "begun" else None)
