"""What was measured of the pipeline at one moment, as plain values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.monitor.canary.beats import Figures
from services.monitor.lag.window import Course
from shared.completeness import Completeness, unknown

Engine = Literal["kafka", "elasticsearch"]
ENGINES: tuple[Engine, ...] = ("kafka", "elasticsearch")

Service = Literal["ingest", "enrich", "index", "search", "fetch"]
SERVICES: tuple[Service, ...] = ("ingest", "enrich", "index", "search", "fetch")
CONSUMERS: tuple[Service, ...] = ("enrich", "index")
"""Those that read a topic, and may lag."""


@dataclass(frozen=True)
class EngineFacts:
    """Kafka or Elasticsearch."""

    answers: bool | None = None
    """None: nobody asked yet"""
    error: str = ""


@dataclass(frozen=True)
class ServiceFacts:
    """One service, as it says itself and as Kafka sees it."""

    alive: bool | None = None
    """Whether its port answers; None where nobody asked, as its address is not known"""
    hangs: bool = False
    """Its port takes connections and answers nothing"""
    ready: bool = False
    message: str = ""
    """Why it is not ready, in its own words"""
    silent_seconds: float = 0.0
    """Since its port answered last"""
    stopped: bool = False
    """It consumes nothing more until a person acts: too many dead letters in a row"""
    key_refused: bool = False
    """It does not take the monitor's key, so that it keeps its reasons back"""


@dataclass(frozen=True)
class PartitionFacts:
    """How far a consumer is behind in one partition."""

    partition: int
    course: Course
    oldest_seconds: float | None = None
    """Age of the oldest record that waits; None where nothing waits or it can't be read"""


@dataclass(frozen=True)
class LagFacts:
    """How far a consumer is behind, over all partitions."""

    course: Course
    members: int
    moving: bool = False
    """It committed something within the last seconds"""
    oldest_seconds: float | None = None
    """Age of the oldest record that waits; None where nothing waits or it can't be read"""
    partitions: Sequence[PartitionFacts] = ()
    unsearchable_from: datetime | None = None
    """When the oldest digest that waits here was received; None where none does (what is read again is
    searchable) or it can't be read"""
    unsearchable: bool = False
    """Whether something waits that was never taken before"""


@dataclass(frozen=True)
class DeadFacts:
    """Dead letters of a stage that ask for attention."""

    waiting: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LostFacts:
    """Digests that went into a stage and never came out, long enough for it to count."""

    count: int
    ids: Sequence[str]
    """Of some of them"""


@dataclass(frozen=True)
class CanaryFacts:
    """The synthetic digest that goes through all stages."""

    lost: int = 0
    """In a row, the last ones"""
    p95: float | None = None
    """Seconds from fed to found, of the last ones"""
    barred: str = ""
    """The setting with the key that is missing or wrong, so that none is fed or asked for"""
    figures: Figures | None = None
    """None before the first has ended"""


@dataclass(frozen=True)
class SourceFacts:
    """A source with something to say of it."""

    source: str
    shown: str
    silent_days: float | None = None
    """Where it is overdue"""
    paused: str | None = None
    """Why it is fetched no more"""
    partial: tuple[int, int] | None = None
    """Items of its last issue, and how many there should be, where they are far fewer"""
    missing: str | None = None
    """Issue numbers that are missing before one of the latest issues"""
    drifted: str | None = None
    """What of its digests has changed all at once, in Chinese"""
    drifted_english: str = ""
    digests: tuple[str, ...] = ()
    """That show it"""


@dataclass(frozen=True)
class Facts:
    """All of it."""

    at: datetime
    engines: Mapping[Engine, EngineFacts] = field(default_factory=dict)
    services: Mapping[Service, ServiceFacts] = field(default_factory=dict)
    lags: Mapping[Service, LagFacts] = field(default_factory=dict)
    dead: Mapping[Service, DeadFacts] = field(default_factory=dict)
    completeness: Completeness = field(default_factory=lambda: unknown("starting"))
    lost: Mapping[Service, LostFacts] = field(default_factory=dict)
    """By stage, where there are any"""
    canary: CanaryFacts = CanaryFacts()
    sources: Sequence[SourceFacts] = ()
    missing_topics: Sequence[str] = ()
