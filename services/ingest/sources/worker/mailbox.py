"""A mailbox, once → its newer messages handed over, each digest of them."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

from services.ingest.accept import Submission
from services.ingest.sources.fetch.addresses import Opening, allowed
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.mail.imap import LARGE_AT_ONCE, MOST, Letter, letters, password
from services.ingest.sources.threads import MAIL, NAMES
from services.ingest.sources.worker.handing import Unclear
from services.ingest.sources.worker.turn import Turn
from shared import log
from shared.errors import Rejected
from shared.registry.entry import Fetch, Imap

logger = log.get(__name__)

TRIES = 6
"""For a message that ingest fails at, over one to three hours in which those behind it wait"""


@dataclass(frozen=True)
class Mailbox:
    """The way of mailboxes."""

    secrets: Path
    """The folder that files with passwords lie in"""
    openings: Sequence[Opening] = ()
    trusted: str | None = None
    """A file with certificates instead of the system's"""
    most: int = MOST
    """Messages of one turn; where there may be more, the next turn comes soon"""
    addresses: Callable[[str, int], list[str]] = lambda host, port: _addresses(host, port)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LARGE_AT_ONCE))
    """For large messages, of all mailboxes"""

    async def __call__(self, turn: Turn, fetch: Fetch) -> str:
        """Take a turn, as `turn.Way` says."""
        assert isinstance(fetch, Imap)
        await self._check(fetch)
        word = await MAIL(password, fetch.password_file, within=self.secrets)
        found = letters(
            fetch,
            word,
            turn.state.cursor,
            source=turn.entry.source,
            most=self.most,
            trusted=self.trusted,
            allowed=lambda address: self._allowed(fetch, address),
            room=self._room,
        )
        number = 0
        # Closed at once where the turn ends before the mailbox does: a connection hangs on it.
        async with aclosing(found):
            async for letter in found:
                number += 1
                if letter.refused is not None:
                    turn.refuse(f"message {letter.place}", letter.refused.message)
                for digest in letter.digests:
                    try:
                        await turn.hand(digest)
                    except Unclear as failed:
                        if not turn.miss(letter.place, _called(letter, digest), failed.message, lasting=True, most=TRIES):
                            turn.fail(failed.message)
                            return "unclear"
                    except Rejected as refused:
                        turn.refuse(_called(letter, digest), refused.message)
                if letter.left_out:
                    logger.info(
                        "attached_and_no_document",
                        source=turn.entry.source,
                        message=letter.place,
                        files=len(letter.left_out),
                    )
                turn.state = turn.state.model_copy(update={"cursor": letter.place, "missed": {}})
                await turn.keep()
                if turn.over:
                    return turn.end(left=True)
        return turn.end(left=number == self.most)

    async def _check(self, fetch: Imap) -> None:
        """Raise FetchFailed for a server inside a network that is not open: who names one sees what it answers."""
        try:
            found = await NAMES(self.addresses, fetch.host, fetch.port)
        except (OSError, UnicodeError):
            raise FetchFailed("unknown_host", f"no address is known for {fetch.host}") from None
        if all(self._allowed(fetch, address) for address in found):
            return
        if all(allowed(address, fetch.port, self.openings) for address in found):
            message = f"without TLS anybody on the way to {fetch.host} reads the password: set tls or starttls"
            raise FetchFailed("no_tls", message, lasting=True)
        message = f"{fetch.host} is an address inside a network; an operator can open it with FETCH_OPEN"
        raise FetchFailed("closed_address", message, lasting=True)

    def _allowed(self, fetch: Imap, address: str) -> bool:
        """Whether the password may go there; in the clear only within a network that an operator opened."""
        return allowed(address, fetch.port, self.openings, public=fetch.tls != "none")


def _called(letter: Letter, digest: Submission) -> str:
    return digest.title or digest.file_name or f"message {letter.place}"


def _addresses(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
