"""What is being measured in, one line on stderr out: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Bar:
    """Tells a person how far the bench is."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)

    def say(self, what: str) -> None:
        """A step begins."""
        self._console.print(f"bench: {what}", highlight=False)

    @contextmanager
    def counting(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        """While the block runs: call it with how many are done."""
        if not sys.stderr.isatty():
            self.say(f"{what}: {total}")
            yield lambda done: None
            return
        columns = (TextColumn("bench: {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(what, total=total)
            yield lambda done: progress.update(task, completed=done)
