"""An HTTP server on loopback that takes notices as a robot's or a program's, and keeps what it was given, for one test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True)
class Taken:
    """One request."""

    target: str
    """Path and query"""
    headers: dict[str, str]
    """Names in small letters"""
    body: bytes

    @property
    def said(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)


@dataclass
class Receiver:
    """Answers each path with a status and JSON: 200 and `{"errcode":0}` unless `answers` has another."""

    port: int = 0
    answers: dict[str, tuple[int, object]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"http://127.0.0.1:{self.port}"

    async def until(self, count: int, *, seconds: float = 10) -> list[Taken]:
        """Return what was taken once there are `count`; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.taken) < count:
                self._news.clear()
                await self._news.wait()
        return self.taken

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request of a connection, and close it."""
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:]) if name}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            target = lines[0].split(" ")[1]
            status, said = self.answers.get(target.partition("?")[0], (200, {"errcode": 0}))
            content = orjson.dumps(said)
            writer.write(f"HTTP/1.1 {status} said\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content)
            await writer.drain()
            self.taken.append(Taken(target, headers, body))
            self._news.set()
        finally:
            writer.close()


@asynccontextmanager
async def receiver(port: int = 0) -> AsyncIterator[Receiver]:
    """One that runs while the block does."""
    fake = Receiver()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", port)
    fake.port = server.sockets[0].getsockname()[1]
    async with server:
        yield fake
