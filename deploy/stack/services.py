"""Running engines and ports in, how to launch our six services out."""

import os
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.engines import Engines
from deploy.engines.ports import LOOPBACK, free_ports, port_for
from deploy.engines.process import Child, Launch, await_ready, stop_all
from deploy.engines.progress import Progress
from deploy.stack.found import ELSEWHERE
from shared.settings import EnrichSettings, FetchSettings, IndexSettings, IngestSettings, MonitorSettings, SearchSettings

ROOT = Path(__file__).resolve().parents[2]
"""What `shared`, `services` and `deploy` are imported from: the checkout, or site-packages."""

STOP_ORDER = ("search", "monitor", "fetch", "ingest", "enrich", "index")
"""First those that people talk to, then along the flow: what was accepted still gets through."""


@dataclass(frozen=True)
class ServicePorts:
    """Where the services listen, on loopback."""

    ingest: int
    search: int
    enrich: int
    index: int
    monitor: int
    fetch: int

    @property
    def ingest_url(self) -> str:
        """The push API."""
        return f"http://{LOOPBACK}:{self.ingest}"

    @property
    def search_url(self) -> str:
        """Pages and the search API."""
        return f"http://{LOOPBACK}:{self.search}"

    @property
    def urls(self) -> dict[str, str]:
        """All of them by name, along the flow."""
        names = ("ingest", "enrich", "index", "search", "monitor", "fetch")
        return {name: f"http://{LOOPBACK}:{getattr(self, name)}" for name in names}


def any_ports() -> ServicePorts:
    """Six free ones."""
    return ServicePorts(*free_ports(6))


def usual_ports(*, ingest: int | None, search: int | None) -> ServicePorts:
    """The ports asked for, else those that the settings name, which other commands expect; 0 takes a free one. Raises PortTaken."""
    return ServicePorts(
        ingest=port_for("ingest", IngestSettings().port if ingest is None else ingest, option="--ingest-port"),
        search=port_for("search", SearchSettings().port if search is None else search, option="--search-port"),
        enrich=port_for("enrich's health", EnrichSettings().health_port, option="ENRICH_HEALTH_PORT"),
        index=port_for("index's health", IndexSettings().health_port, option="INDEX_HEALTH_PORT"),
        monitor=port_for("monitor's health", MonitorSettings().health_port, option="MONITOR_HEALTH_PORT"),
        fetch=port_for("fetch's health", FetchSettings().health_port, option="FETCH_HEALTH_PORT"),
    )


def launches(engines: Engines, ports: ServicePorts, *, environ: Mapping[str, str]) -> tuple[Launch, ...]:
    """The six services in the order of the flow, with `environ` as what they inherit."""
    inherited = {name: value for name, value in environ.items() if not name.startswith(ELSEWHERE)}
    # Unless the user says otherwise; what channels were told is of one stack, not of all that the user has.
    usual = {"MONITOR_PAGE_URL": f"{ports.search_url}/pipeline", "MONITOR_STATE": str(engines.data_dir / "monitor")}
    ours = usual | inherited | _settings(engines, ports)
    modules = (
        ("ingest", "services.ingest", ports.ingest),
        ("enrich", "services.enrich", ports.enrich),
        ("index", "services.index", ports.index),
        ("search", "services.search", ports.search),
        ("monitor", "services.monitor", ports.monitor),
        ("fetch", "services.ingest.sources", ports.fetch),
    )
    return tuple(_launch(name, module, port, environ=ours, logs=engines.log_dir) for name, module, port in modules)


def _launch(name: str, module: str, port: int, *, environ: Mapping[str, str], logs: Path) -> Launch:
    return Launch(
        name=name,
        command=[sys.executable, "-m", module],
        log=logs / f"{name}.log",
        address=f"http://{LOOPBACK}:{port}",
        ready=lambda: answers_ready(port),
        environ=environ,
        # `-m` looks into the working directory first: one where nothing can be in the way of our packages.
        cwd=logs,
        ready_seconds=120,  # 1 to 5 s when the machine is quiet
    )


def _settings(engines: Engines, ports: ServicePorts) -> dict[str, str]:
    paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    urls = ports.urls
    return {
        **engines.environ,
        **_health_urls(urls),
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONUNBUFFERED": "1",
        "JIANBAO_LOG_FORMAT": "json",
        "JIANBAO_RUN_BY": "up",
        "INGEST_HOST": LOOPBACK,
        "INGEST_PORT": str(ports.ingest),
        "INGEST_SEARCH_URL": ports.search_url,
        "INGEST_ENRICH_URL": urls["enrich"],
        "ENRICH_HOST": LOOPBACK,
        "ENRICH_HEALTH_PORT": str(ports.enrich),
        "INDEX_HOST": LOOPBACK,
        "INDEX_HEALTH_PORT": str(ports.index),
        "MONITOR_HOST": LOOPBACK,
        "MONITOR_HEALTH_PORT": str(ports.monitor),
        "FETCH_HOST": LOOPBACK,
        "FETCH_HEALTH_PORT": str(ports.fetch),
        "FETCH_INGEST_URL": ports.ingest_url,
        "SEARCH_HOST": LOOPBACK,
        "SEARCH_PORT": str(ports.search),
        "SEARCH_INGEST_URL": ports.ingest_url,
        "SEARCH_INGEST_HEALTH_URL": urls["ingest"],
        "SEARCH_ENRICH_HEALTH_URL": urls["enrich"],
        "SEARCH_INDEX_HEALTH_URL": urls["index"],
    }


def _health_urls(urls: Mapping[str, str]) -> dict[str, str]:
    """Return where services are asked how they are, by the variable that says it."""
    asked = {f"MONITOR_{name.upper()}_HEALTH_URL": url for name, url in urls.items() if name != "monitor"}
    return asked | ({"SEARCH_MONITOR_HEALTH_URL": urls["monitor"]} if "monitor" in urls else {})


def for_commands(addresses: Mapping[str, str], ports: ServicePorts | None, *, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which commands find a stack with these addresses that was started under `environ`."""
    kept = {name: value for name in ("JIANBAO_NAMESPACE", "JIANBAO_KEYS_FILE") if (value := environ.get(name))}
    found = kept | {"KAFKA_BOOTSTRAP_SERVERS": addresses["kafka"], "ELASTICSEARCH_URL": addresses["elasticsearch"]}
    if ports is None:
        return found
    urls = {"INGEST_URL": ports.ingest_url, "SEARCH_URL": ports.search_url, "INGEST_SEARCH_URL": ports.search_url}
    return found | urls | _health_urls(ports.urls)


def answers_ready(port: int, *, seconds: float = 2.0) -> bool:
    """Whether `/readyz` answers 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback, whatever proxies the environment names
    try:
        with opener.open(f"http://{LOOPBACK}:{port}/readyz", timeout=seconds) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


@contextmanager
def running_services(how: Sequence[Launch], progress: Progress) -> Iterator[list[Child]]:
    """All of them, started side by side and ready; stopped in their order when the block ends. Raises ProcessDied, NotReady."""
    children: list[Child] = []
    try:
        for launch in how:
            progress(launch.name, "working", f"starting on {launch.address}")
            children.append(Child(launch))
        await_ready(children, progress)
        yield children
    finally:
        stop_all(in_stop_order(children), progress)


def in_stop_order(children: Sequence[Child]) -> list[Child]:
    """Services as `STOP_ORDER` names them."""
    return sorted(children, key=lambda child: STOP_ORDER.index(child.name))
