"""Folded text and the issue's day in, the days, months, years and intervals it names out as ISO 8601. Pure.

A date without a year is the latest one that is not after the issue's day, unless the words around it speak of the future (将, 起施行, 截止):
then the next. Without an issue's day it takes the year named last before it; failing that its value is None. 近日, 日前 and 目前 are not dates.
到2030年, 2030年前 are open intervals, `../2030`.
"""

import re
from datetime import date, timedelta

from services.enrich.entities.found import Found, Spans
from services.enrich.entities.iso import han, interval, iso, last_day, lone, narrowed, part_of_year, week_of, year_of

_Y = r"(?:(?:19|20)\d{2}|[一二][〇零○一二三四五六七八九]{3}(?=年))"
_S = r"[ ]?"
_DASH = rf"{_S}(?:[-—~～至到]|——|--)(?:{_S}到)?{_S}"
_M, _D = r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_HAN_M, _HAN_D = r"(?:十[一二]?|[一二三四五六七八九])", r"(?:三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_REL_Y = "今年|去年|明年|前年|后年|本年|上年|当年|同年"
_QUARTER = r"(?:第?[一二三四1-4]季度|[上下]半年|前[一二三四五六七八九十]个?月|前三季度|前两个月|Q[1-4]|H[12]|全年(?=$|[^一-鿿]))"
_MD = rf"(?P<m>{_M}){_S}月(?:{_S}份)?(?:{_S}(?P<d>{_D}){_S}[日号](?!楼|线|机组|令|文|院))?"
_FULL = rf"(?P<y>{_Y}){_S}年(?:度|年度)?(?:{_S}(?P<ym>{_M}){_S}月(?:份)?(?:{_S}(?P<yd>{_D}){_S}[日号](?!楼|线|机组|令))?)?"

_PATTERN = re.compile(
    "|".join(
        (
            # intervals
            rf"(?P<yy>(?P<y1>{_Y}){_S}(?:年(?:度)?)?{_DASH}(?P<y2>{_Y}){_S}(?:年度?|(?=\))))",
            rf"(?P<ii>(?P<i1>{_Y}){_S}年{_S}(?P<i1m>{_M}){_S}月(?:{_S}(?P<i1d>{_D}){_S}日)?{_DASH}(?:(?P<i2y>{_Y}){_S}年{_S})?(?P<i2m>{_M}){_S}月(?:份)?(?:{_S}(?P<i2d>{_D}){_S}日)?)",
            rf"(?P<xx>(?P<x1m>{_M}){_S}月(?:份)?(?P<x1>[上中下]旬){_DASH}(?P<x2m>{_M}){_S}月(?:份)?(?P<x2>[上中下]旬))",
            rf"(?P<mm>(?P<a1m>{_M}){_S}月(?:{_S}(?P<a1d>{_D}){_S}日)?{_DASH}(?P<a2m>{_M}){_S}月(?:份)?(?:{_S}(?P<a2d>{_D}){_S}日)?)",
            rf"(?P<ym2>(?P<b1y>(?:{_Y}){_S}年{_S}|(?:{_REL_Y}))?(?P<b1m>{_M}){_DASH}(?P<b2m>{_M}){_S}月(?:份)?(?!{_S}\d{{1,2}}{_S}日))",
            rf"(?P<dd>(?:(?P<c0y>{_Y}){_S}年{_S})?(?P<c0m>{_M}){_S}月{_S}(?P<c1d>{_D}){_S}[日号]?{_DASH}(?P<c2d>{_D}){_S}[日号])",
            # year and a part of it
            rf"(?P<part>(?:(?P<py>{_Y}){_S}年?{_S}|(?P<pr>{_REL_Y}))?(?P<q>{_QUARTER}))",
            rf"(?P<full>{_FULL}(?P<tail>底|末|初|上旬|中旬|下旬|年底|年末|年初|春季?|以来)?)",
            rf"(?P<rel>(?P<ry>{_REL_Y})(?:{_S}(?P<rm>{_M}){_S}月(?:份)?(?:{_S}(?P<rd>{_D}){_S}日)?)?(?P<rtail>底|末|年底|初|上旬|中旬|下旬|以来)?)",
            rf"(?P<md>{_MD}(?P<mtail>底|末|初|上旬|中旬|下旬)?)(?!{_S}龄)",
            rf"(?P<iso>(?P<ny>{_Y})(?P<sep>[-/.])(?P<nm>{_M})(?P=sep)(?P<nd>{_D})(?!\d))",
            rf"(?P<hmd>(?P<hm>{_HAN_M})月(?P<hd>{_HAN_D})[日号])",
            r"(?P<plan>[\"“‘]?(?P<p>十[一二三四五六七]五)[\"”’]?(?P<ptail>时期|期间|末|规划|以来|开局)?)",
            r"(?P<day>今日|今天(?!的)|昨日|昨天|昨晚|昨夜|今晚|今早|明日|明天|前日|前天|后天|当日(?=收盘))",
            r"(?P<week>本周|上周|下周|本月(?!龄)|上月|上个月|下月|下个月)(?P<wd>[一二三四五六日天])?(?P<wt>末)?",
            rf"(?P<only>(?P<oy>(?:19|20)\d{{2}}){_S}(?=\)))",
            r"(?P<endy>(?P<ey>今年|本年|去年|明年)?年[底末]|(?P<dday>(?<![\d月至.第前后近共续期每超约满\-—~])(?:3[01]|[12]\d|[1-9])(?!\d))日(?![内间前后均龄程报志常用子益游产照晒]))",
        )
    )
)
_OPEN_BEFORE = re.compile(r"(?:到|至|截止到?|截止至|于|在|力争|确保|争取|目标是?|不晚于|延长至|延期至|有效期至)\s?$")
_BY = re.compile(r"(?:到|施行至|截止至?|有效期至|不晚于|延续至|延长至|延期至|执行至|截止时间为?|截止日期为?)\s?$")
_AS_OF = re.compile(r"(?:截至|截止|截止到|截至到)\s?$")
_BEFORE = re.compile(
    rf"{_S}(?:\d{{1,2}}[:：]\d{{2}}|\d{{1,2}}[时点](?:\d{{1,2}}分)?)?{_S}(?:年)?(?:底|末)?(?:之?前|以前)(?!夕|后|三|两|列|身|述|提|往|期)"
)
_FUTURE = re.compile(
    r"将|拟|计划|预计|起(?:施行|实施|执行|生效|正式|新|全面|开始|,|，|对|在|,|至|$)|截止|为止|前(?:完成|"
    r"反馈|提交|报送|实现|,|，)|即将|有望|公示期|报名|明天|定于"
)


