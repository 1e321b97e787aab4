"""A measurement and the time → each stage's counts, lag and verdict, with what is wrong and what to do in Chinese. Pure.

green   works
yellow  works, but somebody should look: it lags, is starting, or has given up on something lately
red     does not work, or nothing can be said because what would say it is away
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.search.pipeline.complete import CompletenessAnswer, judged
from services.search.pipeline.measurement import SERVICES, DeadFacts, GroupFacts, IndexFacts, KafkaFacts, Measurement, Seen, ServiceFacts, ServiceName
from services.search.pipeline.sources import SourcesHealth
from shared.health.causes import cause
from shared.health.commands import fitting
from shared.settings import RunBy

Verdict = Literal["green", "yellow", "red"]

STALE = timedelta(seconds=10)
"""Measured every 2 s; five rounds without a value and it is no longer news."""
SLOW, STUCK = 30, 300
"""Seconds of lag for yellow and red: a quiet pipeline takes under 3 s, a full batch some tens; five minutes is an outage to whoever waits."""
STALLED = timedelta(seconds=60)
"""Lag without any commit for that long: the longest that one digest may take (ENRICH_DIGEST_SECONDS)."""
LATELY = timedelta(hours=24)
"""A dead letter turns a stage yellow for a day; it is counted until it is solved or discarded, or for the 30 days that it is kept."""

LABELS: dict[ServiceName, str] = {"ingest": "接收", "enrich": "加工", "index": "入库"}


class Model(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class EngineAnswer(Model):
    """Kafka or Elasticsearch."""

    name: str
    reachable: bool
    message: str
    measured_at: datetime | None = Field(description="When the last question that it answered was asked, UTC")


class ServiceAnswer(Model):
    """A service as it says itself at /readyz."""

    alive: bool
    ready: bool
    message: str


class LagAnswer(Model):
    """What a stage still has before it."""

    measured_at: datetime = Field(description="What was sent to the stage before this moment is counted; UTC")
    messages: int
    seconds: float | None = Field(description="Age of the oldest digest that waits; 0 without lag, null where it can't be read")


class StageAnswer(Model):
    """One stage of the pipeline."""

    name: ServiceName
    label: str
    verdict: Verdict
    message: str
    received: int | None = Field(serialization_alias="in", description="Digests that it took (redelivered ones count again); null: not known")
    sent: int | None = Field(serialization_alias="out", description="Digests that it passed on; for index, digests in the index")
    dead: int | None = Field(description="Dead letters that ask for attention: solved and discarded ones are not counted")
    dead_errors: dict[str, int]
    lag: LagAnswer | None = Field(description="null: not known, as nothing was measured for the stage lately")
    service: ServiceAnswer | None
    measured_at: datetime | None = Field(description="When the oldest of these figures was measured, UTC")
    stale: bool = Field(description="The figures are the last that could be had, not those of now; the lag is not known then")


class IndexAnswer(Model):
    """What the index holds."""

    items: int
    digests: int
    quarantined: int = Field(default=0, description="Digests that are held until a person decides: they seem to be none")
    newest_received_at: datetime | None
    newest_age_seconds: float | None = Field(description="Since the newest item was received")
    stale: bool


class PipelineAnswer(Model):
    """The whole pipeline at one moment."""

    verdict: Verdict
    message: str
    measured_at: datetime | None
    age_seconds: float | None
    stale: bool
    engines: tuple[EngineAnswer, ...]
    stages: tuple[StageAnswer, ...]
    index: IndexAnswer | None
    completeness: CompletenessAnswer
    sources: SourcesHealth | None = Field(default=None, description="Null where they are not looked at")


AFTERWARDS: dict[ServiceName, str] = {
    "ingest": "停机期间送不进来,须由送方重送",
    "enrich": "积压会自动补上",
    "index": "积压会自动补上",
}


def assemble(seen: Measurement, *, now: datetime, run_by: RunBy = "hand") -> PipelineAnswer:
    """The answer of /api/pipeline."""
    stale = seen.at is None or now - seen.at > STALE
    kafka, elastic = _engine("Kafka", seen.kafka, now), _engine("Elasticsearch", seen.elastic, now)
    stages = tuple(_stage(name, seen, kafka, elastic, now, run_by) for name in SERVICES)
    completeness = judged(seen.completeness, seen.elastic, now, run_by)
    # What can't be known is no reason for alarm by itself, but never green.
    complete: Verdict = "yellow" if completeness.state == "unknown" else completeness.state
    verdict = _worst([*(stage.verdict for stage in stages), complete], bad=not (kafka.reachable and elastic.reachable) or stale)
    return PipelineAnswer(
        verdict=verdict,
        message=_overall(seen, stages, completeness, run_by, stale=stale),
        measured_at=seen.at,
        age_seconds=(now - seen.at).total_seconds() if seen.at else None,
        stale=stale,
        engines=(kafka, elastic),
        stages=stages,
        index=_index(seen.elastic, now) if seen.elastic.value else None,
        completeness=completeness,
    )


def _worst(verdicts: list[Verdict], *, bad: bool) -> Verdict:
    if bad or "red" in verdicts:
        return "red"
    return "yellow" if "yellow" in verdicts else "green"


def _overall(seen: Measurement, stages: tuple[StageAnswer, ...], completeness: CompletenessAnswer, run_by: RunBy, *, stale: bool) -> str:
    if seen.at is None:
        return "正在进行第一次测量,几秒后刷新即可。"
    if stale:
        return f"测量已停止更新,下面是最后一次的数字。请重启检索服务({fitting('restart search', run_by)})。"
    broken, troubled = ([stage.label for stage in stages if stage.verdict == verdict] for verdict in ("red", "yellow"))
    said = [f"{what}:{'、'.join(labels)}" for what, labels in (("有故障", broken), ("需要留意", troubled)) if labels]
    # What the stages say comes first: an index that is behind is not complete either.
    incomplete = "" if completeness.state == "green" else completeness.message
    return (f"{';'.join(said)}。" if said else "" if incomplete else "各环节正常。") + incomplete


OURS = ("尚未测量", "测量已停止更新")
"""What is said of an engine that nobody asked, lately."""


def _engine(name: str, seen: Seen[KafkaFacts] | Seen[IndexFacts], now: datetime) -> EngineAnswer:
    if seen.error:
        return EngineAnswer(name=name, reachable=False, message=seen.error, measured_at=seen.at)
    if seen.at is None:
        return EngineAnswer(name=name, reachable=False, message=OURS[0], measured_at=None)
    old = now - seen.at > STALE
    return EngineAnswer(name=name, reachable=not old, message=OURS[1] if old else "", measured_at=seen.at)


def _stage(name: ServiceName, seen: Measurement, kafka: EngineAnswer, elastic: EngineAnswer, now: datetime, run_by: RunBy) -> StageAnswer:
    facts, index = seen.kafka.value, seen.elastic.value
    service = seen.services.get(name)
    group = facts.groups.get(name) if facts else None
    dead = (facts.dead.get(name) or DeadFacts()) if facts else None
    # An old lag is worse than none: an old 0 would say that nothing waits.
    lag = _lag(group, seen.kafka.at, now) if group and seen.kafka.at and kafka.reachable else None
    verdict, message = _judge(name, service, facts, group, lag, dead, kafka, elastic, now, run_by)
    raw, enriched = _counted(seen) if facts else (None, None)
    before = enriched if name == "index" else raw
    received = raw if name == "ingest" else min(group.taken, before or 0) if group else None
    sent = {"ingest": raw, "enrich": enriched, "index": index and index.digests}[name]
    return StageAnswer(
        name=name,
        label=LABELS[name],
        verdict=verdict,
        message=message,
        received=received,
        sent=sent,
        dead=dead.count if dead else None,
        dead_errors=dict(dead.errors) if dead else {},
        lag=lag,
        measured_at=min((at for at in (seen.kafka.at, seen.elastic.at if name == "index" else None) if at), default=None),
        service=ServiceAnswer(alive=service.alive, ready=service.ready, message=service.message) if service else None,
        stale=not kafka.reachable or (name == "index" and not elastic.reachable),
    )


def _counted(seen: Measurement) -> tuple[int, int]:
    """Return the records of the raw and the enriched topic, without those of the monitor's own digest."""
    facts, canaries = seen.kafka.value, seen.completeness.canaries
    assert facts is not None
    if len(canaries) < 2:
        return facts.raw, facts.enriched
    return canaries[0].left(facts.raw), canaries[1].left(facts.enriched)


