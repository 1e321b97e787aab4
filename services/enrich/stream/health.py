"""The worker's progress and Kafka's view of it → the checks behind `/healthz` and `/readyz`.

`/healthz` fails for what a restart mends: the agent ended, the loop hangs, digests wait and none gets done.
`/readyz` fails besides for what it does not: Kafka away, no partition assigned, red after too many dead letters.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.enrich.stream.progress import Progress
from shared import log
from shared.errors import Unavailable
from shared.health import Health

logger = log.get(__name__)

LATE_SECONDS = 5.0
"""A loop that is this late with a timer can't keep up its own heartbeat tasks (the broker wants one each 15 s)."""

LOOK_SECONDS = 5.0
"""Between two looks at Kafka: three small requests."""

STALE_SECONDS = 20.0
"""What Kafka said is believed for this long: some looks may fail while a broker is replaced."""


class Lag(Protocol):
    """Says how far behind the group is."""

    async def read(self) -> Mapping[int, int]:
        """Records by partition; raises Unavailable."""


@dataclass
class Watch:
    """Looks at the loop and at Kafka from time to time; the checks only read what was seen, so that they answer at once."""

    lag: Lag
    progress: Progress
    stuck_seconds: float
    """With records waiting and no digest done for this long, the worker is stuck."""
    assignment: Callable[[], Collection[int]]
    """The partitions that are ours now."""
    behind: int = 0
    """Records that wait in them."""
    seen_at: float | None = None
    reason: str = "not asked yet"
    latest: float = field(default=0.0)
    """Seconds by which the loop was late at the last tick."""
    idle_at: float = field(default_factory=time.monotonic)
    """When nothing waited, last seen."""

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tick())
            tasks.create_task(self._look())

    async def _tick(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(1.0)
            self.latest = time.monotonic() - before - 1.0

    async def _look(self) -> None:
        while True:
            try:
                async with asyncio.timeout(STALE_SECONDS):
                    self.saw(await self.lag.read())
            except (Unavailable, TimeoutError) as error:
                self.reason = str(error) or "Kafka does not answer"
            except Exception as error:  # whatever it is: a look that ends for good would leave readiness red until a restart
                self.reason = f"asking Kafka failed: {type(error).__name__}"
                logger.exception("asking Kafka for the lag failed")
            await asyncio.sleep(LOOK_SECONDS)

    def saw(self, behind: Mapping[int, int]) -> None:
        """Kafka answered that so many records wait in each partition."""
        self.behind, self.seen_at = sum(behind.get(partition, 0) for partition in self.assignment()), time.monotonic()
        if self.behind == 0:
            self.idle_at = self.seen_at

    async def agent_runs(self) -> None:
        """The agent's loop is running; before Faust is up there is none yet, and that is no fault of this process."""
        if self.progress.agent_running is False:
            raise RuntimeError("the agent ended, nothing is consumed: restart the worker")

    async def loop_on_time(self) -> None:
        """The event loop runs its timers."""
        if self.latest > LATE_SECONDS:
            raise RuntimeError(f"the event loop was {self.latest:.1f} s late")

    async def not_stuck(self) -> None:
        """Digests get done while some wait; a worker that waits for Kafka or for a person is not stuck."""
        if self.progress.red or self.progress.waiting_for or not self.behind:
            return
        still = time.monotonic() - max(self.progress.last_at, self.idle_at)
        if still > self.stuck_seconds:
            raise RuntimeError(f"{self.behind} digests wait and none was done for {still:.0f} s: restart the worker")

    async def kafka_reachable(self) -> None:
        """Kafka answered lately."""
        if self.seen_at is None or time.monotonic() - self.seen_at > STALE_SECONDS:
            raise RuntimeError(self.reason)

    async def assigned(self) -> None:
        """Some partitions are ours."""
        if not self.assignment():
            raise RuntimeError("no partition is assigned to this worker: it is starting, rebalancing, or there are more workers than partitions")

    async def not_red(self) -> None:
        """No person is needed."""
        if self.progress.red:
            raise RuntimeError(f"stopped consuming, nothing is lost: {self.progress.red}. Mend the cause, then restart enrich")

    async def not_waiting(self) -> None:
        """Nothing that the work needs is away."""
        if self.progress.waiting_for:
            raise RuntimeError(f"waiting for {self.progress.waiting_for}")


def checks(watch: Watch) -> Health:
    """The service's checks by name."""
    return Health(
        "enrich",
        live={"agent": watch.agent_runs, "loop": watch.loop_on_time, "progress": watch.not_stuck},
        ready={"kafka": watch.kafka_reachable, "assignment": watch.assigned, "dead_letters": watch.not_red, "waiting": watch.not_waiting},
    )
