"""A message as it was sent → the digests in it: its body, and each attachment that is a document. Pure.

    body          the HTML part, else the plain one; known by the message's id
    attachments   PDF, DOCX, HTML, Markdown, text, saved pages, and messages that were forwarded as such

Pictures, signatures and calendars are no digests. What else is attached (an archive, an old Word file) is named in what is left out, so that a feeder
sees why nothing became of it.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import Message
from pathlib import PurePath
from typing import cast

from services.ingest import fields
from services.ingest.accept import Submission
from services.ingest.sources.mail.body import MOST_NESTING, body, inner, payload, too_deep
from shared import media
from shared.errors import Rejected
from shared.mime import bounds, headers
from shared.records import TEXT_TYPES

MOST_BYTES = 36 * 2**20
"""Of a message: 25 MiB, the most that large providers take, are a third longer in base64."""
MOST_PARTS = 200
"""Parts of one message that are looked at: newsletters have two to ten, and pictures beside."""
MOST_DEPTH = 5
"""Messages within messages: a forward of a forward of a forward."""
IGNORED = (
    *("image/", "audio/", "video/", "font/", "text/calendar", "application/ics", "text/css", "text/x-amp-html", "text/vcard", "text/x-vcard"),
    *("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys"),
    *("message/delivery-status", "message/disposition-notification", "text/rfc822-headers"),
)
"""What is attached to mails and never a digest, nor missed by anyone."""

BEFORE_SENDING = timedelta(days=31)
"""How long before its mail a day that a subject or a file's name states may lie, to be the digest's: a weekly of last month is sent now."""

_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{0,7}", re.IGNORECASE)
_STATED = re.compile(r"(?<!\d)(20\d{2})[-_./年 ]{0,2}(0?[1-9]|1[0-2])[-_./月 ]{0,2}(0?[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class Mail:
    """What a message gives."""

    digests: tuple[Submission, ...]
    left_out: tuple[str, ...] = ()
    """Names of attachments that are no document"""


def read(content: bytes, *, source: str, today: date | None = None) -> Mail:
    """The digests of a message, in its order; what is dated after `today` has no day.

    Raises Rejected: `no_mail` where it is none, `empty` where it gives none, `encrypted`, `automatic` for answers of machines, `too_large` and
    `too_deep` beyond what real messages have.
    """
    try:
        return _read(content, source, today)
    except RecursionError as error:
        raise too_deep() from error


def _read(content: bytes, source: str, today: date | None) -> Mail:
    if len(content) > MOST_BYTES:
        raise Rejected("too_large", f"the message is larger than the {MOST_BYTES // 2**20} MiB that are taken")
    message = _parsed(content)
    if message["From"] is None and message["Message-ID"] is None:
        raise Rejected("no_mail", "this is no message of mail: it has no sender")
    _refuse(message)
    found = _Found()
    found.take(message, 0)
    if not found.documents:
        also = f" (left out: {', '.join(found.left_out)})" if found.left_out else ""
        raise Rejected("empty", f"the message has neither a text nor an attachment that can be read{also}")
    identity = _identity(message)
    return Mail(
        tuple(_submission(document, number, identity, source, today) for number, document in enumerate(found.documents)),
        tuple(found.left_out),
    )


def _parsed(content: bytes) -> Message:
    content = content.lstrip(b"\r\n")
    bounds.check(content)
    try:
        # compat32, the old policy: it keeps fields as they are; the new ones parse each and stumble over hostile ones.
        message = message_from_bytes(content, policy=policy.compat32)
    except ValueError as error:
        raise Rejected("no_mail", "this message can't be taken apart: its parts are broken") from error
    headers.bare(message)
    return message


def _refuse(message: Message) -> None:
    """Raise Rejected for messages that hold no text for people."""
    kind = message.get_content_type()
    if kind == "multipart/encrypted" or (kind in ("application/pkcs7-mime", "application/x-pkcs7-mime")):
        raise Rejected("encrypted", "this message is encrypted, or signed in a form that hides its text; decrypt it, and send what it says")
    if kind == "multipart/report":
        raise Rejected("automatic", "this is a report of a mail server on another message, and no digest")
    if headers.text(message, "Auto-Submitted", most=40).lower().startswith("auto-replied"):
        raise Rejected("automatic", "this is an automatic answer to another message, and no digest")


@dataclass(frozen=True, slots=True)
class _Document:
    content: bytes
    media_type: str
    """With its charset, as declared"""
    name: str | None
    """Of an attachment; None for the body"""
    message: Message
    """That it was sent with"""


@dataclass
class _Found:
    documents: list[_Document] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    parts: int = 0

    def take(self, message: Message, depth: int) -> None:
        """Take the body of a message, then its attachments, in their order."""
        text = body(message)
        if text is not None:
            self.documents.append(_Document(text.content, text.media_type, None, message))
        used = {id(part) for part in text.parts} if text is not None else set()
        self._attachments(message, message, used, depth, 0)

    def _attachments(self, part: Message, message: Message, used: set[int], depth: int, nesting: int) -> None:
        if nesting > MOST_NESTING:
            raise too_deep()
        for one in inner(part):
            self._attachments(one, message, used, depth, nesting + 1)
        if part.get_content_maintype() == "multipart" or id(part) in used:
            return
        self.parts += 1
        if self.parts > MOST_PARTS:
            if self.parts == MOST_PARTS + 1:
                self.left_out.append(f"what follows {MOST_PARTS} parts")
            return
        headers.bare(part)
        kind, name = part.get_content_type(), headers.file_name(part)
        if kind == "message/rfc822":
            self._forwarded(part, name, depth)
        elif name is not None and PurePath(name).suffix.lower() == ".eml":
            self._attached_mail(part, name, depth)
        elif name is not None and not kind.startswith(IGNORED):
            self._attachment(part, name, message)

    def _forwarded(self, part: Message, name: str | None, depth: int) -> None:
        if depth >= MOST_DEPTH:
            self.left_out.append(name or "a message within messages")
            return
        for message in cast(list[Message], part.get_payload()) if part.is_multipart() else []:
            headers.bare(message)
            self.take(message, depth + 1)

    def _attached_mail(self, part: Message, name: str, depth: int) -> None:
        """A message that was attached as a file, which bears no type of its own."""
        try:
            message = _parsed(payload(part))
        except Rejected:
            self.left_out.append(name)
            return
        if depth >= MOST_DEPTH or message["From"] is None:
            self.left_out.append(name)
        else:
            self.take(message, depth + 1)

    def _attachment(self, part: Message, name: str, message: Message) -> None:
        content = payload(part)
        kind = _kind(part, name, content)
        if kind is None or not content.strip():
            self.left_out.append(name)
            return
        named = headers.charset_of(part) if kind in TEXT_TYPES else None
        self.documents.append(_Document(content, f"{kind}; charset={named}" if named else kind, name, message))


def _kind(part: Message, name: str, content: bytes) -> str | None:
    """The media type of an attachment that is a document; None for others.

    Mailers call what they don't know octet-stream: the name and the bytes say more.
    """
    try:
        shown = media.by_signature(content)
    except Rejected:
        return None
    if (named := shown or media.by_suffix(name)) is not None:
        return named
    declared = part.get_content_type()
    # 双碳周报2026.02.06 has no suffix, table.csv has.
    return declared if declared in TEXT_TYPES and not _SUFFIX.fullmatch(PurePath(name).suffix) else None


def _submission(document: _Document, number: int, identity: str | None, source: str, today: date | None) -> Submission:
    known = identity or hashlib.sha256(document.content).hexdigest()
    title = None if document.name else headers.subject(document.message, most=fields.MAX_TITLE)
    sent = headers.day(document.message, today=today)
    stated = sent is not None and _states_its_day(document.name or title or "", sent)
    return Submission(
        content=document.content,
        media_type=document.media_type,
        source=source,
        title=title,
        # What states its own day is of that day; enrich reads it.
        published_on=sent.isoformat() if sent is not None and not stated else None,
        # An attachment's number rather than its name: two may bear one.
        external_id=f"{known}#{number}" if number else known,
        file_name=document.name,
    )


def _identity(message: Message) -> str | None:
    """The message's id; of one longer than any real one its hash."""
    said = headers.text(message, "Message-ID", most=headers.LONGEST)
    return said if len(said) <= fields.MAX_EXTERNAL_ID - 10 else hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def _states_its_day(name: str, sent: date) -> bool:
    """Whether a subject or a file's name has a whole date that is near the day of sending."""
    for match in _STATED.finditer(name):
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
        if sent - BEFORE_SENDING <= day <= sent:
            return True
    return False
