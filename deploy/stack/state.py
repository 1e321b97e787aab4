"""What `jianbao up` started, as a file: written by the supervisor, read by `up`, `down` and `status`."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.engines.progress import Phase

FILE = "state.json"

Status = Literal["starting", "running", "restarting", "failed", "stopped", "dead"]
"""`dead` is never written: it is what a reader calls a process that the file knows but the system does not."""


class Identity(BaseModel):
    """A process that can't be mistaken for a later one with the same pid."""

    model_config = ConfigDict(frozen=True)

    pid: int
    created: float = Field(description="Seconds from boot: unlike the time of day it stays when the clock is set")

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """Of a running process; None where there is none."""
        try:
            return cls(pid=pid, created=_since_boot(psutil.Process(pid)))
        except psutil.NoSuchProcess:
            return None

    def process(self) -> psutil.Process | None:
        """The process where it still runs."""
        try:
            found = psutil.Process(self.pid)
            # Counted in ticks of 10 ms; a second of tolerance is for systems that tell it less exactly. A zombie has ended.
            same = abs(_since_boot(found) - self.created) < 1 and found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return found if same else None


def _since_boot(process: psutil.Process) -> float:
    return process.create_time() - psutil.boot_time()


class ProcessState(BaseModel):
    """One engine or service."""

    model_config = ConfigDict(frozen=True)

    name: str
    status: Status
    identity: Identity | None = None
    address: str
    since: datetime
    restarts: int = 0
    log: Path
    error: str | None = None


class State(BaseModel):
    """Everything about one `jianbao up`."""

    model_config = ConfigDict(frozen=True)

    supervisor: Identity
    phase: Literal["starting", "ready", "stopping", "failed"] = "starting"
    error: str | None = None
    events: tuple[tuple[str, Phase, str], ...] = Field(default=(), description="Progress: name, phase, detail, in order")
    processes: tuple[ProcessState, ...] = ()
    addresses: dict[str, str] = Field(default_factory=dict)
    data_dir: Path
    log_dir: Path

    @property
    def alive(self) -> bool:
        """Whether the supervisor runs; all others end when it does."""
        return self.supervisor.process() is not None

    def seen(self) -> tuple[ProcessState, ...]:
        """The processes, with those called dead that should run and don't."""
        return tuple(
            process.model_copy(update={"status": "dead"})
            if process.status in ("starting", "running") and not (process.identity and process.identity.process())
            else process
            for process in self.processes
        )


def read(folder: Path) -> State | None:
    """The state noted in a folder; None where there is none or it can't be understood."""
    try:
        return State.model_validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def write(folder: Path, state: State) -> None:
    """Replace the file whole: a reader never sees half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=FILE, delete=False, encoding="utf-8") as file:
        file.write(state.model_dump_json(indent=1))
    os.replace(file.name, folder / FILE)


def remove(folder: Path) -> None:
    """Forget the state."""
    (folder / FILE).unlink(missing_ok=True)


def leftovers(state: State) -> Iterator[psutil.Process]:
    """Processes of a dead supervisor that still run: only possible where the kernel has no parent-death signal."""
    for process in state.processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found = process.identity.process() if process.identity else None
            if found:
                yield from (*found.children(recursive=True), found)
