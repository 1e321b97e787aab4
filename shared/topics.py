"""The seven topics with the settings they must have. Pure; `shared.kafka.clients.ensure_topics` creates them.

| topic                   | key          | value                    | kept       |
|-------------------------|--------------|--------------------------|------------|
| `digests.raw.v1`        | digest_id    | the bytes as received    | for ever   |
| `digests.enriched.v1`   | digest_id    | EnrichedDigest as JSON   | for ever   |
| `digests.dead.v1`       | original key | the original bytes       | 30 days    |
| `digests.operations.v1` | its subject  | Operation as JSON        | for ever   |
| `digests.clock.v1`      | none         | none: its time is Kafka's | 1 day     |
| `digests.tried.v1`      | its content  | what became of slow ones | 30 days    |
| `sources.v1`            | source       | what is known of it      | the newest |
"""

from dataclasses import dataclass
from typing import Literal

MIB = 2**20
DAY_MS = 24 * 3600 * 1000

IN_SYNC = 2
"""Replicas that have a record before it counts as acknowledged, wherever there are so many: one disk may
then be lost with nothing on it.
"""


def in_sync(replicas: int) -> int:
    """Return `min.insync.replicas` for a topic of so many replicas.

    Of two replicas both must have it: with one of them away nothing is taken, where else the only disk with
    it might be the next to go. A topic of one replica says one, as a cluster's own default of two would let
    nobody write it.
    """
    return min(IN_SYNC, replicas)


@dataclass(frozen=True)
class Topic:
    """A topic and its settings, as Kafka's own names and strings."""

    name: str
    max_message_bytes: int
    retention_ms: int
    partitions: int | None = None
    """None for as many as KAFKA_PARTITIONS says"""
    compacted: bool = False
    """Only the newest record of a key is kept: for what replaces what was said of the key before, and has no version to lose against"""
    times: Literal["CreateTime", "LogAppendTime"] = "CreateTime"
    """Producers' time stamps say when a digest was sent, and lag in seconds is counted from them;
    LogAppendTime is the broker's own clock
    """

    @property
    def configs(self) -> dict[str, str]:
        """Topic-level settings for its creation; `in_sync` gives the one that depends on the number of
        replicas.
        """
        compaction = {
            # States of fetching are written all the time, and each service that starts reads the topic whole: by its defaults
            # Kafka would let a gigabyte of them lie before it compacts any.
            "segment.bytes": str(32 * MIB),
            "min.cleanable.dirty.ratio": "0.2",
            # Of two changes at once the first holds, which whoever made the second has to see.
            "min.compaction.lag.ms": "60000",
        }
        return {
            # Digests are never compacted: compaction keeps the last offset of a key, not its highest version, and Faust stumbles over gaps.
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": str(self.retention_ms),
            "retention.bytes": "-1",
            "max.message.bytes": str(self.max_message_bytes),
            "message.timestamp.type": self.times,
            # Where a cluster allows it, a replica that lags may lead: what it had not got is gone for all.
            "unclean.leader.election.enable": "false",
            **(compaction if self.compacted else {}),
        }


@dataclass(frozen=True)
class Topics:
    """The topics and consumer groups of one installation; `namespace` keeps several apart on one cluster."""

    namespace: str = ""

    def _name(self, name: str) -> str:
        return f"{self.namespace}.{name}" if self.namespace else name

    @property
    def raw(self) -> Topic:
        """Digests as received: the archive that everything can be rebuilt from."""
        # 16 MiB: a digest of 8 MiB with its header has room, whatever the compression does.
        return Topic(self._name("digests.raw.v1"), 16 * MIB, -1)

    @property
    def enriched(self) -> Topic:
        """Digests split into items with their entities."""
        return Topic(self._name("digests.enriched.v1"), 16 * MIB, -1)

    @property
    def dead(self) -> Topic:
        """What could not be processed, with its original bytes."""
        # 20 MiB: anything that fitted into the other topics fits with the reasons added. 30 days: a month to look at it.
        return Topic(self._name("digests.dead.v1"), 20 * MIB, 30 * DAY_MS)

    @property
    def operations(self) -> Topic:
        """What operators did: who, what, when."""
        return Topic(self._name("digests.operations.v1"), MIB, -1)

    @property
    def clock(self) -> Topic:
        """Records that say nothing, to which Kafka gives its own time: what ingest knows of Kafka's clock."""
        # One a minute from each ingest, which nobody reads.
        return Topic(self._name("digests.clock.v1"), MIB, DAY_MS, partitions=1, times="LogAppendTime")

    @property
    def tried(self) -> Topic:
        """Which contents were slow or took their child with them, so that they are not tried without end."""
        # As long as the dead letters that they became.
        return Topic(self._name("digests.tried.v1"), MIB, self.dead.retention_ms)

    @property
    def sources(self) -> Topic:
        """What is known of each source: issues with the items that a person saw in them."""
        # 8 MiB: some issues, packed. One partition, so that who was first can be told.
        return Topic(self._name("sources.v1"), 8 * MIB, -1, partitions=1, compacted=True)

    @property
    def all(self) -> tuple[Topic, ...]:
        """The seven topics."""
        return self.raw, self.enriched, self.dead, self.operations, self.clock, self.tried, self.sources

    @property
    def enrich_group(self) -> str:
        """The consumer group (and Faust app id) of the enrich workers."""
        return self._name("enrich")

    @property
    def index_group(self) -> str:
        """The consumer group of the indexers."""
        return self._name("index")

    @property
    def fetch_group(self) -> str:
        """The consumer group of the workers that fetch: who holds the one partition of `sources` does."""
        return self._name("fetch")