def find_dates(text: str, *, published_on: date | None, outside: Spans, titles: Spans) -> list[Found]:
    """Dates in `text`; those beginning in `outside` (numbers of documents and standards) are left out, as are
    five-year plans in `titles`: 《十五五碳达峰行动方案》 names a plan, not a time."""
    found: list[Found] = []
    year: int | None = None
    month: int | None = None
    for match in _PATTERN.finditer(text):
        start, end = match.span()
        if outside.cover(start) or (match["plan"] and titles.cover(start)):
            continue
        if text[start - 1 : start].isdigit() and text[start : start + 1].isdigit() and start:
            continue
        value, year, month, day_known = _value(text, match, published_on, year, month)
        if value == "":
            continue
        value, end = _open(text, start, end, value)
        while end > start and text[end - 1] in ",， ":
            end -= 1
        found.append(
            Found(
                "date", start, end, value, None if day_known else {"year": "inferred"}, rule=f"date:{match.lastgroup if match.lastgroup else 'form'}"
            )
        )
    return found


def _open(text: str, start: int, end: int, value: str | None) -> tuple[str | None, int]:
    """`../value` where the words around say 'by'."""
    if value is None or "/" in value:
        return value, end
    around = text[max(0, start - 8) : start]
    after = _BEFORE.match(text, end)
    if after:
        last = last_day(value) if re.search(r"[底末]", text[start : after.end()]) else value
        return f"../{last}", after.end()
    if _AS_OF.search(around) and not around.rstrip().endswith(("截止",)):
        return value, end
    if _BY.search(around) and not re.search(r"(?:从|由|自)[^,，。;]{0,12}$", text[max(0, start - 24) : start]):
        return f"../{value}", end
    return value, end


Answer = tuple[str | None, int | None, int | None, bool]


