"""Fetched engines in, three Kafka brokers of a test's own out: one cluster (KRaft, each a controller too),
stopped, bereft of its disk, started again.

Their own `min.insync.replicas` is 1, as is Kafka's default: what protects a topic is what the topic itself
says.
"""

import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deploy.engines import kafka
from deploy.engines.engines import Installation
from deploy.engines.ports import LOOPBACK, free_ports
from deploy.engines.process import Child, Launch, await_ready
from deploy.engines.progress import silent
from shared.settings import KafkaSettings
from tests.own_engines import own_folder

COUNT = 3
HEAP = "256m"
"""A few records each: half of what one broker has else."""


class Brokers:
    """Three, known by their numbers 0 to 2; data stay while one is down."""

    def __init__(self, folder: Path, installation: Installation) -> None:
        ports = free_ports(2 * COUNT)
        self._ports, controllers = ports[:COUNT], ports[COUNT:]
        self._folders = [folder / f"kafka-{number}" for number in range(COUNT)]
        voters = ",".join(f"{number + 1}@{LOOPBACK}:{port}" for number, port in enumerate(controllers))
        home, jdk, cluster_id = installation.homes.kafka, installation.jdk, kafka.new_cluster_id()
        for number, own in enumerate(self._folders):
            more = {
                "node.id": number + 1,
                "controller.quorum.voters": voters,
                "offsets.topic.replication.factor": COUNT,
                "min.insync.replicas": 1,
                "broker.session.timeout.ms": 3000,  # of 9 s: a broker that is gone is known sooner
            }
            kafka.prepare(
                own,
                home=home,
                jdk=jdk,
                port=self._ports[number],
                controller_port=controllers[number],
                cluster_id=cluster_id,
                more=more,
            )
        self._how = [
            _small(kafka.launch(own, home=home, jdk=jdk, port=port, log=own.with_suffix(".log"), brief=True))
            for own, port in zip(self._folders, self._ports, strict=True)
        ]
        self._children: dict[int, Child] = {}

    @property
    def settings(self) -> KafkaSettings:
        """How to reach them, with three replicas for topics."""
        servers = ",".join(f"{LOOPBACK}:{port}" for port in self._ports)
        return KafkaSettings(bootstrap_servers=servers, partitions=1, replication_factor=COUNT)

    def start(self, numbers: Sequence[int] = range(COUNT)) -> None:
        """Start these and return when they answer, for which two have to be there."""
        started = [Child(self._how[number]) for number in numbers]
        self._children |= dict(zip(numbers, started, strict=True))
        await_ready(started, silent)

    def stop(self, number: int) -> None:
        """Stop one in order: it hands its partitions over, and those that stay know that it is gone."""
        self._children.pop(number).stop()

    def lose(self, number: int) -> None:
        """Kill one at once, and its disk is gone."""
        _kill(self._children.pop(number))
        shutil.rmtree(self._folders[number] / "data")

    def close(self) -> None:
        """Kill what runs."""
        for child in self._children.values():
            _kill(child)
        self._children.clear()


def _kill(child: Child) -> None:
    if child.code is None:
        os.killpg(child.pid, signal.SIGKILL)
    while child.code is None:
        time.sleep(0.01)


def _small(how: Launch) -> Launch:
    return replace(
        how,
        command=[f"{word[:4]}{HEAP}" if word.startswith(("-Xms", "-Xmx")) else word for word in how.command],
    )


@contextmanager
def own_brokers() -> Iterator[Brokers]:
    """Three that are not yet started; skips the test where they can't be had."""
    with own_folder() as (folder, installation):
        made = Brokers(folder, installation)
        try:
            yield made
        finally:
            made.close()
