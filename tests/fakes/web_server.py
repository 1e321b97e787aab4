"""A web server on a free port of loopback that says what a test wants, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answering = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]
    """Names in small letters"""


@dataclass
class WebServer:
    """The pages of a server by path; what was asked of it, in order."""

    port: int = 0
    pages: dict[str, Answering] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def says(self, path: str, answer: Answering | bytes) -> str:
        """Answer `path` so from now on; return its address."""
        self.pages[path] = answer if callable(answer) else _bytes(answer)
        return self.url + path

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request of a connection, and close it."""
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:]) if name}
            request = Request(lines[0].split(" ")[1], headers)
            self.asked.append(request)
            await self.pages.get(request.path, _bytes(answer(b"no such page", status="404 Not Found")))(request, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def answer(content: bytes, *, status: str = "200 OK", media_type: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """A whole answer; `headers` are written with _ for -."""
    lines = {"Content-Type": media_type, "Content-Length": str(len(content)), "Connection": "close"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return "\r\n".join([f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in lines.items()), "", ""]).encode() + content


@asynccontextmanager
async def web_server() -> AsyncIterator[WebServer]:
    """A server until the end of the context."""
    held = WebServer()
    server = await asyncio.start_server(held.serve, "127.0.0.1", 0)
    held.port = server.sockets[0].getsockname()[1]
    try:
        yield held
    finally:
        server.close()
        await server.wait_closed()


def _bytes(content: bytes) -> Answering:
    async def say(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(content)

    return say
