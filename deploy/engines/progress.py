"""What is being done → lines or a live list for people; tests pass `silent`.

A progress is a function of (name, phase, detail): `("Elasticsearch", "working", "starting on 127.0.0.1:9200")`.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

Phase = Literal["working", "done", "failed"]


class Progress(Protocol):
    """Told of each step as it begins and ends; must not raise."""

    def __call__(self, name: str, phase: Phase, detail: str) -> None:
        """`name` is the same for all phases of one step."""


def silent(name: str, phase: Phase, detail: str) -> None:
    """Shows nothing."""


def plain(name: str, phase: Phase, detail: str) -> None:
    """One line for each change on standard error: for logs and pipes."""
    mark = {"working": "…", "done": "✓", "failed": "✗"}[phase]
    sys.stderr.write(f"{mark} {name}: {detail}\n")
    sys.stderr.flush()


class _Steps:
    """A list with a line for each step, redrawn in place."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[Phase, str, float]] = {}
        self._spinner = Spinner("dots")

    def __call__(self, name: str, phase: Phase, detail: str) -> None:
        began = self._lines[name][2] if name in self._lines else time.monotonic()
        self._lines[name] = (phase, detail, began)

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for name, (phase, detail, began) in self._lines.items():
            mark = self._spinner if phase == "working" else Text("✓", "green") if phase == "done" else Text("✗", "red")
            waited = f"{time.monotonic() - began:.0f} s" if phase == "working" else ""
            table.add_row(mark, Text(name, "bold"), Text(detail), Text(waited, "dim"))
        return table


@contextmanager
def shown(console: Console | None = None) -> Iterator[Progress]:
    """A live list while the block runs where standard error is a terminal, plain lines where not."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield plain
        return
    steps = _Steps()
    with Live(steps, console=console, refresh_per_second=8):
        yield steps
