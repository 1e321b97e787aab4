"""A message's parts → the text that it was written for: one page or one plain text. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from html import escape
from itertools import islice
from typing import cast

from services.ingest.sources import visible
from shared import charset
from shared.errors import Rejected
from shared.mime import headers

MOST_NESTING = 30
"""Parts within parts: mailers write four, a forward of a forward of a forward ten."""

MOST_TEXTS = 100
"""Texts of one message: a mailer that begins a new one behind each picture makes some twenty."""

LOOKED_AT = 20_000
"""Characters of a page that are looked at for whether a plain text beside it says the same."""

_FLOWED = re.compile(rb"[ \t]*format[ \t]*=[ \t]*\"?flowed\b", re.IGNORECASE)
_DELETED_SPACE = re.compile(rb"[ \t]*delsp[ \t]*=[ \t]*\"?yes\b", re.IGNORECASE)
_QUOTED = re.compile(rb">*")


@dataclass(frozen=True, slots=True)
class Body:
    """The text and the parts that it was taken from."""

    content: bytes
    media_type: str
    """With its charset, as declared or as we wrote it"""
    parts: tuple[Message, ...]


def inner(part: Message) -> list[Message]:
    """The parts within one that has some; none for a message that was forwarded as such."""
    return cast(list[Message], part.get_payload()) if part.is_multipart() and part.get_content_maintype() == "multipart" else []


def body(message: Message) -> Body | None:
    """The body; None where there is no text. Raises Rejected("too_deep") for parts within each other without end."""
    texts = list(islice(_texts(message, 0), MOST_TEXTS + 1))
    if len(texts) > MOST_TEXTS:
        raise Rejected("too_large", f"this message has more than {MOST_TEXTS} texts; send the text itself")
    parts = _without_doubles(texts)
    if not parts:
        return None
    kind = "text/html" if any(part.get_content_type() == "text/html" for part in parts) else "text/plain"
    if len(parts) == 1:
        named = headers.charset_of(parts[0])
        return Body(_flowing(parts[0]), f"{kind}; charset={named}" if named else kind, tuple(parts))
    return Body("\n\n".join(_shown(part, kind) for part in parts).encode("utf-8"), f"{kind}; charset=utf-8", tuple(parts))


def too_deep() -> Rejected:
    """Why a message is not taken apart."""
    return Rejected("too_deep", f"this message has parts within each other, more than {MOST_NESTING} deep; send the text itself")


def payload(part: Message) -> bytes:
    """The bytes of a part without its transfer encoding."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def _texts(part: Message, depth: int) -> Iterator[Message]:
    """The parts that are the message's own text; of alternatives one."""
    if depth > MOST_NESTING:
        raise too_deep()
    headers.bare(part)
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        ways = [list(_texts(one, depth + 1)) for one in inner(part)]
        pages = (way for way in ways if any(one.get_content_type() == "text/html" for one in way))
        yield from next(pages, None) or next(filter(None, ways), [])
    elif kind == "multipart/related":
        # The first is the page, the others are what it shows.
        yield from next(filter(None, (list(_texts(one, depth + 1)) for one in inner(part))), [])
    elif part.get_content_maintype() == "multipart":
        for one in inner(part):
            yield from _texts(one, depth + 1)
    elif kind in ("text/html", "text/plain") and part.get_content_disposition() != "attachment" and headers.file_name(part) is None and _says(part):
        yield part


def _says(part: Message) -> bool:
    """Whether a text shows anything."""
    content = payload(part)
    if part.get_content_type() == "text/html":
        return bool(visible.lines(_decoded(part, content), 1))
    return bool(content.strip())


def _without_doubles(parts: list[Message]) -> list[Message]:
    """The parts without plain texts that say what the page beside them does: some mailers don't call them alternatives."""
    pages = ["".join(_words(part)) for part in parts if part.get_content_type() == "text/html"]
    if not pages or len(parts) == 1:
        return parts
    beginnings = {id(part): "".join(_words(part))[:60] for part in parts if part.get_content_type() == "text/plain"}
    return [part for part in parts if id(part) not in beginnings or not any(beginnings[id(part)] in page for page in pages)]


def _words(part: Message) -> Sequence[str]:
    decoded = _decoded(part, payload(part))
    shown = visible.lines(decoded, LOOKED_AT) if part.get_content_type() == "text/html" else [decoded[:LOOKED_AT]]
    return re.findall(r"\w+", " ".join(shown))


def _shown(part: Message, kind: str) -> str:
    """A part's text; within a page a plain one is laid out as one."""
    decoded = _decoded(part, _flowing(part))
    if kind == part.get_content_type():
        return decoded
    return "".join(f"<p>{escape(line)}</p>\n" for line in decoded.splitlines() if line.strip())


def _decoded(part: Message, content: bytes) -> str:
    try:
        return charset.decode(content, charset.decide(content, headers.charset_of(part)))[0]
    except Rejected:
        return content.decode("utf-8", "replace")


def _flowing(part: Message) -> bytes:
    """The bytes of a text; where it says `format=flowed` (RFC 3676) without the breaks that its mailer made within paragraphs."""
    content = payload(part)
    parameters = str(part.get("Content-Type") or "").encode("utf-8", "replace").split(b";")[1:]
    # A space and a line end are themselves in every charset that mails are sent in but UTF-16.
    if part.get_content_type() != "text/plain" or not any(map(_FLOWED.match, parameters)) or b"\x00" in content:
        return content
    deleted = any(map(_DELETED_SPACE.match, parameters))
    written: list[list[bytes]] = []
    open_at: int | None = None
    """How deep what is quoted the line is that goes on; None where none does"""
    for line in content.splitlines():
        depth = len(_QUOTED.match(line)[0])  # type: ignore[index]
        words = line[depth:].removeprefix(b" ")
        soft = words.endswith(b" ") and words != b"-- "
        if soft and deleted:
            words = words[:-1]
        if open_at == depth and words != b"-- ":
            written[-1].append(words)
        else:
            written.append([b">" * depth + b" " if depth else b"", words])
        open_at = depth if soft else None
    return b"\n".join(map(b"".join, written)) + b"\n"
