"""A file, a Maildir or standard input with mail → the digests to feed, each with a name that people find it by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from services.ingest.accept import Submission
from services.ingest.sources.mail import boxes
from services.ingest.sources.mail.read import MOST_BYTES, read
from shared.errors import Rejected
from shared.text.dates import SHANGHAI

RFC822 = "message/rfc822"
STDIN = "-"
OWN = ("title", "url", "external_id")
"""What a message says of itself, and is not to be said of several."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A digest of a message, or why there is none."""

    name: str
    """inbox.mbox:3 is the third message's text, inbox.mbox:3/周报.pdf what is attached to it"""
    read: Submission | Rejected
    left_out: tuple[str, ...] = ()
    """Names of what is attached to the message and no document; told with its first digest"""


def holds_mail(file: str, media_type: str | None = None) -> bool:
    """Whether it is mail: by its name, by how an mbox or a Maildir begins, or as it was declared."""
    if media_type is not None:
        return media_type.partition(";")[0].strip().lower() == RFC822
    path = Path(file)
    return file != STDIN and (boxes.is_message(path) or boxes.is_maildir(path) or boxes.is_mbox(path))


def pieces(file: str, *, said: Mapping[str, str | None], stdin: BinaryIO, today: date | None = None) -> Iterator[Piece]:
    """The digests of all messages; `said` is what is known of each of them: its source, perhaps its day."""
    if given := [name for name in OWN if said.get(name)]:
        named = " and ".join(f"--{name.replace('_', '-')}" for name in given)
        yield Piece(file, Rejected("mail_knows", f"this is mail, which names its digests itself: leave {named} out"))
        return
    today = today or datetime.now(SHANGHAI).date()
    for name, content in _messages(file, stdin):
        yield from _of_message(name, content, said, today)


def _messages(file: str, stdin: BinaryIO) -> Iterator[tuple[str, bytes | Rejected]]:
    if file != STDIN:
        yield from boxes.messages(Path(file))
        return
    content = stdin.read(MOST_BYTES + 1)
    yield file, content if len(content) <= MOST_BYTES else boxes.too_large()


def _of_message(name: str, content: bytes | Rejected, said: Mapping[str, str | None], today: date) -> Iterator[Piece]:
    if isinstance(content, Rejected):
        yield Piece(name, content)
        return
    try:
        mail = read(content, source=said.get("source") or "", today=today)
    except Rejected as refused:
        yield Piece(name, refused)
        return
    left_out = mail.left_out
    for digest in mail.digests:
        submission = replace(digest, published_on=said["published_on"]) if said.get("published_on") else digest
        yield Piece(f"{name}/{digest.file_name}" if digest.file_name else name, submission, left_out)
        left_out = ()
