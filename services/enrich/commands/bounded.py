"""A function and limits of time and memory → its answers from a child process, which is killed beyond them: `jianbao parse` and `extract`.

As the worker's children, without Kafka and for one call at a time. The child is forked, so that it begins at once with all that is imported.
"""

import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from services.enrich.stream.child import die_with_parent, limit_memory
from shared.errors import Rejected
from shared.settings import EnrichSettings

END_SECONDS = 5.0
"""For a child that was killed to be gone."""


class Bounded:
    """Calls `function` in a child; the next call after one that cost the child its life gets another."""

    def __init__(self, function: Callable[..., Any], settings: EnrichSettings, *, warm_up: tuple[Any, ...] = ()) -> None:
        """`function` takes and gives what can be pickled; the limits are those of the worker's children.

        It is called here once with the harmless `warm_up`, so that every child is born with gazetteers and patterns loaded.
        """
        self._function = function
        self._warm_up = warm_up
        self._seconds = settings.digest_seconds
        self._memory_mb = settings.child_memory_mb
        self._child: Any = None
        self._there: Connection | None = None

    def __enter__(self) -> Self:
        """Nothing is begun before the first call."""
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._end()

    def __call__(self, *args: Any) -> Any:
        """What the function gives; raises what it raises, and Rejected: `too_slow`, `too_much_memory`, `crashed`."""
        there = self._there or self._begin()
        try:
            there.send(args)
            if not there.poll(self._seconds):
                self._end()
                raise Rejected("too_slow", f"it took longer than {self._seconds:g} s (ENRICH_DIGEST_SECONDS) and was stopped")
            good, answer = there.recv()
        except (EOFError, OSError):
            self._end()
            raise Rejected("crashed", "the process that read it ended; it may need more memory (ENRICH_CHILD_MEMORY_MB)") from None
        if good:
            return answer
        raise answer

    def _begin(self) -> Connection:
        if self._warm_up:
            self._function(*self._warm_up)
        context: Any = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
        self._there, here = context.Pipe()
        self._child = context.Process(target=_serve, args=(here, self._function, self._memory_mb), daemon=True)
        self._child.start()
        here.close()
        return self._there

    def _end(self) -> None:
        child, there, self._child, self._there = self._child, self._there, None, None
        if there is not None:
            there.close()
        if child is not None:
            child.kill()
            child.join(END_SECONDS)


def _serve(here: Connection, function: Callable[..., Any], memory_mb: int) -> None:
    """The child: one call after the other until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; whoever asked decides
    die_with_parent()
    limit_memory(memory_mb)
    with suppress(EOFError, OSError):
        while True:
            args = here.recv()
            try:
                answer = (True, function(*args))
            except MemoryError:
                answer = (False, Rejected("too_much_memory", f"it took more than {memory_mb} MiB of memory (ENRICH_CHILD_MEMORY_MB)"))
            except Exception as error:
                answer = (False, error)
            here.send(answer)
