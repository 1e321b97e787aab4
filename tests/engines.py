"""Real Kafka and Elasticsearch for tests marked `connected`: the first way to get them that works here.

`KAFKA_BOOTSTRAP_SERVERS` and `ELASTICSEARCH_URL` where both are set; Docker by testcontainers where an engine answers; child processes by
`deploy.engines`.
"""

import contextlib
import gc
import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from deploy.engines import elasticsearch, kafka
from deploy.engines.engines import running_engines
from deploy.engines.errors import EngineError
from deploy.engines.maven import load_manifest
from deploy.engines.ports import LOOPBACK, free_ports
from deploy.engines.progress import plain

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

DOCKER_READY_SECONDS = 180
"""Images may have to be pulled before; this is only for starting."""


@dataclass(frozen=True)
class RunningEngines:
    """Where the engines of this run are."""

    kafka_bootstrap_servers: str
    elasticsearch_url: str
    origin: str

    @property
    def environ(self) -> dict[str, str]:
        """The variables that tell a service where the engines are."""
        return {"KAFKA_BOOTSTRAP_SERVERS": self.kafka_bootstrap_servers, "ELASTICSEARCH_URL": self.elasticsearch_url}


class NotAvailable(Exception):
    """This way of getting engines does not work here; the message says why."""


@contextmanager
def _from_environment() -> Iterator[RunningEngines]:
    servers, url = os.environ.get("KAFKA_BOOTSTRAP_SERVERS"), os.environ.get("ELASTICSEARCH_URL")
    if not servers or not url:
        raise NotAvailable("KAFKA_BOOTSTRAP_SERVERS and ELASTICSEARCH_URL are not both set")
    yield RunningEngines(servers, url, "environment")


@contextmanager
def _from_docker() -> Iterator[RunningEngines]:
    from testcontainers.core.docker_client import DockerClient

    problem = ""
    with warnings.catch_warnings():
        # docker-py drops the socket that it could not connect, and the warning would hit whichever test runs when it is collected.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            client = DockerClient(timeout=5).client
            client.ping()
            client.close()
        except Exception as error:  # docker-py's own or requests', by what is broken: in any case it does not answer
            problem = f"Docker does not answer ({type(error).__name__})"
        gc.collect()
    if problem:
        raise NotAvailable(problem)
    with contextlib.ExitStack() as stack:
        yield _containers(stack)


def _containers(stack: contextlib.ExitStack) -> RunningEngines:
    """Both containers on loopback. Kafka tells clients its address, so its port is chosen by us; raises NotAvailable."""
    from testcontainers.core.container import DockerContainer

    versions = load_manifest()
    kafka_port, elasticsearch_port = free_ports(2)
    broker = _on_loopback(DockerContainer(f"apache/kafka:{versions.kafka}"), "9092/tcp", kafka_port)
    for name, value in {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": "PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{LOOPBACK}:{kafka_port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@127.0.0.1:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }.items():
        broker = broker.with_env(name, value)
    node = (
        _on_loopback(DockerContainer(f"elasticsearch:{versions.elasticsearch}"), "9200/tcp", elasticsearch_port)
        .with_env("discovery.type", "single-node")
        .with_env("xpack.security.enabled", "false")
        .with_env("ES_JAVA_OPTS", "-Xms768m -Xmx768m")
    )
    try:
        for container in (node, broker):
            stack.enter_context(container)
    except Exception as error:  # docker-py's, requests', testcontainers' own: whatever it is, Docker is no way here
        raise NotAvailable(f"Docker could not start the containers: {error}") from error
    _wait(lambda: kafka.metadata_answered(kafka_port) and elasticsearch.healthy(elasticsearch_port))
    return RunningEngines(f"{LOOPBACK}:{kafka_port}", f"http://{LOOPBACK}:{elasticsearch_port}", "docker")


def _on_loopback(container: "DockerContainer", inside: str, port: int) -> "DockerContainer":
    """Publish a port to this machine only. Docker takes an address with the port; testcontainers' own method takes no address."""
    container.ports[inside] = cast(int, (LOOPBACK, port))
    return container


def _wait(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DOCKER_READY_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise NotAvailable(f"the containers were not ready after {DOCKER_READY_SECONDS} s")
        time.sleep(0.3)


@contextmanager
def _from_child_processes() -> Iterator[RunningEngines]:
    with contextlib.ExitStack() as stack:
        try:
            local = stack.enter_context(running_engines(progress=plain, brief=True))
        except EngineError as error:
            raise NotAvailable(str(error)) from error
        yield RunningEngines(local.kafka_bootstrap_servers, local.elasticsearch_url, "child processes")


WAYS: tuple[tuple[str, Callable[[], AbstractContextManager[RunningEngines]]], ...] = (
    ("environment", _from_environment),
    ("Docker", _from_docker),
    ("child processes", _from_child_processes),
)


def _ways() -> Iterable[tuple[str, Callable[[], AbstractContextManager[RunningEngines]]]]:
    """All of them, or only the one that JIANBAO_TEST_ENGINES names (`make test-containers`)."""
    only = os.environ.get("JIANBAO_TEST_ENGINES")
    return [(name, way) for name, way in WAYS if only is None or name.lower() == only]


@contextmanager
def started() -> Iterator[RunningEngines]:
    """Engines while the block runs; raises NotAvailable with every reason where none can be had."""
    reasons = []
    with contextlib.ExitStack() as stack:
        for name, way in _ways():
            try:
                found = stack.enter_context(way())
            except NotAvailable as error:
                reasons.append(f"{name}: {error}")
                continue
            yield found
            return
    raise NotAvailable("No Kafka and Elasticsearch. " + "; ".join(reasons))
