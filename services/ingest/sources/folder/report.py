"""What a watch does → lines for people or programs, and a bar where much is to be done."""

import json
from dataclasses import dataclass, field

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from services.ingest.sources.folder.books import Dealt
from shared.terminal import file_name, readable, write_json

MANY = 50
"""Files from which on a terminal shows a bar and not a line for each: more than it has lines."""


def _console() -> Console:
    return Console(stderr=True, highlight=False)


@dataclass
class Report:
    """On standard output what was taken (as JSON all), on standard error what was not."""

    as_json: bool = False
    console: Console = field(default_factory=_console)
    fed: int = 0
    failed: int = 0
    troubled: int = 0
    _progress: Progress | None = field(default=None, init=False)
    _task: TaskID | None = field(default=None, init=False)
    _before: tuple[int, int] = field(default=(0, 0), init=False)
    """Fed and failed when the files began that are dealt with now"""
    _waiting: str = field(default="", init=False)
    _said: dict[str, str] = field(default_factory=dict, init=False)
    """By path, what was said of it last: what stays so is said once"""

    @property
    def unwell(self) -> bool:
        """Whether any file was not taken, or could not be dealt with."""
        return bool(self.failed or self.troubled)

    def say(self, text: str) -> None:
        """Say a line on standard error."""
        self.console.print(Text(readable(text)), soft_wrap=True)

    def backlog(self, files: int) -> None:
        """Begin with so many files; 0 ends them, and where they had a bar says what became of them."""
        if self._progress is not None:
            self.end()
            fed, failed = self.fed - self._before[0], self.failed - self._before[1]
            self.say(f"{fed} fed" + (f", {failed} failed" if failed else ""))
        self._before = (self.fed, self.failed)
        if files >= MANY and self.console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            times = (TimeElapsedColumn(), TimeRemainingColumn())
            self._progress = Progress(*columns, *times, console=self.console, transient=True)
            self._task = self._progress.add_task("feeding", total=files)
            self._progress.start()

    def dealt(self, dealt: Dealt) -> None:
        """Report one file."""
        entry = dealt.entry
        taken = entry.state == "fed"
        self.fed += taken
        self.failed += not taken
        self._said.pop(entry.file.path, None)
        if self._waiting and taken:
            self._waiting = ""
            self.say("ingest is back")
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, advance=1, description="feeding")
        if self.as_json:
            write_json(json.dumps(_facts(dealt), ensure_ascii=False))
        elif not taken:
            self.console.print(Text(f"{file_name(entry.file.path)}: {readable(entry.reason or '')}", style="red"), soft_wrap=True)
        elif self._progress is None:
            typer.echo(_line(dealt))
            if dealt.former:
                self.say(f"{readable(entry.file.path)} was {dealt.former} before, which stays until it is withdrawn")

    def waiting(self, reason: str) -> None:
        """Say why nothing can be fed now, once for as long as it is so."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description="waiting")
        if reason != self._waiting:
            self.say(f"waiting: {reason}")
        self._waiting = reason

    def trouble(self, path: str, reason: str) -> None:
        """Say what is the matter with a path, once for as long as it is so."""
        if self._said.get(path) == reason:
            return
        self._said[path] = reason
        self.troubled += 1
        self.say(f"{file_name(path)}: {reason}" if path else reason)

    def end(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def _line(dealt: Dealt) -> str:
    line = f"{readable(dealt.entry.file.path)}  {dealt.entry.digest_id}"
    if dealt.answer is not None:
        line += f"  {dealt.answer.revision}" + ("  duplicate" if dealt.answer.duplicate_of else "")
    return line


def _facts(dealt: Dealt) -> dict[str, object]:
    facts: dict[str, object] = {"file": dealt.entry.file.path}
    if dealt.entry.state == "failed":
        return facts | {"error": {"message": dealt.entry.reason}}
    given = dealt.answer._asdict() if dealt.answer is not None else {"digest_id": dealt.entry.digest_id}
    return facts | {name: value for name, value in (given | {"former": dealt.former}).items() if value is not None}
