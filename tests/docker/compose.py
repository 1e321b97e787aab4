"""docker-compose.yml under a project name of its own, on free ports: up, scaled, looked at, broken, down."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from deploy.engines.ports import free_ports
from tests.docker.engine import Docker

ROOT = Path(__file__).parent.parent.parent
PUBLISHED = ("KAFKA_PORT", "ELASTICSEARCH_PORT", "INGEST_PORT", "SEARCH_PORT")
OURS = ("ingest", "enrich", "index", "search", "monitor", "fetch")
LASTING = ("kafka", "elasticsearch", *OURS)
"""What stays up; `topics` ends by itself."""

HEALTHY_SECONDS = 300
"""Far above the half minute of a quiet machine: a slow one is no failure."""


def compose_command() -> list[str]:
    """`docker compose` (v2) where it is installed, else `docker-compose` (1.29)."""
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"]


def _ports() -> dict[str, str]:
    return {name: str(port) for name, port in zip(PUBLISHED, free_ports(len(PUBLISHED)), strict=True)}


@dataclass
class Composed:
    """One project."""

    docker: Docker
    project: str = field(default_factory=lambda: f"jianbao-test-{uuid4().hex[:8]}")
    ports: dict[str, str] = field(default_factory=_ports)
    command: list[str] = field(default_factory=compose_command)

    @property
    def environ(self) -> dict[str, str]:
        """As a user's shell would have it: nothing of ours set but the ports and the image's name."""
        ours = ("KAFKA_", "ELASTICSEARCH_", "JIANBAO_", "INGEST_", "ENRICH_", "INDEX_", "SEARCH_", "MONITOR_", "FETCH_")
        outer = {name: value for name, value in self.docker.environ.items() if not name.startswith(ours)}
        return outer | self.ports | {"JIANBAO_VERSION": "test"}

    def __call__(self, *arguments: str, timeout: float = 900) -> str:
        """Run compose; what it printed. Raises RuntimeError with its words when it fails."""
        command = [*self.command, "--project-name", self.project, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=timeout, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    @property
    def ingest(self) -> str:
        """Where ingest is reached from outside."""
        return f"http://127.0.0.1:{self.ports['INGEST_PORT']}"

    @property
    def search(self) -> str:
        """Where search is reached from outside."""
        return f"http://127.0.0.1:{self.ports['SEARCH_PORT']}"

    @property
    def kafka(self) -> str:
        """Where Kafka is reached from outside."""
        return f"127.0.0.1:{self.ports['KAFKA_PORT']}"

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What Docker says of the service's containers, in the order of their making."""
        ids = self("ps", "-q", service).split()
        found: list[dict[str, Any]] = json.loads(self.docker.run("inspect", *ids)) if ids else []
        return sorted(found, key=lambda container: container["Created"])

    def await_healthy(self, *services: str, count: int = 1) -> None:
        """Return when all containers of the services are healthy, `count` of each; raises TimeoutError with what they say."""

        def healthy() -> bool:
            return all(
                len(found) == count and all(one["State"]["Running"] and one["State"]["Health"]["Status"] == "healthy" for one in found)
                for found in map(self.containers, services)
            )

        try:
            self.until(healthy)
        except TimeoutError:
            raise TimeoutError(f"not healthy: {self('ps')}\n{self('logs', '--tail', '20')}") from None

    @staticmethod
    def until(holds: Callable[[], bool], *, seconds: float = HEALTHY_SECONDS) -> None:
        """Return when it holds; raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.5)

    def kill(self, service: str) -> None:
        """Kill the service itself with -9, as running out of memory would; Docker's own kill would keep it from being started again."""
        (container,) = self.containers(service)
        before = container["State"]["StartedAt"]
        os.kill(container["State"]["Pid"], signal.SIGKILL)
        self.until(lambda: self.containers(service)[0]["State"]["StartedAt"] != before)

    def complaints(self) -> list[str]:
        """Lines of our services' logs that say error, critical, or come from a traceback."""
        said = self("logs", "--no-color", *OURS)
        return [line for line in said.splitlines() if re.search(r'"level": ?"(error|critical)"|Traceback', line)]

    def down(self) -> None:
        """Take everything of the project away, data too."""
        self("--profile", "grafana", "--profile", "prometheus", "down", "--volumes", "--remove-orphans")

    def left(self) -> list[str]:
        """Containers, volumes and networks that still carry the project's name."""
        mine = f"label=com.docker.compose.project={self.project}"
        return [
            *self.docker.run("ps", "--all", "--quiet", "--filter", mine).split(),
            *self.docker.run("volume", "ls", "--quiet", "--filter", mine).split(),
            *self.docker.run("network", "ls", "--quiet", "--filter", mine).split(),
        ]
