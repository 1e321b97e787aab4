"""A host and a port → a listening socket, and uvicorn on it until SIGTERM: requests that are being answered still are, then exit 0."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import cast

import uvicorn

from shared.connections.limits import Limits
from shared.connections.listener import Listener, listener
from shared.connections.places import Places
from shared.connections.protocol import Config, Protocol, Sweeper
from shared.errors import Misconfigured


class Guarded(uvicorn.Server):
    """uvicorn that ends connections beyond their limits; its signal handlers are whoever's it runs within."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._sweeper = Sweeper()

    async def on_tick(self, counter: int) -> bool:
        """Look at all connections, ten times a second."""
        connections = cast(Iterable[Protocol], self.server_state.connections)  # as Config says
        self._sweeper.sweep(tuple(connections), asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain as uvicorn does, then end the connections that it leaves open."""
        await super().shutdown(sockets)
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # in which they close

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever has handlers already."""
        yield


class Server(Guarded):
    """The same as a service of its own: it exits 0 after SIGTERM; uvicorn's own way is to raise the signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop accepting and drain on the first SIGINT or SIGTERM, stop at once on the second."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.force_exit = self.should_exit
            self.should_exit = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextlib.contextmanager
def listening(host: str, port: int, *, variables: tuple[str, str], limits: Limits) -> Iterator[Listener]:
    """A listening socket; port 0 takes a free one. Raises Misconfigured, naming the `variables` of host and port, when the address can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = listener(family, Places(limits.connections, time.monotonic))
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(2048)
    except OSError as error:
        made.close()
        why = os.strerror(error.errno) if error.errno else str(error)
        raise Misconfigured(f"can't listen on {host} port {port}: {why}; stop what uses it, or set {' and '.join(variables)}") from error
    with made:
        yield made


def address(listener: socket.socket) -> str:
    """The url of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
