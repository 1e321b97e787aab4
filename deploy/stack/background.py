"""Wishes in, a supervisor in the background out: what `jianbao up`, `down` and `status` do."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from deploy.engines import folders
from deploy.engines.account import Account
from deploy.engines.engines import install, make_data_dir
from deploy.engines.errors import EngineError, FolderUnusable, PortTaken, ProcessDied
from deploy.engines.ports import port_for
from deploy.engines.process import tail
from deploy.engines.progress import Progress, shown
from deploy.stack import state as states
from deploy.stack.found import find
from deploy.stack.services import ROOT, ServicePorts, any_ports, usual_ports
from deploy.stack.state import ProcessState, State
from deploy.stack.supervisor import Plan
from shared.private import make_folder

KAFKA_PORT = 9092
ELASTICSEARCH_PORT = 9200
"""What the settings name, so that every other command finds the engines without being told."""

PATHS = (
    "JIANBAO_KEYS_FILE",
    "MONITOR_NOTICES",
    "MONITOR_STATE",
    "INGEST_SOURCES_FILE",
    "SEARCH_SYNONYMS",
    "FETCH_API_KEY_FILE",
    "FETCH_STATE",
    "FETCH_SECRETS",
)
"""Settings of the services that name files."""

RESTART_SECONDS = 180
"""As long as the slowest, Elasticsearch, may take to start, and to stop before."""

END_SECONDS = 20
"""A service that works stops within 15 s."""

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
    free_ports: bool = False
    """Instead of the usual ones, where none is given: for a second stack beside another"""


def chosen(data_dir: Path | None) -> State | None:
    """Return the stack that `down` and `status` are about: that of `data_dir`, else the usual one, else the only one; None where none runs.

    Raises Misconfigured where several run and none of them is the usual one.
    """
    if data_dir is None:
        return find(states.every(folders.state_dir()), os.environ, usual=folders.data_dir()).running
    return _running(folder_of(data_dir))


def folder_of(data_dir: Path | None) -> Path:
    """Return where data is kept, whole."""
    return (data_dir or folders.data_dir()).expanduser().absolute()


def _running(data_dir: Path) -> State | None:
    state = states.read(folders.state_dir(), data_dir)
    return state if state and state.alive else None


def _clean_up(data_dir: Path) -> bool:
    """Remove what a supervisor that died left behind: its note and, where the system has no parent-death signal, its children."""
    folder = folders.state_dir()
    state = states.read(folder, data_dir)
    if state is None or state.alive:
        return False
    for process in list(states.leftovers(state)):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    states.remove(folder, data_dir)
    return True


def start(wishes: Wishes) -> tuple[bool, State]:
    """Start everything and wait until it is ready; (False, state) where it runs already. Raises EngineError."""
    with _alone(folders.state_dir()), shown() as progress:
        running = _running(folder_of(wishes.data_dir))
        if running:
            return False, running
        _clean_up(folder_of(wishes.data_dir))
        try:
            plan = _plan(wishes)
        except PortTaken as taken:
            raise PortTaken(f"{taken}{_beside()}") from None
        installed = install(progress)  # here, in front of the user, rather than in the background
        _make_folders(plan, installed.account)
        with (plan.log_dir / "supervisor.log").open("ab") as log:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "deploy.stack.supervisor", plan.model_dump_json()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**absolute(os.environ), "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))},
                cwd=plan.log_dir,
                start_new_session=True,
            )
        try:
            return True, _await_ready(plan, supervisor, progress)
        except BaseException:
            supervisor.terminate()  # also on Ctrl-C: half of it running would help nobody
            supervisor.wait(STOP_SECONDS)
            states.remove(plan.state_dir, plan.data_dir)
            raise


def _beside() -> str:
    others = [state.data_dir for state in states.every(folders.state_dir()) if state.alive]
    return f" A stack runs already, with its data in {others[0]}: --free-ports starts another beside it." if others else ""


def _make_folders(plan: Plan, account: Account | None) -> None:
    """Make the data folder so that Elasticsearch's user passes through, and that for logs; raises FolderUnusable."""
    try:
        make_data_dir(plan.data_dir, account)
        make_folder(plan.log_dir)
    except OSError as error:
        raise FolderUnusable(f"{plan.data_dir} can't be used for data ({error.strerror}): choose another with --data-dir.") from None


