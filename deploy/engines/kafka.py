"""Kafka's jars, a folder and a port in, how to launch one KRaft node out."""

import os
import socket
import struct
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from deploy.engines.errors import EngineError
from deploy.engines.java import BRIEF, Jdk
from deploy.engines.ports import LOOPBACK
from deploy.engines.process import Launch
from deploy.engines.resources import MIB
from shared.private import make_folder

HEAP_MIB = 512
MEMORY_NEEDED = 800 * MIB
"""Resident after start with that heap, with some room."""

LOG4J = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %m (%c{1})%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


def prepare(
    folder: Path,
    *,
    home: Path,
    jdk: Jdk,
    port: int,
    controller_port: int,
    cluster_id: str | None = None,
    more: Mapping[str, object] | None = None,
    users: Sequence[str] = (),
) -> None:
    """Write the configuration, and format the data folder once; raises EngineError.

    `more` settings stand over ours, and `cluster_id` is given where this is one node of several. `users` are
    there from the start, as Kafka's own tool takes them: `SCRAM-SHA-512=[name=…,password=…]`.
    """
    make_folder(folder)
    folder.chmod(0o700)  # also one that an older jianbao has made: all digests lie in it
    properties = folder / "server.properties"
    settings = _settings(folder / "data", port=port, controller_port=controller_port) | dict(more or {})
    properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")
    (folder / "log4j2.properties").write_text(LOG4J, encoding="utf-8")
    if (folder / "data" / "meta.properties").exists():
        return
    cluster_id = cluster_id or new_cluster_id()
    # Two flags that halve the start of so short a program.
    command = [str(jdk.java), *BRIEF, "-XX:+UseSerialGC", "-cp", f"{home}/*", "kafka.tools.StorageTool"]
    command += ["format", "-t", cluster_id, "-c", str(properties), *(word for user in users for word in ("--add-scram", user))]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if answer.returncode:
        raise EngineError(f"Kafka could not format its data folder {folder / 'data'}:\n{answer.stdout}{answer.stderr}")


def new_cluster_id() -> str:
    """Return one as Kafka writes them; the leading letter keeps it from being read as an option."""
    return "j" + urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")[1:]


def launch(folder: Path, *, home: Path, jdk: Jdk, port: int, log: Path, brief: bool = False) -> Launch:
    """How to start what was prepared; `brief`: for minutes, see `java.BRIEF`."""
    return Launch(
        name="Kafka",
        command=[
            str(jdk.java),
            f"-Xms{HEAP_MIB}m",
            f"-Xmx{HEAP_MIB}m",
            "-XX:+UseG1GC",
            *(BRIEF if brief else ()),
            "-XX:+ExitOnOutOfMemoryError",
            f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}",
            "-cp",
            f"{home}/*",
            "kafka.Kafka",
            str(folder / "server.properties"),
        ],
        log=log,
        address=f"{LOOPBACK}:{port}",
        ready=lambda: metadata_answered(port),
        environ={"PATH": os.environ.get("PATH", os.defpath)},
        cwd=folder,
        ready_seconds=90,  # 4 to 8 s when the machine is quiet
    )


def _settings(data: Path, *, port: int, controller_port: int) -> dict[str, object]:
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": data,
        # One node: nothing can be kept twice.
        "offsets.topic.replication.factor": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        # A handful of groups: 50 partitions each, the default, only make the first start slow.
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.num.partitions": 4,
        # A group of one need not wait 3 s for others.
        "group.initial.rebalance.delay.ms": 0,
        # Topics are made by us with their settings; a misspelt name must not become one.
        "auto.create.topics.enable": "false",
        # Ten years: the raw topic is an archive, its readers' places must outlive a long pause.
        "offsets.retention.minutes": 5_256_000,
    }


def metadata_answered(port: int, *, seconds: float = 1.0) -> bool:
    """Whether a Metadata request is answered with at least one live broker.

    Kafka protocol, Metadata version 4: spoken by hand, as a client would log warnings while the broker is not yet there.
    """
    body = struct.pack(">hhih", 3, 4, 1, -1) + struct.pack(">i?", -1, False)  # key, version, correlation, no client id; all topics, create none
    try:
        with socket.create_connection((LOOPBACK, port), timeout=seconds) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            answer = connection.recv(16, socket.MSG_WAITALL)  # size, correlation, throttle time, number of brokers
    except OSError:
        return False
    return len(answer) == 16 and struct.unpack(">iiii", answer)[3] > 0
