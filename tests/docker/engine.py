"""A Docker engine: the one that answers, else a dockerd of our own, which ends with the block and leaves this machine's network as it was.

Ours keeps its images in the cache folder, so that the next run builds nothing. It needs root, `dockerd`, and a system that lets it make
networks; where it can't be had, NotAvailable says why.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.folders import cache_dir

READY_SECONDS = 60
END_SECONDS = 60
"""For containers that are still there when the engine is told to end."""

FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


class NotAvailable(Exception):
    """No engine can be had here; the message says why."""


@dataclass(frozen=True)
class Docker:
    """A Docker engine that answers."""

    host: str
    """As DOCKER_HOST names it; empty for the one that clients find by themselves"""
    own: bool
    """Whether it was started here, and so may be given images under official names"""

    @property
    def environ(self) -> dict[str, str]:
        """This process's environment with what makes clients find the engine."""
        # The classic builder: the engine that Debian has knows no other without a plugin.
        return os.environ | ({"DOCKER_HOST": self.host} if self.host else {}) | {"DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}

    def run(self, *arguments: str | Path, timeout: float = 600, check: bool = True) -> str:
        """What a `docker` command printed; raises RuntimeError with its words when it fails."""
        command = ["docker", *(str(argument) for argument in arguments)]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=timeout, check=False)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
        return done.stdout


@contextlib.contextmanager
def docker_engine() -> Iterator[Docker]:
    """A running engine; raises NotAvailable."""
    found = Docker(os.environ.get("DOCKER_HOST", ""), own=False)
    if shutil.which("docker") and _answers(found):
        yield found
        return
    for program in ("docker", "dockerd", "iptables"):
        if not shutil.which(program):
            raise NotAvailable(f"no Docker engine answers, and there is no `{program}` to start one with (on Debian: apt-get install docker.io)")
    if os.geteuid() != 0:
        raise NotAvailable("no Docker engine answers, and only root can start one")
    with _own() as started:
        yield started


def _answers(docker: Docker) -> bool:
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    with contextlib.suppress(subprocess.TimeoutExpired):
        return subprocess.run(command, env=docker.environ, capture_output=True, timeout=20, check=False).returncode == 0
    return False


@contextlib.contextmanager
def _own() -> Iterator[Docker]:
    root = cache_dir() / "docker"
    root.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context((root / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotAvailable(f"another run has started an engine on {root}: wait for it to end") from None
        # Short: a socket's path has 108 characters at most.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jianbao-docker-", ignore_cleanup_errors=True)))
        stack.enter_context(_network_as_before())
        docker = Docker(f"unix://{folder}/docker.sock", own=True)
        command = ["dockerd", "--data-root", root / "data", "--exec-root", folder / "exec", "--pidfile", folder / "pid", "--host", docker.host]
        log = stack.enter_context((folder / "dockerd.log").open("w"))
        engine = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, start_new_session=True)
        stack.callback(_end, engine)
        _await(engine, docker, folder / "dockerd.log")
        yield docker


def _await(engine: subprocess.Popen[bytes], docker: Docker, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(docker):
        if engine.poll() is not None or time.monotonic() > deadline:
            last = " | ".join(log.read_text(errors="replace").splitlines()[-3:])
            raise NotAvailable(f"dockerd does not run here: {last}")
        time.sleep(0.3)


def _end(engine: subprocess.Popen[bytes]) -> None:
    engine.terminate()
    try:
        engine.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        engine.kill()
        engine.wait()


@contextlib.contextmanager
def _network_as_before() -> Iterator[None]:
    """dockerd leaves its bridge, its filter rules and forwarding behind; this takes them away."""
    had_bridge = Path("/sys/class/net/docker0").exists()
    rules = subprocess.run(["iptables-save"], capture_output=True, check=False).stdout
    forwarding = FORWARDING.read_text()
    try:
        yield
    finally:
        subprocess.run(["iptables-restore"], input=rules or b"*filter\nCOMMIT\n*nat\nCOMMIT\n", capture_output=True, check=False)
        if not had_bridge and shutil.which("ip"):
            subprocess.run(["ip", "link", "delete", "docker0"], capture_output=True, check=False)
        with contextlib.suppress(OSError):
            FORWARDING.write_text(forwarding)
