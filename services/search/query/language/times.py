"""`2026-01`, `上周`, `近三个月`, `2026-01..2026-03` → first and last day. Pure.

Weeks begin on Monday. Days of a rolling time count today: 近7天 is today and the six days before. What names no year (`第四季度`, `12月`) is the
latest that has begun.
"""

import calendar
import re
import unicodedata
from datetime import date, timedelta

from shared.text.numerals import number

Days = tuple[date, date]

UNKNOWN = frozenset({"不详", "日期不详", "不明", "未知", "无", "unknown", "none"})
"""What is asked for where nobody knows the day."""

_NUMBER = r"\d{1,4}|[一二两三四五六七八九十]{1,3}"
_DAYS_AGO = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2, "前日": 2, "大前天": 3}
_YEARS_AGO = {"今年": 0, "本年": 0, "去年": 1, "上年": 1, "前年": 2}
_YEAR = rf"(?P<year>\d{{4}}年?|{'|'.join(_YEARS_AGO)})"
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})[日号]?|月)?|年)?|(\d{4})(\d{2})(\d{2})?")
_MONTH = re.compile(rf"{_YEAR}?(?P<month>{_NUMBER})月(?:份|(?P<third>[上中下])旬|(?P<day>{_NUMBER})[日号])?")
_PART = re.compile(rf"{_YEAR}?-?(?:(?P<half>[上下])半年|第?(?P<quarter>[1-4一二三四])季度|[Qq](?P<q>[1-4]))")
_WEEK = re.compile(r"(?P<back>上上|上|本|这)个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])?")
_MONTHS_BACK = re.compile(r"(?P<back>上上|上|本|这)个?(?P<unit>月|季度)")
_ROLLING = re.compile(rf"(?:最近|近|过去)(?:(?P<number>{_NUMBER})个?(?P<unit>天|日|周|星期|月|季度|年)|半年)")
_BACK = {"本": 0, "这": 0, "上": 1, "上上": 2}
_RANGE = re.compile(r"\.{2,3}|至|到|~|—+|--")


