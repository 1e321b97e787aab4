"""The fields of a message's head → texts, a day, an address, as far as hostile or careless ones can be read. Pure.

Senders write names in encoded words of wrong charsets (`gb2312` for GB18030), cut in the middle of a character, or as bare bytes.
"""

import base64
import quopri
import re
from contextlib import suppress
from datetime import date, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from shared import charset
from shared.errors import Rejected
from shared.text.dates import SHANGHAI

LONGEST = 8_000
"""Characters of a field that are looked at: a real one of 78 a line has a few lines."""
OLDEST = date(1991, 1, 1)
"""The oldest day that a digest is of, as in the reading of dates from texts."""

_FORWARDED = re.compile(r"(?:(?:fwd?|fw|re|转发|轉寄|回复|回覆|答复)\s*[:：]\s*)+", re.IGNORECASE)
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bqBQ])\?([^?]{0,4000})\?=")
_CHARSET = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
# GB 2312 and GBK are subsets of GB18030: what calls itself so often holds characters beyond them.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252"}


def bare(message: Message) -> None:
    """Bring fields that came as bare bytes into text, in place: else the parser shows U+FFFD in their place."""
    for name, value in list(message.raw_items()):
        written = str(value)
        if any("\udc80" <= character <= "\udcff" for character in written):
            message.replace_header(name, _text(written.encode("ascii", "surrogateescape"), None))


def text(message: Message, name: str, *, most: int = 400) -> str:
    """A field in one line without control characters; empty where there is none."""
    value = message.get(name)
    return one_line(decoded(str(value)) if value is not None else "", most=most)


def subject(message: Message, *, most: int) -> str | None:
    """What a message is about, without the marks of forwarding and answering."""
    return _FORWARDED.sub("", text(message, "Subject", most=most), count=1).strip() or None


def sender(message: Message) -> str | None:
    """The name of who sent it, else the address."""
    # No parser of addresses: they follow comments within comments until their stack is full.
    name, _, address = str(message.get("From") or "")[:LONGEST].rpartition("<")
    shown = decoded(name).strip().strip('"').replace('\\"', '"')
    return one_line(shown, most=200) or one_line(address.rstrip(" >"), most=200) or None


def file_name(part: Message) -> str | None:
    """The name of an attachment, which mailers write in encoded words although RFC 2231 has a way of its own."""
    with suppress(LookupError, UnicodeError, ValueError, TypeError):
        return one_line(decoded(part.get_filename() or ""), most=200) or None
    return None


def charset_of(part: Message) -> str | None:
    """The charset that a part declares, None where it is no word."""
    with suppress(LookupError, UnicodeError, ValueError, TypeError):
        named = part.get_content_charset() or ""
        return named if _CHARSET.fullmatch(named) else None
    return None


def day(message: Message, *, today: date | None = None) -> date | None:
    """The day of sending in Shanghai; None where the field is no date, has no time zone, or is of the future or before OLDEST."""
    # CST is China's here and not Chicago's; -0000 says that the sender's own zone is not known, but the moment is of UTC.
    said = re.sub(r"\bCST\b(?!\))", "+0800", text(message, "Date", most=100)).replace("-0000", "+0000")
    try:
        moment: datetime = parsedate_to_datetime(said)
        found = moment.astimezone(SHANGHAI).date() if moment.tzinfo else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    if found is None or found < OLDEST or (today is not None and found > today):
        return None
    return found


def decoded(value: str) -> str:
    """A field's value with its encoded words read, each in the charset that it is really in.

    Neighbours of one charset are put together first: mailers cut them in the middle of a character.
    """
    if "=?" not in value:
        return value
    pieces: list[str | tuple[str, bytes]] = []
    at = 0
    for word in _WORD.finditer(value := value[:LONGEST]):
        between, at = value[at : word.start()], word.end()
        named, content = word[1].lower(), _content(word[2], word[3])
        before = pieces[-1] if pieces and not between.strip() else None
        if isinstance(before, tuple) and before[0] == named:
            pieces[-1] = (named, before[1] + content)
            continue
        if between.strip() or not pieces:
            pieces.append(between)
        pieces.append((named, content))
    pieces.append(value[at:])
    return "".join(piece if isinstance(piece, str) else _text(piece[1], piece[0]) for piece in pieces)


def _content(encoding: str, written: str) -> bytes:
    """The bytes of an encoded word; what is no base64 is as it is written."""
    raw = written.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except ValueError:
        return raw


def one_line(value: str, *, most: int) -> str:
    """A text in one line without control characters, cut where it is long."""
    return " ".join("".join(one if one.isprintable() else " " for one in value[:LONGEST]).split())[:most].strip()


def _text(content: bytes, declared: str | None) -> str:
    named = _WIDER.get((declared or "").lower(), declared)
    for codec in (named, None):
        with suppress(Rejected, LookupError, ValueError):
            return content.decode(codec) if codec else charset.decode(content, charset.decide(content, declared))[0]
    return content.decode("utf-8", "replace")
