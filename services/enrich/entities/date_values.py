"""A matched form of a date and what is known around it in, its ISO 8601 value out. Pure.

One function for each form of `date_forms`; `read` picks it. A year that is not written is the latest one that puts the date not after
the issue's day, unless the words around it speak of the future (将, 起施行, 截止): then the next. Without an issue's day it takes the year
named last before it; failing that the value is None. ISO years have four digits: a day before year 1 or after 9999 is no value either.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from services.enrich.entities.iso import day_after, han, interval, iso, last_day, lone, narrowed, number, part_of_year, week_of, year_of


class Context(NamedTuple):
    """What a date without a year is resolved by."""

    text: str
    published: date | None
    year: int | None = None
    """Named last before."""


class Reading(NamedTuple):
    """A date's value: '' if the form is none after all, None if it can't be resolved."""

    value: str | None
    year: int | None = None
    """To carry on, if the date names one."""
    basis: str = "written"
    """written · issue (from the issue's day) · context (the year named before)"""
    precision: str = ""
    """By the value's own form where it is ''."""


NONE = Reading("")
_FUTURE = re.compile(
    r"将|拟|计划|预计|起(?:施行|实施|执行|生效|正式|新|全面|开始|,|，|对|在|,|至|$)|截止|为止|前(?:完成|"
    r"反馈|提交|报送|实现|,|，)|即将|有望|公示期|报名|明天|定于"
)
BEFORE = re.compile(r"[ ]?(?:\d{1,2}[:：]\d{2}|\d{1,2}[时点](?:\d{1,2}分)?)?[ ]?(?:年)?(?:底|末)?(?:之?前|以前)(?!夕|后|三|两|列|身|述|提|往|期)")
"""Behind a date it makes a deadline of it."""
_PLANNED = re.compile(r"(?:拟|将|计划|预计|定于)[^。;；\n]*$")
_YEARS = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "明年": 1, "前年": -2, "后年": 2}
_DAYS = {"今": 0, "当": 0, "昨": -1, "明": 1, "后": 2, "前": -2, "大前天": -3, "大后天": 3}
_CENTURIES = {"19": 1800, "20": 1900, "21": 2000, "十九": 1800, "二十": 1900, "二十一": 2000, "上": 1900, "本": 2000}


_GOING_ON = re.compile("以来|内|剩余")
_CONTRACT = re.compile(r"(?:份)?(?:合约|主力|期货|交割)")


def read(match: re.Match[str], context: Context) -> Reading:
    """The value of one match of `date_forms.forms`; 10月合约 is what is traded and no day."""
    if _CONTRACT.match(context.text, match.end()):
        return NONE
    return _READERS[match.lastgroup or ""](match, context)


def _relative(word: str | None, context: Context) -> int | None:
    """The year that 今年, 去年, 同年 … mean."""
    if word in ("当年", "同年"):
        return context.year
    return None if word is None or context.published is None else _in_calendar(context.published.year + _YEARS[word])


def _in_calendar(year: int) -> int | None:
    return year if 1 <= year <= 9999 else None


def _years(match: re.Match[str], context: Context) -> Reading:
    since, until = year_of(match["y1"]), year_of(match["y2"])
    return Reading(f"{since}/{until}", until) if since <= until else NONE


def _months_of_years(match: re.Match[str], context: Context) -> Reading:
    since = year_of(match["i1"])
    until = year_of(match["i2y"]) if match["i2y"] else since
    return Reading(interval(iso(since, match["i1m"], match["i1d"]), iso(until, match["i2m"], match["i2d"])), until)


def _months(match: re.Match[str], context: Context) -> Reading:
    first, basis = _guess(match, context, number(match["a1m"]), match["a1d"])
    if first is None:
        return Reading(None)
    last = first + 1 if number(match["a2m"]) < number(match["a1m"]) else first
    value = interval(iso(first, match["a1m"], match["a1d"]), iso(last, match["a2m"], match["a2d"]))
    return Reading(value, last, basis)


def _thirds(match: re.Match[str], context: Context) -> Reading:
    first, basis = _guess(match, context, number(match["x1m"]), None)
    if first is None:
        return Reading(None)
    last = first + 1 if number(match["x2m"]) < number(match["x1m"]) else first
    begin, end = narrowed(iso(first, match["x1m"], None), match["x1"]), narrowed(iso(last, match["x2m"], None), match["x2"])
    return Reading(f"{begin.split('/')[0]}/{end.split('/')[1]}" if begin and end else None, last, basis)


