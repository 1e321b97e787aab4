"""What the monitor service found, and which indices are live now → whether the index is complete, with what to do in Chinese. Pure."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.search.pipeline.measurement import IndexFacts, Seen
from shared.completeness import Completeness, Reason, State, unknown
from shared.health.causes import cause
from shared.health.commands import fitting
from shared.settings import RunBy


class CompletenessAnswer(BaseModel):
    """Whether the index holds all that the topics say."""

    model_config = ConfigDict(frozen=True)

    state: State = Field(description="unknown: it can't be said, and is never taken for green")
    reason: Reason
    message: str
    command: str | None = Field(description="What mends it")
    measured_at: datetime | None = Field(description="UTC; null: never")
    digests: int | None = Field(description="In the raw or the enriched topic, dead ones too")
    manifests: int | None = Field(description="In the index, withdrawn ones too")
    named: int | None = Field(description="Items that the digests in the index name")
    items: int | None = Field(description="In the index")
    in_flight: int = Field(description="Digests that are not answered for yet, so not compared")
    missing: int = Field(description="Digests of which something is missing")
    extra: int = Field(description="Digests of which too much is there")
    examples: tuple[str, ...] = Field(description="Ids of some of them")


def judged(found: Completeness, elastic: Seen[IndexFacts], now: datetime, run_by: RunBy = "hand") -> CompletenessAnswer:
    """Return the answer; what was compared with other indices than those that are live now says nothing of these."""
    found = found.as_of(now)
    live = elastic.value.indices if elastic.value else ()
    if found.reason not in ("away", "stale", "no_index") and set(found.indices) != set(live):
        found = unknown("starting", at=found.at)
    return CompletenessAnswer(
        state=found.state,
        reason=found.reason,
        message=_message(found, run_by),
        command=_command(found, run_by),
        measured_at=found.at,
        digests=found.digests,
        manifests=found.manifests,
        named=found.named,
        items=found.items,
        in_flight=found.in_flight,
        missing=found.missing,
        extra=found.extra,
        examples=found.examples,
    )


def _command(found: Completeness, run_by: RunBy) -> str | None:
    return fitting("restart index" if found.reason == "no_index" else found.command, run_by)


def _message(found: Completeness, run_by: RunBy) -> str:
    match found.reason:
        case "equal":
            return f"索引与主题一致，{found.manifests} 份简报、{found.items} 条。"
        case "filling":
            return f"索引是新建的，正在从主题重新填充，还差 {found.in_flight} 份；填完自动恢复，无需操作。"
        case "missing":
            said = f"索引不全，{found.missing} 份简报缺内容"
        case "extra":
            said = f"索引与主题不符，{found.extra} 份简报有多余内容"
        case "unlike":
            said = f"索引有 {found.items} 条，各份简报合计应有 {found.named} 条，正在逐份比对"
        case "no_index":
            return f"索引不存在。请重启入库服务（{fitting('restart index', run_by)}），它会新建索引并自动填充。"
        case "away":
            why = cause(found.detail)
            return f"无法确认索引是否齐全：{'Elasticsearch' if 'Elasticsearch' in found.detail else 'Kafka'} {why.chinese if why else '没有回应'}。"
        case "stale":
            return f"监测服务没有最新结果，无法确认索引是否齐全。请启动：{fitting('restart monitor', run_by)}。"
        case "starting":
            return "正在逐份比对，尚不能确认索引是否齐全。"
    return f"{said}。请运行：{_command(found, run_by)}。"
