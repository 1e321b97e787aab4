"""Folded text and its regions in, companies that the form of their name tells out: full names, trades, ends of short names. Pure."""

import re
from collections.abc import Iterator

from services.enrich.entities.companies.trades import trading
from services.enrich.entities.companies.words import (
    ACTS,
    ANY_OF_A_COUNTRY,
    BREAK,
    COUNTRIES,
    COUNTRY_PAIRS,
    GENERIC_ONLY,
    GOES_ON,
    NO_PART,
    NOT_NAME,
    PAUSES,
    STRONG_ENDS,
    WEAK_ENDS,
    WORDY_ENDS,
)
from services.enrich.entities.words import Places, any_of, matches, matches_at, pairs_of

_FULL = re.compile(
    r"(?:股份|控股|集团|科技|责任)?(?:有限责任公司|股份有限公司|集团有限公司|有限公司|股份公司|集团股份公司|"
    r"总公司|集团公司|分公司|电力公司|发电公司|保险公司|燃气公司|石油公司|投资公司|建设公司|航空公司|"
    r"汽车公司|科技公司|能源公司|证券公司)"
)
_FULL_TRIGGER = re.compile("[股控集科责有总分电发保燃石投建航汽能证](?=[份股团技任限公力电险气油资设空车源券])")
_NATIONAL = re.compile(rf"({any_of(COUNTRIES)})([一-鿿]{{2,8}}?)(?<![子母总属家市关某多该等型间])公司(?![法债治章])")
_MANY = re.compile(r"[数几多余十百千]家$|各$")
"""数十家分公司 are counted."""
_END = re.compile(
    rf"(?P<strong>{any_of(STRONG_ENDS)})(?!{any_of(GOES_ON)})|{any_of(WEAK_ENDS)}(?=\s*(?:{ACTS}|"
    rf"{PAUSES}|$|\n))|(?:{any_of(WORDY_ENDS)})(?<!信息)(?=(?:{ACTS}))|信息(?=(?:{ACTS}))(?!披露|公[开布告示]|发布)"
)
END_PAIRS = pairs_of([*STRONG_ENDS, *WEAK_ENDS, *WORDY_ENDS])


def formed(text: str, ends: dict[int, int], *, places: Places) -> Iterator[tuple[int, int, str]]:
    """Where such names stand, and by which rule; `ends` are where regions begin and end, `places` those of `END_PAIRS` and of countries."""
    starts = set(ends)
    begins = {end: start for start, end in ends.items()}
    floor = 0
    for match in matches(_FULL_TRIGGER, _FULL, text):
        start = _left(text, match.start(), floor, reach=40, starts=starts, full=True)
        if _is_full(text, start, match):
            yield start, match.end(), "full"
            floor = match.end()
    for trade, end in trading(text):
        start = _left(text, trade, floor if floor <= trade else 0, reach=20, starts=starts, full=True)
        if _trades_as(text, start, trade, ends):
            yield start, end, "full"
    for match in matches_at(places, END_PAIRS, _END, text):
        start = _left(text, match.start(), max(0, match.start() - 14), reach=14, starts=starts, full=False)
        while match[0] in _RURAL and start in begins:  # 长沙岳麓青江村镇银行: province, city or county, then its own name
            start = begins[start]
        head = behind(start, match.start(), ends)
        if _is_name(text[head : match.start()], match[0], strong=bool(match["strong"]), placed=head > start):
            yield start, match.end(), "short"
    for match in matches_at(places, COUNTRY_PAIRS, _NATIONAL, text):
        if _of_a_country(match):
            yield match.start(), match.end(), "short"


