"""Years, months, days and their Chinese names in, ISO 8601 texts of days and intervals out. Pure.

ISO 8601 has four digits for a year; what would lie before year 1 or after 9999 has no text.
"""

import calendar
from datetime import date, timedelta

_HAN_NUMBER = {c: i for i, c in enumerate("一二三四五六七八九", 1)}


_CN = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}


def last_day(value: str) -> str:
    """The last day of an ISO day, month or year."""
    parts = [int(p) for p in value.split("-")]
    if len(parts) == 1:
        return f"{parts[0]:04}-12-31"
    if len(parts) == 2:
        return f"{parts[0]:04}-{parts[1]:02}-{calendar.monthrange(parts[0], parts[1])[1]:02}"
    return value


def lone(day: int, published: date | None) -> str | None:
    """The latest such day of a month not after the issue's."""
    if published is None:
        return None
    year, month = published.year, published.month
    for _ in range(3):
        if (year, month, day) <= (published.year, published.month, published.day) and day <= calendar.monthrange(year, month)[1]:
            return f"{year:04}-{month:02}-{day:02}"
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        if year < 1:
            break
    return None


def day_after(day: date, days: int) -> str | None:
    """The ISO day so many days after `day`; None beyond the calendar's ends."""
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        return None


def week_of(word: str, weekday: str | None, end: str | None, published: date) -> str | None:
    """The days of this, last (上, 上上) or next week or month; None beyond the calendar's ends."""
    step = word.count("下") - word.count("上")
    if "月" in word:
        months = published.year * 12 + published.month - 1 + step
        return f"{months // 12:04}-{months % 12 + 1:02}" if 1 <= months // 12 <= 9999 else None
    monday = 7 * step - published.weekday()
    if weekday:
        return day_after(published, monday + "一二三四五六日".find(weekday.replace("天", "日")))
    first, last = day_after(published, monday + 5 if end else monday), day_after(published, monday + 6)
    return f"{first}/{last}" if first and last else None


def part_of_year(year: int, part: str) -> str:
    """The interval of a quarter, half or first months of a year."""
    if part in ("上半年", "H1"):
        return f"{year:04}-01-01/{year:04}-06-30"
    if part in ("下半年", "H2"):
        return f"{year:04}-07-01/{year:04}-12-31"
    if part == "前三季度":
        return f"{year:04}-01-01/{year:04}-09-30"
    if part.startswith("全年"):
        return f"{year:04}"
    if part.startswith("前"):
        months = 2 if part[1] == "两" else number(part[1:].rstrip("个月").strip())
        return f"{year:04}-01-01/{last_day(f'{year}-{min(months, 12):02}')}"
    if part == "首季":
        return f"{year:04}-01-01/{year:04}-03-31"
    quarter = next(("一二三四".find(c) + 1 or int(c) for c in part if c in "一二三四1234"), 1)
    return f"{year:04}-{quarter * 3 - 2:02}-01/{last_day(f'{year}-{quarter * 3:02}')}"


def narrowed(value: str, tail: str | None) -> str:
    """A month or year narrowed by 上旬, 中旬, 下旬, 底 or 末."""
    if value and tail and tail[-1] in "底末":
        return last_day(value)
    if tail in ("上旬", "中旬", "下旬") and len(value) == 7:
        first, last = {"上旬": ("01", "10"), "中旬": ("11", "20"), "下旬": ("21", last_day(value)[-2:])}[tail]
        return f"{value}-{first}/{value}-{last}"
    return value


def interval(first: str, last: str) -> str:
    """`first/last`, '' if it ends before it begins."""
    return f"{first}/{last}" if first and last and first <= last + "~" else ""


def iso(year: int, month: int | str | None, day: int | str | None) -> str:
    """ISO text of what is known, '' if there is no such day."""
    if not 1 <= year <= 9999:
        return ""
    if not month:
        return f"{year:04}"
    m = number(month)
    if not day:
        return f"{year:04}-{m:02}"
    d = number(day)
    return f"{year:04}-{m:02}-{d:02}" if d <= calendar.monthrange(year, m)[1] else ""


def number(written: int | str) -> int:
    """A month or day in digits or Chinese characters."""
    return int(written) if isinstance(written, int) or written.isdecimal() else han(written)


def year_of(written: str) -> int:
    """The year written in digits or Chinese characters."""
    return int("".join(str(_CN.get(c, c)) for c in written))


def han(written: str) -> int:
    """A number up to 99 written in Chinese."""
    if "十" in written:
        tens, _, ones = written.partition("十")
        return (_HAN_NUMBER.get(tens, 1)) * 10 + _HAN_NUMBER.get(ones, 0)
    return _HAN_NUMBER.get(written, 1)


def precision(value: str) -> str:
    """`day`, `month`, `year`, or `interval` of an ISO value."""
    return "interval" if "/" in value else {4: "year", 7: "month", 10: "day"}[len(value)]


def bounds(value: str) -> tuple[str, str]:
    """First and last day of an ISO value that is no open interval."""
    first, _, last = value.partition("/")
    return first + {4: "-01-01", 7: "-01", 10: ""}[len(first)], last_day(last or first)
