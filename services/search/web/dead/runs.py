"""Letters that a page retries, many at a time → a run in the background, whose progress the page shows until it ends.

One run at a time: a second would only share Kafka's time with the first. A run that ends with the service is no loss: what it has sent is
recorded letter by letter, and pressing again sends the rest.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from services.search.errors import NotFound, SearchError
from services.search.models.dead_letters import RunAnswer
from shared.log import get

_log = get(__name__)

KEPT = 20
"""Runs that are remembered, so that a page that was left open still says how its run ended."""

State = Literal["running", "done", "stopped", "failed"]


class Busy(SearchError):
    """Another run is under way."""

    status = 409
    code = "run_under_way"
    chinese = "正在重新处理另一批，请等它结束，或先停止它。"


@dataclass
class Run:
    """One press of the button."""

    total: int
    refused: int
    by: str
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent: int = 0
    left_out: int = 0
    """Letters that somebody else dealt with, or Kafka deleted, in the meantime"""
    state: State = "running"
    error: SearchError | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def stopped_within(self, seconds: float) -> bool:
        """Wait so long, or until it is to stop; whether it is."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), max(0.001, seconds))
        return self.stop.is_set()

    def answer(self) -> RunAnswer:
        """How far it is, for the API."""
        facts = {name: getattr(self, name) for name in RunAnswer.model_fields if name != "error"}
        return RunAnswer(**facts, error=self.error.chinese if self.error else None)


Work = Callable[[Run], Awaitable[None]]


class Runs:
    """The runs of this process."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    @property
    def under_way(self) -> Run | None:
        """The run that has not ended yet."""
        return next((run for run in self._runs.values() if run.state == "running"), None)

    def begin(self, run: Run, work: Work) -> Run:
        """Start it; raises Busy while another is under way."""
        if (other := self.under_way) is not None:
            raise Busy(f"run {other.id} is under way: wait for its end, or stop it first")
        self._runs[run.id] = run
        while len(self._runs) > KEPT:
            self._runs.popitem(last=False)
        self._task = asyncio.create_task(self._do(run, work), name=f"retry {run.id}")
        return run

    def get(self, name: str) -> Run:
        """Return a run; raises NotFound."""
        if (run := self._runs.get(name)) is None:
            raise NotFound(f"no run {name}: it is forgotten after {KEPT} others, and when the service is started again")
        return run

    async def close(self) -> None:
        """Stop what is under way after the letters in hand, within the time that one part of them takes."""
        if (run := self.under_way) is not None:
            run.stop.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=5)
            self._task.cancel()

    async def _do(self, run: Run, work: Work) -> None:
        try:
            await work(run)
            run.state = "stopped" if run.sent + run.left_out < run.total else "done"
        except SearchError as error:
            run.state, run.error = "failed", error
        except Exception:
            _log.exception("a run that retries dead letters failed")
            run.state, run.error = "failed", SearchError("something went wrong here; the log says what")
        _log.info("retried dead letters", run=run.id, letters=run.sent, state=run.state, by=run.by)
