"""Wishes for folders and ports in, a running Kafka and Elasticsearch out, stopped when the block ends.

    with running_engines(progress=plain) as engines:
        print(engines.kafka_bootstrap_servers, engines.elasticsearch_url)

Call it from the main thread: see `leash` for what happens to the engines when this process is killed.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.engines import cache, elasticsearch, folders, kafka
from deploy.engines.account import Account, can_reach, engine_account, must_reach
from deploy.engines.errors import EngineError, FolderUnusable
from deploy.engines.java import Jdk, find_jdk
from deploy.engines.ports import LOOPBACK, free_ports, port_for
from deploy.engines.process import Child, await_ready, stop_all
from deploy.engines.progress import Progress, silent
from deploy.engines.resources import available_memory, check_disk, check_memory, free_disk
from shared.private import make_folder


@dataclass(frozen=True)
class Engines:
    """Two running engines. `children` are in the order of stopping."""

    kafka_bootstrap_servers: str
    elasticsearch_url: str
    data_dir: Path
    log_dir: Path
    children: tuple[Child, ...]

    @property
    def environ(self) -> dict[str, str]:
        """The variables that tell services and tests where the engines are."""
        return {"KAFKA_BOOTSTRAP_SERVERS": self.kafka_bootstrap_servers, "ELASTICSEARCH_URL": self.elasticsearch_url}


@dataclass(frozen=True)
class Installation:
    """What both engines are started from, found, fetched and verified."""

    jdk: Jdk
    homes: cache.Homes
    account: Account | None


def install(progress: Progress = silent) -> Installation:
    """Find Java, fetch what is missing, verify what is there. Raises EngineError."""
    account = engine_account()
    folder = folders.cache_dir()
    must_reach(folder, account, option="JIANBAO_CACHE_DIR")  # before fetching 180 MB into it
    jdk = find_jdk(usable=lambda home: can_reach(home, account))
    progress("Java", "done", f"{jdk.version} in {jdk.home}")
    homes = cache.homes(folder, jdk=jdk, progress=progress)
    must_reach(homes.elasticsearch, account, option="JIANBAO_CACHE_DIR")
    return Installation(jdk, homes, account)


@contextmanager
def running_engines(
    *,
    progress: Progress = silent,
    data_dir: Path | None = None,
    log_dir: Path | None = None,
    kafka_port: int | None = None,
    elasticsearch_port: int | None = None,
    brief: bool = False,
) -> Iterator[Engines]:
    """Both engines, ready, on the given or free ports.

    Without `data_dir` their data is in a temporary folder and gone afterwards; logs are in `log_dir`, or in `logs` beside the data.
    `brief` engines start in half the processor time and are slower once they are warm: for minutes of use.
    Raises EngineError with what to do; nothing is left running then.
    """
    with ExitStack() as stack:
        ports = (
            port_for("Kafka", kafka_port, option="--kafka-port"),
            port_for("Elasticsearch", elasticsearch_port, option="--elasticsearch-port"),
        )
        installed = install(progress)
        check_memory(available_memory(), kafka.MEMORY_NEEDED + elasticsearch.memory_needed())
        data_dir = _own_folder(data_dir, installed.account, stack)
        check_disk(data_dir, free_disk(data_dir))
        children: list[Child] = []
        stack.callback(lambda: stop_all(children, progress))
        logs = log_dir or data_dir / "logs"
        engines = _start(installed, data_dir, logs, ports=ports, children=children, progress=progress, brief=brief)
        await_ready(children, progress)
        yield engines


def _start(
    installed: Installation, data_dir: Path, logs: Path, *, ports: tuple[int, int], children: list[Child], progress: Progress, brief: bool
) -> Engines:
    """Start both, Elasticsearch first as it takes longer; fills `children` as they come to life."""
    kafka_port, elasticsearch_port = ports
    controller_port, transport_port = free_ports(2)
    jdk, homes = installed.jdk, installed.homes
    progress("Elasticsearch", "working", f"starting on {LOOPBACK}:{elasticsearch_port}")
    folder = data_dir / "elasticsearch"
    elasticsearch.prepare(folder, home=homes.elasticsearch, port=elasticsearch_port, transport_port=transport_port, account=installed.account)
    must_reach(folder, installed.account, option="--data-dir (or TMPDIR)")
    how = elasticsearch.launch(
        folder, home=homes.elasticsearch, jdk=jdk, port=elasticsearch_port, account=installed.account, log=logs / "elasticsearch.log", brief=brief
    )
    children.append(Child(how))
    progress("Kafka", "working", f"starting on {LOOPBACK}:{kafka_port}")
    folder = data_dir / "kafka"
    kafka.prepare(folder, home=homes.kafka, jdk=jdk, port=kafka_port, controller_port=controller_port)
    children.append(Child(kafka.launch(folder, home=homes.kafka, jdk=jdk, port=kafka_port, log=logs / "kafka.log", brief=brief)))
    return Engines(
        kafka_bootstrap_servers=f"{LOOPBACK}:{kafka_port}",
        elasticsearch_url=f"http://{LOOPBACK}:{elasticsearch_port}",
        data_dir=data_dir,
        log_dir=logs,
        children=tuple(children),
    )


def make_data_dir(data_dir: Path, account: Account | None) -> None:
    """Make the folder that holds both engines' own; raises OSError."""
    make_folder(data_dir, mode=0o711 if account else 0o700)  # Elasticsearch's user must pass through to its own


def _own_folder(data_dir: Path | None, account: Account | None, stack: ExitStack) -> Path:
    """A temporary folder, removed at the end, or the given one, locked until the end."""
    if data_dir is None:
        made = stack.enter_context(folders.temporary_dir())

        def remove(kind: type[BaseException] | None, *_: object) -> None:
            # An error names the log in there, so it stays until the next start, which removes what the dead left.
            if kind is None or not issubclass(kind, EngineError):
                shutil.rmtree(made, ignore_errors=True)

        stack.push(remove)
        return made
    try:
        make_data_dir(data_dir, account)
        lock = stack.enter_context((data_dir / "lock").open("a"))
    except OSError as error:
        raise FolderUnusable(f"{data_dir} can't be used for data ({error.strerror}): choose another with --data-dir.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FolderUnusable(
            f"{data_dir} is in use by other engines: stop them (`jianbao down`), or choose another folder with --data-dir."
        ) from None
    return data_dir
