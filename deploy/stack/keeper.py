"""Running children in, the same children kept running: each that ends is started again, or called failed with its reason."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from deploy.engines.process import Child, Launch
from deploy.stack.restarts import Deaths
from deploy.stack.state import Identity, ProcessState, Status


class _Kept:
    """One process through all its lives."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.status: Status = "running"
        self.since = datetime.now(UTC)
        self.deaths = Deaths()
        self.restarts = 0
        self.due = 0.0
        self.error: str | None = None
        self.identity = Identity.of(child.pid)

    @property
    def launch(self) -> Launch:
        return self.child.launch

    def look(self) -> None:
        """One step: notice a death, start again when it is time, notice that it is ready."""
        if self.status in ("running", "starting") and self.child.code is not None:
            self._died()
        elif self.status == "restarting" and time.monotonic() >= self.due:
            self.child = Child(self.launch)
            self.identity = Identity.of(self.child.pid)
            self.restarts += 1
            self._become("starting")
        elif self.status == "starting" and self.launch.ready():
            self.error = None
            self._become("running")

    def again(self) -> None:
        """Start it once more where it was given up, as if it had never died."""
        if self.status == "failed":
            self.deaths, self.due = Deaths(), 0.0
            self._become("restarting")

    def _died(self) -> None:
        self.deaths = self.deaths.after(time.monotonic() - self.child.started)
        self.error = str(self.child.died())
        self.identity = None
        delay = self.deaths.delay
        self.due = time.monotonic() + (delay or 0)
        self._become("failed" if delay is None else "restarting")

    def _become(self, status: Status) -> None:
        self.status = status
        self.since = datetime.now(UTC)

    def state(self) -> ProcessState:
        return ProcessState(
            name=self.launch.name,
            status=self.status,
            identity=self.identity,
            address=self.launch.address,
            since=self.since,
            restarts=self.restarts,
            log=self.launch.log,
            error=self.error,
        )


class Keeper:
    """Keeps children running; call `look` a few times a second."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._kept = [_Kept(child) for child in children]

    def look(self) -> tuple[ProcessState, ...]:
        """Do what is due; the state of all afterwards."""
        for kept in self._kept:
            kept.look()
        return tuple(kept.state() for kept in self._kept)

    def again(self) -> None:
        """Start those again that were given up."""
        for kept in self._kept:
            kept.again()

    def children(self) -> Iterator[Child]:
        """The present lives, in the order given."""
        return (kept.child for kept in self._kept)
