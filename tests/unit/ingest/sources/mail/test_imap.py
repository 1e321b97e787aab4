"""What reading a mailbox keeps and needs, without a server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.names import Names
from services.ingest.sources.mail import imap
from services.ingest.sources.mail.imap import Place, numbers, password, place
from services.ingest.sources.threads import MAIL
from shared.registry.entry import Imap


@pytest.mark.parametrize(
    ("cursor", "read"),
    [("1796063363/12", Place(1796063363, 12)), ("7/0", Place(7, 0)), (None, None), ("", None), ("12", None), ("a/b", None), ("1/-2", None)],
)
def test_the_place(cursor: str | None, read: Place | None) -> None:
    """Comes back as it was kept; what we did not write is none."""
    assert place(cursor) == read
    if read is not None:
        assert str(read) == cursor


def test_the_password(tmp_path: Path) -> None:
    """Is the one line of its file."""
    (tmp_path / "mail").write_text("abcd efgh\n", encoding="utf-8")
    assert password(str(tmp_path / "mail"), within=tmp_path) == "abcd efgh"


@pytest.mark.parametrize("content", [b"", b"\n", b"a\nb", b"x" * 600, b"\xff\xfe"])
def test_files_that_hold_no_password(content: bytes, tmp_path: Path) -> None:
    """Are named, and what stands in them is not told."""
    (tmp_path / "mail").write_bytes(content)
    with pytest.raises(FetchFailed) as failed:
        password(str(tmp_path / "mail"), within=tmp_path)
    assert (failed.value.kind, failed.value.lasting) == ("password", True)


@pytest.mark.parametrize("name", ["../other", "link", "/etc/hostname", "missing"])
def test_files_elsewhere(name: str, tmp_path: Path) -> None:
    """Are not read: who may name a mailbox may not have any file sent to a server."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "other").write_text("secret", encoding="utf-8")
    (tmp_path / "secrets" / "link").symlink_to(tmp_path / "other")
    with pytest.raises(FetchFailed) as failed:
        password(str(tmp_path / "secrets" / name), within=tmp_path / "secrets")
    assert failed.value.kind == "password"


class Numbering:
    """A mailbox as searches see it, as RFC 3501 has it: `n:*` always finds the last message."""

    def __init__(self, *uids: int) -> None:
        self.uids = uids

    def search(self, criteria: list[str]) -> list[int]:
        """The UIDs of a range, in any order."""
        first, _, last = criteria[1].partition(":")
        if last == "*":
            return [uid for uid in reversed(self.uids) if uid >= int(first) or uid == max(self.uids)]
        return [uid for uid in reversed(self.uids) if int(first) <= uid <= int(last)]


@pytest.mark.parametrize(
    ("begun", "following", "found"),
    [(1, 0, [3, 5, 90_000]), (6, 0, [90_000]), (90_001, 0, []), (1, 90_001, [3, 5, 90_000]), (4, 90_001, [5, 90_000]), (90_001, 90_001, [])],
)
def test_which_messages_are_new(begun: int, following: int, found: list[int]) -> None:
    """Whether or not the server tells the next number, and however wide its gaps are."""
    assert list(numbers(Numbering(3, 5, 90_000), begun, following)) == found


async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing, and hang up on nobody."""
    await asyncio.Event().wait()


async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte of a greeting now and then."""
    writer.write(b"* OK ")
    while not writer.is_closing():
        writer.write(b".")
        await asyncio.sleep(0.01)


Spoken = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(spoken: Spoken) -> AsyncIterator[int]:
    """The port of a server that speaks so."""
    tasks: list[asyncio.Task[None]] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())  # type: ignore[arg-type]
        with contextlib.closing(writer):
            await spoken(reader, writer)

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def read(port: int) -> None:
    """Read a mailbox there."""
    box = Imap(host="127.0.0.1", port=port, tls="none", user="u", password_file="/run/secrets/mail")
    async for _ in imap.letters(box, "word", None, source="a"):
        raise AssertionError


@pytest.mark.parametrize("spoken", [silent, drip])
async def test_a_server_that_says_next_to_nothing(spoken: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is given up, and no thread waits for it any longer."""
    monkeypatch.setattr(imap, "MESSAGE_SECONDS", 0.2)
    async with serving(spoken) as port:
        with pytest.raises(FetchFailed, match=r"took longer than 0\.2 seconds for one message"):
            await read(port)
        async with asyncio.timeout(10):
            while MAIL.busy:  # noqa: ASYNC110 - threads set no event
                await asyncio.sleep(0.01)


async def test_silent_mailboxes_hold_up_no_names() -> None:
    """Nor anything else: more of them wait than asyncio has threads."""
    came = asyncio.Semaphore(0)

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.release()
        await silent(reader, writer)

    async with serving(counted) as port, asyncio.timeout(20):
        reading = [asyncio.create_task(read(port)) for _ in range(40)]
        for _ in reading:
            await came.acquire()
        assert await Names().resolve("localhost", port)
        assert await asyncio.to_thread(lambda: True)
        for task in reading:
            task.cancel()
        await asyncio.wait(reading)
        while MAIL.busy:  # noqa: ASYNC110 - threads set no event
            await asyncio.sleep(0.01)
