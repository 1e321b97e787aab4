"""A state in, what `jianbao status` prints and its exit status out."""

from datetime import UTC, datetime

import httpx
from rich.console import Console
from rich.table import Table

from deploy.stack.state import State
from shared.completeness import Completeness, read, unknown

STYLES = {"running": "green", "starting": "yellow", "restarting": "yellow", "failed": "red", "dead": "red", "stopped": "dim"}


COLOURS = {"green": "green", "yellow": "yellow", "red": "red", "unknown": "dim"}

ASK_SECONDS = 3.0
"""For the monitor's answer, which it has at hand."""


def exit_status(state: State | None, found: Completeness | None = None) -> int:
    """0 where all run, 1 where some don't or the index lacks something, 3 where nothing was started (as service managers do).

    Pure but for the look at the processes.
    """
    if state is None:
        return 3
    processes = state.seen()
    running = state.phase == "ready" and processes and all(process.status == "running" for process in processes)
    return 0 if running and (found is None or found.state != "red") else 1


def completeness(state: State) -> Completeness | None:
    """Ask the monitor whether the index is complete; None where none was started."""
    if (url := state.addresses.get("monitor")) is None:
        return None
    try:
        return read(httpx.get(f"{url}/completeness", timeout=ASK_SECONDS, trust_env=False).content)
    except httpx.HTTPError:
        return unknown("stale")


def as_table(state: State, found: Completeness | None = None) -> None:
    """Print one row for each process, then the reasons of those that are not well."""
    console = Console()
    table = Table(box=None, pad_edge=False)
    for heading in ("process", "state", "pid", "address", "since", "restarts"):
        table.add_column(heading, no_wrap=True)
    for process in state.seen():
        pid = str(process.identity.pid) if process.identity and process.status != "dead" else "–"
        shown = f"[{STYLES[process.status]}]{process.status}[/]"
        table.add_row(process.name, shown, pid, process.address, _since(process.since), str(process.restarts))
    console.print(table)
    console.print(f"state: {state.phase}   logs: {state.log_dir}   data: {state.data_dir}", style="dim", highlight=False, soft_wrap=True)
    if found is not None:
        console.print(f"index: {found}", style=COLOURS[found.state], markup=False, highlight=False, soft_wrap=True)
    for process in state.seen():
        if process.error:
            console.print(f"\n{process.name}: {process.error}", style="red", markup=False, highlight=False)


def _since(moment: datetime) -> str:
    seconds = int((datetime.now(UTC) - moment).total_seconds())
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds % 60} s"
