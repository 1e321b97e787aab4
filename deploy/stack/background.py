"""Wishes in, a supervisor in the background out: what `jianbao up`, `down` and `status` do."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.engines import folders
from deploy.engines.engines import install
from deploy.engines.errors import EngineError, FolderUnusable, ProcessDied
from deploy.engines.ports import port_for
from deploy.engines.process import tail
from deploy.engines.progress import Progress, shown
from deploy.stack import state as states
from deploy.stack.services import ROOT, usual_ports
from deploy.stack.state import State
from deploy.stack.supervisor import Plan

KAFKA_PORT = 9092
ELASTICSEARCH_PORT = 9200
"""What the settings name, so that every other command finds the engines without being told."""

STOP_SECONDS = 240
"""Seven processes of at most 30 s each, and some room."""


@dataclass(frozen=True)
class Wishes:
    """What `jianbao up` was asked for; None is the usual, port 0 any free one."""

    kafka_port: int | None = None
    elasticsearch_port: int | None = None
    ingest_port: int | None = None
    search_port: int | None = None
    data_dir: Path | None = None
    services: bool = True


def current() -> State | None:
    """What runs; None where nothing does."""
    state = states.read(folders.state_dir())
    return state if state and state.alive else None


def _clean_up() -> None:
    """Remove what a supervisor that died left behind: its note and, where the system has no parent-death signal, its children."""
    folder = folders.state_dir()
    state = states.read(folder)
    if state is None or state.alive:
        return
    for process in list(states.leftovers(state)):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    states.remove(folder)


def start(wishes: Wishes) -> tuple[bool, State]:
    """Start everything and wait until it is ready; (False, state) where it runs already. Raises EngineError."""
    with _alone(folders.state_dir()), shown() as progress:
        running = current()
        if running:
            return False, running
        _clean_up()
        plan = _plan(wishes)
        install(progress)  # here, in front of the user, rather than in the background
        plan.log_dir.mkdir(parents=True, exist_ok=True)
        with (plan.log_dir / "supervisor.log").open("ab") as log:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "deploy.stack.supervisor", plan.model_dump_json()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))},
                cwd=plan.log_dir,
                start_new_session=True,
            )
        try:
            return True, _await_ready(plan, supervisor, progress)
        except BaseException:
            supervisor.terminate()  # also on Ctrl-C: half of it running would help nobody
            supervisor.wait(STOP_SECONDS)
            states.remove(plan.state_dir)
            raise


def stop() -> bool:
    """Stop everything and wait until it is gone; False where nothing ran. Raises EngineError."""
    with _alone(folders.state_dir()), shown() as progress:
        state = current()
        process = state.supervisor.process() if state else None
        if state is None or process is None:
            _clean_up()
            return False
        seen = len(state.events)
        process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                process.kill()  # the others end with it
                raise EngineError(f"It did not stop within {STOP_SECONDS} s and was killed. See {state.log_dir / 'supervisor.log'}.")
            seen = _replay(states.read(folders.state_dir()), seen, progress)
            with suppress(psutil.TimeoutExpired):
                process.wait(0.2)
        states.remove(folders.state_dir())
        return True


def _plan(wishes: Wishes) -> Plan:
    data_dir = (wishes.data_dir or folders.data_dir()).expanduser().absolute()
    return Plan(
        state_dir=folders.state_dir(),
        data_dir=data_dir,
        log_dir=data_dir / "logs",
        kafka_port=port_for("Kafka", KAFKA_PORT if wishes.kafka_port is None else wishes.kafka_port, option="--kafka-port"),
        elasticsearch_port=port_for(
            "Elasticsearch", ELASTICSEARCH_PORT if wishes.elasticsearch_port is None else wishes.elasticsearch_port, option="--elasticsearch-port"
        ),
        services=usual_ports(ingest=wishes.ingest_port, search=wishes.search_port) if wishes.services else None,
    )


def _await_ready(plan: Plan, supervisor: subprocess.Popen[bytes], progress: Progress) -> State:
    """Show what the supervisor does until it is ready. Raises EngineError, ProcessDied."""
    seen = 0
    while True:
        ended = supervisor.poll()
        state = states.read(plan.state_dir)
        if state and state.supervisor.pid == supervisor.pid:
            seen = _replay(state, seen, progress)
            if state.phase == "failed":
                raise EngineError(state.error or "It could not be started.")
            if state.phase == "ready":
                return state
        if ended is not None:
            log = plan.log_dir / "supervisor.log"
            raise ProcessDied(name="The supervisor", code=ended, log=log, tail=tail(log))
        time.sleep(0.1)


def _replay(state: State | None, seen: int, progress: Progress) -> int:
    for name, phase, detail in state.events[seen:] if state else ():
        progress(name, phase, detail)
    return max(seen, len(state.events)) if state else seen


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One `up` or `down` at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise FolderUnusable(f"{folder} can't be used ({error.strerror}): set JIANBAO_STATE_DIR to a folder that you can write to.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EngineError("Another `jianbao up` or `jianbao down` is at work: wait for it.") from None
        yield
