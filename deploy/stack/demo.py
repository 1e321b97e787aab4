"""A query in; a table of what the sample digest holds for it out, found through the whole pipeline on real engines.

Everything runs as children of this process, on free ports, with data in a temporary folder.
"""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.engines.engines import running_engines
from deploy.engines.errors import EngineError
from deploy.engines.process import Child
from deploy.engines.progress import shown
from deploy.stack.services import ServicePorts, any_ports, launches, running_services
from shared.terminal import marked, printable

SAMPLE = Path(__file__).parent / "sample" / "shuangtan-weekly.txt"
SOURCE = "shuangtan-weekly"
PUBLISHED_ON = "2026-02-06"
"""Said with the sample, as its text names no year."""

SEARCHABLE_SECONDS = 60.0
"""A quiet pipeline takes under 3 s; this is for a machine that has just started seven processes."""

STATUS_SECONDS = 3.0
"""Between looks at what became of the digest: longer than Elasticsearch takes to show what it has (1 s)."""

SETTINGS = ("INGEST_", "ENRICH_", "INDEX_", "SEARCH_", "MONITOR_", "FETCH_", "JIANBAO_NAMESPACE", "JIANBAO_KEYS_FILE")
"""A user's own settings are for their installation; the demo shows the defaults."""


@dataclass(frozen=True)
class Found:
    """What the search gave, and how long feeding took to show."""

    answer: dict[str, Any]
    seconds: float


def demo(*, once: bool, query: str, digest: Path = SAMPLE) -> int:
    """Run it; the exit status: 0, 1 where nothing was found, 130 where it was stopped before that. Raises EngineError."""
    began = time.monotonic()
    console = Console()
    answered = False
    with _stopped_by_signal():
        try:
            with _pipeline() as (ports, children):
                found = _feed_and_search(ports, children, digest, query)
                _show(console, found, query)
                _addresses(console, ports, took=time.monotonic() - began)
                if found is None:
                    return 1
                answered = True
                if not once:
                    console.print("\nCtrl-C stops everything.", style="bold")
                    _wait(children)
        except _Stop:
            console.print("\nStopped.")
    return 0 if answered else 130


@contextmanager
def _pipeline() -> Iterator[tuple[ServicePorts, Sequence[Child]]]:
    """Engines and services, ready; the list of steps is shown while they start and while they stop."""
    ports = any_ports()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    steps = _Steps()
    with (
        steps,
        running_engines(progress=steps, brief=True) as engines,
        running_services(launches(engines, ports, environ=environ), steps) as services,
    ):
        steps.close()
        yield ports, (*services, *engines.children)


class _Steps:
    """The shown steps, ended once all is ready so that the table has the screen to itself; stopping is quiet after that."""

    def __init__(self) -> None:
        self._block = shown()
        self._progress: Any = None

    def __enter__(self) -> "_Steps":
        self._progress = self._block.__enter__()
        return self

    def __call__(self, name: str, phase: Any, detail: str) -> None:
        if self._progress:
            self._progress(name, phase, detail)

    def close(self) -> None:
        if self._progress:
            self._progress = None
            self._block.__exit__(None, None, None)

    def __exit__(self, *_: object) -> None:
        self.close()


def _feed_and_search(ports: ServicePorts, children: Sequence[Child], digest: Path, query: str) -> Found | None:
    """Feed, then ask until something is found; None when it is all searchable and nothing matches. Raises EngineError."""
    logs = children[0].launch.log.parent
    with httpx.Client(trust_env=False, timeout=10) as client:
        accepted = client.post(
            f"{ports.ingest_url}/v1/digests",
            params={"source": SOURCE, "published_on": PUBLISHED_ON},
            content=digest.read_bytes(),
            headers={"Content-Type": "text/plain"},
        )
        fed = time.monotonic()
        looked = 0.0
        if accepted.status_code != 202:
            raise EngineError(f"ingest did not take the sample digest: {accepted.status_code} {accepted.text[:500]}")
        while (waited := time.monotonic() - fed) < SEARCHABLE_SECONDS:
            _all_alive(children)
            answer = client.get(f"{ports.search_url}/api/search", params={"q": query})
            if answer.status_code == 200 and answer.json()["total"]:
                return Found(answer.json(), time.monotonic() - fed)
            if waited > looked + STATUS_SECONDS:
                looked = waited
                state = _state(client, accepted.json()["status_url"])
                if state == "searchable":
                    return None  # it is all there, and the query has nothing in it
                if state == "dead":
                    raise EngineError(f"The sample digest ended as a dead letter. The services' logs are in {logs}.")
            time.sleep(0.05)
    raise EngineError(f"The sample digest was not searchable within {SEARCHABLE_SECONDS:.0f} s. The services' logs are in {logs}.")


def _state(client: httpx.Client, status_url: str) -> str | None:
    answer = client.get(status_url)
    return answer.json().get("state") if answer.status_code == 200 else None


def _show(console: Console, found: Found | None, query: str) -> None:
    if found is None:
        console.print(Text(f"Nothing was found for {printable(query)}.", style="red"))
        return
    table = Table(title=Text(f"{printable(query)}: {found.answer['total']} found", style="bold"), title_justify="left")
    for heading in ("标题", "栏目", "日期", "正文"):
        table.add_column(heading, overflow="fold")
    for hit in found.answer["hits"]:
        highlights = hit["highlights"]
        table.add_row(
            marked(highlights["title"], console=console) if highlights["title"] else Text(printable(hit["headline"])),
            Text(printable(hit["section"] or "")),
            hit["published_on"] or "",
            marked(next(iter(highlights["body"]), ""), console=console),
        )
    console.print(table)
    console.print(f"From fed (202) to searchable: {found.seconds:.2f} s")


def _addresses(console: Console, ports: ServicePorts, *, took: float) -> None:
    for name, address in (
        ("Search page", f"{ports.search_url}/"),
        ("API documentation", f"{ports.search_url}/docs"),
        ("Pipeline page", f"{ports.search_url}/pipeline"),
        ("Push API, OpenAPI", f"{ports.ingest_url}/openapi.json"),
    ):
        console.print(f"{name:18} {address}", highlight=False, soft_wrap=True)
    console.print(f"All of it took {took:.0f} s.", style="dim")


def _wait(children: Sequence[Child]) -> None:
    """Until a signal, or until a child dies, which is an error."""
    while True:
        _all_alive(children)
        time.sleep(0.5)


def _all_alive(children: Sequence[Child]) -> None:
    for child in children:
        if child.code is not None:
            raise child.died()


class _Stop(BaseException):
    """Raised by Ctrl-C and SIGTERM wherever we are, so that everything is stopped on the way out."""


@contextmanager
def _stopped_by_signal() -> Iterator[None]:
    """Both signals raise `_Stop`, once; after that they are ignored so that the stopping is not interrupted."""

    def on_signal(number: int, _frame: FrameType | None) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_IGN)
        raise _Stop

    before = {one: signal.signal(one, on_signal) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
