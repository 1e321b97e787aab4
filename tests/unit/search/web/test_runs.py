"""Runs that retry letters in the background: one at a time, remembered, stopped, and honest about how they end."""

import asyncio

import pytest

from services.search.errors import KafkaAway, NotFound
from services.search.web.dead.runs import KEPT, Busy, Run, Runs


async def all_of_it(run: Run) -> None:
    """Send everything at once."""
    run.sent = run.total


async def until_stopped(run: Run) -> None:
    """Send one letter after another until it is to stop."""
    while not await run.stopped_within(0.001):
        run.sent += 1


async def away(run: Run) -> None:
    """Send one letter, then Kafka is away."""
    run.sent += 1
    raise KafkaAway("away")


async def broken(_run: Run) -> None:
    """Fail as nobody expects."""
    raise ZeroDivisionError


async def ended(runs: Runs) -> None:
    """Wait for the run that is under way."""
    async with asyncio.timeout(5):
        while runs.under_way:  # noqa: ASYNC110
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("work", "state", "sent", "words"),
    [(all_of_it, "done", 9, None), (away, "failed", 1, "Kafka"), (broken, "failed", 0, "服务内部出错")],
)
async def test_how_a_run_ends(work: object, state: str, sent: int, words: str | None) -> None:
    """With what it sent, and the reason in Chinese where it failed."""
    runs = Runs()
    run = runs.begin(Run(9, 0, "甲"), work)  # type: ignore[arg-type]  # a table of functions
    await ended(runs)
    answer = runs.get(run.id).answer()
    assert (answer.state, answer.sent) == (state, sent)
    assert (words in (answer.error or "")) if words else answer.error is None


async def test_a_run_is_stopped_and_no_second_begins_meanwhile() -> None:
    """What it has sent stays counted."""
    runs = Runs()
    run = runs.begin(Run(10**9, 0, "甲"), until_stopped)
    with pytest.raises(Busy):
        runs.begin(Run(1, 0, "乙"), all_of_it)
    run.stop.set()
    await ended(runs)
    assert run.answer().state == "stopped"
    runs.begin(Run(1, 0, "乙"), all_of_it)
    await ended(runs)


async def test_the_service_ends_while_one_is_under_way() -> None:
    """It stops the run and waits for the letters in hand."""
    runs = Runs()
    run = runs.begin(Run(10**9, 0, "甲"), until_stopped)
    await runs.close()
    assert run.answer().state == "stopped"


async def test_the_oldest_are_forgotten() -> None:
    """So that memory is bounded."""
    runs = Runs()
    names = []
    for _ in range(KEPT + 1):
        names.append(runs.begin(Run(1, 0, "甲"), all_of_it).id)
        await ended(runs)
    with pytest.raises(NotFound):
        runs.get(names[0])
    assert runs.get(names[1]).answer().state == "done"