class NoSuchTime(ValueError):
    """A time that can't be read; says why in Chinese, with another that was most likely meant."""

    def __init__(self, message: str, chinese: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.chinese = chinese
        self.suggestion = suggestion


def _unknown() -> NoSuchTime:
    return NoSuchTime(
        "not a time: write 2026, 2026-01, 2026-01-05, 2026-01..2026-03, 上周 or 近7天",
        "看不懂这个时间。可以写 2026、2026-01、2026-01-05、2026-01..2026-03、2026年1月、2025年第四季度、昨天、上周、本月、去年、近7天。",
    )


def days(text: str, today: date) -> tuple[date | None, date | None]:
    """A time or a range of times → first and last day, both included, None where it is open. Raises NoSuchTime."""
    text = unicodedata.normalize("NFKC", text).replace(" ", "")
    try:
        if (whole := _one(text, today)) is not None:
            return whole
        parts = _RANGE.split(text)
        if len(parts) != 2 or not any(parts):
            raise _unknown()
        before = _side(parts[0], text, today) if parts[0] else None
        after = _side(_in_year_of(parts[1], before), text, today) if parts[1] else None
    except (OverflowError, ValueError) as error:
        if isinstance(error, NoSuchTime):
            raise
        raise NoSuchTime("that day is out of the calendar", "这个时间超出了日历的范围。") from error
    if before and after and before[0] > after[1]:
        raise NoSuchTime("the range ends before it begins", "时间范围的开始晚于结束。", f"{parts[1]}..{parts[0]}")
    return before and before[0], after and after[1]


def shown(first: date | None, last: date | None) -> str:
    """Which days are meant, in Chinese."""
    if first is None or last is None:
        return f"{last} 及以前" if last else f"{first} 及以后"
    return f"{first} 至 {last}" if first < last else f"{first}"


def ranged(text: str, today: date) -> bool:
    """Whether a time that can be read is a range of two."""
    return _one(unicodedata.normalize("NFKC", text).replace(" ", ""), today) is None


def relative(text: str) -> bool:
    """Whether it depends on today which days are meant, so that they should be shown."""
    return not re.match(r"\.*\d{4}", unicodedata.normalize("NFKC", text))


_EARLIER = {
    "今天": ("昨天", "近7天"), "昨天": ("前天", "近7天"), "前天": ("近7天", "近30天"),
    "本周": ("上周", "近30天"), "上周": ("上上周", "近30天"), "上上周": ("近30天", "近三个月"),
    "本月": ("上月", "近三个月"), "上月": ("上上月", "近三个月"), "上上月": ("近半年", "近一年"),
    "本季度": ("上季度", "近一年"), "上季度": ("上上季度", "近一年"), "今年": ("去年",), "去年": ("前年",),
}  # fmt: skip
_SAME = {"今日": "今天", "today": "今天", "昨日": "昨天", "yesterday": "昨天", "前日": "前天", "本年": "今年", "上年": "去年"}
_LONGER = ("近7天", "近30天", "近三个月", "近一年")


def earlier(text: str, today: date) -> tuple[str, ...]:
    """Times to look in where a time that counts from today has nothing yet: 上周 for 本周 on its Monday; () for what is written out."""
    said = unicodedata.normalize("NFKC", text).replace(" ", "")
    if _ROLLING.fullmatch(said):
        first = days(said, today)[0]
        return tuple(longer for longer in _LONGER if first and (begin := days(longer, today)[0]) and begin < first)[:2]
    if week := _WEEK.fullmatch(said):
        said = "本周" if week["day"] else f"{week['back'].replace('这', '本')}周"
    elif month := _MONTHS_BACK.fullmatch(said):
        said = f"{month['back'].replace('这', '本')}{month['unit']}"
    return _EARLIER.get(_SAME.get(said, said), ())


def _side(text: str, range_: str, today: date) -> Days:
    """One side of a range."""
    try:
        found = _one(text, today)
    except NoSuchTime as error:
        error.suggestion = error.suggestion and range_.replace(text, error.suggestion, 1)
        raise
    if found is None:
        raise _unknown()
    return found


def _in_year_of(text: str, before: Days | None) -> str:
    """2026年1月至3月: the month is of the same year."""
    return f"{before[0].year}年{text}" if before and re.fullmatch(r"\d{1,2}月(\d{1,2}[日号])?", text) else text


def _one(text: str, today: date) -> Days | None:
    """One time, None for what is none."""
    if text in _DAYS_AGO:
        day = today - timedelta(days=_DAYS_AGO[text])
        return day, day
    if text in _YEARS_AGO:
        return _months(today.year - _YEARS_AGO[text], 1, 12)
    if found := _DAY.fullmatch(text):
        return _written(found)
    if found := _MONTH.fullmatch(text):
        return _month(found, today)
    if found := _PART.fullmatch(text):
        return _part_of_year(found, today)
    if found := _WEEK.fullmatch(text):
        monday = today - timedelta(days=today.weekday() + 7 * _BACK[found["back"]])
        if not found["day"]:
            return monday, monday + timedelta(days=6)
        day = monday + timedelta(days="一二三四五六日".index(found["day"].replace("天", "日")))
        return day, day
    if found := _MONTHS_BACK.fullmatch(text):
        length = 1 if found["unit"] == "月" else 3
        index = (today.year * 12 + today.month - 1) // length * length - length * _BACK[found["back"]]
        return _months(index // 12, index % 12 + 1, length)
    if found := _ROLLING.fullmatch(text):
        return _rolling(found, today)
    return None


def _written(found: re.Match[str]) -> Days:
    year, month, day = (int(part) if part else None for part in (found.groups()[:3] if found[1] else found.groups()[3:]))
    if year is None or month is None:
        return _months(year or 0, 1, 12)
    return _in_month(year, month, day)


def _in_month(year: int, month: int, day: int | None) -> Days:
    if not 1 <= month <= 12:
        raise NoSuchTime(f"there is no month {month}", f"没有 {month} 月:月份是 1 到 12。")
    first, last = _months(year, month, 1)
    if day is None:
        return first, last
    if not 1 <= day <= last.day:
        raise NoSuchTime(
            f"{year}-{month:02} has days 1 to {last.day}", f"{year} 年 {month} 月没有 {day} 日:这个月是 1 到 {last.day} 日。", last.isoformat()
        )
    return first.replace(day=day), first.replace(day=day)


def _months(year: int, month: int, length: int) -> Days:
    """`length` months from the first of a month on. Raises ValueError for a year that no calendar has."""
    last = month + length - 1
    first = date(year, month, 1)
    return first, date(year, last, calendar.monthrange(year, last)[1])


def _year(found: re.Match[str], today: date) -> int | None:
    year = found["year"]
    if year is None:
        return None
    return today.year - _YEARS_AGO[year] if year in _YEARS_AGO else int(year.removesuffix("年"))


def _month(found: re.Match[str], today: date) -> Days:
    month, day = _number(found["month"]), _number(found["day"]) if found["day"] else None
    year = _year(found, today)
    first, last = _in_month(today.year if year is None else year, month, None)
    if year is None and first > today:
        first, last = _in_month(today.year - 1, month, None)
    if day is not None:
        return _in_month(first.year, month, day)
    thirds = {"上": (1, 10), "中": (11, 20), "下": (21, last.day), None: (1, last.day)}
    begin, end = thirds[found["third"]]
    return first.replace(day=begin), first.replace(day=end)


def _part_of_year(found: re.Match[str], today: date) -> Days:
    if found["half"]:
        month, length = (1 if found["half"] == "上" else 7), 6
    else:
        quarter = found["quarter"] or found["q"]
        month, length = 3 * _number(quarter) - 2, 3
    year = _year(found, today)
    if year is None:
        year = today.year if today.month >= month else today.year - 1
    return _months(year, month, length)


def _rolling(found: re.Match[str], today: date) -> Days:
    count, unit = (_number(found["number"]), found["unit"]) if found["number"] else (6, "月")
    if not count:
        raise _unknown()
    if unit in ("天", "日", "周", "星期"):
        return today - timedelta(days=count * (1 if unit in ("天", "日") else 7) - 1), today
    index = today.year * 12 + today.month - 1 - count * {"月": 1, "季度": 3, "年": 12}[unit]
    year, month = divmod(index, 12)
    day = date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    return day + timedelta(days=1), today


def _number(text: str) -> int:
    """Digits, or Han up to 99."""
    value = number(text)
    if value is None:
        raise _unknown()
    return value
