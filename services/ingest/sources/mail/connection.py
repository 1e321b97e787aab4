"""How a mailbox is reached → a client of its server, over a connection that may be cut at any moment.

A thread that waits for a server can't be ended; its connection can.
"""

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Callable

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]

from services.ingest.sources.fetch.errors import FetchFailed
from shared.registry.entry import Imap

CONNECT_SECONDS, READ_SECONDS = 15.0, 60.0
"""For a connection, and for silence within an answer"""


class Connection:
    """One connection, opened by one thread and cut by any."""

    def __init__(self, box: Imap, allowed: Callable[[str], bool]) -> None:
        """Connect to nothing yet; `allowed` says of an address whether it may be connected to."""
        self._box = box
        self._allowed = allowed
        self._plug: socket.socket | None = None
        self._cut = False

    def open(self, secure: ssl.SSLContext) -> IMAPClient:
        """Return a client that has read the server's greeting; raises FetchFailed (`closed_address`) and OSError."""
        opened = socket.create_connection((self._box.host, self._box.port), timeout=CONNECT_SECONDS)
        try:
            self._plug = opened.dup()  # It stays the connection whatever is wrapped around the other.
            if self._cut:
                self.cut()
            # Before the password is sent, or anything that was answered is told.
            if not self._allowed(str(opened.getpeername()[0])):
                message = f"{self._box.host} is an address inside a network that is not open"
                raise FetchFailed("closed_address", message, lasting=True)
            if self._box.tls == "tls":
                opened = secure.wrap_socket(opened, server_hostname=self._box.host)
            return _Client(opened, self._box)
        except BaseException:
            opened.close()
            raise

    def cut(self) -> None:
        """End the connection at once, with all that waits for it; what is about to open one ends then."""
        self._cut = True
        if self._plug is not None:
            with contextlib.suppress(OSError):
                self._plug.shutdown(socket.SHUT_RDWR)
            self._plug.close()


class _Client(IMAPClient):  # type: ignore[misc]  # it has no types
    """A client over what is connected already."""

    def __init__(self, opened: socket.socket, box: Imap) -> None:
        self._opened = opened
        timeout = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        super().__init__(box.host, box.port, ssl=box.tls == "tls", timeout=timeout)

    def _create_IMAP4(self) -> imaplib.IMAP4:
        return _Spoken(self._opened, self.host)


class _Spoken(imaplib.IMAP4):
    def __init__(self, opened: socket.socket, host: str) -> None:
        self._opened = opened
        super().__init__(host)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        self._opened.settimeout(READ_SECONDS)  # from the greeting on
        return self._opened
