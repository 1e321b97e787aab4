"""A look → what `jianbao status` prints: the verdict and what to do first, then a row for each part; or JSON."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deploy.stack.found import up
from deploy.stack.state import ProcessState
from deploy.stack.status.look import BLIND, Answer, Status
from shared.health.asked import Kind
from shared.health.report import Part, Trouble
from shared.terminal import printable

COLOURS = {"green": "green", "yellow": "yellow", "red": "red", "unknown": "dim", "none": "dim"}
SAYS: dict[Kind, str] = {
    "ready": "ready",
    "not_ready": "not ready",
    "hangs": "hangs",
    "away": "no answer",
    "no_name": "other name",
    "foreign": "not ours",
}
MONITOR: dict[Answer, str] = {"given": "ready", "away": "no answer", "key_refused": "other key", "not_ready": "not ready", "none": ""}
PASSED_ON: dict[str, Answer] = {"monitor_away": "away", "monitor_key_refused": "key_refused", "monitor_not_ready": "not_ready"}
"""What search says of a monitor in the report that it makes then"""
IS: dict[Kind, str] = {
    "not_ready": "is not ready",
    "hangs": "hangs",
    "away": "does not answer",
    "foreign": "is something else",
}
NOTHING = "Nothing is running. `jianbao up` starts everything."


def as_json(looked: Status) -> dict[str, Any]:
    """Return all of it as plain values."""
    stack = looked.stack
    return {
        "state": looked.state,
        "monitor": looked.answer,
        "report": looked.report and looked.report.model_dump(mode="json"),
        "parts": {
            name: {"state": one.kind, "message": one.message, "key_refused": one.key_refused, "address": looked.urls.get(name)}
            for name, one in looked.asked.items()
        },
        "stack": stack and stack.model_copy(update={"processes": stack.seen()}).model_dump(mode="json", exclude={"events", "environ"}),
        "from_environment": list(looked.named),
    }


def as_text(looked: Status, console: Console | None = None) -> None:
    """Print it, within the terminal's width."""
    console = console or Console(highlight=False)
    if looked.state == "none":
        console.print(_nothing(looked), soft_wrap=True, markup=False)
        return
    if headline := _headline(looked):
        console.print(Text(headline, style=f"bold {COLOURS[looked.state]}"))
    settled = looked.stack is None or looked.stack.phase == "ready"
    if looked.report is None and looked.answer in BLIND and settled:
        console.print(Text(BLIND[looked.answer][1]))
        if looked.stack is not None and looked.answer != "key_refused":
            console.print(Text("to do: jianbao restart monitor"))
    for number, trouble in enumerate(looked.report.causes if looked.report else ()):
        if number or headline:
            console.print()
        _cause(trouble, console)
    symptoms = looked.report.symptoms if looked.report else ()
    if symptoms:
        console.print(Text(f"\nTherefore also ({len(symptoms)}; they end with it):", style="dim"))
        for trouble in symptoms:
            console.print(Padding(Text(f"- {printable(trouble.english.symptom)}", style="dim"), (0, 0, 0, 2)))
    console.print()
    console.print(_table(looked))
    for line in _details(looked):
        console.print(line, soft_wrap=True)


def _nothing(looked: Status) -> str:
    if looked.dead is not None:
        how = "it was killed, or the machine was started again"
        return f"The stack of `jianbao up` with its data in {looked.dead.data_dir} is dead: {how}.\n`{up(looked.dead)}` starts it."
    if looked.named:
        return f"Nothing answers where the environment says ({', '.join(looked.named)}): check these, or unset them."
    return NOTHING


def _headline(looked: Status) -> str:
    stack = looked.stack
    if stack is not None and stack.phase != "ready":
        said = {"starting": "it is still starting", "stopping": "it is being stopped", "failed": f"it could not be started: {stack.error}"}
        return f"{looked.state}: {said[stack.phase]}"
    if looked.state == "green":
        return "green: everything is ready" if looked.report is None else "green: everything works, and what was fed is found"
    if looked.report and looked.report.causes:
        return ""  # they say it
    if not looked.troubled:
        return f"{looked.state}: {BLIND[looked.answer][0]}" if looked.answer in BLIND else f"{looked.state}:"
    return f"{looked.state}: " + ", ".join(f"{name} {IS[looked.asked[name].kind]}" for name in looked.troubled)


