"""What `jianbao up` started, as a file: written by the supervisor, read by every command; one file for each data folder."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.engines.progress import Phase

FILES = "state*.json"
"""In the state folder."""

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
    environ: dict[str, str] = Field(default_factory=dict, description="Variables by which commands find this stack; no secrets")
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


def file(folder: Path, data_dir: Path) -> Path:
    """Return the file of the stack that keeps its data there."""
    return folder / f"state-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}.json"


def every(folder: Path) -> list[State]:
    """Return all that is noted in a folder, also of stacks that are dead; what can't be understood is left out."""
    return [state for path in sorted(folder.glob(FILES)) if (state := _read(path))]


def read(folder: Path, data_dir: Path) -> State | None:
    """Return what is noted of the stack with this data folder; None where there is nothing or it can't be understood."""
    return next((state for state in every(folder) if state.data_dir == data_dir), None)


def _read(path: Path) -> State | None:
    try:
        return State.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def write(folder: Path, state: State) -> None:
    """Replace the file whole: a reader never sees half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = file(folder, state.data_dir)
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".new-", delete=False, encoding="utf-8") as new:
        new.write(state.model_dump_json(indent=1))
    os.replace(new.name, path)


def remove(folder: Path, data_dir: Path) -> None:
    """Forget the state of the stack with this data folder."""
    for path in folder.glob(FILES):
        if (state := _read(path)) and state.data_dir == data_dir:
            path.unlink(missing_ok=True)


def leftovers(state: State) -> Iterator[psutil.Process]:
    """Processes of a dead supervisor that still run: only possible where the kernel has no parent-death signal."""
    for process in state.processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found = process.identity.process() if process.identity else None
            if found:
                yield from (*found.children(recursive=True), found)
