"""A matched form of a date and what is known around it in, its ISO 8601 value out. Pure.

One function for each form of `forms`; `read` picks it. A year that is not written is found by `years`; where it can't be the value is None.
ISO years have four digits: a day before year 1 or after 9999 is no value either.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from services.enrich.entities.dates.iso import day_after, han, interval, iso, last_day, lone, narrowed, number, part_of_year, week_of, year_of
from services.enrich.entities.dates.years import Context, basis_of, future, guess, relative


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
_DAYS = {"今": 0, "当": 0, "昨": -1, "明": 1, "后": 2, "前": -2, "大前天": -3, "大后天": 3}
_CENTURIES = {"19": 1800, "20": 1900, "21": 2000, "十九": 1800, "二十": 1900, "二十一": 2000, "上": 1900, "本": 2000}


_COUNTED_BY_YEAR = re.compile(r"[ ]?第[ ]?\d{1,5}[ ]?号")
"""2016年第8号令: the year belongs to the number."""
_CASE = re.compile(r"\)[ ]?(?:[一-鿿]{1,8}\d{0,5}[一-鿿]{0,8}第?[ ]?\d{1,7}(?:-\d{1,3})?号|第[ ]?\d{1,6}[ ]?号)")
"""(2024)粤0106民初2342号, (2024)某仲字第2342号: the year belongs to the case."""
_TIMED = re.compile(r"(?:时间|期间|期限|日期|为期|休渔期|[自从于])[为是]?[:：]?[ ]?$")
_NUMBER_OF = re.compile(r"(?:编号|代码|编码|批号|账号|单号|文号|证号|号码|ID|No\.?|第|[#№])[为是]?[:：]?[ ]?$", re.I)
_UNIT_OF = re.compile(r"[ ]?(?:[号元人家个次位名台吨万亿千百%‰、]|股|辆|户|件)")
_YEARLY = re.compile(r"每年(?:的)?[ ]?$|(?:[春夏秋冬][季天]?|[高低平尖旺淡][峰谷季]|[丰枯平]水期|汛期|[供采]暖[季期]|休渔期)\($")
"""What comes back every year is no date: 每年6月5日, 冬季(11-12月)."""
_GOING_ON = re.compile("以来|内|剩余")
_CONTRACT = re.compile(r"(?:份)?(?:合约|主力|期货|交割)")


def read(match: re.Match[str], context: Context) -> Reading:
    """The value of one match of `date_forms.forms`; 10月合约 is what is traded and no day."""
    if _CONTRACT.match(context.text, match.end()):
        return NONE
    if match.lastgroup in ("md", "mm", "ym2", "dd") and _YEARLY.search(context.text, max(0, match.start() - 6), match.start()):
        return NONE
    return _READERS[match.lastgroup or ""](match, context)


def _years(match: re.Match[str], context: Context) -> Reading:
    since = year_of(match["y1"])
    until = year_of(match["y2"]) if match["y2"] else since // 100 * 100 + int(match["y3"])  # 2024-25年
    return Reading(f"{since}/{until}", until) if since <= until else NONE


def _months_of_years(match: re.Match[str], context: Context) -> Reading:
    since = year_of(match["i1"]) if match["i1"] else relative(match["i1r"], context)
    if since is None:
        return Reading(None)
    until = year_of(match["i2y"]) if match["i2y"] else relative(match["i2r"], context) if match["i2r"] else since
    basis = "written" if match["i1"] else basis_of(match["i1r"])
    value = interval(iso(since, match["i1m"], match["i1d"]), iso(until, match["i2m"], match["i2d"])) if until else None
    return Reading(value, until, basis)


def _months(match: re.Match[str], context: Context) -> Reading:
    first, basis = guess(match, context, number(match["a1m"]), match["a1d"])
    if first is None:
        return Reading(None)
    last = first + 1 if number(match["a2m"]) < number(match["a1m"]) else first
    value = interval(iso(first, match["a1m"], match["a1d"]), iso(last, match["a2m"], match["a2d"]))
    return Reading(value, last, basis)


def _dotted(match: re.Match[str], context: Context) -> Reading:
    """7.1-9.30 in brackets or behind a word of time; elsewhere these are numbers."""
    in_brackets = context.text[match.start() - 1 : match.start()] == "(" and context.text[match.end() : match.end() + 1] == ")"
    if not (in_brackets or _TIMED.search(context.text, max(0, match.start() - 6), match.start())):
        return NONE
    year, basis = guess(match, context, number(match["o1m"]), match["o1d"])
    if year is None:
        return Reading(None)
    last = year + 1 if number(match["o2m"]) < number(match["o1m"]) else year
    return Reading(interval(iso(year, match["o1m"], match["o1d"]), iso(last, match["o2m"], match["o2d"])), last, basis)


def _thirds(match: re.Match[str], context: Context) -> Reading:
    first, basis = guess(match, context, number(match["x1m"]), None)
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
        year, basis = relative(head, context), basis_of(head)
    else:
        year, basis = guess(match, context, number(match["b2m"]), None)
    return Reading(interval(iso(year, match["b1m"], None), iso(year, match["b2m"], None)) if year else None, year, basis)


def _days(match: re.Match[str], context: Context) -> Reading:
    year, basis = (year_of(match["c0y"]), "written") if match["c0y"] else guess(match, context, number(match["c0m"]), match["c1d"])
    return Reading(interval(iso(year, match["c0m"], match["c1d"]), iso(year, match["c0m"], match["c2d"])) if year else None, year, basis)


def _part(match: re.Match[str], context: Context) -> Reading:
    written, said = match["py"], match["pr"]
    year = year_of(written) if written else relative(said, context)
    basis = "written" if written else basis_of(said) if said else "issue"
    if year is None and context.text[match.start() - 2 : match.start()] == "年(":
        year, basis = context.year, "context"  # 2026年(下半年)
    if year is None and context.published:
        # The latest such quarter or half that has ended by the day; behind 将 this year's.
        year = context.published.year
        if part_of_year(year, match["q"]).split("/")[-1] > context.published.isoformat() and not (
            future(match, context) or _GOING_ON.match(context.text, match.end())
        ):
            year -= 1
    value = part_of_year(year, match["q"]) if year else None
    if value and match["pt"]:
        return Reading(value.rpartition("/")[2], year, basis)
    name = "quarter" if "季度" in match["q"] and match["q"][0] != "前" else "half" if "半年" in match["q"] else ""
    return Reading(value, year, basis, name)


def _full(match: re.Match[str], context: Context) -> Reading:
    year = year_of(match["y"])
    if not match["ym"] and _COUNTED_BY_YEAR.match(context.text, match.end()):
        return Reading("", year)
    return Reading(narrowed(iso(year, match["ym"], match["yd"]), match["tail"]), year)


def _relative_year(match: re.Match[str], context: Context) -> Reading:
    year = relative(match["ry"], context)
    if not match["rm"] and (match["ry"] in ("上年", "当年", "同年") or context.text.startswith("同期", match.end())):
        return NONE
    return Reading(narrowed(iso(year, match["rm"], match["rd"]), match["rtail"]) if year else None, year, basis_of(match["ry"]))


def _month_day(match: re.Match[str], context: Context) -> Reading:
    # 三月 alone may be the third month or part of a word (二十一月 is none); a day, 份 or 底 behind it makes it one.
    if not match["m"].isdigit() and (not (match["d"] or match["mtail"] or match[0].endswith("份")) or context.text[match.start() - 1] in "近前第二"):
        return NONE
    year, basis = guess(match, context, number(match["m"]), match["d"])
    return Reading(narrowed(iso(year, match["m"], match["d"]), match["mtail"]) if year else None, None, basis)


def _short_year(match: re.Match[str], context: Context) -> Reading:
    """24年底, 24年3月, 24年上半年: of this century, and no later than some years from the issue's; 20年3月 may be a length of time elsewhere."""
    year = 2000 + int(match["sy"])
    if context.published and not -25 <= context.published.year - year <= 30:
        return NONE
    if part := match["sq"] or match["sh"]:
        return Reading(part_of_year(year, part), year)
    if match["se"]:
        return Reading(f"{year:04}" if match["se"].endswith("初") else f"{year:04}-12-31", year)
    return Reading(narrowed(iso(year, match["sm"], match["sd"]), match["st"]), year)


