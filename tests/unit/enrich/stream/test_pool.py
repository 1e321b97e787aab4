"""Real child processes: each digest has its time and its own fate."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from functools import partial

import psutil
import pytest
from pebble import ProcessFuture
from pebble.pool.base_pool import PoolStatus

from services.enrich.stream import pool as pool_module
from services.enrich.stream.pool import DigestPool
from services.enrich.stream.process import Dead, Enriched, Outcome
from shared.errors import Unavailable
from tests.fakes import enrich_hooks
from tests.fakes.raw_records import raw

HOOKS = "tests.fakes.enrich_hooks:enrich"


@asynccontextmanager
async def running(*, processes: int = 1, seconds: float = 20.0, function: str = HOOKS, memory_mb: int = 0) -> AsyncIterator[DigestPool]:
    """A pool that is closed after the block."""
    pool = DigestPool(processes=processes, seconds=seconds, max_record_bytes=2**20, function=function, memory_mb=memory_mb)
    try:
        yield pool
    finally:
        await pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process allocates")
async def test_a_digest_that_eats_memory_is_a_dead_letter_and_the_next_one_is_enriched() -> None:
    """The limit is the child's own, and the child goes on."""
    async with running(memory_mb=512) as pool:
        eaten = await enriched(pool, enrich_hooks.GREEDY)
        assert isinstance(eaten, Dead)
        assert eaten.error == "too_much_memory"
        assert isinstance(await enriched(pool, "好的\n正文"), Enriched)


async def enriched(pool: DigestPool, text: str) -> Outcome:
    """The outcome of a digest of that text."""
    _, content, headers = raw(text, text)
    return await pool.outcome(headers, content or b"")


def children() -> list[psutil.Process]:
    """The pool's children, who are the fork server's. Never those of other processes that the tests have started, such as engines."""
    servers = [child for child in psutil.Process().children() if any("multiprocessing.forkserver" in word for word in child.cmdline())]
    return [child for server in servers for child in server.children()]


async def test_outcomes() -> None:
    """Enriched, rejected, raised, exited and too large digests one after the other from one child."""
    async with running() as pool:
        assert isinstance(await enriched(pool, "好的\n正文"), Enriched)
        kinds = [
            await enriched(pool, text)
            for text in [enrich_hooks.REJECTS, enrich_hooks.RAISES, enrich_hooks.EXITS, f"{enrich_hooks.GROWS}\n{'长' * 10000}"]
        ]
        assert [outcome.error if isinstance(outcome, Dead) else None for outcome in kinds] == [
            "unsupported",
            "enrich_failed",
            "enrich_failed",
            "too_large",
        ]
        before = children()
        await enriched(pool, "又好")
        assert children() == before


@pytest.mark.parametrize("text", [enrich_hooks.HANGS, enrich_hooks.HANGS_IN_C])
async def test_too_slow(text: str) -> None:
    """A digest that hangs, in Python or in C, is given up after its time; the one that waits behind it has all of its own."""
    async with running(seconds=0.5) as pool:
        await enriched(pool, "先热身")
        began = time.monotonic()
        slow, good = await asyncio.gather(enriched(pool, text), enriched(pool, f"{enrich_hooks.SLOW}的"))
        assert isinstance(slow, Dead)
        assert slow.error == "too_slow"
        assert isinstance(good, Enriched)
        assert time.monotonic() - began < 5


async def test_crashed_twice_and_its_neighbours_unharmed() -> None:
    """A digest that kills its process is tried once more; what ran beside it comes out enriched."""
    async with running(processes=2) as pool:
        texts = ["甲", enrich_hooks.CRASHES, f"乙{enrich_hooks.SLOW}", "丙"]
        outcomes = await asyncio.gather(*(enriched(pool, text) for text in texts))
        assert [type(outcome) for outcome in outcomes] == [Enriched, Dead, Enriched, Enriched]
        crashed = outcomes[1]
        assert isinstance(crashed, Dead)
        assert (crashed.error, crashed.attempts) == ("crashed", 2)


async def test_a_child_that_is_killed_costs_nothing() -> None:
    """A digest whose child is killed once is enriched by the next child; killed while idle it is simply replaced."""
    async with running() as pool:
        await enriched(pool, "热身")
        slow = asyncio.create_task(_patiently(lambda: enriched(pool, f"{enrich_hooks.SLOW}的")))
        await asyncio.sleep(enrich_hooks.SLOW_SECONDS / 4)  # it is in work then; too early or late kills an idle child, as below
        victims = children()
        assert victims
        for child in victims:
            os.kill(child.pid, signal.SIGKILL)
        assert isinstance(await slow, Enriched)
        for child in children():
            os.kill(child.pid, signal.SIGKILL)
        assert isinstance(await _patiently(lambda: enriched(pool, "之后")), Enriched)


async def test_a_child_that_is_killed_while_it_reads_holds_up_nobody() -> None:
    """It leaves the lock of its pipe taken for ever; the next child has another, and those of others go on."""
    async with running(processes=2) as pool:
        await asyncio.gather(enriched(pool, "热身"), enriched(pool, "热身"))
        broken = pool._all[0]._pool
        assert broken is not None
        channel = broken._pool_manager.worker_manager.workers_channel
        assert channel is not None
        (victim,) = broken._pool_manager.worker_manager.workers.values()
        assert victim.pid is not None
        assert channel.mutex.reader_mutex.acquire(timeout=5)
        os.kill(victim.pid, signal.SIGKILL)
        outcomes = await asyncio.gather(*(_patiently(partial(enriched, pool, text)) for text in "甲乙丙丁"))
        assert [type(outcome) for outcome in outcomes] == [Enriched] * 4


async def test_a_digest_that_a_breaking_pool_forgets_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handed in just when the pool finds its child gone, it would never be answered."""
    async with running() as pool:
        await enriched(pool, "热身")
        breaking = pool._all[0]._pool
        assert breaking is not None

        def forgets(*_args: object, **_options: object) -> ProcessFuture[Outcome]:
            breaking._context.status = PoolStatus.ERROR
            return ProcessFuture()

        monkeypatch.setattr(breaking, "schedule", forgets)
        assert isinstance(await _patiently(lambda: enriched(pool, "之后")), Enriched)


async def test_children_that_cant_start_are_unavailable() -> None:
    """A function that can't be imported is our fault, no digest's."""
    async with running(function="services.enrich.no_such_module:enrich") as pool:
        with pytest.raises(Unavailable, match="before they are ready"):
            await enriched(pool, "好的")


async def test_children_that_cant_be_forked_are_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may pass (memory, process numbers); the batch waits instead of ending the worker."""

    class NoFork:
        """As Pebble's pool where the fork server died."""

        def __init__(self, **_options: object) -> None:
            self.stopped = False

        @property
        def active(self) -> bool:
            """Starts the children."""
            raise BrokenProcessPool

        def stop(self) -> None:
            """Nothing runs."""

        def join(self) -> None:
            """Nothing to wait for."""

    monkeypatch.setattr(pool_module, "ProcessPool", NoFork)
    async with running() as pool:
        with pytest.raises(Unavailable, match="could not be started"):
            await enriched(pool, "好的")


async def test_close_ends_the_children() -> None:
    """Also one that hangs in C."""
    async with running() as pool:
        await enriched(pool, "热身")
        hanging = asyncio.create_task(enriched(pool, enrich_hooks.HANGS_IN_C))
        await asyncio.sleep(0.1)
        before = children()
    assert before
    assert not [child for child in before if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def _patiently(work: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """As the batch loop does: again when the pool had to be replaced."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await work()
            except Unavailable:
                await asyncio.sleep(0.05)