def _month_range(match: re.Match[str], context: Context) -> Reading:
    if number(match["b1m"]) >= number(match["b2m"]):
        return NONE
    head = (match["b1y"] or "").strip()
    year: int | None
    if head and head[0] not in "今去明前后本上当同":
        year, basis = year_of(head[:4]), "written"
    elif head:
        year, basis = _relative(head, context), _basis(head)
    else:
        year, basis = _guess(match, context, number(match["b2m"]), None)
    return Reading(interval(iso(year, match["b1m"], None), iso(year, match["b2m"], None)) if year else None, year, basis)


def _days(match: re.Match[str], context: Context) -> Reading:
    year, basis = (year_of(match["c0y"]), "written") if match["c0y"] else _guess(match, context, number(match["c0m"]), match["c1d"])
    return Reading(interval(iso(year, match["c0m"], match["c1d"]), iso(year, match["c0m"], match["c2d"])) if year else None, year, basis)


def _part(match: re.Match[str], context: Context) -> Reading:
    written, said = match["py"], match["pr"]
    year = year_of(written) if written else _relative(said, context)
    basis = "written" if written else _basis(said) if said else "issue"
    if year is None and context.text[match.start() - 2 : match.start()] == "年(":
        year, basis = context.year, "context"  # 2026年(下半年)
    if year is None and context.published:
        # The latest such quarter or half that has ended by the day; behind 将 this year's.
        year = context.published.year
        if part_of_year(year, match["q"]).split("/")[-1] > context.published.isoformat() and not (
            _future(match, context) or _GOING_ON.match(context.text, match.end())
        ):
            year -= 1
    value = part_of_year(year, match["q"]) if year else None
    if value and match["pt"]:
        return Reading(value.rpartition("/")[2], year, basis)
    name = "quarter" if "季度" in match["q"] and match["q"][0] != "前" else "half" if "半年" in match["q"] else ""
    return Reading(value, year, basis, name)


def _full(match: re.Match[str], context: Context) -> Reading:
    year = year_of(match["y"])
    return Reading(narrowed(iso(year, match["ym"], match["yd"]), match["tail"]), year)


def _relative_year(match: re.Match[str], context: Context) -> Reading:
    year = _relative(match["ry"], context)
    if not match["rm"] and (match["ry"] in ("上年", "当年", "同年") or context.text.startswith("同期", match.end())):
        return NONE
    return Reading(narrowed(iso(year, match["rm"], match["rd"]), match["rtail"]) if year else None, year, _basis(match["ry"]))


def _month_day(match: re.Match[str], context: Context) -> Reading:
    # 三月 alone may be the third month or part of a word (二十一月 is none); a day, 份 or 底 behind it makes it one.
    if not match["m"].isdigit() and (not (match["d"] or match["mtail"] or match[0].endswith("份")) or context.text[match.start() - 1] in "近前第二"):
        return NONE
    year, basis = _guess(match, context, number(match["m"]), match["d"])
    return Reading(narrowed(iso(year, match["m"], match["d"]), match["mtail"]) if year else None, None, basis)


def _numeric(match: re.Match[str], context: Context) -> Reading:
    return Reading(_digits(match["n"]), int(match["n"][:4]))


def _numeric_range(match: re.Match[str], context: Context) -> Reading:
    return Reading(interval(_digits(match["n1"]), _digits(match["n2"])), int(match["n2"][:4]))


def _digits(written: str) -> str:
    return iso(*(int(part) for part in re.split("[-/.]", written)))


def _decade(match: re.Match[str], context: Context) -> Reading:
    # GB/T 15835: 80年代 alone is that of the last century, as 20年代 and before are seldom written so.
    century = _CENTURIES[match["century"].removesuffix("世纪")] if match["century"] else 1900
    first = century + (int(match["tens"]) if match["tens"].isdigit() else han(match["tens"]))
    return Reading(f"{first}/{first + 9}") if match["century"] or first >= 1950 else NONE


