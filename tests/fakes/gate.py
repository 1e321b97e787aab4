"""A port before a real server that can be shut and opened: how an engine looks that is away for a while, without stopping it for others.

It can also refuse (503) every request in which certain bytes stand: how an engine looks that stumbles over one document.
"""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

from deploy.engines.ports import LOOPBACK

T = TypeVar("T")

REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Gate:
    """Listens on a free port of loopback in a thread of its own."""

    def __init__(self, target: str, *, refuses: bytes = b"") -> None:
        self._refuses = refuses
        parts = urlsplit(target)
        self._target = (parts.hostname or LOOPBACK, parts.port or 80)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = True
        self._server = self._run(self._listen())
        self.url = f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._connected, LOOPBACK, 0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        with suppress(OSError):
            behind_reader, behind_writer = await asyncio.open_connection(*self._target)
            self._writers |= {writer, behind_writer}
            await asyncio.gather(self._pass(reader, behind_writer, back=writer), self._pass(behind_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: asyncio.StreamWriter | None = None) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if back is not None and self._refuses and self._refuses in data:
                    back.write(REFUSAL)
                    break
                writer.write(data)
                await writer.drain()
        writer.close()
        self._writers.discard(writer)

    def shut(self) -> None:
        """Break all connections and refuse new ones."""
        self._run(self._shut())

    async def _shut(self) -> None:
        self._open = False
        for writer in list(self._writers):
            writer.transport.abort()

    def open(self) -> None:
        """Let connections through again."""
        self._open = True

    def close(self) -> None:
        """End it."""
        self.shut()
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        await asyncio.sleep(0.05)  # aborted connections have their say
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
