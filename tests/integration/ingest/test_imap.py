"""A mailbox of a real server → its messages."""

import asyncio
import shutil
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from imapclient import imap_utf7  # type: ignore[import-untyped]

from services.ingest.sources.fetch.addresses import opened
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.mail import connection, imap
from services.ingest.sources.mail.imap import Letter, letters
from services.ingest.sources.worker.handing import Unclear
from services.ingest.sources.worker.mailbox import TRIES, Mailbox
from services.ingest.sources.worker.turn import Turns
from shared.errors import Rejected, Unavailable
from shared.registry.entry import Entry, FetchState, Imap
from tests import dovecot
from tests.dovecot import PASSWORD, USER, Dovecot
from tests.fakes.feeds import Taking

HEAD = "From: 双碳周报 <a@example.org>\nMessage-ID: <{0}@example.org>\nSubject: 第{0}期\nDate: Thu, 05 Feb 2026 18:00:00 +0800\n"


def issue(number: int) -> bytes:
    """A message with one digest."""
    return f"{HEAD.format(number)}Content-Type: text/plain; charset=utf-8\n\n一、昆山:新增工厂{number}家\n".encode()


@pytest.fixture(scope="module")
def host() -> Iterator[Dovecot]:
    """A server for all tests of the module."""
    with dovecot.running() as started:
        yield started


@pytest.fixture
def server(host: Dovecot) -> Dovecot:
    """The server with nothing but three issues in its mailbox."""
    host.empty()
    host.deliver(*map(issue, (1, 2, 3)))
    return host


def box(server: Dovecot, **said: object) -> Imap:
    """How it is fetched."""
    return Imap.model_validate({"host": "127.0.0.1", "port": server.tls, "user": USER, "password_file": "/run/secrets/mail"} | said)


async def read(server: Dovecot, cursor: str | None = None, *, most: int = imap.MOST, word: str = PASSWORD, **said: object) -> list[Letter]:
    """All letters behind a place."""
    found = letters(box(server, **said), word, cursor, source="weekly", most=most, trusted=server.certificate)
    return [letter async for letter in found]


def titles(found: list[Letter]) -> list[str | None]:
    """Of their digests."""
    return [digest.title for letter in found for digest in letter.digests]


async def test_all_messages_in_their_order(server: Dovecot) -> None:
    """With nothing moved, marked or deleted."""
    before = sorted(path.relative_to(server.mail) for path in server.mail.glob("*/*.host*"))
    found = await read(server)
    assert titles(found) == ["第1期", "第2期", "第3期"]
    assert [digest.external_id for digest in found[0].digests] == ["<1@example.org>"]
    assert sorted(path.relative_to(server.mail) for path in server.mail.glob("*/*.host*")) == before
    assert all(path.parts[0] == "new" for path in before)


async def test_what_comes_later(server: Dovecot) -> None:
    """Is all that is read from the place that was kept."""
    place = (await read(server))[-1].place
    assert await read(server, place) == []
    server.deliver(issue(4))
    assert titles(await read(server, place)) == ["第4期"]


async def test_what_was_not_acknowledged(server: Dovecot) -> None:
    """Is read again, as its place was not kept."""
    async with aclosing(letters(box(server), PASSWORD, None, source="weekly", trusted=server.certificate)) as found:
        kept = (await anext(found)).place
        await anext(found)
    assert titles(await read(server, kept)) == ["第2期", "第3期"]


async def test_messages_that_are_numbered_anew(server: Dovecot) -> None:
    """Are all read again: numbers of before say nothing."""
    place = (await read(server))[-1].place
    server.renumber()
    found = await read(server, place)
    assert titles(found) == ["第1期", "第2期", "第3期"]
    assert found[-1].place.partition("/")[0] != place.partition("/")[0]


async def test_a_part_of_many(server: Dovecot) -> None:
    """Is read in each turn."""
    first = await read(server, most=2)
    assert (titles(first), titles(await read(server, first[-1].place, most=2))) == (["第1期", "第2期"], ["第3期"])


