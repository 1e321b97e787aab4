"""A mailbox behind IMAP and where it was read to → its newer messages, in their order, each with the place behind it.

Nothing is changed there: the mailbox is opened for reading only, and messages stay as unread as they were. The place is of the form
UIDVALIDITY/UID; whoever reads keeps it once a message's digests are acknowledged, so that what was not is read again. Where the server numbered
its messages anew, all are read again: their digests are known by Message-ID, so that ingest answers them as duplicates.
"""

import asyncio
import contextlib
import imaplib
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from imapclient import IMAPClient  # type: ignore[import-untyped]
from imapclient.exceptions import IMAPClientError  # type: ignore[import-untyped]

from services.ingest.accept import Submission
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.mail.connection import Connection
from services.ingest.sources.mail.failures import failures
from services.ingest.sources.mail.read import MOST_BYTES, read
from services.ingest.sources.threads import MAIL, READING
from shared.errors import Rejected
from shared.registry.entry import Imap
from shared.text.dates import SHANGHAI

T = TypeVar("T")

MOST = 500
"""Messages of one reading: a mailbox of years takes many, with others' turns in between."""
MESSAGE_SECONDS = 300.0
"""For the whole of one message, with all that comes before it: 36 MiB at 1 Mbit/s. A server that sends a byte now and then is never silent."""
LARGE_BYTES, LARGE_AT_ONCE = 2 * 2**20, 2
"""Messages from this size on, and how many of all mailboxes are held at once: one of 36 MiB takes thrice that until it is handed over."""
CLOSE_SECONDS = 5.0
"""For a goodbye"""
WINDOW = 20_000
"""UIDs that are asked for in one search: their answer is one line, of which the client reads a megabyte at most."""
TRIES = 3
"""Connections for one message: servers close those that were quiet for long, and restart."""
MOST_PASSWORD = 500
"""Characters; app passwords have sixteen."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox was read to."""

    validity: int
    """The server's number of its numbering of messages"""
    uid: int
    """Of the last message read; 0 is none"""

    def __str__(self) -> str:
        return f"{self.validity}/{self.uid}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, and what came of it."""

    place: str
    """To be kept once its digests are acknowledged"""
    digests: tuple[Submission, ...] = ()
    left_out: tuple[str, ...] = ()
    """Names of attachments that are no document"""
    refused: Rejected | None = None
    """Why it gives no digest"""


def place(cursor: str | None) -> Place | None:
    """The place that was kept; None where there is none, or nothing that we wrote."""
    validity, _, uid = (cursor or "").partition("/")
    return Place(int(validity), int(uid)) if validity.isdecimal() and uid.isdecimal() else None


def password(file: str, *, within: Path) -> str:
    """The password in a file of the folder of secrets; raises FetchFailed (`password`).

    Other files are not read: whoever may name a mailbox could have any file of this machine sent to a server of theirs.
    """
    path = Path(file)
    try:
        if not path.resolve().is_relative_to(within.resolve()):
            raise FetchFailed("password", f"the password's file must lie in {within}", lasting=True)
        with path.open(encoding="utf-8") as opened:
            words = opened.read(MOST_PASSWORD + 1).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FetchFailed("password", f"the password's file {file} can't be read: {reason}", lasting=True) from error
    if not words or len(words) > MOST_PASSWORD or "\n" in words:
        raise FetchFailed("password", f"the password's file {file} must hold the password in one line, and nothing else", lasting=True)
    return words


async def letters(
    box: Imap,
    word: str,
    cursor: str | None,
    *,
    source: str,
    most: int = MOST,
    trusted: str | None = None,
    today: Callable[[], date] = lambda: datetime.now(SHANGHAI).date(),
    allowed: Callable[[str], bool] = lambda address: True,
    room: asyncio.Semaphore | None = None,
) -> AsyncGenerator[Letter, None]:
    """The messages behind `cursor`, `most` at most; `word` is the password, `trusted` a file with certificates instead of the system's, and
    `allowed` says of the address that was connected to whether it may be: a name may mean another one than a moment ago.
    Large messages are fetched once there is `room` for them, and hold it until the next letter is asked for.

    Raises FetchFailed; `lasting` where a person must act (password, folder, certificate). A connection that is lost is made again, and reading goes
    on behind the last message.
    """
    held = place(cursor)
    room = room or asyncio.Semaphore(LARGE_AT_ONCE)
    count = failed = 0
    while count < most:
        reader = _Reader(box, word, held, trusted, allowed)
        try:
            while (found := await _within(reader.next, box)) is not None:
                async with room if LARGE_BYTES <= found.size <= MOST_BYTES else contextlib.nullcontext():
                    content = await _within(partial(reader.content, found), box) if found.size <= MOST_BYTES else None
                    failed = 0
                    held = found.place
                    if content is None and found.size <= MOST_BYTES:
                        continue  # deleted meanwhile
                    yield await READING(_letter, found.place, content, source, today())
                count += 1
                if count >= most:
                    return
            return
        except FetchFailed as error:
            failed += 1
            if error.kind != "disconnected" or failed >= TRIES:
                raise
        finally:
            await _close(reader)


