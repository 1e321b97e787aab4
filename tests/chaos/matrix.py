"""Seeds in, a report for each out: rounds share engines and running services as long as they hold; after one that does not, all starts anew.

What a round left is looked at once more at the end of its world: no item too many in all rounds together.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from deploy.engines.engines import Engines
from deploy.engines.process import Child, stop_all
from deploy.engines.progress import silent
from tests.chaos.oracle import LetterKey
from tests.chaos.round import Report, Round
from tests.chaos.schedule import ENGINES
from tests.chaos.view import View
from tests.chaos.world import World, engines_of_our_own, world

READY_SECONDS = 120.0
"""For all services to be ready before the first round; 5 to 10 s on a quiet machine."""


def run(seeds: Iterable[int], *, folder: Path, tell: Callable[[str], None]) -> list[Report]:
    """A report for each seed; `folder` takes all logs, `tell` each line of what happens."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # our own clients meet dead brokers all the time
    left = list(seeds)
    reports: list[Report] = []
    with engines_of_our_own(folder / "engines") as addresses:
        # Those that were started again are ours to stop.
        engines: dict[str, Child] = dict(zip(ENGINES, _in_order(addresses), strict=True))
        try:
            while left:
                made = asyncio.run(_rounds(engines, addresses, left, folder=folder, tell=tell))
                reports += made
                left = left[len(made) :]
        finally:
            stop_all(list(engines.values()), silent)
    return reports


def _in_order(addresses: Engines) -> list[Child]:
    return sorted(addresses.children, key=lambda child: ENGINES.index(child.name))


async def _rounds(engines: dict[str, Child], addresses: Engines, seeds: list[int], *, folder: Path, tell: Callable[[str], None]) -> list[Report]:
    """Rounds until one does not hold, under a namespace of their own."""
    reports: list[Report] = []
    namespace = f"chaos-{seeds[0]}"
    with world(engines, addresses, namespace, folder / namespace, tell) as made:
        supervisor = asyncio.create_task(made.supervise())
        try:
            await _all_ready(made)
            view, poison = View(made), dict[LetterKey, bool]()
            for seed in seeds:
                reports.append(await Round(made, view, poison, seed, tell).run())
                if reports[-1].wrong:
                    return reports
            there, due = await view.count(), sum(report.items for report in reports)
            if there != due:
                reports[-1].wrong.append(f"the index has {there} items after all rounds instead of {due}: a round that held was undone later")
                tell(str(reports[-1]))
        finally:
            supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await supervisor
            if made.ended:
                tell(f"ended by themselves: {', '.join(made.ended)}")
    return reports


async def _all_ready(made: World) -> None:
    async with asyncio.timeout(READY_SECONDS):
        while unready := await made.ready():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.2 * len(unready))
