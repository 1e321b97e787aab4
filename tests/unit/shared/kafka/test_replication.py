"""How topics keep what they acknowledge, and what is said where one broker alone may."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.kafka.replication import Kept, examine


@pytest.mark.parametrize(
    ("replicas", "in_sync", "brokers", "alone"),
    [
        (3, 2, 3, False),
        (3, 1, 3, True),
        (3, 1, 1, True),  # two are away at the moment
        (2, 1, 2, True),
        (2, 2, 2, False),
        (1, 1, 1, False),  # there is no other
        (1, 1, 3, True),
        (3, None, 3, False),  # may not be asked
    ],
)
def test_one_alone_may_acknowledge(replicas: int, in_sync: int | None, brokers: int, alone: bool) -> None:
    """Only where there could be more."""
    assert Kept("raw", False, replicas, in_sync, brokers).alone is alone


def test_what_to_do_is_said_as_a_command() -> None:
    """With the topic and the address in it; nothing where all is well."""
    advice = Kept("digests.raw.v1", False, 3, 1, 3).advice("k1:9092,k2:9092")
    assert "kafka-configs.sh --bootstrap-server k1:9092,k2:9092 --entity-type topics" in advice
    assert advice.endswith("--entity-name digests.raw.v1 --alter --add-config min.insync.replicas=2")
    assert "KAFKA_REPLICATION_FACTOR=3" in Kept("digests.raw.v1", False, 1, 1, 3).advice("k1:9092")
    assert Kept("digests.raw.v1", False, 3, 2, 3).advice("k1:9092") == ""


class Admin:
    """As Kafka answers of two topics, of which it says nothing of the second's settings."""

    async def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        """One partition of the first has a replica less."""
        found = {"a": [{"replicas": [1, 2, 3]}, {"replicas": [1, 2]}], "b": [{"replicas": [1]}]}
        return [{"topic": name, "partitions": found.get(name, [])} for name in names]

    async def describe_configs(self, _resources: list[Any]) -> list[Any]:
        """29: not authorised."""
        entries: list[Any] = [("min.insync.replicas", "1", False, 5, False, [])]
        return [SimpleNamespace(resources=[(0, None, 2, "a", entries), (29, "no", 2, "b", [])])]


async def test_the_weakest_partition_counts() -> None:
    """And what may not be asked, or is not there yet, is no error."""
    assert await examine(Admin(), ["a", "b", "c"], brokers=3) == [
        Kept("a", False, 2, 1, 3),
        Kept("b", False, 1, None, 3),
    ]
