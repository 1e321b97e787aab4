"""Raw records in, Outcomes out, each made in a child process with a time limit.

A digest that takes too long costs its child and becomes the dead letter `too_slow`. A digest under which a child dies (segfault,
out of memory, kill -9) is tried once more, then becomes `crashed`; of those only one is tried again at a time, so that what takes the
memory of others is not beside them twice. Everything else goes on meanwhile.
"""

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import forkserver

from pebble import ProcessExpired, ProcessPool

from services.enrich.stream import child
from services.enrich.stream.process import Dead, Headers, Outcome
from shared import log, metrics
from shared.errors import Unavailable

logger = log.get(__name__)

Began = Callable[[Callable[[], bool]], None]
"""Called with a function that says whether a child has the digest in work by now: a fresh one is not ready at once."""

READY_SECONDS = 60.0
"""A fresh child loads gazetteers and models before its first digest; a pool that is later than this with it hangs."""

KILL_SECONDS = 5.0
"""The pool looks every 0.1 s for digests over their time, and waits 3 s between the polite and the certain end of a child."""

LOOK_SECONDS = 1.0
"""Between two looks at whether a pool that has not answered has broken."""


class DigestPool:
    """Child processes that enrich, each in a pool of its own: what one leaves behind when it is killed harms no other."""

    def __init__(
        self, *, processes: int, seconds: float, max_record_bytes: int, function: str = child.ENRICH, memory_mb: int = 0, nice: int = 0
    ) -> None:
        """`seconds` for each digest, `memory_mb` for each child (0: no limit), `function` as `module:name` (tests pass one that fails).

        `nice` is taken off the children's priority, for work that nothing else should wait for.
        """
        self._all = [_Seat(function, seconds=seconds, max_record_bytes=max_record_bytes, memory_mb=memory_mb, nice=nice) for _ in range(processes)]
        self._free: asyncio.Queue[_Seat] = asyncio.Queue()
        for seat in self._all:
            self._free.put_nowait(seat)
        self._again = asyncio.Lock()

    async def start(self) -> None:
        """Start the children, so that the first digest finds them ready; returns before they are. Raises Unavailable."""
        for seat in self._all:
            await seat.open()

    async def outcome(self, headers: Headers, content: bytes, *, began: Began = lambda running: None) -> Outcome:
        """Enrich one raw record; `began` is called when its turn has come, and again when it is tried again.

        Raises Unavailable when there are no children to be had: try again later.
        """
        outcome = await self._try(headers, content, began)
        if outcome is None:
            metrics.retries.labels("enrich", "crashed").inc()
            async with self._again:
                outcome = await self._try(headers, content, began)
        return outcome or Dead("crashed", "the process that enriched it ended or hung, twice", attempts=2)

    async def close(self) -> None:
        """End the children; returns within some seconds whatever they do."""
        await asyncio.gather(*(seat.close() for seat in self._all))

    async def _try(self, headers: Headers, content: bytes, began: Began) -> Outcome | None:
        # No more at once than there are children: one that waits could not be told from one that hangs.
        seat = await self._free.get()
        try:
            return await seat.outcome(headers, content, began)
        finally:
            self._free.put_nowait(seat)


class _Seat:
    """A pool of one child, made anew whenever the child is lost: one that is killed while it reads leaves its pipe locked for ever."""

    def __init__(self, function: str, *, seconds: float, max_record_bytes: int, memory_mb: int, nice: int) -> None:
        self._function, self._seconds, self._max_record_bytes, self._memory_mb = function, seconds, max_record_bytes, memory_mb
        self._nice = nice
        self._opening = asyncio.Lock()
        self._pool: ProcessPool | None = None
        self._context = multiprocessing.get_context("forkserver")

    async def outcome(self, headers: Headers, content: bytes, began: Began) -> Outcome | None:
        """The outcome, or None when the child was lost with it; raises Unavailable."""
        pool = await self.open()
        limit = asyncio.timeout(READY_SECONDS + self._seconds + KILL_SECONDS)
        try:
            future = pool.schedule(child.run, args=(self._function, tuple(headers), content, self._max_record_bytes), timeout=self._seconds)
            began(future.running)
            async with limit:
                return await _answered(pool, future)
        except ProcessExpired as error:
            logger.warning("a child process died under a digest", exit_code=error.exitcode)
            self._drop(pool)
            return None
        except TimeoutError:
            if not limit.expired():
                return Dead("too_slow", f"it took longer than {self._seconds:g} s to enrich, so the process was killed")
            logger.warning("a child process hangs; starting another")
            self._drop(pool)
            return None
        except (BrokenProcessPool, RuntimeError) as error:
            self._drop(pool)
            raise Unavailable(f"the child processes end before they are ready ({error}): their reason is in the log above") from error

    async def open(self) -> ProcessPool:
        """The pool with its child; returns before that is ready. Raises Unavailable."""
        async with self._opening:
            if self._pool is not None and self._pool.active:
                return self._pool
            if self._pool is not None:
                self._drop(self._pool)
            module = self._function.partition(":")[0]
            self._context.set_forkserver_preload(["services.enrich.stream.fork_server", module])
            # Here, as the fork server dies with the thread that started it, and this one lives as long as the worker.
            forkserver.ensure_running()
            initargs = (self._function, self._memory_mb, self._nice)
            pool = ProcessPool(max_workers=1, initializer=child.prepare, initargs=initargs, context=self._context)
            # Starting a child waits for the fork server to have imported everything: not on the loop. `active` starts it.
            try:
                active = await asyncio.to_thread(lambda: pool.active)
            except BrokenProcessPool as error:  # the fork server could not import what children need, or not fork
                _discard(pool)
                raise Unavailable("the child processes could not be started: their reason is in the log above") from error
            if not active:
                raise Unavailable("the child processes could not be started")
            self._pool = pool
            return pool

    async def close(self) -> None:
        """End the child; returns within some seconds whatever it does."""
        pool, self._pool = self._pool, None
        if pool is not None:
            ended, loop = asyncio.Event(), asyncio.get_running_loop()
            _discard(pool, then=lambda: loop.call_soon_threadsafe(ended.set))
            with suppress(TimeoutError):
                async with asyncio.timeout(KILL_SECONDS):
                    await ended.wait()

    def _drop(self, pool: ProcessPool) -> None:
        if self._pool is pool:
            self._pool = None
            _discard(pool)


async def _answered(pool: ProcessPool, future: "Future[Outcome]") -> Outcome:
    """What a digest came to; raises what the future does, and BrokenProcessPool where its pool broke and forgot it.

    Pebble gives up what its pool holds when that breaks, but not what is handed in at that very moment: nobody would ever answer it.
    """
    answer = asyncio.wrap_future(future)
    try:
        while not answer.done():
            await asyncio.wait([answer], timeout=LOOK_SECONDS)
            if not answer.done() and not pool.active:
                raise BrokenProcessPool("the child ended before it took the digest")
        return answer.result()
    finally:
        answer.cancel()  # nothing where it is done


def _discard(pool: ProcessPool, *, then: Callable[[], object] = lambda: None) -> None:
    """End a pool in a thread of its own: it may hang, and must then keep neither the loop nor the interpreter."""

    def end() -> None:
        pool.stop()  # type: ignore[no-untyped-call]  # Pebble leaves it unannotated
        pool.join()
        with suppress(RuntimeError):  # the loop was closed before we were done
            then()

    threading.Thread(target=end, daemon=True, name="pool-end").start()
