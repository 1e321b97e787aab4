"""A served port among slow clients, over real connections: whose is ended, what it is told, and who is
answered meanwhile."""

import asyncio
import contextlib
import errno
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shared import health
from shared.connections.limits import Limits
from shared.connections.protocol import UNREAD_BYTES, Sweeper
from tests.slow_clients import HALF_A_HEADER, slow_clients

SECONDS = 20.0
"""For what takes a second on a quiet machine."""

LARGE = 7 * 2**20
"""Bytes of an answer: more than the system keeps on both ends together."""


async def received(request: Request) -> Response:
    """Say how many bytes came."""
    with contextlib.suppress(ClientDisconnect):
        return PlainTextResponse(str(len(await request.body())))
    return PlainTextResponse("gone")


async def refused_early(request: Request) -> Response:
    """Answer before anything of the body is read."""
    return PlainTextResponse("no", status_code=401)


async def large(request: Request) -> Response:
    """Much to read."""
    return PlainTextResponse("a" * LARGE)


APP = Starlette(
    routes=[
        Route("/", received, methods=["GET", "POST"]),
        Route("/no", refused_early, methods=["POST"]),
        Route("/large", large),
    ]
)


@contextlib.asynccontextmanager
async def served(**limits: Any) -> AsyncIterator[tuple[int, Callable[[], int]]]:
    """The port, and how many connections are open there."""
    async with health.serving(APP, host="127.0.0.1", port=0, limits=Limits(**limits)) as server:
        await until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1], lambda: len(server.server_state.connections)


async def until(condition: Callable[[], bool]) -> None:
    """Return when it is true; raises TimeoutError."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110  # uvicorn has flags, no events
            await asyncio.sleep(0.02)


async def asked(port: int) -> int:
    """The status of a request on a connection of its own."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"http://127.0.0.1:{port}/")).status_code


async def test_a_header_has_its_time() -> None:
    """A byte now and then does not make it longer, and whoever began a request is told."""
    async with (
        served(header_seconds=0.5) as (port, _),
        slow_clients(port, [(HALF_A_HEADER, 20), (b"", 20)]) as slow,
    ):
        answers = await slow.answers(SECONDS)
        assert [answer[:13] for answer in answers] == [b"HTTP/1.1 408 "] * 20 + [b""] * 20
        assert b"Connection: close" in answers[0]
        assert answers[0].endswith(b'"status":408}}')


