"""One Kafka and one Elasticsearch for a whole run, whether its tests run in this process or side by side in pytest-xdist's workers.

With workers the engines belong to the process that distributes the tests, as any worker may end before the others: the first worker that asks has
them started, and all are told where they are. They end with the run.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from multiprocessing.connection import Client, Listener
from secrets import token_bytes
from typing import Any

import pytest

from tests.engines import NotAvailable, RunningEngines, started

WHERE = "engines"
"""The key under which a worker is told whom to ask."""

Answer = RunningEngines | str
"""Engines, or why there are none"""


class EngineHost:
    """A plugin of the distributing process: starts engines when a worker first asks, and tells each that asks."""

    def __init__(self) -> None:
        self._key = token_bytes(16)
        # All workers ask at once and wait while engines start: with the default backlog of one the kernel drops a connection
        # that its worker takes for made, and waits on for ever.
        self._listener = Listener(("127.0.0.1", 0), backlog=128, authkey=self._key)
        # A thread for the whole run: engines end with the thread that started them, by the kernel's parent-death signal.
        self._thread = threading.Thread(target=self._serve, name="engine host")
        self._thread.start()

    def pytest_configure_node(self, node: Any) -> None:
        """Tell a new worker whom to ask."""
        node.workerinput[WHERE] = (self._listener.address, self._key)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """End the engines, after xdist has ended its workers."""
        with contextlib.suppress(OSError), Client(self._listener.address, authkey=self._key) as connection:
            connection.send(None)
        self._thread.join()

    def _serve(self) -> None:
        answer: Answer | None = None
        with contextlib.ExitStack() as stack, self._listener:
            while True:
                with self._listener.accept() as connection:
                    if connection.recv() is None:
                        return
                    if answer is None:
                        answer = _start(stack)
                    connection.send(answer)


def _start(stack: contextlib.ExitStack) -> Answer:
    try:
        return stack.enter_context(started())
    except NotAvailable as error:
        return str(error)


@contextlib.contextmanager
def shared(config: pytest.Config) -> Iterator[RunningEngines]:
    """The run's engines while the block runs; raises NotAvailable."""
    if WHERE not in getattr(config, "workerinput", {}):
        with started() as engines:
            yield engines
        return
    address, key = config.workerinput[WHERE]  # type: ignore[attr-defined]  # xdist's own attribute
    with Client(tuple(address), authkey=key) as connection:
        connection.send(os.getpid())
        answer: Answer = connection.recv()
    if isinstance(answer, str):
        raise NotAvailable(answer)
    yield answer
