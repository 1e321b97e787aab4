"""What is known of a digest → its publication day, and on what that rests. Pure.

In the order of trust: the day that was given, the document's own metadata, the given title, the name that its feeder gave it (external id or
file), its url, its printed title and the line below it, its text. In a text, a full date that states the publication wins (发布时间：2026-02-06,
or a line of its own at the top), else the newest full date that is not after the receipt. A day without a year says nothing of the digest's
own: read years later it would be of the year of reading. Nor does a day from which something holds, until which it is to be done, of which it is
told to come, or as of which figures are (自2026年3月1日起, 2026年3月1日前, 将于2026年3月1日, 截至2025年12月31日).

Where nothing says it, the day is not known: the day of receipt in Asia/Shanghai stands for it only where dates in the text are read.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from shared.records import DateBasis

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Without daylight saving since 1991: no digest is older."""

OLDEST = date(1991, 1, 1)
READ = 200_000
"""Characters of a text that are looked at for a day: dates stand at the beginning and the end, and in every story."""
TOP = 300
"""Characters from the beginning within which a date on a line of its own is the digest's: it stands with title, account and author."""
LEAP_YEARS = 8
"""Years between two days of 29 February at most (1896 and 1904, 2096 and 2104)."""

_FULL = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s*(?:年|[-./·])\s*(?P<m>0?[1-9]|1[0-2])\s*(?:月|[-./·])\s*(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)\s*日?")
_TIGHT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_SHORT = re.compile(r"(?<!\d)(?P<m>0?[1-9]|1[0-2])\s*月\s*(?P<d>3[01]|[12]\d|0?[1-9])\s*[日号](?!\d)")
_AHEAD = re.compile(
    r"\s*(?:[(（](?:周|星期)[一二三四五六日天][)）])?\s*(?:上午|中午|下午|晚上?)?\s*(?:\d{1,2}(?:[:：]\d{2}|[时点](?:\d{1,2}分)?))?\s*"
    r"(?:前(?![往来])|[之以]前|底|起(?![草诉])|至|(?:到|[—–―~～-]{1,2})\s*\d)"
)
"""What follows a deadline or the first day of a span; 2月3日到昆山 and 2月3日——昆山 are neither."""
_AWAY = re.compile(r"(?:[到至]|[\d日号]\s*[—–―~～-]{1,2}|截[止至](?:日期|时间)?[为是:：]?|不[晚迟]于|[将拟定][于在]|自|从)\s*$")
"""What precedes a deadline, the first or last day of a span, a day to come, or the day of figures."""
_AWAY_LENGTH = 12
"""Characters before a day that are looked at: the longest words above and blanks."""
_DAY = r"(?:19|20)\d{2}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}(?!\d)\s?日?"
_STATING = re.compile(
    rf"发[布表稿](?:时间|日期|于)\s?[:：]?\s?{_DAY}"
    rf"|^[^\w\n]{{0,8}}(?:(?:时间|日期)\s?[:：]?\s?)?{_DAY}[^\w\n]{{0,4}}(?:(?:周|星期)[一二三四五六日天])?[^\w\n]{{0,4}}(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?[^\w\n]{{0,4}}$",
    re.MULTILINE,
)
"""A full date said to be that of publication, or alone on its line, with its day of the week and its time of day."""
_RANGE_END = re.compile(
    r"(?P<y>(?:19|20)\d{2})\s*(?:年|[-./])\s*(?:0?[1-9]|1[0-2])\s*(?:月|[-./])\s*(?:3[01]|[12]\d|0?[1-9])\s*日?\s*[-–—~～至到]+\s*"
    r"(?P<m>0?[1-9]|1[0-2])\s*(?:月|[-./])\s*(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)"
)


@dataclass(frozen=True)
class Published:
    """A day in Asia/Shanghai and what it rests on."""

    on: date | None
    """None where it is not known"""
    basis: DateBasis
    near: date
    """The day from which dates without a year are read: that day, else the receipt's"""


def published(
    *,
    given: date | None,
    title: str | None,
    url: str | None,
    names: Sequence[str | None],
    stated: str | None,
    heading: str | None,
    text: str,
    received_at: datetime,
) -> Published:
    """The publication day. `stated` is the date in the document's metadata, `names` its external id and its file's name, `heading` the title
    that it prints."""
    if given is not None:
        return Published(given, "given", given)
    received = received_at.astimezone(SHANGHAI).date()
    found: tuple[tuple[date | None, DateBasis], ...] = (
        (_of_words(stated, received), "text"),
        (_of_words(title, received), "title"),
        *((_of_name(name, received), "name") for name in names),
        (_of_name(url, received), "url"),
        (_of_words(heading, received), "title"),
        (_stated(text[:READ], received) or _newest(text[:READ], received), "text"),
    )
    for day, basis in found:
        if day:
            return Published(day, basis, day)
    return Published(None, "received_at", received)


def _of_words(words: str | None, received: date) -> date | None:
    """The newest day of a title or of metadata, which may leave out the year; a moment with its zone is a day of Shanghai."""
    if words and (moment := _moment(words.strip())) and (day := moment.astimezone(SHANGHAI).date()) <= received:
        return day
    return max([day for day in _full(words or "") if day <= received] or _year_less(words or "", received), default=None)


def _moment(words: str) -> datetime | None:
    """A moment with its zone, as ISO 8601 or RFC 822 write it; None for any other text."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, OverflowError):
            moment = read(words)
            return moment if moment.tzinfo else None
    return None


def _of_name(name: str | None, received: date) -> date | None:
    """The last full date of a name or an address."""
    return next(reversed([day for day in _full(name or "") if day <= received]), None)


def _full(text: str) -> Iterator[date]:
    """Days with a year: 2026.02.06, 2026年2月6日, 20260206, the end of 2026.01.31-02.06."""
    for pattern in (_FULL, _TIGHT, _RANGE_END):
        for match in pattern.finditer(text):
            if (day := _day(int(match["y"]), int(match["m"]), int(match["d"]))) is not None:
                yield day


def _year_less(text: str, received: date) -> Iterator[date]:
    """Days without a year, as the last such day that is not after the receipt: 2月6日."""
    for match in _SHORT.finditer(text):
        if (day := _latest(match, received)) is not None:
            yield day


def _latest(match: re.Match[str], received: date) -> date | None:
    """The last day of that month and number that is not after the receipt."""
    years = range(received.year, received.year - LEAP_YEARS - 1, -1)
    days = (_day(year, int(match["m"]), int(match["d"])) for year in years)
    return next((day for day in days if day is not None and day <= received), None)


def _stated(text: str, received: date) -> date | None:
    """The full date by which a text states its publication. Later lines of that kind count too: a digest of days has one a day."""
    matches = list(_STATING.finditer(text))
    if not matches or matches[0].start() > TOP:
        return None
    return max((day for match in matches for day in _full(match[0]) if day <= received), default=None)


def _newest(text: str, received: date) -> date | None:
    """The newest full date that is neither to come nor a deadline nor of figures."""
    told = (match for match in _FULL.finditer(text) if not _AHEAD.match(text, match.end()) and not _AWAY.search(_before(text, match)))
    days = (_day(int(match["y"]), int(match["m"]), int(match["d"])) for match in told)
    return max((day for day in days if day and day <= received), default=None)


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - _AWAY_LENGTH) : match.start()]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found >= OLDEST else None
