"""Fetched engines in, a Kafka and an Elasticsearch of a test's own out: killed, frozen and started again on the same data as a test likes.

What is done to these is nobody else's trouble. Their folders are made by `deploy.engines.folders`, as pytest's are closed to Elasticsearch's user.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.engines import elasticsearch, folders, kafka
from deploy.engines.account import give
from deploy.engines.engines import Installation, install
from deploy.engines.errors import EngineError
from deploy.engines.ports import LOOPBACK, free_ports
from deploy.engines.process import Child, Launch, await_ready
from deploy.engines.progress import silent
from shared.settings import KafkaSettings


class Engine:
    """One engine; its data stays while it is down."""

    def __init__(self, how: Launch) -> None:
        self._how = how
        self._child: Child | None = None

    # Not in a thread: the kernel's parent-death signal, by which no process is left behind, is tied to the thread that starts one.
    def begin(self) -> None:
        """Start it, and don't wait."""
        self._child = Child(self._how)

    def start(self) -> None:
        """Start it, if it does not run, and return when it answers."""
        if self._child is None or self.ended:
            self.begin()
        assert self._child is not None
        await_ready([self._child], silent)

    def signal(self, number: signal.Signals) -> None:
        """Send it, and all that it started, a signal."""
        assert self._child is not None
        os.killpg(self._child.pid, number)

    def kill(self) -> None:
        """kill -9, and wait until it is gone; nothing where it does not run."""
        if self._child is not None:
            if self._child.code is None:
                self.signal(signal.SIGKILL)
            while self._child.code is None:
                time.sleep(0.01)
            self._child = None

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self._child is not None and self._child.code is not None


def quick_again(port: int, controller: int) -> Mapping[str, str]:
    """Settings of a Broker that starts soon after a kill -9: it waits until its former self's session is over, 9 s by default."""
    return {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500"}


class Broker(Engine):
    """A Kafka; `settings` are added to those of `deploy.engines` once the ports are known, `users` as `kafka.prepare` takes them."""

    def __init__(
        self,
        folder: Path,
        installation: Installation,
        *,
        settings: Callable[[int, int], Mapping[str, str]] = lambda port, controller: {},
        users: Sequence[str] = (),
    ) -> None:
        self.port, controller = free_ports(2)
        home, jdk = installation.homes.kafka, installation.jdk
        own = settings(self.port, controller)
        kafka.prepare(folder, home=home, jdk=jdk, port=self.port, controller_port=controller, more=own, users=users)
        super().__init__(kafka.launch(folder, home=home, jdk=jdk, port=self.port, log=folder / "kafka.log", brief=True))

    @property
    def settings(self) -> KafkaSettings:
        """How to reach it."""
        return KafkaSettings(bootstrap_servers=f"{LOOPBACK}:{self.port}", partitions=1)


class Node(Engine):
    """An Elasticsearch; `settings` are added to those of `deploy.engines`, `files` to its configuration, `heap_mib` stands for its heap."""

    def __init__(
        self,
        folder: Path,
        installation: Installation,
        *,
        settings: str = "",
        files: Mapping[str, str | bytes] | None = None,
        ready: Callable[[int], bool] = elasticsearch.healthy,
        heap_mib: int | None = None,
    ) -> None:
        self.port, transport = free_ports(2)
        self._account = installation.account
        home = installation.homes.elasticsearch
        elasticsearch.prepare(folder, home=home, port=self.port, transport_port=transport, account=self._account)
        self._config = folder / "config"
        own = self._config / "elasticsearch.yml"
        names = {line.split(":")[0] for line in settings.splitlines()}
        kept = [line for line in own.read_text("utf-8").splitlines() if line.split(":")[0] not in names]
        self.configure({"elasticsearch.yml": "\n".join([*kept, settings, ""]), **(files or {})})
        log = folder.parent / f"{folder.name}.log"
        how = elasticsearch.launch(folder, home=home, jdk=installation.jdk, port=self.port, account=self._account, log=log, brief=True, heap=heap_mib)
        super().__init__(replace(how, ready=lambda: ready(self.port)))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"

    def configure(self, files: Mapping[str, str | bytes]) -> None:
        """Write files of its configuration; some of them it reads again by itself within some seconds."""
        for name, content in files.items():
            fresh = self._config / f".{name}.fresh"
            fresh.write_bytes(content.encode() if isinstance(content, str) else content)
            give(fresh, self._account)
            fresh.replace(self._config / name)  # at once: half a file of roles takes everybody's away


@contextmanager
def own_folder() -> Iterator[tuple[Path, Installation]]:
    """A folder that both engines can use, gone afterwards, and what they are started from; skips the test where they can't be had."""
    try:
        installation = install()
    except EngineError as error:
        pytest.skip(f"no engines of our own: {error}")
    with folders.temporary_dir() as folder:
        try:
            yield folder, installation
        finally:
            shutil.rmtree(folder, ignore_errors=True)