def _lag(group: GroupFacts, at: datetime, now: datetime) -> LagAnswer:
    if not group.lag:
        return LagAnswer(measured_at=at, messages=0, seconds=0.0)
    seconds = max(0.0, (now - group.oldest_at).total_seconds()) if group.oldest_at else None
    return LagAnswer(measured_at=at, messages=group.lag, seconds=seconds)


def _judge(
    name: ServiceName,
    service: ServiceFacts | None,
    facts: KafkaFacts | None,
    group: GroupFacts | None,
    lag: LagAnswer | None,
    dead: DeadFacts | None,
    kafka: EngineAnswer,
    elastic: EngineAnswer,
    now: datetime,
    run_by: RunBy,
) -> tuple[Verdict, str]:
    """The first thing that is wrong, worst first, as symptom and remedy."""
    if not kafka.reachable:
        return "red", f"Kafka 没有回应{_why(kafka)},数字是最后一次的。请检查 Kafka 与 KAFKA_BOOTSTRAP_SERVERS;恢复后会自动继续,不丢数据。"
    if name == "index" and not elastic.reachable:
        return "red", f"Elasticsearch 没有回应{_why(elastic)}。请检查 Elasticsearch 与 ELASTICSEARCH_URL;恢复后会自动继续,不丢数据。"
    moving = group is not None and group.moved_at is not None and now - group.moved_at < STALE
    waiting = lag is not None and lag.messages > 0
    backlog = f"有 {lag.messages} 份在等{_for(lag)}" if lag and waiting else ""
    if service is not None and not service.alive:
        if moving:
            return "yellow", f"仍在工作,但健康检查地址不通({service.message})。请核对 SEARCH_{name.upper()}_HEALTH_URL。"
        rest = f",{backlog}" if backlog else ""
        return "red", f"服务没有运行{rest}。请启动:{fitting(f'restart {name}', run_by)};{AFTERWARDS[name]}。"
    if group is not None and group.beyond_end:
        return "yellow", "主题似乎被重建过:已提交的位置超出了现有内容。服务会从头读起,请稍候;若一直如此请重启该服务。"
    if service is not None and not service.ready:
        return "yellow" if not waiting else "red", f"服务在运行,但还不能工作:{service.message}{';' + backlog if backlog else ''}。"
    if waiting and lag is not None:
        # Without a commit since we began to look, that is how long it is known to stand still.
        moved = max((at for at in (group.moved_at, group.watched_since) if at), default=None) if group else None
        if moved is not None and now - moved > STALLED and (lag.seconds or 0) > STALLED.total_seconds():
            return "red", f"{backlog},且超过 {STALLED.total_seconds():.0f} 秒没有进展。请看该服务的日志,必要时重启;不丢数据。"
        if (lag.seconds or 0) > STUCK:
            return "red", f"{backlog},落后太多。可再启动一个实例分担。"
        if (lag.seconds or 0) > SLOW:
            return "yellow", f"{backlog},正在追赶。"
    if dead and dead.newest_at and now - dead.newest_at < LATELY:
        return "yellow", f"24 小时内有处理不了的简报(待处理的死信共 {dead.count} 份)。在“死信”页或用 jianbao dead list 查看原因。"
    if facts and facts.missing:
        return "yellow", f"主题尚未建立:{'、'.join(facts.missing)}。启动接收或加工服务会自动建立。"
    if service is None:
        return "yellow", "尚未检查该服务。"
    return "green", f"正常,{backlog}。" if backlog else "正常。"


def _why(engine: EngineAnswer) -> str:
    if engine.message in OURS:
        return f"({engine.message})"
    found = cause(engine.message)
    return f":{found.chinese}" if found else ""


def _for(lag: LagAnswer) -> str:
    return f",最久的已等 {duration(lag.seconds)}" if lag.seconds is not None else ""


def duration(seconds: float) -> str:
    """Seconds in words: 3 秒, 5 分钟, 2 小时, 4 天."""
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} 秒"


def _index(seen: Seen[IndexFacts], now: datetime) -> IndexAnswer | None:
    if seen.value is None:
        return None
    newest = seen.value.newest_at
    return IndexAnswer(
        items=seen.value.items,
        digests=seen.value.digests,
        quarantined=seen.value.quarantined,
        newest_received_at=newest,
        newest_age_seconds=max(0.0, (now - newest).total_seconds()) if newest else None,
        stale=bool(seen.error) or seen.at is None or now - seen.at > STALE,
    )
