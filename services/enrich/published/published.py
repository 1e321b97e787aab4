"""What is known of a digest → its publication day, and on what that rests. Pure.

In the order of trust: the day that was given, the document's own metadata, the given title, the name that its
feeder gave it (external id or file), its url, the first time that its page marks, its printed title and the
line below it, its text. A text dates its digest where it states the publication (发布时间：2026-02-06, or a line
of its own at the top or the very end), or where full dates are usual in it: then by the newest. A single one
among many stories is of an anniversary, a record, a photograph. A day without a year says nothing of the
digest's own: read years later it would be of the year of reading; only in a title it is taken, and only
shortly after it. Nor does a day from which something holds, until which it is to be done, of which it is told
to come, or as of which figures are, nor the time of an event: 自2026年3月1日起, 2026年3月1日前, 将于2026年3月1日,
截至2025年12月31日, 会议时间：2026年3月1日.

Where nothing says it, the day is not known: the day of receipt in Asia/Shanghai stands for it only where
dates in the text are read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from services.enrich.published.moments import SHANGHAI, in_shanghai
from shared.records import DateBasis

OLDEST = date(1991, 1, 1)
"""The oldest day that a digest is of."""
READ = 200_000
"""Characters of a text that are looked at for a day: dates stand at the beginning and the end, and in every
story."""
READ_OF_TITLE = 2_000
"""Characters of a title, a name, an address or metadata that are looked at: no real one is as long."""
TOP = 300
"""Characters from the beginning within which a date on a line of its own is the digest's: it stands with
title, account and author."""
SHORTLY = timedelta(days=14)
"""How long after a day that its title names without a year a digest is fed at most: with longer, issues of
other years pass for this one's."""
USUAL = 1_000
"""Characters for each of which a text that tells full dates has one within ALIKE of the newest. Of 32 real
digests whose beginning was cut off and that have as many, the newest is the digest's own in 26, up to three
days older in 5; with 3,000 a fifth of them is of another time."""
ALIKE = timedelta(days=7)

_FULL = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s*(?:年|[-./·])\s*(?P<m>0?[1-9]|1[0-2])\s*(?:月|[-./·])\s*(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)\s*日?")
_TIGHT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_NAMED = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})[-_./年 ]?(?P<m>0[1-9]|1[0-2])[-_./月 ]?(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:(?!\d)|(?=(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?!\d)))"
)
"""What names and addresses have besides: 2026_02_06, /2026/0206/, /2026-02/06/, 202602061530."""
_SHORT = re.compile(r"(?<!\d)(?P<m>0?[1-9]|1[0-2])\s*月\s*(?P<d>3[01]|[12]\d|0?[1-9])\s*[日号](?!\d)")
_HOURS = (
    r"\s*+(?:[(（](?:周|星期)[一二三四五六日天][)）])?+\s*+(?:上午|中午|下午|晚上?)?+"
    r"\s*+(?:\d{1,2}(?:[:：]\d{2}|[时点](?:\d{1,2}分)?))?+\s*+"
)
"""All that stands there is taken and never given back: to try each way of sharing out blanks takes their
number to the fourth."""
_TO_COME = re.compile(
    rf"{_HOURS}(?:前(?![往来沿瞻海线景夕端言台哨]|方(?!可))|[之以]前|起(?![草诉点步航源底飞火])|将(?![军士帅]|领(?!取))"
    r"|(?:正式)?(?:施行|实施|生效|执行(?![力官])|截止|到期))"
)
"""What follows a deadline, the first day of a rule, or a day to come; 前沿, 起点, 将军 and the like are none."""
_SPAN = re.compile(rf"{_HOURS}(?:至|(?:到|[—–―~～-]{{1,2}})\s*\d)")
"""What follows the first day of a span; 2月3日到昆山 and 2月3日——昆山 are none."""
_AWAY = re.compile(
    r"(?:截[止至](?:日期|时间)?[为是:：]?|不[晚迟]于|[将拟定][于在]|(?:预计|计划|预定)[于在]?|(?<!来)自|从"
    r"|(?:(?:^|\n)\W*(?:\w、)?\W*|会议|活动|举[办行]|召开|报名|培训)时间\W*)\s*$"
)
"""What precedes a deadline, the first day of a rule, a day to come, the time of an event, or the day of
figures."""
_UNTIL = re.compile(r"(?:[到至]|[\d日号]\s*[—–―~～-]{1,2})\s*$")
"""What precedes the last day of a span."""
_BEFORE_LENGTH = 12
"""Characters before a day that are looked at: the longest words above and blanks."""
_DAY = r"(?:19|20)\d{2}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}(?!\d)\s?日?"
_ENGLISH = r"(?i:date|pub_?date|published(?:[_ ](?:on|at|time))?|date_?published)"
_LINE = (
    rf"{_DAY}[^\w\n]{{0,4}}(?:(?:周|星期)[一二三四五六日天])?"
    rf"[^\w\n]{{0,4}}(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?[^\w\n]{{0,4}}"
)
_ALONE = re.compile(rf"[^\w\n]{{0,8}}{_LINE}")
"""A full date with its day of the week and its time of day."""
_STATING = re.compile(
    rf"(?:发[布表稿](?:时间|日期|于)|^\W{{0,4}}{_ENGLISH}\W{{0,3}}[:=])\s?[:：]?\s?[\"']?{_DAY}"
    rf"|今[天日]是\s?{_DAY}"
    rf"|^[^\w\n]{{0,8}}(?:日期\s?[:：]?\s?)?{_LINE}$",
    re.MULTILINE,
)
"""A full date said to be that of publication, or alone on its line; 时间 is rather of an event."""
_RANGE_END = re.compile(
    r"(?P<y>(?:19|20)\d{2})\s*(?:年|(?P<mark>[-./]))\s*"
    r"(?P<from_m>0?[1-9]|1[0-2])\s*(?:月|[-./])\s*(?P<from_d>3[01]|[12]\d|0?[1-9])"
    r"\s*+日?+(?!(?P=mark)\d)\s*+[-–—~～至到]++\s*+"
    r"(?P<m>0?[1-9]|1[0-2])\s*(?:月|[-./])\s*(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)"
)
"""Its mark is not the one within its dates: in 2024-02-06-10-15 a time or a number follows the day."""


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
    marked: str | None = None,
    heading: str | None,
    text: str,
    received_at: datetime,
) -> Published:
    """The publication day. `stated` is the date in the document's metadata, `names` its external id and its
    file's name, `marked` the first time that its page marks as one, `heading` the title that it prints."""
    if given is not None:
        return Published(given, "given", given)
    received = received_at.astimezone(SHANGHAI).date()
    looked_at = in_shanghai(text[:READ])
    found: tuple[tuple[date | None, DateBasis], ...] = (
        (_of_words(stated, received), "text"),
        (_of_title(title, received), "title"),
        *((_of_name(name, received), "name") for name in names),
        (_of_name(url, received), "url"),
        (_of_words(marked, received), "text"),
        (_of_title(heading, received), "title"),
        (_stated(looked_at, received) or _usual(looked_at, received), "text"),
    )
    for day, basis in found:
        if day:
            return Published(day, basis, day)
    return Published(None, "received_at", received)


