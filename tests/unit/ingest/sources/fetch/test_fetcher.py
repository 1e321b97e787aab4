"""Documents of a local server that misbehaves: each case its error, and nothing is waited for longer than it is worth."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp.abc import AbstractResolver, ResolveResult

from services.ingest.sources.fetch.addresses import opened
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.fetcher import REDIRECTS, Fetched, Fetcher
from tests.fakes.web_server import Request, WebServer, answer, web_server

PAGE = "本周双碳要闻".encode()
MODIFIED = "Fri, 06 Feb 2026 01:00:00 GMT"


class Names(AbstractResolver):
    """A resolver whose names point at addresses in turn, the last for ever."""

    def __init__(self, **names: list[str]) -> None:
        self.names = names

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """The next address of the host."""
        addresses = self.names[host.partition(".")[0]]
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


@pytest_asyncio.fixture
async def server() -> AsyncIterator[WebServer]:
    """A server for one test."""
    async with web_server() as held:
        yield held


async def fetch(server: WebServer, url: str, *, resolver: AbstractResolver | None = None, seconds: float = 5, etag: str | None = None) -> Fetched:
    """What is fetched from `url` where only that server is open on loopback."""
    openings = opened([f"127.0.0.1:{server.port}"])
    async with Fetcher(openings=openings, resolver=resolver, max_bytes=100_000, seconds=seconds, silent_seconds=seconds) as fetcher:
        return await fetcher.get(url, etag=etag, modified=etag and MODIFIED)


async def failure(server: WebServer, url: str, *, resolver: AbstractResolver | None = None, seconds: float = 5) -> FetchFailed:
    """Why nothing is fetched from `url`."""
    with pytest.raises(FetchFailed) as failed:
        await fetch(server, url, resolver=resolver, seconds=seconds)
    return failed.value


async def test_a_document_with_what_its_server_says_of_it(server: WebServer) -> None:
    """Its bytes as they came, its media type, ETag and Last-Modified."""
    url = server.says("/1", answer(PAGE, media_type="text/html; charset=gbk", ETag='"a"', Last_Modified=MODIFIED))
    assert await fetch(server, url + "#二") == Fetched(url, PAGE, "text/html; charset=gbk", '"a"', MODIFIED)
    assert server.asked[0].headers["user-agent"].startswith("jianbao/")


async def test_a_document_that_is_unchanged(server: WebServer) -> None:
    """The server is told what was fetched before."""
    url = server.says("/feed", answer(b"", status="304 Not Modified"))
    found = await fetch(server, url, etag='"a"')
    assert (found.unchanged, found.content) == (True, b"")
    headers = server.asked[0].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"a"', MODIFIED)


async def test_redirects_are_followed(server: WebServer) -> None:
    """Relative ones too; an address that moved for good is told."""
    server.says("/new", answer(PAGE))
    url = server.says("/old", answer(b"", status="301 Moved Permanently", Location="/new"))
    found = await fetch(server, url)
    assert (found.content, found.url, found.moved) == (PAGE, server.url + "/new", server.url + "/new")


async def test_an_address_that_moved_for_a_while_is_kept(server: WebServer) -> None:
    """302 says nothing of the next time."""
    server.says("/new", answer(PAGE))
    url = server.says("/old", answer(b"", status="302 Found", Location=server.url + "/new"))
    assert (await fetch(server, url)).moved is None


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://127.0.0.1:1/", "closed_address"),
        ("http://[::1]/", "closed_address"),
        ("http://169.254.169.254/latest/meta-data/", "closed_address"),
        ("http://localhost:1/", "closed_address"),
        ("http://[::ffff:10.0.0.1]/", "closed_address"),
        ("http://0.0.0.0:1/", "closed_address"),
        ("http://100.64.0.1/", "closed_address"),
        ("http://100.100.100.200/latest/meta-data/", "closed_address"),
        ("http://[::]/", "closed_address"),
        ("http://[fe80::1]/", "closed_address"),
        ("http://[fd00:ec2::254]/", "closed_address"),
        ("http://[64:ff9b::7f00:1]/", "closed_address"),
        ("http://2130706433/", "bad_url"),
        ("http://0177.0.0.1/", "bad_url"),
        ("http://0x7f.0.0.1/", "closed_address"),
        ("http://0x7f000001/", "closed_address"),
        ("http://１２７.0.0.1/", "closed_address"),
        ("http://127.1/", "bad_url"),
        ("file:///etc/passwd", "bad_url"),
        ("gopher://127.0.0.1/", "bad_url"),
        ("http://user:word@example.org/", "bad_url"),
    ],
)
async def test_a_redirect_leads_to_no_closed_address(server: WebServer, location: str, kind: str) -> None:
    """Literal in any form, by name, or of another scheme."""
    url = server.says("/", answer(b"", status="302 Found", Location=location))
    failed = await failure(server, url)
    assert (failed.kind, failed.lasting) == (kind, True)


async def test_a_name_that_points_inside_is_closed(server: WebServer) -> None:
    """And nothing is asked of what it points at."""
    server.says("/", answer(PAGE))
    failed = await failure(server, "http://inside.example.org/", resolver=Names(inside=["10.0.0.1"]))
    assert failed.kind == "closed_address"
    assert "FETCH_OPEN" in failed.message


async def test_a_name_that_points_elsewhere_on_the_second_look(server: WebServer) -> None:
    """The redirect to the same name is resolved and checked anew; what was checked is what is connected to."""
    names = Names(rebinding=["127.0.0.1", "127.0.0.2"])
    url = f"http://rebinding.example.org:{server.port}/"
    server.says("/", answer(b"", status="302 Found", Location="/again"))
    failed = await failure(server, url, resolver=names)
    assert (failed.kind, [request.path for request in server.asked]) == ("closed_address", ["/"])


async def test_redirects_without_end(server: WebServer) -> None:
    """Are followed a few times."""
    url = server.says("/", answer(b"", status="302 Found", Location="/"))
    assert (await failure(server, url)).kind == "redirects"
    assert len(server.asked) == REDIRECTS + 1


@pytest.mark.parametrize(("status", "lasting"), [("404 Not Found", True), ("410 Gone", True), ("500 Oops", False), ("503 Busy", False)])
async def test_errors_of_the_server(server: WebServer, status: str, lasting: bool) -> None:
    """Some will be the same the next time."""
    failed = await failure(server, server.says("/", answer(b"", status=status)))
    assert (failed.kind, failed.lasting) == (f"status_{status[:3]}", lasting)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), ("Fri, 06 Feb 2026 01:02:00 GMT", 120), ("Fri, 06 Feb 2026 00:00:00 GMT", 0), ("soon", None)],
)
async def test_when_to_come_again(server: WebServer, said: str, seconds: float | None) -> None:
    """A number of seconds or a moment by the server's own clock."""
    busy = answer(b"", status="429 Too Many Requests", Retry_After=said, Date=MODIFIED)
    assert (await failure(server, server.says("/", busy))).retry_after == seconds


