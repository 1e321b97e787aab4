"""The four topics with the settings they must have. Pure; `shared.kafka.clients.ensure_topics` creates them.

| topic                   | key          | value                    | kept     |
|-------------------------|--------------|--------------------------|----------|
| `digests.raw.v1`        | digest_id    | the bytes as received    | for ever |
| `digests.enriched.v1`   | digest_id    | EnrichedDigest as JSON   | for ever |
| `digests.dead.v1`       | original key | the original bytes       | 30 days  |
| `digests.operations.v1` | its subject  | Operation as JSON        | for ever |
"""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Topic:
    """A topic and its settings, as Kafka's own names and strings."""

    name: str
    max_message_bytes: int
    retention_ms: int

    @property
    def configs(self) -> dict[str, str]:
        """Topic-level settings for its creation."""
        return {
            # Never compacted: compaction keeps the last offset of a key, not its highest version, and Faust stumbles over gaps.
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_ms),
            "retention.bytes": "-1",
            "max.message.bytes": str(self.max_message_bytes),
            # Producers' time stamps say when a digest was sent; lag in seconds is counted from them.
            "message.timestamp.type": "CreateTime",
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
        return Topic(self._name("digests.dead.v1"), 20 * MIB, 30 * 24 * 3600 * 1000)

    @property
    def operations(self) -> Topic:
        """What operators did: who, what, when."""
        return Topic(self._name("digests.operations.v1"), MIB, -1)

    @property
    def all(self) -> tuple[Topic, Topic, Topic, Topic]:
        """The four topics."""
        return self.raw, self.enriched, self.dead, self.operations

    @property
    def enrich_group(self) -> str:
        """The consumer group (and Faust app id) of the enrich workers."""
        return self._name("enrich")

    @property
    def index_group(self) -> str:
        """The consumer group of the indexers."""
        return self._name("index")
