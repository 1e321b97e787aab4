"""A host and a port → a listening socket, and uvicorn on it until SIGTERM: requests that are being answered still are, then exit 0."""

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from types import FrameType

import uvicorn

from shared.errors import Misconfigured


class Server(uvicorn.Server):
    """uvicorn that exits 0 after SIGTERM; its own way is to raise the signal again."""

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
def listening(host: str, port: int, *, variables: tuple[str, str]) -> Iterator[socket.socket]:
    """A listening socket; port 0 takes a free one. Raises Misconfigured, naming the `variables` of host and port, when the address can't be had."""
    # The protocol is named because asyncio turns Nagle's algorithm off only where it is: each answer would else take 40 ms longer.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        why = os.strerror(error.errno) if error.errno else str(error)
        raise Misconfigured(f"can't listen on {host} port {port}: {why}; stop what uses it, or set {' and '.join(variables)}") from error
    with listener:
        yield listener


def address(listener: socket.socket) -> str:
    """The url of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
