"""How far a replay is → a bar on standard error with rate and remaining time; nothing where that is no terminal."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from services.enrich.replay.run import Told


class _Rate(ProgressColumn):
    """Digests or records a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "")


class Bar:
    """A context manager; each step has a line of its own."""

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._step = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._progress.stop()

    def told(self, told: Told) -> None:
        """Show it."""
        if told.step != self._step:
            for task in self._progress.task_ids:
                self._progress.remove_task(task)
            self._progress.add_task(told.step, total=told.total, completed=told.done)
            self._step = told.step
        waiting = f", waiting for {told.waiting_for}" if told.waiting_for else ""
        self._progress.update(self._progress.task_ids[-1], description=told.step + waiting, total=told.total, completed=told.done)