def _value(text: str, match: re.Match[str], published: date | None, year: int | None, month: int | None) -> Answer:
    """The ISO value ('' for no date, None for one that can't be resolved), the year and month to carry on, and whether the year is written."""
    g = match.groupdict()
    base = published.year if published else None
    relative = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "明年": 1, "前年": -2, "后年": 2}

    def rel(word: str | None) -> int | None:
        if word in ("当年", "同年"):
            return year
        return None if word is None or base is None else base + relative[word]

    if g["yy"]:
        since, until = year_of(g["y1"]), year_of(g["y2"])
        return (f"{since}/{until}", until, month, True) if since <= until else ("", year, month, True)
    if g["ii"]:
        since = year_of(g["i1"])
        until = year_of(g["i2y"]) if g["i2y"] else since
        return interval(iso(since, g["i1m"], g["i1d"]), iso(until, g["i2m"], g["i2d"])), until, int(g["i2m"]), True
    if g["mm"]:
        a = _guess(text, match, published, year, int(g["a1m"]), g["a1d"])
        if a is None:
            return None, year, month, False
        b = a + 1 if int(g["a2m"]) < int(g["a1m"]) else a
        return interval(iso(a, g["a1m"], g["a1d"]), iso(b, g["a2m"], g["a2d"])), b, int(g["a2m"]), False
    if g["xx"]:
        first = _guess(text, match, published, year, int(g["x1m"]), None)
        if first is None:
            return None, year, month, False
        last = first + 1 if int(g["x2m"]) < int(g["x1m"]) else first
        begin, end = narrowed(iso(first, g["x1m"], None), g["x1"]), narrowed(iso(last, g["x2m"], None), g["x2"])
        return f"{begin.split('/')[0]}/{end.split('/')[1]}", last, int(g["x2m"]), False
    if g["ym2"]:
        if int(g["b1m"]) >= int(g["b2m"]):
            return "", year, month, True
        head = (g["b1y"] or "").strip()
        y = (
            rel(head)
            if head in relative or head in ("当年", "同年")
            else year_of(head[:4])
            if head
            else _guess(text, match, published, year, int(g["b2m"]), None)
        )
        return (interval(iso(y, g["b1m"], None), iso(y, g["b2m"], None)) if y else None), y or year, int(g["b2m"]), bool(head)
    if g["dd"]:
        m = int(g["c0m"])
        y = year_of(g["c0y"]) if g["c0y"] else _guess(text, match, published, year, m, g["c1d"])
        if y is None:
            return None, year, month, False
        return interval(iso(y, m, g["c1d"]), iso(y, m, g["c2d"])), y, m, bool(g["c0y"])
    if g["part"]:
        y = year_of(g["py"]) if g["py"] else rel(g["pr"])
        written = y is not None
        if y is None and published:
            y = _part_year(text, match, published)
        return (part_of_year(y, g["q"]) if y else None), y or year, month, written
    if g["full"]:
        y = year_of(g["y"])
        return narrowed(iso(y, g["ym"], g["yd"]), g["tail"]), y, int(g["ym"]) if g["ym"] else month, True
    if g["rel"]:
        y = rel(g["ry"])
        if g["ry"] in ("上年", "当年", "同年") and not g["rm"]:
            return "", year, month, False
        if y is None:
            return None, year, month, False
        return narrowed(iso(y, g["rm"], g["rd"]), g["rtail"]), y, int(g["rm"]) if g["rm"] else month, False
    if g["md"]:
        y = _guess(text, match, published, year, int(g["m"]), g["d"])
        return (narrowed(iso(y, g["m"], g["d"]), g["mtail"]) if y else None), year, int(g["m"]), False
    if g["iso"]:
        return iso(year_of(g["ny"]), g["nm"], g["nd"]), year_of(g["ny"]), int(g["nm"]), True
    if g["hmd"]:
        m, d = han(g["hm"]), han(g["hd"])
        y = _guess(text, match, published, year, m, str(d))
        return (iso(y, m, d) if y else None), year, m, False
    if g["plan"]:
        if g["ptail"] == "规划":
            return "", year, month, True
        first = 2006 + 5 * ("一二三四五六七".index(g["p"][1]))
        return f"{first}/{first + 4}", year, month, True
    if g["day"]:
        offset = {"今": 0, "昨": -1, "明": 1, "当": 0, "后": 2}.get(g["day"][0], -2)
        return ((published + timedelta(days=offset)).isoformat() if published else None), year, month, False
    if g["week"]:
        return (week_of(g["week"], g["wd"], g["wt"], published) if published else None), year, month, False
    if g["only"]:
        return (g["oy"], int(g["oy"]), month, True) if text[match.start() - 1 : match.start()] == "(" else ("", year, month, True)
    if g["dday"]:
        return lone(int(g["dday"]), published), year, month, False
    y = rel(g["ey"]) if g["ey"] else base
    return (f"{y}-12-31" if y else None), year, month, False


def _guess(text: str, match: re.Match[str], published: date | None, year: int | None, month: int, day: str | None) -> int | None:
    """The year of a month or day written without one."""
    if published is None:
        return year
    if (month, int(day) if day else 1) <= (published.month, published.day):
        # In the last weeks of a year 1月 behind 将 is the next one's.
        if published.month >= 11 and month <= 2 and _future(text, match):
            return published.year + 1
        return published.year
    return published.year if _future(text, match) else published.year - 1


def _future(text: str, match: re.Match[str]) -> bool:
    return _FUTURE.search(text, max(0, match.start() - 12), min(len(text), match.end() + 12)) is not None


def _part_year(text: str, match: re.Match[str], published: date) -> int:
    """The latest such quarter or half that has ended by the issue's day; behind 将 this year's."""
    last = part_of_year(published.year, match["q"]).split("/")[-1]
    return published.year if last <= published.isoformat() or _future(text, match) else published.year - 1
