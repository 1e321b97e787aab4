"""A plan on the command line in; engines and services held as children, and a state file that says how they are, until SIGTERM.

`jianbao up` starts it in a session of its own: `python -m deploy.stack.supervisor PLAN`, PLAN being JSON.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from pydantic import BaseModel, ConfigDict

from deploy.engines.engines import Engines, running_engines
from deploy.engines.ports import LOOPBACK
from deploy.engines.process import stop_all
from deploy.engines.progress import Phase, plain
from deploy.stack import state as states
from deploy.stack.keeper import Keeper
from deploy.stack.services import ServicePorts, for_commands, in_stop_order, launches, running_services
from deploy.stack.state import Identity, ProcessState, State
from shared.errors import JianbaoError
from shared.private import keep_private

LOOK_SECONDS = 0.5
"""Between looks at the children: a dead service is noticed in about this time."""


class Plan(BaseModel):
    """What to start, and where to note it."""

    model_config = ConfigDict(frozen=True)

    state_dir: Path
    data_dir: Path
    log_dir: Path
    kafka_port: int
    elasticsearch_port: int
    services: ServicePorts | None

    @property
    def kafka(self) -> str:
        """Address of Kafka."""
        return f"{LOOPBACK}:{self.kafka_port}"

    @property
    def elasticsearch(self) -> str:
        """Address of Elasticsearch."""
        return f"http://{LOOPBACK}:{self.elasticsearch_port}"

    @property
    def addresses(self) -> dict[str, str]:
        """By what listens there."""
        return {"kafka": self.kafka, "elasticsearch": self.elasticsearch} | (self.services.urls if self.services else {})


class _Stop(BaseException):
    """Raised by SIGTERM wherever we are, so that everything is stopped on the way out."""


class _Noted:
    """The state, written down at every change."""

    def __init__(self, plan: Plan) -> None:
        me = Identity.of(os.getpid())
        assert me is not None  # we run
        self._folder = plan.state_dir
        self.state = State(
            supervisor=me,
            addresses=plan.addresses,
            environ=for_commands(plan.addresses, plan.services, environ=os.environ),
            data_dir=plan.data_dir,
            log_dir=plan.log_dir,
        )
        states.write(self._folder, self.state)

    def change(self, **changes: object) -> None:
        changed = self.state.model_copy(update=changes)
        if changed != self.state:
            self.state = changed
            states.write(self._folder, changed)

    def progress(self, name: str, phase: Phase, detail: str) -> None:
        plain(name, phase, detail)
        self.change(events=(*self.state.events, (name, phase, detail)))


def supervise(plan: Plan) -> int:
    """Hold everything until told to stop; the exit status."""
    noted = _Noted(plan)
    try:
        with running_engines(
            progress=noted.progress,
            data_dir=plan.data_dir,
            log_dir=plan.log_dir,
            kafka_port=plan.kafka_port,
            elasticsearch_port=plan.elasticsearch_port,
        ) as engines:
            _hold(plan, engines, noted)
    except _Stop:
        states.remove(plan.state_dir, plan.data_dir)
        return 0
    except JianbaoError as error:
        noted.change(phase="failed", error=str(error))
        return 1
    except Exception as error:
        noted.change(phase="failed", error=f"{type(error).__name__}: {error}. More is in {plan.log_dir / 'supervisor.log'}")
        raise
    return 0


def _hold(plan: Plan, engines: Engines, noted: _Noted) -> None:
    how = launches(engines, plan.services, environ=os.environ) if plan.services else ()
    with contextlib.ExitStack() as stack:
        services = stack.enter_context(running_services(how, noted.progress))
        keeper = Keeper([*in_stop_order(services), *engines.children])
        # What was restarted is not what the blocks around us started: stop the present ones, in the same order.
        stack.callback(lambda: stop_all(list(keeper.children()), noted.progress))
        noted.change(phase="ready", processes=keeper.look())
        try:
            while True:
                time.sleep(LOOK_SECONDS)
                if _again.is_set():
                    _again.clear()
                    keeper.again()
                noted.change(processes=keeper.look())
        except _Stop:
            noted.change(phase="stopping", processes=_stopping(noted.state.processes))
            raise


def _stopping(processes: tuple[ProcessState, ...]) -> tuple[ProcessState, ...]:
    return tuple(process.model_copy(update={"status": "stopped"}) for process in processes)


def _on_signal(number: int, _frame: FrameType | None) -> None:
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)  # once is enough: a second one must not interrupt the stopping
    raise _Stop


_again = threading.Event()
"""Set by SIGUSR1, which `jianbao restart` sends: what was given up is started once more."""


def main() -> int:
    """Run as a program."""
    keep_private()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, _on_signal)
    signal.signal(signal.SIGUSR1, lambda _number, _frame: _again.set())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the terminal that `up` was called from may go
    return supervise(Plan.model_validate_json(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
