"""A message as it was sent → the digests in it: its body, and each attachment that is a document. Pure.

    body          the HTML part, else the plain one; known by the message's id
    attachments   PDF, DOCX, HTML, Markdown, text, saved pages, and messages that were forwarded as such

Pictures, signatures and calendars are no digests. What else is attached (an archive, an old Word file) is named in what is left out, so that a feeder
sees why nothing became of it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from typing import cast

from services.ingest import fields
from services.ingest.accept import Submission
from shared import media
from shared.errors import Rejected
from shared.text.dates import SHANGHAI

MOST_PARTS = 200
"""Parts of one message that are looked at: newsletters have two to ten, and pictures beside."""
MOST_DEPTH = 5
"""Messages within messages: a forward of a forward of a forward."""
IGNORED = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "text/calendar",
    "text/css",
    "text/x-amp-html",
    "application/pkcs7-signature",
    "application/pgp-signature",
)


@dataclass(frozen=True, slots=True)
class Mail:
    """What a message gives."""

    digests: tuple[Submission, ...]
    left_out: tuple[str, ...] = ()
    """Names of attachments that are no document"""


def read(content: bytes, *, source: str) -> Mail:
    """The digests of a message, in its order; raises Rejected (`no_mail`, `empty`) where it is none or gives none."""
    message = _parsed(content)
    if message["From"] is None and message["Message-ID"] is None:
        raise Rejected("no_mail", "this is no message of mail: it has no sender")
    found = list(_documents(message, 0))
    digests = tuple(_submission(message, part, number, source) for number, part in enumerate(part for part in found if isinstance(part, _Part)))
    if not digests:
        raise Rejected("empty", "the message has neither a text nor an attachment that can be read")
    return Mail(digests, tuple(part for part in found if isinstance(part, str)))


@dataclass(frozen=True, slots=True)
class _Part:
    content: bytes
    media_type: str
    """With its charset, as declared"""
    name: str | None
    """Of an attachment; None for the body"""


def _parsed(content: bytes) -> EmailMessage:
    try:
        return message_from_bytes(content.lstrip(b"\r\n"), policy=policy.default)
    except (RecursionError, ValueError) as error:
        raise Rejected("no_mail", "this message can't be taken apart: its parts lie too deep or are broken") from error


def _documents(message: Message, depth: int) -> Iterator[_Part | str]:
    """The body and the attachments in order; names of those that are no document."""
    body = _body(message)
    if body is not None:
        yield body[1]
    for number, part in enumerate(_leaves(message)):
        if number >= MOST_PARTS:
            yield f"more than {MOST_PARTS} parts"
            return
        kind = part.get_content_type()
        if kind == "message/rfc822" and depth < MOST_DEPTH:
            for inner in cast(list[Message], part.get_payload()):
                yield from _documents(inner, depth + 1)
        elif (body is None or part is not body[0]) and not kind.startswith(IGNORED) and (name := part.get_filename()):
            yield _attachment(part, name)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts without those that hold others; what was forwarded as a message is one part."""
    if message.is_multipart() and message.get_content_type() != "message/rfc822":
        for part in cast(list[Message], message.get_payload()):
            yield from _leaves(part)
    else:
        yield message


def _body(message: Message) -> tuple[Message, _Part] | None:
    texts = [part for part in _leaves(message) if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"]
    for kind in ("text/html", "text/plain"):
        for part in texts:
            content = _bytes(part)
            if part.get_content_type() == kind and part.get_filename() is None and content.strip():
                return part, _Part(content, _typed(part), None)
    return None


def _attachment(part: Message, name: str) -> _Part | str:
    content = _bytes(part)
    declared = _typed(part)
    try:
        # Programs call what they don't know octet-stream; the name and the bytes say more.
        held = media.by_suffix(name) or media.by_signature(content)
    except Rejected:
        return name
    if not content.strip() or (held is None and part.get_content_maintype() != "text"):
        return name
    kind = held or declared
    return _Part(
        content, f"{kind};{declared.partition(';')[2]}" if part.get_content_maintype() == "text" and kind.startswith("text/") else kind, name
    )


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _typed(part: Message) -> str:
    charset = part.get_content_charset()
    return part.get_content_type() + (f"; charset={charset}" if charset else "")


def _submission(message: Message, part: _Part, number: int, source: str) -> Submission:
    identity = _text(message, "Message-ID") or hashlib.sha256(part.content).hexdigest()
    return Submission(
        content=part.content,
        media_type=part.media_type,
        source=source,
        title=None if part.name else _text(message, "Subject", most=fields.MAX_TITLE) or None,
        published_on=_day(message),
        # An attachment's number rather than its name: two may bear one.
        external_id=f"{identity}#{number}" if number else identity,
        file_name=part.name,
    )


def _text(message: Message, name: str, *, most: int = 400) -> str:
    """A header in one line without control characters; hostile ones are read as far as they can be."""
    try:
        said = str(message[name] or "")
    except (ValueError, IndexError, LookupError, AttributeError, TypeError):
        said = ""
    return " ".join("".join(one if one.isprintable() else " " for one in said).split())[:most]


def _day(message: Message) -> str | None:
    """The day of sending in Shanghai, where the message says it with its zone."""
    try:
        moment: datetime = parsedate_to_datetime(_text(message, "Date"))
    except (ValueError, OverflowError):
        return None
    return moment.astimezone(SHANGHAI).date().isoformat() if moment.tzinfo else None
