"""How far a piece of work is → a bar on standard error, and lines above it; no bar where that is no terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn


@dataclass
class Bar:
    """Shows one step at a time. On standard error, so that standard output has what came of it alone."""

    progress: Progress
    task: TaskID | None = field(default=None, init=False)
    step: str = field(default="", init=False)

    def say(self, text: str) -> None:
        """Print a line."""
        self.progress.console.print(text, markup=False, soft_wrap=True)

    def begin(self, step: str, total: int) -> None:
        """Show this step in place of the one before."""
        if self.task is not None:
            self.progress.remove_task(self.task)
        self.task, self.step = self.progress.add_task(step, total=total), step

    def done(self, records: int, total: int | None = None) -> None:
        """Show so many of the step's total, or of this one, as done."""
        if self.task is not None:
            self.progress.update(self.task, completed=records, total=total)

    def told(self, step: str, done: int, total: int) -> None:
        """Show how far a step is, whose total may grow; begin it where it is another one."""
        if step != self.step:
            self.begin(step, total)
        self.done(done, total)


@contextmanager
def bar() -> Iterator[Bar]:
    """A bar, which is gone at the end."""
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress)
