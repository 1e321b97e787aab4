"""A state in, what `jianbao status` prints and its exit status out."""

from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from deploy.stack.state import State

STYLES = {"running": "green", "starting": "yellow", "restarting": "yellow", "failed": "red", "dead": "red", "stopped": "dim"}


def exit_status(state: State | None) -> int:
    """0 where all run, 1 where some don't, 3 where nothing was started (as service managers do). Pure but for the look at the processes."""
    if state is None:
        return 3
    processes = state.seen()
    return 0 if state.phase == "ready" and processes and all(process.status == "running" for process in processes) else 1


def as_table(state: State) -> None:
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
    for process in state.seen():
        if process.error:
            console.print(f"\n{process.name}: {process.error}", style="red", markup=False, highlight=False)


def _since(moment: datetime) -> str:
    seconds = int((datetime.now(UTC) - moment).total_seconds())
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds % 60} s"