def _plan(match: re.Match[str], context: Context) -> Reading:
    first = 2006 + 5 * ("一二三四五六七".index(match["p"][1]))
    return NONE if match["ptail"] == "规划" else Reading(f"{first}/{first + 4}")


def _day(match: re.Match[str], context: Context) -> Reading:
    word = match["word"]
    return Reading(day_after(context.published, _DAYS.get(word, _DAYS.get(word[0], 0))) if context.published else None, None, "issue")


def _week(match: re.Match[str], context: Context) -> Reading:
    if context.published is None:
        return Reading(None)
    value = week_of(match["span"], match["wd"], match["wt"], context.published)
    if match["wmd"] and value:
        value = iso(int(value[:4]), value[5:7], match["wmd"])
    return Reading(value, None, "issue", "week" if value and "/" in value else "")


def _weekday(match: re.Match[str], context: Context) -> Reading:
    """The latest such day of the week not after the issue's."""
    if context.published is None:
        return Reading(None)
    wanted = "一二三四五六日".find(match["lonely"].replace("天", "日"))
    return Reading(day_after(context.published, -((context.published.weekday() - wanted) % 7)), None, "issue")


def _vague(match: re.Match[str], context: Context) -> Reading:
    return Reading(None, None, "issue", "vague")


def _lone_year(match: re.Match[str], context: Context) -> Reading:
    return Reading(match["oy"], int(match["oy"])) if context.text[match.start() - 1 : match.start()] == "(" else NONE


def _lone_day(match: re.Match[str], context: Context) -> Reading:
    return Reading(lone(int(match["lone"]), context.published), None, "issue")


def _end_of_year(match: re.Match[str], context: Context) -> Reading:
    year = _relative(match["ey"] or "今年", context)
    return Reading(f"{year:04}-12-31" if year else None, None, "issue")


def _basis(word: str) -> str:
    return "context" if word in ("当年", "同年") else "issue"


def _guess(match: re.Match[str], context: Context, month: int, day: str | None) -> tuple[int | None, str]:
    """The year of a month or day written without one, and what it comes from."""
    published = context.published
    if published is None:
        return context.year, "context"
    year = published.year
    if (month, number(day) if day else 1) <= (published.month, published.day):
        # In the last weeks of a year 1月 behind 将 is the next one's.
        if published.month >= 11 and month <= 2 and _future(match, context):
            year += 1
    elif not _future(match, context) and not (month - published.month in (0, 1) and _soon(match, context)):
        year -= 1
    return _in_calendar(year), "issue"


def _soon(match: re.Match[str], context: Context) -> bool:
    """8月29日起, 至8月20日 and 拟…8月22日, read in the weeks before, are days to come rather than of last year."""
    text, start = context.text, match.start()
    before = text[max(0, start - 30) : start]
    return (
        text[match.end() : match.end() + 1] == "起" or (before.endswith("至") and not before.endswith("截至")) or _PLANNED.search(before) is not None
    )


def _future(match: re.Match[str], context: Context) -> bool:
    return (
        BEFORE.match(context.text, match.end()) is not None
        or _FUTURE.search(context.text, max(0, match.start() - 12), min(len(context.text), match.end() + 12)) is not None
    )


_READERS: dict[str, Callable[[re.Match[str], Context], Reading]] = {
    "yy": _years,
    "ii": _months_of_years,
    "xx": _thirds,
    "mm": _months,
    "ym2": _month_range,
    "dd": _days,
    "part": _part,
    "full": _full,
    "rel": _relative_year,
    "md": _month_day,
    "iso": _numeric,
    "iso2": _numeric_range,
    "decade": _decade,
    "plan": _plan,
    "day": _day,
    "week": _week,
    "wday": _weekday,
    "vague": _vague,
    "only": _lone_year,
    "dday": _lone_day,
    "endy": _end_of_year,
}


def precision(value: str) -> str:
    """`day`, `month`, `year`, or `interval` of an ISO value."""
    return "interval" if "/" in value else {4: "year", 7: "month", 10: "day"}[len(value)]


def bounds(value: str) -> tuple[str, str]:
    """First and last day of an ISO value that is no open interval."""
    first, _, last = value.partition("/")
    return first + {4: "-01-01", 7: "-01", 10: ""}[len(first)], last_day(last or first)
