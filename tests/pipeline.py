"""Engines' addresses and a namespace in, the four services as processes out: fed, searched, killed, started again, ended.

Used by the end-to-end tests and by the bench; the services are the real ones, run as anyone runs them (`python -m …`).
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from deploy.engines.ports import LOOPBACK, free_ports
from deploy.engines.process import Child, Launch, await_ready, tail
from deploy.engines.progress import silent
from shared.index_names import INDEX_VERSION, ledger
from shared.topics import Topics

ROOT = Path(__file__).parent.parent

PORTS = {
    "ingest": "INGEST_PORT",
    "enrich": "ENRICH_HEALTH_PORT",
    "index": "INDEX_HEALTH_PORT",
    "search": "SEARCH_PORT",
    "monitor": "MONITOR_HEALTH_PORT",
    "fetch": "FETCH_HEALTH_PORT",
}
"""The services in the order that a digest meets them, and who watches them, each with the variable of its port."""

FLOW = ("ingest", "enrich", "index", "search")
"""Those that digests go through."""

MODULES = {
    "ingest": "services.ingest",
    "enrich": "services.enrich",
    "index": "services.index",
    "search": "services.search",
    "monitor": "services.monitor",
    "fetch": "services.ingest.sources",
}

READY_SECONDS = 60
"""A service is ready in some seconds; after a kill the static member's old session may have to run out (15 s)."""

SEARCHABLE_SECONDS = 60
"""Far above the 3 s that a quiet pipeline takes: a slow machine is no failure, a lost digest is."""

_OURS = ("JIANBAO_", "KAFKA_", "ELASTICSEARCH_", "INGEST_", "ENRICH_", "INDEX_", "SEARCH_", "MONITOR_", "FETCH_")


@dataclass(frozen=True)
class Receipt:
    """Ingest's 202."""

    digest_id: str
    revision: int