async def test_a_document_that_is_too_large(server: WebServer) -> None:
    """By its length, however it is told."""
    assert (await failure(server, server.says("/", answer(b"x" * 100_001)))).kind == "too_large"


async def test_a_bomb(server: WebServer) -> None:
    """Packed it is small; it is counted as it is unpacked."""
    packed = gzip.compress(b"0" * 20_000_000)
    assert len(packed) < 100_000
    assert (await failure(server, server.says("/", answer(packed, Content_Encoding="gzip")))).kind == "too_large"


async def test_an_answer_without_end(server: WebServer) -> None:
    """Is read up to the limit."""

    async def endless(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>")
        while not writer.is_closing():
            writer.write(b"<item/>" * 1000)
            await writer.drain()

    assert (await failure(server, server.says("/", endless))).kind == "too_large"


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<p>"])
async def test_a_slow_server(server: WebServer, said: bytes) -> None:
    """Says nothing, or stops in the middle."""
    done = asyncio.Event()

    async def silent(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        await done.wait()

    failed = await failure(server, server.says("/", silent), seconds=0.2)
    done.set()
    assert (failed.kind, failed.lasting) == ("slow", False)


async def test_a_server_that_drips(server: WebServer) -> None:
    """A byte now and then is no way to hold a connection."""

    async def drips(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    assert (await failure(server, server.says("/", drips), seconds=0.3)).kind == "slow"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nplain",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_an_answer_that_breaks_off(server: WebServer, said: bytes) -> None:
    """Or is packed otherwise than it says."""
    assert (await failure(server, server.says("/", said))).kind == "broken_answer"


async def test_something_that_is_no_web_server(server: WebServer) -> None:
    """An SSH server, for instance."""
    assert (await failure(server, server.says("/", b"SSH-2.0-OpenSSH_9.6\r\n"))).kind == "broken_answer"


async def test_nobody_listens(server: WebServer) -> None:
    """The port is open to us and closed there."""
    async with Fetcher(openings=opened(["127.0.0.1:1"])) as fetcher:
        with pytest.raises(FetchFailed) as failed:
            await fetcher.get("http://127.0.0.1:1/")
    assert failed.value.kind == "unreachable"


async def test_a_slow_server_delays_no_other(server: WebServer) -> None:
    """While one is waited for, another is fetched."""
    done = asyncio.Event()

    async def silent(_request: Request, _writer: asyncio.StreamWriter) -> None:
        await done.wait()

    slow, quick = server.says("/slow", silent), server.says("/quick", answer(PAGE))
    async with Fetcher(openings=opened([f"127.0.0.1:{server.port}"])) as fetcher:
        waiting = asyncio.create_task(fetcher.get(slow))
        assert (await fetcher.get(quick)).content == PAGE
        assert not waiting.done()
        done.set()
        await asyncio.gather(waiting, return_exceptions=True)
