"""Figures of each stage as they were last measured, and how old they are → the answer of /api/pipeline. Pure.

Whether something is wrong, and what to do, is for the monitor's report to say (`services/monitor/report`): two
judges would contradict each other.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from services.search.pipeline.complete import CompletenessAnswer, judged
from services.search.pipeline.measurement import SERVICES, DeadFacts, GroupFacts, IndexFacts, KafkaFacts, Measurement, Seen, ServiceName
from services.search.pipeline.sources import SourcesHealth
from shared.settings import RunBy

STALE = timedelta(seconds=10)
"""Measured every 2 s; five rounds without a value and it is no longer news."""
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

    measured_at: datetime | None = Field(description="When the last round of measuring ended, UTC; null before the first")
    age_seconds: float | None
    stale: bool
    engines: tuple[EngineAnswer, ...]
    stages: tuple[StageAnswer, ...]
    index: IndexAnswer | None
    completeness: CompletenessAnswer
    sources: SourcesHealth | None = Field(default=None, description="Null where they are not looked at")


def assemble(seen: Measurement, *, now: datetime, run_by: RunBy = "hand") -> PipelineAnswer:
    """The answer of /api/pipeline."""
    stale = seen.at is None or now - seen.at > STALE
    kafka, elastic = _engine("Kafka", seen.kafka, now), _engine("Elasticsearch", seen.elastic, now)
    stages = tuple(_stage(name, seen, kafka, elastic, now) for name in SERVICES)
    return PipelineAnswer(
        measured_at=seen.at,
        age_seconds=(now - seen.at).total_seconds() if seen.at else None,
        stale=stale,
        engines=(kafka, elastic),
        stages=stages,
        index=_index(seen.elastic, now) if seen.elastic.value else None,
        completeness=judged(seen.completeness, seen.elastic, now, run_by),
    )


OURS = ("尚未测量", "测量已停止更新")
"""What is said of an engine that nobody asked, lately."""


def _engine(name: str, seen: Seen[KafkaFacts] | Seen[IndexFacts], now: datetime) -> EngineAnswer:
    if seen.error:
        return EngineAnswer(name=name, reachable=False, message=seen.error, measured_at=seen.at)
    if seen.at is None:
        return EngineAnswer(name=name, reachable=False, message=OURS[0], measured_at=None)
    old = now - seen.at > STALE
    return EngineAnswer(name=name, reachable=not old, message=OURS[1] if old else "", measured_at=seen.at)


def _stage(name: ServiceName, seen: Measurement, kafka: EngineAnswer, elastic: EngineAnswer, now: datetime) -> StageAnswer:
    facts, index = seen.kafka.value, seen.elastic.value
    service = seen.services.get(name)
    group = facts.groups.get(name) if facts else None
    dead = (facts.dead.get(name) or DeadFacts()) if facts else None
    # An old lag is worse than none: an old 0 would say that nothing waits.
    lag = _lag(group, seen.kafka.at, now) if group and seen.kafka.at and kafka.reachable else None
    raw, enriched = _counted(seen) if facts else (None, None)
    before = enriched if name == "index" else raw
    received = raw if name == "ingest" else min(group.taken, before or 0) if group else None
    sent = {"ingest": raw, "enrich": enriched, "index": index and index.digests}[name]
    return StageAnswer(
        name=name,
        label=LABELS[name],
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
