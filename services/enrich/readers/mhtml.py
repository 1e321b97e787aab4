"""A page saved whole (MHTML, RFC 2557: a MIME message of a page and its pictures), or a mail → Document of its HTML part, else its text. Pure.

Offsets in the source are those of the HTML part once decoded: what stands around it is transfer encoding and pictures.
"""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import Message
from typing import cast

from services.enrich.blocks import Document
from services.enrich.readers import decoding, html
from services.enrich.readers import text as plain
from shared.errors import Rejected
from shared.mime import bounds, headers
from shared.settings import ReadLimits

LONGEST_TITLE = 500
"""Characters of a mail's subject; as ingest takes titles."""

LONGEST_DATE = 100
"""Characters of a mail's date; RFC 5322 has some forty."""


def read(data: bytes, limits: ReadLimits) -> Document:
    """The Document of the first HTML part, else of the first text.

    Raises Rejected: `undecodable` where there is none or its bytes are no text, `too_deep` for messages within messages without end,
    `too_large` for more lines or parts than a page has.
    """
    bounds.check(data)
    # compat32, the old policy: it keeps headers as they are; the new ones parse each and stumble over hostile ones.
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        parts = list(_parts(message, limits.nesting))
        part = next((one for one in parts if one[0] == "text/html"), None) or next((one for one in parts if one[0].startswith("text/")), None)
    except RecursionError:
        raise _too_deep(limits.nesting) from None
    mail = message.get("From") is not None and message.get("Message-ID") is not None and not message.get("Snapshot-Content-Location")
    if part is None or (part[0] != "text/html" and not message.is_multipart() and not mail):
        raise Rejected("undecodable", "this is called a page saved as MHTML and holds no page; save it again, or send its HTML")
    kind, content, charset, place = part
    decoded, broken = decoding.decode_text(content, charset)
    source = decoding.cleaned(decoded)
    document = html.read(source, limits.lines) if kind == "text/html" else plain.read(source, limits.lines)
    facts = (*document.facts, ("snapshot_location", place)) if place else document.facts
    if mail:
        headers.bare(message)
        facts = (*facts, *(("attached", name) for name in _attached(message)))
        title, publisher = headers.subject(message, most=LONGEST_TITLE), headers.sender(message)
        document = replace(document, title=document.title or title, publisher=document.publisher or publisher)
    document = replace(document, date=document.date or _sent(message))
    return decoding.located(document, decoded, source, kind="html" if kind == "text/html" else "text", broken=broken, facts=facts)


def _attached(message: Message) -> Iterator[str]:
    """Names of the files of a mail, other than pictures: they are digests of their own where the mail is taken apart, and are not read here."""
    stack = [message]
    while stack:
        one = stack.pop()
        if one.is_multipart():
            stack.extend(reversed(cast("list[Message]", one.get_payload())))
            continue
        headers.bare(one)
        if one.get_content_disposition() == "attachment" and one.get_content_maintype() != "image" and (name := headers.file_name(one)):
            yield name


def _sent(message: Message) -> str | None:
    """When a mail was sent. The date of a page that a browser saved says when that was, which is nobody's day of publication."""
    mail = message.get("Message-ID") and not message.get("Snapshot-Content-Location")
    return (str(message.get("Date") or "").strip()[:LONGEST_DATE] or None) if mail else None


def _parts(message: Message, nesting: int) -> list[tuple[str, bytes, str | None, str]]:
    """Media type, bytes, charset and place of each text part, in order, without recursion: parts nest without end in hostile messages."""
    found: list[tuple[str, bytes, str | None, str]] = []
    stack: list[tuple[Message, int]] = [(message, 0)]
    while stack:
        one, depth = stack.pop()
        if depth > nesting:
            raise _too_deep(nesting)
        if one.is_multipart():
            stack.extend((inner, depth + 1) for inner in reversed(cast("list[Message]", one.get_payload())))
        elif one.get_content_maintype() == "text" and one.get_content_subtype() in ("html", "plain"):
            content = one.get_payload(decode=True)
            found.append(
                (one.get_content_type(), content if isinstance(content, bytes) else b"", _charset(one), str(one.get("Content-Location") or ""))
            )
    return found


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, UnicodeError, ValueError):  # RFC 2231 values in charsets that are none
        return None


def _too_deep(nesting: int) -> Rejected:
    return Rejected("too_deep", f"this message holds messages within each other, more than {nesting} deep; send the page itself")
