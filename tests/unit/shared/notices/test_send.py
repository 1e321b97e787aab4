"""Notices delivered to a local receiver, by HTTP and by SMTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest

from shared.notices import send as sending
from shared.notices.channel import Mail, Webhook, WeCom
from shared.notices.notice import Line, Notice
from shared.notices.send import send
from tests.fakes.smtp_server import smtp_server

NOW = datetime(2026, 2, 6, 1, 2, 3, tzinfo=UTC)
NOTICE = Notice(id="n1", level="red", title="入库停滞", lines=(Line(text="积压 12 份"),), at=NOW)


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    """A receiver that answers so."""
    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


def away(request: httpx.Request) -> httpx.Response:
    """Nobody listens."""
    raise httpx.ConnectError("refused", request=request)


async def test_a_robot_is_given_the_message() -> None:
    """And says that it took it."""
    seen: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"errcode": 0})

    async with answering(take) as client:
        answer = await send(NOTICE, WeCom(name="a", kind="wecom", url="http://a/send?key=k"), client, now=lambda: NOW)
    assert answer.outcome == "delivered"
    assert "积压 12 份" in seen[0].content.decode()


async def test_a_receiver_that_is_away_is_tried_again() -> None:
    """The reason does not hold its address, which is a secret."""
    async with answering(away) as client:
        answer = await send(NOTICE, Webhook(name="a", kind="webhook", url="http://a/s3cret"), client)
    assert (answer.outcome, answer.reason) == ("again", "it does not answer (ConnectError)")


async def test_a_receiver_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then would hold up its channel for ever."""
    monkeypatch.setattr(sending, "SECONDS", 0.2)

    left = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        with suppress(ConnectionError):
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        left.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server, httpx.AsyncClient() as client:
        port = server.sockets[0].getsockname()[1]
        answer = await send(NOTICE, Webhook(name="a", kind="webhook", url=f"http://127.0.0.1:{port}/"), client)
        await left.wait()
    assert (answer.outcome, answer.reason) == ("again", "it does not answer (TimeoutError)")


async def test_an_endless_answer_is_not_kept() -> None:
    """Its beginning says enough, or nothing."""

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1024

    async with answering(lambda _: httpx.Response(200, content=endless())) as client:
        assert (await send(NOTICE, Webhook(name="a", kind="webhook", url="http://a/b"), client)).outcome == "delivered"
        robot = await send(NOTICE, WeCom(name="a", kind="wecom", url="http://a/send?key=s3cret"), client)
    assert robot.outcome == "wrong"
    assert "s3cret" not in robot.reason


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999999/s3cret", "http://[::1/s3cret", "http://xn--/s3cret", "http://127.0.0.1:s3cret/"])
async def test_an_address_that_is_none_is_wrong_for_good(address: str) -> None:
    """Nothing is raised, and the reason does not hold it."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await send(NOTICE, Webhook(name="a", kind="webhook", url=address), client)
    assert answer.outcome == "wrong"
    assert answer.reason.startswith("its address can't be used (")
    assert "s3cret" not in answer.reason


@pytest.fixture
async def nobody() -> AsyncIterator[httpx.AsyncClient]:
    """A client that mail does not need."""
    async with answering(away) as client:
        yield client


def mail(port: int) -> Mail:
    """To a server here."""
    return Mail(name="a", kind="mail", host="127.0.0.1", port=port, tls="none", sender="jianbao@a.org", to=("ops@a.org",))


async def test_a_mail_is_read_as_it_was_written(nobody: httpx.AsyncClient) -> None:
    """In Chinese, with an id of its own."""
    async with smtp_server() as server:
        answer = await send(NOTICE, mail(server.port), nobody)
    [taken] = server.mails
    assert answer.outcome == "delivered"
    assert (taken["Subject"], taken["To"], taken["Message-ID"]) == ("[简报] ■ 入库停滞", "ops@a.org", "<n1@jianbao.invalid>")
    assert taken.get_content().splitlines() == ["■ 入库停滞", "· 积压 12 份"]


@pytest.mark.parametrize(
    ("command", "said", "outcome"),
    [("RCPT", "550 no such user", "wrong"), ("RCPT", "451 later", "again"), ("DATA", "554 spam", "wrong"), ("MAIL", "421 busy", "again")],
)
async def test_what_the_mail_server_refuses(command: str, said: str, outcome: str, nobody: httpx.AsyncClient) -> None:
    """For now or for good, as its code says."""
    async with smtp_server({command: said}) as server:
        answer = await send(NOTICE, mail(server.port), nobody)
    assert answer.outcome == outcome


async def test_a_mail_server_that_is_away_is_tried_again(nobody: httpx.AsyncClient) -> None:
    """Nobody listens there any more."""
    async with smtp_server() as server:
        port = server.port
    assert (await send(NOTICE, mail(port), nobody)).outcome == "again"
