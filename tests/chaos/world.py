"""Kafka, Elasticsearch and two workers of each stage as processes in; they are killed, stopped and started again by name.

Whatever ends by itself is started again after a second, as any supervisor does, and counted. Everything here runs in the main thread: the kernel ends
a child with the thread that started it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psutil

from deploy.engines.engines import Engines, running_engines
from deploy.engines.ports import LOOPBACK, free_ports
from deploy.engines.process import Child, Launch, stop_all
from deploy.engines.progress import silent
from shared.completeness import read
from shared.health.conservation import Conservation
from shared.health.conservation import read as read_balance
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.chaos.schedule import BESIDE, CHILDREN, ENGINES, SERVICES
from tests.pipeline import MODULES, PORTS, ROOT

SUPERVISOR_SECONDS = 1.0
"""Between the end of a process that nobody killed and its next start."""

RUNNING = (*SERVICES, *BESIDE)

_OURS = ("JIANBAO_", "KAFKA_", "ELASTICSEARCH_", "INGEST_", "ENRICH_", "INDEX_", "SEARCH_", "MONITOR_", "FETCH_")


@dataclass
class World:
    """Running processes by name."""

    kafka: str
    elasticsearch: str
    namespace: str
    logs: Path
    children: dict[str, Child]
    """Engines at first; services once they are started"""
    said: Callable[[str], None]
    """Told what happens"""
    ended: list[str] = field(default_factory=list)
    """What ended by itself"""
    _ports: dict[str, int] = field(default_factory=dict)
    _down: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._ports = dict(zip(RUNNING, free_ports(len(RUNNING)), strict=True))

    @property
    def topics(self) -> Topics:
        """Under our namespace."""
        return Topics(self.namespace)

    @property
    def kafka_settings(self) -> KafkaSettings:
        """To connect with."""
        return KafkaSettings(bootstrap_servers=self.kafka)

    def url(self, service: str) -> str:
        """Where a service listens."""
        return f"http://{LOOPBACK}:{self._ports[service]}"

    def start(self, *names: str) -> None:
        """Start these (all services, when none is named) without waiting for them."""
        for name in names or RUNNING:
            if former := self.children.get(name):
                former.stop()  # dead already: this only takes note of it
            launch = former.launch if former else self._service(name)
            # Each start has a log of its own: what led to an end is not overwritten by the start after the next.
            self.children[name] = Child(replace(launch, log=self._log(name)))
            self._down.discard(name)

    def _log(self, name: str) -> Path:
        return self.logs / name / f"{len(list((self.logs / name).glob('*.log'))) + 1:03}.log"

    def _service(self, name: str) -> Launch:
        service, _, slot = name.partition("-")
        environ = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
        environ |= {"KAFKA_BOOTSTRAP_SERVERS": self.kafka, "ELASTICSEARCH_URL": self.elasticsearch, "JIANBAO_NAMESPACE": self.namespace}
        environ |= {"PYTHONUNBUFFERED": "1", "MONITOR_EVERY": "1", PORTS[service]: str(self._ports[name]), f"{service.upper()}_SLOT": slot or "0"}
        environ |= {f"MONITOR_{each.upper()}_HEALTH_URL": self.url(first) for each, first in self._first.items()}
        environ |= {"SEARCH_MONITOR_HEALTH_URL": self.url("monitor"), "FETCH_INGEST_URL": self.url("ingest")}
        environ["MONITOR_CANARY_SECONDS"] = "0"  # what stands in the topics is what was fed
        command = [sys.executable, "-m", MODULES[service]]
        return Launch(name, command, self._log(name), self.url(name), lambda: True, environ, ROOT)

    @property
    def _first(self) -> dict[str, str]:
        """Of each service that the monitor asks the worker that it asks."""
        return {name.partition("-")[0]: name for name in reversed(RUNNING) if name != "monitor"}

    def kill(self, target: str) -> None:
        """kill -9, to an engine with all its processes, to a service itself alone: its children must notice by themselves."""
        self._down.add(target)
        self._signal(target, signal.SIGKILL)

    def terminate(self, service: str) -> int | None:
        """SIGTERM; the exit status, 30 s later a SIGKILL's."""
        self._down.add(service)
        self.children[service].stop()
        return self.children[service].code

    def freeze(self, target: str) -> None:
        """SIGSTOP."""
        self._signal(target, signal.SIGSTOP)

    def thaw(self, target: str) -> None:
        """SIGCONT."""
        self._signal(target, signal.SIGCONT)

    def _signal(self, target: str, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, psutil.NoSuchProcess):
            if target in CHILDREN:
                for process in self._enriching(target):
                    process.send_signal(number)
            elif target in ENGINES:
                os.killpg(self.children[target].pid, number)
            else:
                os.kill(self.children[target].pid, number)

    def _enriching(self, target: str) -> list[psutil.Process]:
        """What a worker's fork server has forked."""
        worker = psutil.Process(self.children[target.replace("child", "enrich")].pid)
        return [child for server in worker.children() for child in server.children()]

    async def supervise(self) -> None:
        """Start again whatever ends by itself, until cancelled."""
        while True:
            await asyncio.sleep(SUPERVISOR_SECONDS)
            for name, child in list(self.children.items()):
                if name not in self._down and child.code is not None:
                    self.said(f"{name} ended by itself with {child.code}: started again, its log is {child.launch.log}")
                    self.ended.append(name)
                    self.start(name)

    async def ready(self) -> dict[str, str]:
        """What each service that is not ready says."""
        reasons: dict[str, str] = {}
        async with plain_http(5) as client:
            for name in RUNNING:
                try:
                    answer = await client.get(self.url(name) + "/readyz")
                except httpx.TransportError as error:
                    reasons[name] = f"does not answer: {type(error).__name__}"
                    continue
                if answer.status_code != 200:
                    reasons[name] = "; ".join(f"{check['name']}: {check.get('message', '')}" for check in answer.json()["checks"] if not check["ok"])
        return reasons

    async def completeness(self) -> str:
        """What the monitor says unless that all is there; raises httpx.TransportError when it does not answer."""
        async with plain_http(5) as client:
            answer = await client.get(self.url("monitor") + "/completeness")
        return "" if answer.status_code == 200 else str(read(answer.content))

    async def conservation(self) -> Conservation:
        """The monitor's balance; raises httpx.TransportError when it does not answer."""
        async with plain_http(5) as client:
            return read_balance((await client.get(self.url("monitor") + "/conservation")).content)

    def stop_services(self) -> None:
        """End the services in order."""
        for name in list(self.children):
            self._signal(name, signal.SIGCONT)
        stop_all([self.children[name] for name in RUNNING if name in self.children], silent)
        self.children = {name: self.children[name] for name in ENGINES}


def plain_http(seconds: float) -> httpx.AsyncClient:
    """A client for those who poll: it has no certificates to check, and reading them takes 14 ms of processor time."""
    return httpx.AsyncClient(trust_env=False, verify=False, timeout=seconds)


@contextmanager
def engines_of_our_own(logs: Path) -> Iterator[Engines]:
    """A pair that may be killed."""
    with running_engines(log_dir=logs, brief=True) as engines:
        yield engines


@contextmanager
def world(engines: dict[str, Child], addresses: Engines, namespace: str, logs: Path, said: Callable[[str], None]) -> Iterator[World]:
    """All services on those engines, whose children are put into `engines` anew whenever they were started again."""
    made = World(addresses.kafka_bootstrap_servers, addresses.elasticsearch_url, namespace, logs, dict(engines), said)
    try:
        made.start()
        yield made
    finally:
        made.stop_services()
        engines |= {name: made.children[name] for name in ENGINES}