def _minguo(match: re.Match[str], context: Context) -> Reading:
    """民国113年, 114年5月1日: years as Taiwan counts them, from 1912 on."""
    year = int(match["g"] or match["g2"]) + 1911
    return Reading(iso(year, match["gm"], match["gd"]), year)


def _packed(match: re.Match[str], context: Context) -> Reading:
    """20240331 and 2024 03 31 where they stand for a day, not in a number of something."""
    if _NUMBER_OF.search(context.text, max(0, match.start() - 8), match.start()) or _UNIT_OF.match(context.text, match.end()):
        return NONE
    written = match["k"].replace(" ", "")
    return Reading(iso(int(written[:4]), int(written[4:6]), int(written[6:])), int(written[:4]))


def _month_of_year(match: re.Match[str], context: Context) -> Reading:
    return Reading(f"{match['mo'][:4]}-{match['mo'][5:]}", int(match["mo"][:4]))


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
    if match["we"] and value:
        value = last_day(value)
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
    if _CASE.match(context.text, match.end()):
        return NONE
    return Reading(match["oy"], int(match["oy"])) if context.text[match.start() - 1 : match.start()] == "(" else NONE


def _lone_day(match: re.Match[str], context: Context) -> Reading:
    return Reading(lone(int(match["lone"]), context.published), None, "issue")


def _lone_days(match: re.Match[str], context: Context) -> Reading:
    """9日至11日: of the latest month whose first such day is not after the issue's."""
    first = lone(int(match["l1"]), context.published)
    if first is None:
        return Reading(None, None, "issue")
    return Reading(interval(first, iso(int(first[:4]), first[5:7], match["l2"])), None, "issue")


def _end_of_year(match: re.Match[str], context: Context) -> Reading:
    year = relative(match["ey"] or "今年", context)
    return Reading(f"{year:04}-12-31" if year else None, None, "issue")


_READERS: dict[str, Callable[[re.Match[str], Context], Reading]] = {
    "yy": _years,
    "ii": _months_of_years,
    "xx": _thirds,
    "mm": _months,
    "dots": _dotted,
    "short": _short_year,
    "packed": _packed,
    "minguo": _minguo,
    "month": _month_of_year,
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
    "ll": _lone_days,
    "endy": _end_of_year,
}