class Pipeline:
    """The four services under one namespace, each with a free port and a log of its own."""

    def __init__(
        self,
        *,
        engines: Mapping[str, str],
        namespace: str,
        logs: Path,
        started: Callable[[str, int], None] = lambda name, pid: None,
        own: Callable[[str], Mapping[str, str]] = lambda name: {},
    ) -> None:
        """`started` is told the name and process id of each service that starts; `own` gives variables of one service, by its name."""
        self.topics = Topics(namespace)
        self.namespace = namespace
        self.elasticsearch = engines["ELASTICSEARCH_URL"]
        self.kafka = engines["KAFKA_BOOTSTRAP_SERVERS"]
        self._logs = logs
        self._started = started
        self._own = own
        self._ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        # Only what is said here reaches the services: the variables of whoever runs the tests make no difference.
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)} | dict(engines)
        self._environ |= {
            "JIANBAO_NAMESPACE": namespace,
            "PYTHONUNBUFFERED": "1",
            "MONITOR_EVERY": "1",
            "MONITOR_LOST_AFTER": "2",
            "INGEST_SEARCH_URL": self.url("search"),
        }
        self._environ["MONITOR_CANARY_SECONDS"] = "0"  # what stands in the topics is what a test has fed
        self._environ |= {"INGEST_ENRICH_URL": self.url("enrich"), "SEARCH_INGEST_URL": self.url("ingest")}
        self._environ["FETCH_INGEST_URL"] = self.url("ingest")
        self._environ |= {variable: str(self._ports[service]) for service, variable in PORTS.items()}
        self._environ |= {f"SEARCH_{service.upper()}_HEALTH_URL": self.url(service) for service in PORTS if service != "search"}
        self._environ |= {f"MONITOR_{service.upper()}_HEALTH_URL": self.url(service) for service in PORTS if service != "monitor"}
        self.children: dict[str, Child] = {}
        # A proxy of this machine's user has no business on loopback.
        self._http = httpx.Client(trust_env=False, timeout=30)

    def second(self, service: str, *, slot: str) -> "Pipeline":
        """A further worker of one service beside the first, not started yet; to be closed before this."""
        logs = self._logs / f"{service}-{slot}"
        logs.mkdir()
        environ = {"ELASTICSEARCH_URL": self.elasticsearch, "KAFKA_BOOTSTRAP_SERVERS": self.kafka}
        return Pipeline(engines=environ | {f"{service.upper()}_SLOT": slot}, namespace=self.namespace, logs=logs, started=self._started)

    def url(self, service: str) -> str:
        """Where a service listens."""
        return f"http://{LOOPBACK}:{self._ports[service]}"

    def start(self, *services: str) -> None:
        """Start these services (those of the flow, when none is named) and wait until each says that it is ready."""
        await_ready(self.begin(*services), silent)

    def begin(self, *services: str) -> list[Child]:
        """Start these services (those of the flow, when none is named), and don't wait."""
        started = []
        for service in services or FLOW:
            child = Child(
                Launch(
                    name=service,
                    command=[sys.executable, "-m", MODULES[service]],
                    log=self._logs / f"{service}.log",
                    address=self.url(service),
                    ready=lambda service=service: self.ready(service),  # type: ignore[misc]  # mypy takes the default for an argument
                    environ={**self._environ, **self._own(service)},
                    cwd=ROOT,
                    ready_seconds=READY_SECONDS,
                )
            )
            self.children[service] = child
            started.append(child)
            self._started(service, child.pid)
        return started

    def ready(self, service: str) -> bool:
        """Whether a service can do its job now, by its own word."""
        try:
            return self._http.get(self.url(service) + "/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, service: str) -> None:
        """Kill -9 to the service itself, not to its children: those must notice by themselves. Raises AssertionError when one stays."""
        child = self.children.pop(service)
        orphans = psutil.Process(child.pid).children(recursive=True)
        os.kill(child.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(orphans, timeout=10)
        wait_for(lambda: child.code is not None, f"the end of {service}", seconds=10)  # also clears away what is left
        assert not alive, f"processes of {service} outlived it: {alive}"

    def terminate(self, service: str) -> int:
        """SIGTERM and wait; the exit status."""
        child = self.children.pop(service)
        child.stop()
        assert child.code is not None
        return child.code

    def close(self) -> None:
        """End what still runs, all at once: most of the time each waits for others."""
        if self.children:
            with ThreadPoolExecutor(len(self.children)) as side_by_side:
                ended = [side_by_side.submit(child.stop) for child in self.children.values()]
            for each in ended:
                each.result()
        self.children.clear()
        with suppress(httpx.TransportError):
            names = [f"{self.namespace}-{kind}-v{INDEX_VERSION}" for kind in ("items", "digests", "canary-items", "canary-digests")]
            for index in (*names, ledger(self.namespace)):
                self._http.delete(f"{self.elasticsearch}/{index}?ignore_unavailable=true")
        self._http.close()

    def feed(self, text: str, *, source: str = "双碳周报", form: str = "text", **fields: str) -> Receipt:
        """Feed a digest as JSON and give what the 202 says; raises httpx.HTTPError when there was none. `form`: text, markdown or html."""
        answer = self._http.post(self.url("ingest") + "/v1/digests", json={"source": source, form: text, **fields})
        answer.raise_for_status()
        assert answer.status_code == 202, answer.text
        said = answer.json()
        return Receipt(said["digest_id"], said["revision"])

    def feed_until_taken(self, text: str, **fields: str) -> Receipt:
        """Feed as a feeder does: again and again until a 202 comes. Raises TimeoutError."""
        receipts: list[Receipt] = []

        def taken() -> bool:
            try:
                receipts.append(self.feed(text, **fields))
            except httpx.TransportError:
                return False
            except httpx.HTTPStatusError as error:
                if error.response.status_code != 503:
                    raise
                return False
            return True

        wait_for(taken, "a 202 from ingest", seconds=READY_SECONDS)
        return receipts[0]

    def get(self, service: str, path: str, **params: str) -> Any:
        """The JSON that a service answers with; raises httpx.HTTPStatusError."""
        answer = self._http.get(self.url(service) + path, params=params)
        answer.raise_for_status()
        return answer.json()

    def get_bytes(self, service: str, path: str, **params: str) -> bytes:
        """What a service answers with; raises httpx.HTTPStatusError."""
        answer = self._http.get(self.url(service) + path, params=params)
        answer.raise_for_status()
        return answer.content

    def search(self, q: str, **filters: str) -> list[dict[str, Any]]:
        """The hits of a query, as search answers them."""
        hits: list[dict[str, Any]] = self.get("search", "/api/search", q=q, **filters)["hits"]
        return hits

    def status(self, receipt: Receipt) -> str:
        """What became of a digest: waiting, searchable, superseded, withdrawn or dead."""
        state: str = self.get("search", f"/api/digests/{receipt.digest_id}/status", revision=str(receipt.revision))["state"]
        return state

    def wait_searchable(self, receipt: Receipt, *, seconds: float = SEARCHABLE_SECONDS) -> None:
        """Return once search says that this revision is searchable; raises TimeoutError."""
        wait_for(lambda: self.status(receipt) == "searchable", f"{receipt} to be searchable", seconds=seconds)

    def lag(self, stage: str, *, since: datetime | None = None) -> int | None:
        """Records before a stage, as the pipeline page says; None while that is not known, or was measured before `since`."""
        (found,) = [each for each in self.get("search", "/api/pipeline")["stages"] if each["name"] == stage]
        if found["lag"] is None or (since is not None and datetime.fromisoformat(found["lag"]["measured_at"]) < since):
            return None
        messages: int = found["lag"]["messages"]
        return messages

    def wait_caught_up(self, *stages: str, seconds: float = SEARCHABLE_SECONDS) -> None:
        """Return once nothing that was sent before waits in front of these stages; raises TimeoutError."""
        since = datetime.now(UTC)
        wait_for(lambda: all(self.lag(stage, since=since) == 0 for stage in stages), f"no lag before {', '.join(stages)}", seconds=seconds)

    def items_by_digest(self) -> dict[str, int]:
        """How many items each digest has in Elasticsearch itself, whatever search may say."""
        alias = f"{self.elasticsearch}/{self.namespace}-items"
        self._http.post(f"{alias}/_refresh").raise_for_status()
        query = {"size": 0, "aggs": {"digests": {"terms": {"field": "digest_id", "size": 10_000}}}}
        answer = self._http.post(f"{alias}/_search", json=query)
        answer.raise_for_status()
        return {bucket["key"]: bucket["doc_count"] for bucket in answer.json()["aggregations"]["digests"]["buckets"]}

    def logs(self, lines: int = 40) -> str:
        """The end of each service's log."""
        return "\n".join(f"--- {service}\n{tail(self._logs / f'{service}.log', lines)}" for service in PORTS)


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = SEARCHABLE_SECONDS, every: float = 0.2) -> None:
    """Ask every so many seconds until it is true; raises TimeoutError that says what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(every)
