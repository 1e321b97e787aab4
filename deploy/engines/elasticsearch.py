"""Elasticsearch's home, a folder and a port in, how to launch one node out."""

import json
import os
import urllib.error
import urllib.request
from pathlib import Path

from deploy.engines.account import Account, give
from deploy.engines.java import BRIEF, Jdk
from deploy.engines.ports import LOOPBACK
from deploy.engines.process import Launch
from deploy.engines.resources import MIB
from shared.private import make_folder

HEAP_VARIABLE = "JIANBAO_ELASTICSEARCH_HEAP"
HEAP_MIB = 768
"""Enough for some hundred thousand items; the variable above sets another."""

DISK_FLOOR = "500mb"
"""Free space below which Elasticsearch makes its indices read-only: said in bytes, as the default, 95 % full, stops large disks with plenty free."""


def heap_mib() -> int:
    """MiB of heap, from the environment or the default."""
    given = os.environ.get(HEAP_VARIABLE, "")
    return max(int(given), 256) if given.isdigit() else HEAP_MIB


def memory_needed() -> int:
    """Bytes: the heap, which is taken at once, and what the JVM and the launcher need beside it (about 400 MiB seen)."""
    return (heap_mib() + 450) * MIB


def prepare(folder: Path, *, home: Path, port: int, transport_port: int, account: Account | None) -> None:
    """Write the configuration into the instance's own folder and give that to the account."""
    config = folder / "config"
    make_folder(folder)
    folder.chmod(0o700)  # also one that an older jianbao has made: all items lie in it
    for name in ("config/jvm.options.d", "data", "logs", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("log4j2.properties", "role_mapping.yml", "roles.yml", "users", "users_roles"):
        (config / name).write_bytes((home / "config" / name).read_bytes())
    options = (home / "config" / "jvm.options").read_text(encoding="utf-8").splitlines()
    # Without the log of garbage collections: up to 2 GB that nobody reads here.
    (config / "jvm.options").write_text("".join(f"{line}\n" for line in options if not line.startswith("-Xlog:gc")), encoding="utf-8")
    settings = _settings(folder, port=port, transport_port=transport_port)
    # JSON values are YAML.
    (config / "elasticsearch.yml").write_text("".join(f"{name}: {json.dumps(value)}\n" for name, value in settings.items()), encoding="utf-8")
    give(folder, account)


def launch(
    folder: Path, *, home: Path, jdk: Jdk, port: int, account: Account | None, log: Path, brief: bool = False, heap: int | None = None
) -> Launch:
    """How to start what was prepared; `brief`: for minutes, see `java.BRIEF`; `heap` in MiB, that of `heap_mib` where none is given."""
    heap = heap or heap_mib()
    return Launch(
        name="Elasticsearch",
        command=[str(home / "bin" / "elasticsearch")],
        log=log,
        address=f"http://{LOOPBACK}:{port}",
        ready=lambda: healthy(port),
        environ={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "ES_JAVA_HOME": str(jdk.home),
            "ES_PATH_CONF": str(folder / "config"),
            "ES_TMPDIR": str(folder / "tmp"),
            "ES_JAVA_OPTS": " ".join([f"-Xms{heap}m", f"-Xmx{heap}m", *(BRIEF if brief else ())]),
            "CLI_JAVA_OPTS": " ".join(BRIEF),  # what starts the server, and is through then
        },
        cwd=folder,
        account=account,
        ready_seconds=180,  # 14 to 16 s when the machine is quiet
    )


def _settings(folder: Path, *, port: int, transport_port: int) -> dict[str, object]:
    return {
        "cluster.name": "jianbao",
        "node.name": "local",
        "network.host": LOOPBACK,
        "http.port": port,
        "transport.port": transport_port,
        "discovery.type": "single-node",
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        # Loopback only, one person's machine: no passwords or certificates to hand around.
        "xpack.security.enabled": False,
        "cluster.routing.allocation.disk.watermark.low": "1gb",
        "cluster.routing.allocation.disk.watermark.high": "750mb",
        "cluster.routing.allocation.disk.watermark.flood_stage": DISK_FLOOR,
    }


def healthy(port: int, *, seconds: float = 2.0) -> bool:
    """Whether the cluster says yellow or green: yellow is all that one node can be where an index asks for replicas."""
    # No proxy, whatever the environment says: this is loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{LOOPBACK}:{port}/_cluster/health", timeout=seconds) as answer:
            return bool(json.load(answer)["status"] in ("yellow", "green"))
    except (OSError, ValueError, KeyError):
        return False