def stop(data_dir: Path | None = None) -> State | None:
    """Stop everything and wait until it is gone; return what ran, None where nothing did. Raises EngineError, Misconfigured."""
    with _alone(folders.state_dir()), shown() as progress:
        state = chosen(data_dir)
        process = state.supervisor.process() if state else None
        if state is None or process is None:
            for dead in [folder_of(data_dir)] if data_dir else [state.data_dir for state in states.every(folders.state_dir())]:
                _clean_up(dead)
            return None
        seen = len(state.events)
        process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                process.kill()  # the others end with it
                raise EngineError(f"It did not stop within {STOP_SECONDS} s and was killed. See {state.log_dir / 'supervisor.log'}.")
            seen = _replay(states.read(folders.state_dir(), state.data_dir), seen, progress)
            with suppress(psutil.TimeoutExpired):
                process.wait(0.2)
        states.remove(folders.state_dir(), state.data_dir)
        return state


def restart(name: str, data_dir: Path | None = None) -> ProcessState:
    """End one engine or service, which its supervisor starts again, and return it once it is ready. Raises EngineError, Misconfigured."""
    with _alone(folders.state_dir()):
        state = chosen(data_dir)
        if state is None:
            raise EngineError("Nothing is running: `jianbao up` starts everything.")
        before = _process(state, name)
        if before is None:
            raise EngineError(f"There is no {name}; there are {', '.join(one.name.lower() for one in state.processes)}.")
        if before.identity and (process := before.identity.process()):
            _end(process)
        elif supervisor := state.supervisor.process():
            supervisor.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + RESTART_SECONDS
        while time.monotonic() < deadline:
            now = states.read(folders.state_dir(), state.data_dir)
            found = _process(now, name) if now else None
            if found and found.restarts > before.restarts and found.status in ("running", "failed"):
                break
            time.sleep(0.1)
        else:
            raise EngineError(f"{before.name} was not ready within {RESTART_SECONDS} s: `jianbao status` and {before.log} say why.")
        if found.status == "failed":
            raise EngineError(found.error or f"{before.name} could not be started: see {before.log}.")
        return found


def _process(state: State, name: str) -> ProcessState | None:
    return next((one for one in state.processes if one.name.lower() == name.lower()), None)


def _end(process: psutil.Process) -> None:
    """SIGTERM, then SIGKILL: one that hangs or was stopped takes no other."""
    with suppress(psutil.NoSuchProcess):
        stopped = process.status() == psutil.STATUS_STOPPED
        process.kill() if stopped else process.terminate()
        with suppress(psutil.TimeoutExpired):
            process.wait(END_SECONDS)
            return
        process.kill()


def _plan(wishes: Wishes) -> Plan:
    data_dir = folder_of(wishes.data_dir)
    return Plan(
        state_dir=folders.state_dir(),
        data_dir=data_dir,
        log_dir=data_dir / "logs",
        kafka_port=port_for("Kafka", _port(wishes.kafka_port, KAFKA_PORT, wishes), option="--kafka-port"),
        elasticsearch_port=port_for("Elasticsearch", _port(wishes.elasticsearch_port, ELASTICSEARCH_PORT, wishes), option="--elasticsearch-port"),
        services=_service_ports(wishes) if wishes.services else None,
    )


def _port(wanted: int | None, usual: int, wishes: Wishes) -> int:
    if wanted is not None:
        return wanted
    return 0 if wishes.free_ports else usual


def _service_ports(wishes: Wishes) -> ServicePorts:
    if not wishes.free_ports:
        return usual_ports(ingest=wishes.ingest_port, search=wishes.search_port)
    ports = any_ports()
    ingest, search = wishes.ingest_port or ports.ingest, wishes.search_port or ports.search
    return replace(
        ports,
        ingest=port_for("ingest", ingest, option="--ingest-port"),
        search=port_for("search", search, option="--search-port"),
    )


def absolute(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with paths in settings made whole: the services run in another folder than the user's."""
    made = dict(environ)
    for name in PATHS:
        if made.get(name):
            made[name] = str(Path(made[name]).expanduser().absolute())
    return made


def _await_ready(plan: Plan, supervisor: subprocess.Popen[bytes], progress: Progress) -> State:
    """Show what the supervisor does until it is ready. Raises EngineError, ProcessDied."""
    seen = 0
    while True:
        ended = supervisor.poll()
        state = states.read(plan.state_dir, plan.data_dir)
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