async def test_a_second_header_has_its_time_too() -> None:
    """After an answer."""
    async with (
        served(header_seconds=0.5, idle_seconds=60) as (port, _),
        slow_clients(port, [(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET", 1)]) as slow,
    ):
        [answer] = await slow.answers(SECONDS)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b"HTTP/1.1 408 " in answer


async def test_an_idle_connection_ends() -> None:
    """Without a word: nothing was asked."""
    async with (
        served(idle_seconds=1) as (port, _),
        slow_clients(port, [(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1)]) as slow,
    ):
        [answer] = await slow.answers(SECONDS)
        assert answer.endswith(b"\r\n\r\n0")


async def test_a_body_that_trickles_is_given_up() -> None:
    """With 408, and the app sees that nobody is there any more."""
    async with (
        served(slow_seconds=0.5, slow_rate=1000) as (port, _),
        slow_clients(port, [(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", 3)]) as slow,
    ):
        for answer in await slow.answers(SECONDS):
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b'"code":"too_slow"' in answer


async def test_a_body_that_trickles_after_its_answer_is_given_up() -> None:
    """It was answered, so nothing more is said."""
    async with (
        served(slow_seconds=0.5, slow_rate=1000, idle_seconds=60) as (port, _),
        slow_clients(port, [(b"POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\na", 1)]) as slow,
    ):
        [answer] = await slow.answers(SECONDS)
        assert answer.startswith(b"HTTP/1.1 401 ")
        assert b"408" not in answer


async def test_a_body_at_the_rate_is_taken() -> None:
    """However long it takes: here thrice as long as it could stand still."""
    async with served(slow_seconds=0.5, slow_rate=1000) as (port, _):

        async def body() -> AsyncIterator[bytes]:
            for _ in range(15):
                await asyncio.sleep(0.1)
                yield b"a" * 1000

        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.post(f"http://127.0.0.1:{port}/", content=body())).text == "15000"


async def test_an_answer_that_nobody_reads_is_given_up() -> None:
    """And its memory with it, whether the connection was to be kept or not."""
    async with (
        served(slow_seconds=0.5, idle_seconds=1) as (port, connections),
        slow_clients(port, [(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n", 1), (b"GET /large HTTP/1.0\r\n\r\n", 1)]) as slow,
    ):
        for reader, _ in slow.open:
            assert (await reader.readexactly(5)) == b"HTTP/"
        await until(lambda: connections() == 0)


@pytest.mark.parametrize(("rate", "whole"), [(2**20, True), (2**30, False)])
async def test_an_answer_takes_as_long_as_its_size_allows(rate: int, whole: bool) -> None:
    """Here it is read in thrice the time for which it may stand still, steadily; too slowly for the rate, it ends before."""
    async with (
        served(slow_seconds=0.5, slow_rate=rate) as (port, _),
        slow_clients(port, [(b"GET /large HTTP/1.0\r\n\r\n", 1)]) as slow,
    ):
        [(reader, _)] = slow.open
        size = 0
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            for _ in range(15):
                size += len(await reader.readexactly(2**18))
                await asyncio.sleep(0.1)
            size += len(await reader.read())
        assert (size > LARGE) is whole


async def test_half_open_connections_beyond_the_limit_keep_nobody_out() -> None:
    """The oldest of them goes for each that comes."""
    async with served(connections=32) as (port, connections), slow_clients(port, [(HALF_A_HEADER, 100)]):
        async with asyncio.timeout(SECONDS):
            # Not at once: what was begun just now may still be coming.
            while await asked(port) != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert [await asked(port) for _ in range(20)] == [200] * 20
        assert connections() <= 16


@pytest.mark.parametrize(
    "begun",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
        b"POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
        b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_uploads_and_readers_that_stand_still_keep_nobody_out(begun: bytes) -> None:
    """Others get their places long before their own time is over."""
    async with served(connections=16, slow_seconds=6) as (port, connections), slow_clients(port, [(begun, 8)]):
        await until(lambda: connections() == 8)
        async with asyncio.timeout(6):
            while await asked(port) != 200:  # noqa: ASYNC110  # not at once: they may only have paused
                await asyncio.sleep(0.05)
        assert [await asked(port) for _ in range(5)] == [200] * 5


async def test_where_all_are_busy_the_next_is_told_when_to_come_again() -> None:
    """A whole answer, although it is not let in."""
    begun = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
    async with served(connections=32) as (port, connections), slow_clients(port, [(begun, 16)]):
        await until(lambda: connections() == 16)
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{port}/")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["error"]["code"] == "too_many_connections"


async def test_without_files_it_waits_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """EMFILE is asked for once in a second, not as many times as the queue is long; then connections are
    taken as before."""
    asked_for = 0
    real = socket.socket.accept

    def accept(self: socket.socket) -> Any:
        nonlocal asked_for
        asked_for += 1
        if asked_for <= 2:
            raise OSError(errno.EMFILE, "no files")
        return real(self)

    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    async with served() as (port, _):
        monkeypatch.setattr(socket.socket, "accept", accept)
        assert await asked(port) == 200
    assert len(told) == 2


async def test_it_stops_in_time_among_slow_clients() -> None:
    """Half-open ones, uploads and readers end with it."""
    begun = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
    crowds = [(HALF_A_HEADER, 3), (begun, 3), (b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n", 3)]
    async with contextlib.AsyncExitStack() as stack:
        async with asyncio.timeout(SECONDS), served() as (port, connections):
            await stack.enter_async_context(slow_clients(port, crowds))
            await until(lambda: connections() == 9)
        assert connections() == 0


class Connection:
    """What a sweeper looks at."""

    def __init__(self, unread: int = 0, since: float = 0.0) -> None:
        self.unread, self.unread_since = unread, since
        self.stood_still: list[float] = []
        self.ended: list[str] = []

    def check(self, _now: float, stood_still: float) -> None:
        """Note what is asked."""
        self.stood_still.append(stood_still)

    def end(self, reason: str) -> None:
        """Note it."""
        self.ended.append(reason)


def test_a_loop_that_stood_still_blames_nobody() -> None:
    """A machine that slept is not a client that was slow."""
    sweeper, connection = Sweeper(), Connection()
    for now in (10.0, 10.1, 22.2, 22.3):
        sweeper.sweep([connection], now)  # type: ignore[list-item]  # a fake
    assert connection.stood_still == pytest.approx([0.0, 0.0, 12.0, 0.0])


def test_answers_that_wait_take_bounded_memory() -> None:
    """Those end whose readers have read nothing for the longest."""
    connections = [Connection(UNREAD_BYTES // 2, since) for since in (3.0, 1.0, 2.0)] + [Connection()]
    Sweeper().sweep(connections, 10.0)  # type: ignore[arg-type]  # fakes
    assert [connection.ended for connection in connections] == [[], ["memory"], [], []]


@pytest.mark.parametrize("line", [b"GET /\xff HTTP/1.1", b"\x16\x03\x01", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x"])
async def test_what_is_no_http_is_refused_in_the_one_shape(line: bytes) -> None:
    """As a browser that speaks TLS to this port, or a client with a bug."""
    async with served() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(line + b"\r\n\r\n")
        async with asyncio.timeout(SECONDS):
            answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "bad_request"