async def test_gaps_between_numbers(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of messages that were deleted are passed, in windows of any width."""
    monkeypatch.setattr(imap, "WINDOW", 1)
    server.deliver(*map(issue, range(4, 12)))
    await read(server)  # gives them their numbers
    for path in server.mail.glob("new/*"):
        if not any(f"<{number}@".encode() in path.read_bytes() for number in (1, 11)):
            path.unlink()
    assert titles(await read(server)) == ["第1期", "第11期"]


async def test_messages_that_give_nothing(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are told with their reason, and those behind them are read."""
    monkeypatch.setattr(imap, "MOST_BYTES", 2_000)
    server.deliver(HEAD.format(4).encode() + b"\n" + b"x" * 3_000, HEAD.format(5).encode() + b"\n \n", issue(6))
    found = await read(server)
    assert [letter.refused.kind if letter.refused else "taken" for letter in found[2:]] == ["taken", "too_large", "empty", "taken"]


async def test_a_server_that_is_restarted_meanwhile(server: Dovecot) -> None:
    """Is asked again, behind the last message."""
    found: list[Letter] = []
    async with aclosing(letters(box(server), PASSWORD, None, source="weekly", trusted=server.certificate)) as reading:
        async for letter in reading:
            if not found:
                server.stop()
                server.start()
            found.append(letter)
    assert titles(found) == ["第1期", "第2期", "第3期"]


@pytest.mark.parametrize("tls", ["starttls", "none"])
async def test_the_port_without_tls(server: Dovecot, tls: str) -> None:
    """With STARTTLS, or, where that is asked for, without."""
    assert len(await read(server, port=server.plain, tls=tls)) == 3


async def test_another_mailbox(server: Dovecot) -> None:
    """By its Chinese name."""
    server.deliver(issue(9), mailbox="." + imap_utf7.encode("双碳周报").decode())
    assert titles(await read(server, mailbox="双碳周报")) == ["第9期"]


async def test_a_password_that_is_wrong(server: Dovecot) -> None:
    """Takes a person; what the server says is told, the password is not."""
    with pytest.raises(FetchFailed, match=r"refuses the login of weekly@example.org: \[AUTHENTICATIONFAILED\]") as failed:
        await read(server, word="wrong-word")
    assert (failed.value.kind, failed.value.lasting) == ("login", True)
    assert "wrong-word" not in str(failed.value)


async def test_a_mailbox_that_is_not_there(server: Dovecot) -> None:
    """Is told with those that are."""
    with pytest.raises(FetchFailed, match="no mailbox 'News': its mailboxes are INBOX") as failed:
        await read(server, mailbox="News")
    assert failed.value.lasting


async def test_a_certificate_that_nobody_signed(server: Dovecot) -> None:
    """Is not trusted."""
    with pytest.raises(FetchFailed) as failed:
        async with aclosing(letters(box(server), PASSWORD, None, source="weekly")) as found:
            await anext(found)
    assert (failed.value.kind, failed.value.lasting) == ("certificate", True)


@pytest.mark.parametrize("tls", ["tls", "starttls", "none"])
async def test_a_name_that_means_another_address_by_now(server: Dovecot, tls: str) -> None:
    """Is told before the password is sent there."""
    port = server.tls if tls == "tls" else server.plain
    logins = (server.home / "log").read_text().count("Login:")
    with pytest.raises(FetchFailed) as failed:
        async with aclosing(
            letters(box(server, port=port, tls=tls), PASSWORD, None, source="weekly", trusted=server.certificate, allowed=_none)
        ) as found:
            await anext(found)
    assert failed.value.kind == "closed_address"
    assert (server.home / "log").read_text().count("Login:") == logins


def _none(_address: str) -> bool:
    return False


async def test_a_port_that_speaks_no_tls(server: Dovecot) -> None:
    """Never gets the password."""
    with pytest.raises(FetchFailed, match="is the port right") as failed:
        await read(server, port=server.plain)
    assert failed.value.kind == "tls"


async def test_a_server_that_is_away(server: Dovecot, unused_tcp_port: int) -> None:
    """Is tried again later."""
    with pytest.raises(FetchFailed, match="can't be reached") as failed:
        await read(server, port=unused_tcp_port)
    assert not failed.value.lasting


async def test_a_server_that_says_nothing(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is given up in time."""
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(connection, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(FetchFailed) as failed:
        await read(server, port=silent.getsockname()[1], tls="none")
    assert (failed.value.kind, failed.value.lasting) == ("timeout", False)


async def test_large_messages_of_all_mailboxes(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are held so many at once: the next is fetched when one was handed over. Small ones wait for nothing."""
    room = asyncio.Semaphore(1)

    def reading() -> AsyncGenerator[Letter, None]:
        return letters(box(server), PASSWORD, None, source="weekly", trusted=server.certificate, room=room)

    monkeypatch.setattr(imap, "LARGE_BYTES", 10)
    async with aclosing(reading()) as first:
        await anext(first)
        assert room.locked()
        monkeypatch.setattr(imap, "LARGE_BYTES", 10_000)
        async with aclosing(reading()) as small:
            assert titles([await anext(small)]) == ["第1期"]
    assert not room.locked()


async def test_an_empty_mailbox(server: Dovecot) -> None:
    """Has nothing to read."""
    for part in ("new", "cur"):
        shutil.rmtree(server.mail / part)
    server.deliver()
    assert await read(server) == []


async def turn(
    server: Dovecot, target: Taking, state: FetchState | None, folder: Path, *, most: int = imap.MOST, opening: str = "127.0.0.1"
) -> FetchState:
    """One turn of a worker."""
    (folder / "mail").write_text(PASSWORD + "\n", encoding="utf-8")
    entry = Entry(
        source="weekly", edition=1, fetch=box(server, password_file=str(folder / "mail")), changed_at=datetime(2026, 2, 6, tzinfo=UTC), by="a@b"
    )

    async def keep(state: FetchState) -> None:
        """Nothing to keep it in."""

    way = Mailbox(folder, opened([opening]), server.certificate, most)
    return await Turns(target.put, keep, {Imap: way}, uniform=max).take(entry, state)


async def test_a_worker_while_ingest_is_away(server: Dovecot, tmp_path: Path) -> None:
    """Goes on where the last message was acknowledged: none is lost, and none comes twice."""
    target = Taking()
    first = await turn(server, target, None, tmp_path, most=1)
    target.errors = [Unavailable("Kafka is away")]
    second = await turn(server, target, first, tmp_path)
    assert second.cursor == first.cursor
    third = await turn(server, target, second, tmp_path)
    assert [digest.title for digest in target.taken] == ["第1期", "第2期", "第3期"]
    assert (third.error, (third.cursor or "").partition("/")[2]) == (None, "3")


async def test_a_worker_with_a_mailbox_of_years(server: Dovecot, tmp_path: Path) -> None:
    """Comes back soon where there may be more, and else at its time."""
    first = await turn(server, Taking(), None, tmp_path, most=2)
    second = await turn(server, Taking(), first, tmp_path, most=2)
    soon, later = (state.next_at - state.at if state.next_at and state.at else None for state in (first, second))
    assert soon is not None
    assert later is not None
    assert soon < timedelta(seconds=10) < later


async def test_a_message_that_ingest_refuses(server: Dovecot, tmp_path: Path) -> None:
    """Is shown with its reason and not read again; the others go on."""
    state = await turn(server, target := Taking([Rejected("empty", "the digest is empty")]), None, tmp_path)
    assert [digest.title for digest in target.taken] == ["第2期", "第3期"]
    assert (state.refused, state.failures, state.error) == (("第1期: the digest is empty",), 0, None)


async def test_a_message_that_ingest_fails_at(server: Dovecot, tmp_path: Path) -> None:
    """Is read again some times, and then refused alone: those behind it wait for hours and not for ever."""
    state, target = None, Taking()
    for _ in range(TRIES - 1):
        target.errors = [Unclear("internal_error", "went wrong")]
        state = await turn(server, target, state, tmp_path)
        assert (state.cursor, state.error, state.paused, target.taken) == (None, "went wrong", False, [])
    target.errors = [Unclear("internal_error", "went wrong")]
    state = await turn(server, target, state, tmp_path)
    assert [digest.title for digest in target.taken] == ["第2期", "第3期"]
    assert (state.refused, state.failures, state.missed) == (("第1期: went wrong",), 0, {})


async def test_a_mailbox_inside_a_network(server: Dovecot, tmp_path: Path) -> None:
    """Is asked for nothing unless an operator opened it."""
    state = await turn(server, Taking(), None, tmp_path, opening="10.0.0.0/8")
    assert state.error == "127.0.0.1 is an address inside a network; an operator can open it with FETCH_OPEN"
    assert state.failures == 1
