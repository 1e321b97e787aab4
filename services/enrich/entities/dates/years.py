"""A date without a year and the text around it in, the year that is meant out. Pure.

It is the latest one that puts the date not after the issue's day, unless the date lies a few weeks ahead or the words around it speak of the
future (将, 起施行, 截止): then the next. Without an issue's day it is the year named last before it; failing that there is none.
"""

import calendar
import re
from datetime import date
from typing import NamedTuple

from services.enrich.entities.dates.iso import number


class Context(NamedTuple):
    """What a date without a year is resolved by."""

    text: str
    published: date | None
    year: int | None = None
    """Named last before."""


WEEKS_AHEAD = 28
"""Days; a digest that looks further ahead says so (将, 起)."""
_FUTURE = re.compile(
    r"将|拟|计划|预计|起(?:施行|实施|执行|生效|正式|新|全面|开始|,|，|对|在|,|至|$)|截止|为止|前(?:完成|"
    r"反馈|提交|报送|实现|,|，)|即将|有望|公示期|报名|明天|定于|不得|禁止"
)
BEFORE = re.compile(r"[ ]?(?:\d{1,2}[:：]\d{2}|\d{1,2}[时点](?:\d{1,2}分)?)?[ ]?(?:年)?(?:底|末)?(?:之?前|以前)(?!夕|后|三|两|列|身|述|提|往|期)")
"""Behind a date it makes a deadline of it."""
_PLANNED = re.compile(r"(?:拟|将|计划|预计|定于)[^。;；\n]*$")
_YEARS = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "明年": 1, "前年": -2, "后年": 2}


def relative(word: str | None, context: Context) -> int | None:
    """Return the year that 今年, 去年, 同年 … mean."""
    if word in ("当年", "同年"):
        return context.year
    return None if word is None or context.published is None else _in_calendar(context.published.year + _YEARS[word])


def _in_calendar(year: int) -> int | None:
    return year if 1 <= year <= 9999 else None


def basis_of(word: str) -> str:
    """Return what the year of 今年, 当年 … is taken from: the issue's day, or the year named before."""
    return "context" if word in ("当年", "同年") else "issue"


def guess(match: re.Match[str], context: Context, month: int, day: str | None) -> tuple[int | None, str]:
    """The year of a month or day written without one, and what it comes from."""
    published = context.published
    if published is None:
        return context.year, "context"
    year = published.year
    if (month, number(day) if day else 1) <= (published.month, published.day):
        # In the last weeks of a year 1月 behind 将 is the next one's.
        if published.month >= 11 and month <= 2 and future(match, context):
            year += 1
    elif not (_near(published, month, day) or future(match, context) or _soon(match, context)):
        year -= 1
    return _in_calendar(year), "issue"


def _near(published: date, month: int, day: str | None) -> bool:
    """Whether a day lies a few weeks ahead of the issue's: it is meant rather than the one eleven months ago."""
    if not day or number(day) > calendar.monthrange(published.year, month)[1]:
        return False
    return 0 < (date(published.year, month, number(day)) - published).days <= WEEKS_AHEAD


def _soon(match: re.Match[str], context: Context) -> bool:
    """8月29日起, 至8月20日 and 拟…8月22日 are days to come rather than of last year."""
    text, start = context.text, match.start()
    before = text[max(0, start - 30) : start].rstrip()
    return (
        text[match.end() : match.end() + 1] == "起"
        or (before.endswith(("至", "到")) and not before.endswith(("截至", "截止到")))
        or _PLANNED.search(before) is not None
    )


def future(match: re.Match[str], context: Context) -> bool:
    """Whether the words around a date say that it is to come."""
    return BEFORE.match(context.text, match.end()) is not None or _FUTURE.search(_around(context.text, match.start(), match.end())) is not None


def _around(text: str, start: int, end: int) -> str:
    """Twelve characters before a date, itself, and twelve behind, spaces not counted."""
    before, behind = text[max(0, start - 24) : start].replace(" ", ""), text[end : end + 24].replace(" ", "")
    return f"{before[-12:]}{text[start:end]}{behind[:12]}"