async def _within(work: Callable[[], T], box: Imap) -> T:
    """Return what a reader's work gives within the time for a message; raises FetchFailed."""
    try:
        async with asyncio.timeout(MESSAGE_SECONDS):
            return await MAIL(work)
    except TimeoutError:
        raise FetchFailed("timeout", f"{box.host}:{box.port} took longer than {MESSAGE_SECONDS:g} seconds for one message") from None


async def _close(reader: "_Reader") -> None:
    """End the connection, politely where nothing is under way; a thread that waits for the server ends with it."""
    try:
        if not reader.waiting:
            async with asyncio.timeout(CLOSE_SECONDS):
                await MAIL(reader.logout)
    except TimeoutError:
        pass
    finally:
        reader.connection.cut()


@dataclass(frozen=True, slots=True)
class _Message:
    place: Place
    size: int
    """Bytes, as the server says"""


def _letter(found: Place, content: bytes | None, source: str, today: date) -> Letter:
    """What comes of a message, whose content is None where it is too large."""
    place = str(found)
    if content is None:
        return Letter(place, refused=Rejected("too_large", f"the message is larger than the {MOST_BYTES // 2**20} MiB that are taken"))
    try:
        mail = read(content, source=source, today=today)
    except Rejected as refused:
        return Letter(place, refused=refused)
    return Letter(place, mail.digests, mail.left_out)


class _Reader:
    """One connection, used from one thread at a time; it is made when the first message is asked for."""

    def __init__(self, box: Imap, word: str, held: Place | None, trusted: str | None, allowed: Callable[[str], bool]) -> None:
        self._box = box
        self._word = word
        self._held = held
        self._trusted = trusted
        self.connection = Connection(box, allowed)
        self._client: IMAPClient | None = None
        self._messages: Iterator[_Message] | None = None
        self.waiting = False
        """Whether a thread waits for the server: cancelled readers leave it behind"""

    def next(self) -> _Message | None:
        """Return the next message, None where there is none; raises FetchFailed."""
        with self._asking():
            if self._messages is None:
                self._client = self._connected()
                self._messages = self._read(self._client)
            return next(self._messages, None)

    def content(self, message: _Message) -> bytes | None:
        """Return a message as it came, None where it was deleted meanwhile; raises FetchFailed."""
        uid = message.place.uid
        with self._asking():
            assert self._client is not None
            # No more than the limit, whatever size the server told.
            answer = self._client.fetch([uid], [f"BODY.PEEK[]<0.{MOST_BYTES + 1}>"]).get(uid, {})
            return next((value for name, value in answer.items() if name.startswith(b"BODY[]")), None)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        self.waiting = True
        try:
            with failures(self._box):
                yield
        except BaseException:
            self._shutdown()
            raise
        finally:
            self.waiting = False

    def _shutdown(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()

    def logout(self) -> None:
        """Say goodbye."""
        if self._client is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self._client.logout()
        self._shutdown()

    def _connected(self) -> IMAPClient:
        secure = ssl.create_default_context(cafile=self._trusted)
        client = self.connection.open(secure)
        try:
            if self._box.tls == "starttls":
                client.starttls(secure)
            client.login(self._box.user, self._word)
            # NetEase lets nobody open a mailbox who did not say what program it is.
            if client.has_capability("ID"):
                client.id_({"name": "jianbao", "vendor": "jianbao"})
        except BaseException:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()
            raise
        return client

    def _read(self, client: IMAPClient) -> Iterator[_Message]:
        opened = self._opened(client)
        validity = int(opened.get(b"UIDVALIDITY", 0))
        begun = self._held.uid + 1 if self._held is not None and self._held.validity == validity else 1
        for uid in numbers(client, begun, int(opened.get(b"UIDNEXT", 0))):
            size = client.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
            if size is None:
                continue  # deleted meanwhile
            yield _Message(Place(validity, uid), size)

    def _opened(self, client: IMAPClient) -> dict[bytes, int]:
        try:
            return dict(client.select_folder(self._box.mailbox, readonly=True))
        except IMAPClientError as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise
            names = [name for _, _, name in client.list_folders()][:20]
            if self._box.mailbox in names:
                raise
            there = f"its mailboxes are {', '.join(map(str, names))}" if names else "it shows none"
            raise FetchFailed("no_mailbox", f"{self._box.host} has no mailbox {self._box.mailbox!r}: {there}", lasting=True) from error


class Searched(Protocol):
    """What finds messages needs of a client."""

    def search(self, criteria: list[str]) -> list[int]:
        """Return the UIDs of the messages that are meant."""


def numbers(client: Searched, begun: int, following: int) -> Iterator[int]:
    """The UIDs of messages from `begun` on, rising; `following` is the one that the next message will have, 0 where it is not told."""
    if following == 0:
        # `n:*` also means the last message where that has a lower number.
        yield from sorted(uid for uid in client.search(["UID", f"{begun}:*"]) if uid >= begun)
        return
    width = WINDOW
    while begun < following:
        found = sorted(client.search(["UID", f"{begun}:{min(begun + width, following) - 1}"]))
        yield from found
        begun += width
        width = WINDOW if found else width * 2
