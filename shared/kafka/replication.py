"""Topics as Kafka describes them → how many replicas keep a record before it counts as acknowledged, and what
to do where it is one alone.

A topic that exists is never altered: Kafka's request for that (aiokafka knows no other) puts back to its
default every setting of the topic that it does not name, so what somebody sets at the same moment would be
lost. Whoever operates Kafka is told the command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.topics import IN_SYNC

SETTING = "min.insync.replicas"


@dataclass(frozen=True)
class Kept:
    """How a topic keeps what it acknowledges."""

    topic: str
    made: bool
    """Just now, with the settings it must have"""
    replicas: int
    """Of the partition that has the fewest"""
    in_sync: int | None
    """Replicas that must have a record before it is acknowledged; None where Kafka does not let us ask"""
    brokers: int
    """Of the cluster, that are alive"""

    @property
    def alone(self) -> bool:
        """Whether one broker alone may acknowledge although there are more: with its disk, what it
        acknowledged would be gone.
        """
        if self.replicas < IN_SYNC:
            return self.brokers > 1
        return self.in_sync is not None and self.in_sync < IN_SYNC

    def advice(self, servers: str) -> str:
        """Say what is weak and what to run; empty where nothing is. `servers` is as
        KAFKA_BOOTSTRAP_SERVERS.
        """
        if not self.alone:
            return ""
        if self.replicas < IN_SYNC:
            return (
                f"{self.topic} has one replica on a cluster of {self.brokers} brokers: what it acknowledges "
                f"is lost with one disk. Give it three (kafka-reassign-partitions.sh) and {SETTING}={IN_SYNC}; "
                "KAFKA_REPLICATION_FACTOR=3 makes new topics so"
            )
        return (
            f"{self.topic} has {self.replicas} replicas, but one alone may acknowledge ({SETTING}="
            f"{self.in_sync}). Run: kafka-configs.sh --bootstrap-server {servers} --entity-type topics "
            f"--entity-name {self.topic} --alter --add-config {SETTING}={IN_SYNC}"
        )


async def brokers(admin: AIOKafkaAdminClient) -> int:
    """Return how many brokers are alive; raises KafkaError."""
    return len((await admin.describe_cluster())["brokers"])


async def examine(admin: AIOKafkaAdminClient, names: Sequence[str], *, brokers: int) -> list[Kept]:
    """Return how each of these topics, which exist, keeps what it acknowledges; raises KafkaError."""
    if not names:
        return []
    described = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics(list(names))}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, {SETTING: ""}) for name in names]
    required = _required(await admin.describe_configs(asked))
    known = [name for name in names if described.get(name)]
    fewest = {name: min(len(one["replicas"]) for one in described[name]) for name in known}
    return [Kept(name, False, fewest[name], required.get(name), brokers) for name in known]


def _required(answers: Sequence[Any]) -> Mapping[str, int]:
    """Read what Kafka answers: `min.insync.replicas` by topic, without those that we may not ask about.
    Pure.
    """
    found = {}
    for answer in answers:
        for error_code, _, _, name, entries, *_ in answer.resources:
            for setting, value, *_ in entries:
                if not error_code and setting == SETTING and value is not None:
                    found[name] = int(value)
    return found
