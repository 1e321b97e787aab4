"""What is known of a digest → its publication day, and on what that rests. Pure.

In the order of trust: the day that was given, the digest's own metadata, its title and the line below it, its url, its text, the day of its
receipt in Asia/Shanghai. In a text, a full date that states the publication wins (发布时间：2026-02-06, or a line of its own at the top), else
the newest day that is not after the receipt. News leaves out the year of days just past and tells what has happened: so a day without a year is
the most recent such day not after the receipt (the rule for an item's dates too, in services/enrich/entities/dates.py), unless the words around
it make it a deadline or a span to come (2月28日前, 3月1日起, 截至2月3日), which says nothing of the day of writing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

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
_AWAY = re.compile(r"(?:(?<![今本])年|[到至]|[\d日号]\s*[—–―~～-]{1,2}|截止(?:日期|时间)?[为是:：]?|不[晚迟]于|[将拟定][于在])\s*$")
"""What precedes a deadline, the last day of a span, a day to come, or a day of a year that is named (2024年, 明年, 每年)."""
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

_STATED: tuple[tuple[str, DateBasis], ...] = (("stated", "text"), ("title", "title"), ("heading", "title"))


@dataclass(frozen=True)
class Published:
    """A day in Asia/Shanghai and what it rests on."""

    on: date
    basis: DateBasis


def published(
    *,
    given: date | None,
    title: str | None,
    url: str | None,
    stated: str | None,
    heading: str | None,
    text: str,
    received_at: datetime,
) -> Published:
    """The publication day. `stated` is the date in the document's metadata, `heading` the title it prints."""
    if given is not None:
        return Published(given, "given")
    received = received_at.astimezone(SHANGHAI).date()
    for source, basis in _STATED:
        words = {"stated": stated, "title": title, "heading": heading}[source] or ""
        if days := [day for day in _full(words) if day <= received] or list(_year_less(words, received)):
            return Published(max(days), basis)
    if url and (days := [day for day in _full(url) if day <= received]):
        return Published(days[-1], "url")
    if day := _stated(text[:READ], received) or _newest(text[:READ], received):
        return Published(day, "text")
    return Published(received, "received_at")


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


def _told(text: str, received: date) -> Iterator[date]:
    """Days without a year of what has happened, as the last such day that is not after the receipt."""
    for match in _SHORT.finditer(text):
        if _AHEAD.match(text, match.end()) or _AWAY.search(text[max(0, match.start() - _AWAY_LENGTH) : match.start()]):
            continue
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
    days = [day for day in _full(text) if day <= received]
    return max([*days, *_told(text, received)], default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found >= OLDEST else None
