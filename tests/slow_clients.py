"""An address in, clients that hardly move out: connections half open, uploads that trickle, answers that
nobody reads.

The first line of each is a real request's, so that a service sees what a broken line or somebody's ill will
would show it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

HALF_A_HEADER = b"POST /v1/digests HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: "

BEGUN_UPLOAD = (
    b"POST /v1/digests?source=slow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 67108864\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
)
"""As large as a form may be by default, with 5 bytes of it."""

NEXT_BYTE_SECONDS = 10.0
"""Between two bytes of a connection that wants to be taken for alive."""


class SlowClients:
    """Connections to one port, each with what it sent first; `answers` reads what came back from those that
    were ended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.open: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def begin(self, first: bytes, times: int) -> None:
        """Open so many connections and send `first` on each; one that is refused or reset counts as ended."""
        for _ in range(times):
            with contextlib.suppress(ConnectionError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                self.open.append((reader, writer))
                writer.write(first)

    async def trickle(self) -> None:
        """Send a byte on each now and then, until cancelled."""
        while True:
            await asyncio.sleep(NEXT_BYTE_SECONDS)
            for _, writer in self.open:
                writer.write(b"a")

    async def answers(self, seconds: float) -> list[bytes]:
        """What the service said on each connection until it ended it; raises TimeoutError when one is still
        open after `seconds`."""

        async def said(reader: asyncio.StreamReader) -> bytes:
            with contextlib.suppress(ConnectionError):
                return await reader.read()
            return b""

        async with asyncio.timeout(seconds):
            return await asyncio.gather(*(said(reader) for reader, _ in self.open))

    def close(self) -> None:
        """Reset all of them."""
        for _, writer in self.open:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def slow_clients(port: int, crowds: Iterable[tuple[bytes, int]]) -> AsyncIterator[SlowClients]:
    """While the block runs, so many connections with each beginning are open, or were ended by the service."""
    made = SlowClients(port)
    trickling = asyncio.create_task(made.trickle())
    try:
        for first, times in crowds:
            await made.begin(first, times)
        yield made
    finally:
        trickling.cancel()
        made.close()
        await asyncio.sleep(0)  # transports that were aborted close their sockets in the loop's next round