def _is_full(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the name before a form like 有限公司 is one; what has 有限 in it hardly ever is none."""
    if match[0].endswith("分公司") and _MANY.search(text, start, match.start()):
        return False
    if "有限" in match[0]:
        return start < match.start()
    return match.start() - start >= 2 and not ANY_OF_A_COUNTRY.fullmatch(text, start, match.start()) and not BREAK.search(text, start, match.start())


def _of_a_country(match: re.Match[str]) -> bool:
    """Whether 美国联合航空公司 is one firm; 美国科技公司 is any."""
    return (not GENERIC_ONLY.fullmatch(match[2]) or (match[1] == "中国" and len(match[2]) > 5)) and not BREAK.search(match[2].replace("联合", ""))


def _trades_as(text: str, start: int, trade: int, ends: dict[int, int]) -> bool:
    """Whether what stands at [start, trade) before a trade and 公司 or the like is a name."""
    name = text[start if text[trade] == "(" else behind(start, trade, ends) : trade]
    if len(name) < 2 or len(name) > 8 or name in NOT_NAME or GENERIC_ONLY.fullmatch(name) or BREAK.search(name) or _COUNTED.search(name):
        return False
    return not (name.startswith(NO_PART) or ANY_OF_A_COUNTRY.fullmatch(name) or _NO_TRADER.search(name))


_NO_TRADER = re.compile(
    r"[某该各本此多数或]|外部|聘|业务|当地|制定|所持|设立|批准|监督|转让|更换|^(?:金属|确认|从事|开展|经营|规范)|家$|大型|[国省市区县外内]$|第三方|专业|有关|所有|[两一]"
)


def behind(start: int, end: int, ends: dict[int, int]) -> int:
    """Where the name itself begins behind the places that it begins with."""
    while start in ends and ends[start] < end:
        start = ends[start]
    return start


def _left(text: str, end: int, floor: int, *, reach: int, starts: set[int], full: bool) -> int:
    """Where a name that goes on at `end` begins: behind the nearest word that can't be part of it and leaves it something to be told by."""
    low = max(floor, end - reach)
    depth = 0
    for i in range(end - 1, low - 1, -1):
        c = text[i]
        if c == ")":
            depth += 1
        elif c == "(":
            depth -= 1
        if depth < 0 or "①" <= c <= "⓿" or not (c.isalnum() or c in "·&.-()"):
            low = i + 1
            break
    places = [s for s in range(low, end) if s in starts and text[s - 1 : s] != "("]
    breaks = {m.end() for m in BREAK.finditer(text, low, end)}
    if end in breaks and not full:
        return end
    for cut in sorted({low, *breaks, *places}, reverse=True):
        if cut == end or GENERIC_ONLY.fullmatch(text, cut, end):
            continue
        if cut in breaks and cut not in places and text[cut - 1] in _SOFT:
            # 深圳市道和能源: a name that begins with its place may hold a character that elsewhere stands between names.
            place = next((s for s in places if cut - 8 <= s < cut), None)
            if place is not None:
                return place
        return cut
    return low


_SOFT = frozenset("和与为于对以在由是将至据")


_RURAL = frozenset(("村镇银行", "农商银行", "农商行", "农村商业银行"))
_AREA = re.compile(r"(?:[区园市省县州带]|基地|项目)$")
"""金石湾工业区石化 is what stands there."""
_COUNTED = re.compile(r"[一二两三四五六七八九十几数][轮批期代类项大家只]|多[家个只]|当地|各地|首[份家批只]|[一二三四五六七八九十]国$|^人工$")
"""新一轮汽车以旧换新, 第二批集团 …: counted, not named."""
_FUND_KIND = re.compile(r"偏[债股]|混合|债券|股票|货币|指数|灵活|配置|[一二]级|转债|主题|产业|引导|对冲|养老|慈善|发展|专项|投资|股权")


def _is_name(name: str, ending: str, *, strong: bool, placed: bool) -> bool:
    """Whether `name` before a company-like ending is one: not an ordinary word, and short, as such names are."""
    if not name or (placed and GENERIC_ONLY.fullmatch(name)):
        return placed and strong and ending in ("银行", "证券", "交易所", "交易中心", "石化", "油田", "控股", "集团", "股份")
    if len(name) > 2 and not placed and _AREA.search(name) and ending in ("石化", "汽车", "航空"):
        return False
    if "的" in name or _COUNTED.search(name) or (ending == "基金" and _FUND_KIND.search(name)):
        return False
    if (name + ending).endswith(("高科技", "硬科技", "新科技", "黑科技", "与科技")):
        return False
    if len(name) > (8 if strong else 4) or re.search(r"\d", name) or GENERIC_ONLY.fullmatch(name):
        return False
    if len(name) < 2 and not placed:
        return False
    return name not in NOT_NAME and name + ending not in NOT_NAME and not name.startswith(NO_PART) and not name.endswith(NO_PART)