def _cause(trouble: Trouble, console: Console) -> None:
    console.print(Text(f"{trouble.state}  ", style=COLOURS[trouble.state]) + Text(printable(trouble.english.symptom), style="bold"))
    facts = [
        ("since", f"{trouble.since.astimezone():%Y-%m-%d %H:%M:%S} ({_age(trouble.since)})"),
        ("impact", trouble.english.impact),
        ("to do", trouble.english.action),
        ("command", trouble.command),
        ("said", trouble.detail),
    ]
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts:
        if value:
            grid.add_row(name, Text(printable(value), style="cyan" if name == "command" else ""))
    console.print(Padding(grid, (0, 0, 0, 2)))


def _table(looked: Status) -> Table:
    """A row for each part: what the report says, what it says itself, its process."""
    table = Table(box=None, pad_edge=False)
    for heading in ("part", "health", "says", "process", "since", "address"):
        table.add_column(heading, overflow="fold")
    processes = {process.name.lower(): process for process in looked.stack.seen()} if looked.stack else {}
    health = {part.name: part for part in looked.report.parts} if looked.report else {}
    addresses = {**looked.urls, **(looked.stack.addresses if looked.stack else {})}
    for name in dict.fromkeys([*looked.asked, *(["monitor"] if looked.answer != "none" else ()), *health]):
        part, asked, process = health.get(name), looked.asked.get(name), processes.get(name)
        said = SAYS[asked.kind] if asked else _monitor(looked, part) if name == "monitor" else ""
        colour = COLOURS[part.state] if part else "dim"
        bad = said and said != "ready"
        table.add_row(
            name,
            Text(part.state if part else "", style=colour),
            Text(said, style="red" if bad else ""),
            _process(process),
            _age(part.since) if part else _age(process.since) if process else "",
            addresses.get(name, "").removeprefix("http://"),
        )
    return table


def _monitor(looked: Status, part: Part | None) -> str:
    """What its answer was, also where search passes on that it got none."""
    passed = next((answer for code in (part.troubles if part else ()) if (answer := PASSED_ON.get(code))), looked.answer)
    return MONITOR[passed]


def _process(process: ProcessState | None) -> Text:
    if process is None:
        return Text("")
    restarts = f", {process.restarts} restart{'s' if process.restarts > 1 else ''}" if process.restarts else ""
    if process.status == "running" and process.identity:
        return Text(f"{process.identity.pid}{restarts}")
    return Text(f"{process.status}{restarts}", style="red" if process.status in ("failed", "dead") else "yellow")


def _details(looked: Status) -> Iterator[Text]:
    """What the parts say that no cause of the report says, logs of dead processes, and which stack this is."""
    explained = {trouble.part for trouble in (*looked.report.causes, *looked.report.symptoms)} if looked.report else set()
    for name in looked.troubled:
        if name not in explained and looked.asked[name].message:
            # A supervisor starts again what died by itself; what hangs it does not see.
            todo = f"\n  to do: jianbao restart {name}" if looked.stack and looked.asked[name].kind != "not_ready" else ""
            yield Text(f"\n{name}: {printable(looked.asked[name].message)}{todo}", style="red")
    if looked.stack is None:
        where = f"where the environment says ({', '.join(looked.named)})" if looked.named else "at the usual ports"
        yield Text(f"\nNo stack of `jianbao up` runs; asked was {where}.", style="dim")
        return
    for process in looked.stack.seen():
        if process.error:
            yield Text(f"\n{process.name}: {process.error}", style="red")
    yield Text(f"\nstack of `jianbao up`: data {looked.stack.data_dir}, logs {looked.stack.log_dir}", style="dim")


def _age(moment: datetime) -> str:
    seconds = int((datetime.now(UTC) - moment).total_seconds())
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"