def _of_words(words: str | None, received: date) -> date | None:
    """The newest day of what a document says of itself; a moment with its zone is a day of Shanghai."""
    return max((day for day in _full(in_shanghai((words or "")[:READ_OF_TITLE]), _FULL, _TIGHT, _RANGE_END) if day <= received), default=None)


def _of_title(title: str | None, received: date) -> date | None:
    """The newest day of a title, which may leave out the year where it is fed shortly after."""
    short = (day for day in _year_less((title or "")[:READ_OF_TITLE], received) if received - day <= SHORTLY)
    return _of_words(title, received) or max(short, default=None)


def _of_name(name: str | None, received: date) -> date | None:
    """The last full date of a name or an address."""
    days = [day for pattern in (_NAMED, _FULL, _RANGE_END) for day in _full((name or "")[:READ_OF_TITLE], pattern) if day <= received]
    return days[-1] if days else None


def _full(text: str, *patterns: re.Pattern[str]) -> Iterator[date]:
    """Days with a year that are no deadline nor to come: 2026.02.06, 2026年2月6日, 20260206, the end of
    2026.01.31-02.06."""
    sound = _sound(text)
    for pattern in patterns:
        for match in pattern.finditer(sound):
            if not (_TO_COME.match(sound, match.end()) or _follows(_AWAY, sound, match)) and (day := _of(match)) is not None:
                yield day


def _sound(text: str) -> str:
    """The text without spans that end before they begin (2025.3.3-2024.3.9): nobody knows which of their
    years is right."""
    spans = [(one, two) for one, two in pairwise(_FULL.finditer(text)) if re.fullmatch(r"\s*[-–—~～至到]+\s*", text[one.end() : two.start()])]
    for one, two in reversed(spans):
        first, last = _of(one), _of(two)
        if first and last and last < first:
            text = f"{text[: one.start()]} {text[two.end() :]}"
    return text


def _year_less(text: str, received: date) -> Iterator[date]:
    """Days without a year, as the last such day that is not after the receipt: 2月6日."""
    for match in _SHORT.finditer(text):
        if not (_TO_COME.match(text, match.end()) or _follows(_AWAY, text, match)):
            days = (_day(year, int(match["m"]), int(match["d"])) for year in (received.year, received.year - 1))
            yield from [day for day in days if day is not None and day <= received][:1]


def _stated(text: str, received: date) -> date | None:
    """The full date by which a text states its publication, at its top or in its last line. Later dates that
    are alone on their lines count too: a digest of days has one a day."""
    matches = list(_STATING.finditer(text))
    if not matches:
        return None
    if matches[0].start() > TOP:
        matches = [match for match in matches[-1:] if not text[match.end() :].strip()]
    stating = [*matches[:1], *(match for match in matches[1:] if _ALONE.fullmatch(match[0]))]
    return max((day for match in stating for day in _full(match[0], _FULL) if day <= received), default=None)


def _usual(text: str, received: date) -> date | None:
    """The newest of the full dates of which the text has one for each USUAL characters; those that are
    neither to come nor a deadline, of a span or of figures."""
    told = (match for match in _FULL.finditer(text) if not (_TO_COME.match(text, match.end()) or _SPAN.match(text, match.end())))
    days = [_of(match) for match in told if not (_follows(_AWAY, text, match) or _follows(_UNTIL, text, match))]
    past = [day for day in days if day and day <= received]
    newest = max(past, default=None)
    return newest if newest and sum(newest - day <= ALIKE for day in past) * USUAL >= len(text) else None


def _follows(pattern: re.Pattern[str], text: str, match: re.Match[str]) -> bool:
    """Whether the day comes right after what `pattern` ends with."""
    return pattern.search(text, max(0, match.start() - _BEFORE_LENGTH), match.start()) is not None


def _of(match: re.Match[str]) -> date | None:
    """The day of a match; a span that ends before it begins ends in the next year: 2025.12.29-01.04."""
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    next_year = match.re is _RANGE_END and (month, day) < (int(match["from_m"]), int(match["from_d"]))
    return _day(year + next_year, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found >= OLDEST else None
