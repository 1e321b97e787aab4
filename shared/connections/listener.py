"""A listening socket that lets in who may, and tells everybody else so: asyncio and uvicorn use it as any
other.

It takes the decision where a connection is accepted, before it costs anything, and sees each one's end by
its socket, whatever became of protocol or handshake. What it must not do is make asyncio accept in vain for
ever: each way out ends connections or takes new ones.
"""

import errno
import socket
import time
from collections import deque
from contextlib import suppress

from shared import metrics
from shared.connections.places import Guest, Places
from shared.connections.refusal import NO_ROOM

REFUSED_AT_ONCE = 64
"""Before the loop does something else."""

TOLD = 16
"""Connections that were refused last stay open until others are: closed at once, a client that still writes
would see a reset and no answer."""

NO_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

REST_SECONDS = 0.9
"""After there was no file to be had. asyncio itself comes again after 1 s, but until then asks as many
times as its backlog is long."""


SEND_BYTES = 256 * 1024
"""Of an answer that the system itself keeps for a client, of which it makes twice as many. Left to itself it keeps up
to 4 MB for each, which is memory too, and says for minutes nothing of a client that reads slowly."""


class Connection(socket.socket):
    """An accepted connection, which says when it is closed."""

    places: Places
    guest: Guest | None = None
    peer: tuple[str, int]

    def close(self) -> None:
        """Close it and give its place back."""
        super().close()
        if self.guest is not None:
            guest, self.guest = self.guest, None
            self.places.left(self.peer, guest)


class Listener(socket.socket):
    """A listening socket that knows how many places there are."""

    places: Places
    _resting_until = 0.0
    _told: "deque[socket.socket]"

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """The next connection that there is a place for; raises BlockingIOError when there is none now."""
        for _ in range(REFUSED_AT_ONCE):
            if self.places.is_crowded or time.monotonic() < self._resting_until:
                break
            made, peer = self._next()
            made.places, made.peer, made.guest = self.places, peer, self.places.enter(peer)
            if made.guest is not None:
                return made, peer
            self._refuse(made)
        raise BlockingIOError

    def _next(self) -> tuple[Connection, tuple[str, int]]:
        try:
            plain, peer = super().accept()
        except OSError as error:
            if error.errno in NO_FILES:
                self._resting_until = time.monotonic() + REST_SECONDS
                self.places.thin_out(TOLD)
            raise
        return Connection(self.family, self.type, self.proto, fileno=plain.detach()), peer

    def _refuse(self, refused: Connection) -> None:
        metrics.ended.labels("no_room").inc()
        refused.setblocking(False)
        with suppress(OSError):
            refused.send(NO_ROOM)
            refused.shutdown(socket.SHUT_WR)
        if len(self._told) >= TOLD:
            self._told.popleft().close()
        self._told.append(refused)

    def close(self) -> None:
        """Close it, and the refused ones."""
        while self._told:
            self._told.pop().close()
        super().close()


def listener(family: int, places: Places) -> Listener:
    """A TCP socket that will listen."""
    # The protocol is named because asyncio turns Nagle's algorithm off only where it is: each answer would
    # else take 40 ms longer.
    made = Listener(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)  # connections have their listener's
    made.places, made._told = places, deque()
    return made
