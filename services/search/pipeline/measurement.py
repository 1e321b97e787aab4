"""What the monitor saw of the pipeline, as plain values: what figures.py answers with. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar

from shared.completeness import Completeness, unknown

T = TypeVar("T")

ServiceName = Literal["ingest", "enrich", "index"]
SERVICES: tuple[ServiceName, ...] = ("ingest", "enrich", "index")


@dataclass(frozen=True)
class Seen(Generic[T]):
    """The last value that could be had, and why there is no newer one."""

    value: T | None = None
    at: datetime | None = None
    """When measuring `value` began, UTC: nothing in it is older"""
    error: str = ""
    """Why the last try failed; empty when it did not"""


@dataclass(frozen=True)
class GroupFacts:
    """How far a consumer group is with its topic."""

    taken: int
    """Records that are committed"""
    lag: int
    """Records that are not"""
    oldest_at: datetime | None = None
    """Time stamp of the oldest of these, UTC; None without lag or where it could not be read"""


@dataclass(frozen=True)
class DeadFacts:
    """Dead letters of one stage that ask for attention: neither solved nor discarded."""

    errors: Mapping[str, int] = field(default_factory=dict)
    newest_at: datetime | None = None

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.errors.values())


@dataclass(frozen=True)
class KafkaFacts:
    """Counts of the three topics and of both groups."""

    raw: int
    enriched: int
    groups: Mapping[ServiceName, GroupFacts]
    dead: Mapping[str, DeadFacts] = field(default_factory=dict)
    """By stage, those that ask for attention"""
    dead_complete: bool = True
    """False while dead letters are still being read from their beginning"""
    missing: tuple[str, ...] = ()
    """Topics that do not exist"""


@dataclass(frozen=True)
class IndexFacts:
    """What the index holds."""

    items: int
    digests: int
    """Neither those withdrawn counted nor those held in quarantine"""
    quarantined: int = 0
    """Held until a person decides"""
    newest_at: datetime | None = None
    """received_at of the newest item, UTC"""
    indices: tuple[str, ...] = ()
    """Identities of the indices behind the aliases, as Elasticsearch gives them"""


@dataclass(frozen=True)
class ServiceFacts:
    """A service's own /readyz."""

    alive: bool
    ready: bool
    message: str = ""
    """Which checks fail and why, or why there is no answer"""


@dataclass(frozen=True)
class Measurement:
    """All that is known at one moment."""

    kafka: Seen[KafkaFacts] = field(default_factory=Seen)
    elastic: Seen[IndexFacts] = field(default_factory=Seen)
    services: Mapping[ServiceName, ServiceFacts] = field(default_factory=dict)
    completeness: Completeness = field(default_factory=lambda: unknown("starting"))
    """As the monitor service says"""
    at: datetime | None = None
    """When the last round of measuring ended, UTC"""
