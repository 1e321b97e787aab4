"""Folded text and its regions in, the companies it names out, short names tied to the full ones of the same item. Pure.

Found by the form of a full name (…有限公司, …集团), by the ends of short ones (…科技, …银行), as the subject of a headline (`炘隆:获…`),
as a defined short name (以下简称), and by `data/companies.toml`. A short name is tied to the one full name that has its characters in order.
"""

import re
from functools import lru_cache

from services.enrich.entities.acting import acting
from services.enrich.entities.company_names import certifiers, known, latin_known, latin_pairs, scanner
from services.enrich.entities.found import Found, Spans
from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.listed import listings
from services.enrich.entities.schemes import latin_schemes
from services.enrich.entities.words import Places, any_of, matches, matches_at, pairs_of

_FULL = re.compile(
    r"(?:股份|控股|集团|科技|责任)?(?:有限责任公司|股份有限公司|集团有限公司|有限公司|股份公司|集团股份公司|"
    r"总公司|集团公司|分公司|电力公司|发电公司|保险公司|燃气公司|石油公司|投资公司|建设公司|航空公司|"
    r"汽车公司|科技公司|能源公司|证券公司)"
)
_FULL_TRIGGER = re.compile("[股控集科责有总分电发保燃石投建航汽能证](?=[份股团技任限公力电险气油资设空车源券])")
_STRONG_ENDS = lexicon("companies", "strong_ends")
"""Ends that make a name by themselves, unless one of `_GOES_ON` follows."""
_GOES_ON = lexicon("companies", "goes_on")
_WEAK_ENDS = lexicon("companies", "weak_ends")
"""Ends that make a name where a company would stand: before what companies do, or at the end of a list's part."""
_WORDY_ENDS = lexicon("companies", "wordy_ends")
"""Ends that are ordinary words: a name only right before what companies do."""
_GENERIC = set(_STRONG_ENDS) | set(_WEAK_ENDS) | set(_WORDY_ENDS) | set(lexicon("companies", "generic"))
_ENDING = re.compile(rf"{any_of([*_STRONG_ENDS, *_WEAK_ENDS, *_WORDY_ENDS])}$")
_GENERIC_ONLY = re.compile(rf"(?:{any_of(_GENERIC)})*$")
_NOT_NAME = set(lexicon("companies", "not_name"))
_NO_PART = tuple(word for word in _NOT_NAME if len(word) > 1)
"""What no name begins or ends with."""
_BREAK = re.compile(
    r"[,，。;；:：!?、！？\n|丨/\"“”‘’》《•▶ ]|的|了|在|由|对|被|向|从|于|是|将|获|与|和|及|给|为|"
    r"按照|根据|受理|公告|通过|发布|收购|入股|联合|携手|持有|旗下|确定|其中|包括|例如|委托|支持|推动|"
    r"投资|引进|依托|组织|指导|"
    r"称|担任|出任|兼任|辞任|辞去|任职|不再|据|到|至|让|使|把|会同|采购|起诉|授予|成为|关于|同意|批准|核准|来自|以|名为|位于|服务|签约|"
    r"企业|公司|\d年|\d月|\d日|\d家|负责人|获得|完成|新建成|建成|当日|今日|昨日|昨晚|近日|日前|目前|"
    r"宣布|表示|显示|龙头|巨头|独角兽|股东|平台|厂商|机构|全资|标的|主体|单位|"
    r"成立|设立|组建|掏出|参股|增资|转让|披露|提供|要求|严控|建立|出具|选择|推荐|重点|两家|多家|一家|三家|抛售|申请|询问|出售|减持|增持|清仓|买入|卖出|配合|鼓励|积极|协助|过|曾|需|如|等"
)
_DEFINED = re.compile(r"\((?:以下|下)?(?:统称|简称|称)(?:为|:)?[\"“”]?([^\"”“()]{2,20}?)[\"“”]?\)")
_SUBJECT = re.compile(r"\s*([^\s:：|丨,，。]{2,20}?)\s*[:：](?=\S)")
_LATIN = re.compile(r"^[A-Z][A-Za-z0-9.&\- ]{1,24}$")
_ACTS = (
    "发布|宣布|推出|获|完成|签约|签署|启动|表示|称|公告|披露|实现|回应|拟|将|正式|投产|建成|上市|"
    "收购|入股|旗下|首|近日|成立|开启|携手|联合|计划|中标|出具|的助力|两家|[一二三四五六七八九十]家|"
    "持有|自研|斥资|股价|涨|跌|以[0-9]|以近|以超|以约|紧随|领跑|领涨|领跌|居首|位居"
)
_PAUSES = "与|在|等|、|，|,|。|；|和|及|\\(|\\)|一期|二期|\\d{1,2}月"


_UNIT_OF = re.compile(r"[一-鿿]{2,8}?(?:热电厂|发电厂|电厂|分公司|分行|支行|(?<![子母总属家])公司)(?![法债])")
"""What makes a well-known name the beginning of a longer one: 华能某地热电厂."""
_COUNTRIES = ["中国", *lexicon("agencies", "countries")]
_NATIONAL = re.compile(rf"({any_of(_COUNTRIES)})([一-鿿]{{2,8}}?)(?<![子母总属家市关某多该等型间])公司(?![法债治章])")
_THE_COUNTRY = re.compile(r"发展|行业|产业|市场|事业|体制|协会|学会|企业联合|工业协会|建设(?!银行)|技术|标准|与|和世界")
"""中国核电发展报告 speaks of the country's nuclear power, not of the firm of that name."""
_ANY_OF_A_COUNTRY = re.compile(rf"(?:{any_of(_COUNTRIES)})")
_COUNTRY_PAIRS = pairs_of(_COUNTRIES)
MOST_FULL = 500
"""Different full names that short ones are tied to: an item with more is a list."""
_LATIN_WORD = r"[A-Z&][A-Za-z0-9&.'’-]{0,20}"
_LATIN_FIRM = re.compile(
    rf"(?<![A-Za-z0-9.&'’-])((?:{_LATIN_WORD}(?:,? (?:{_LATIN_WORD}|of|and)){{0,4}},? "
    r"(?:Inc|Corp|Corporation|Ltd|Limited|LLC|GmbH|AG|plc|PLC|Company|Holdings)(?![A-Za-z])\.?)|[A-Z][A-Za-z0-9.&-]{1,20}(?=公司(?![法债]))"
    r"|(?<=[\n。,，;；、])[A-Z]{1,4}[a-z]+[A-Za-z0-9]{0,16}"
    r"(?=\s?(?:宣布|收购|斥资|股价|市值|[^,，。\n]{0,6}财报|完成[^,，。\n]{0,12}融资)))"
)
"""Firms in Latin letters: by their legal form, before 公司, or doing at the beginning of a clause what firms do."""
_CAPITAL = re.compile(r"[A-Z&](?<![A-Za-z0-9.&'’-].)")
_CERTIFIES = re.compile(r"认证(?:中心|集团|有限|股份|技术|服务|检测|\()|检验认证|船级社|检测认证|认证检测")


_END = re.compile(
    rf"(?P<strong>{any_of(_STRONG_ENDS)})(?!{any_of(_GOES_ON)})|{any_of(_WEAK_ENDS)}(?=\s*(?:{_ACTS}|"
    rf"{_PAUSES}|$|\n))|{any_of(_WORDY_ENDS)}(?=(?:{_ACTS}))"
)
_END_PAIRS = pairs_of([*_STRONG_ENDS, *_WEAK_ENDS, *_WORDY_ENDS])


@lru_cache(maxsize=1)
def pairs() -> frozenset[str]:
    """What names of companies, or the ends of them, begin with: the places to look at."""
    return _END_PAIRS | _COUNTRY_PAIRS | latin_pairs() | scanner().pairs


def find_companies(text: str, regions: list[Found], *, title_length: int, outside: Spans, places: Places) -> list[Found]:
    """Companies in `text`, whose first `title_length` characters are a title, outside `outside` (titles of documents).

    `places` are those of `pairs()`.
    """
    starts = {r.start for r in regions if r.type == "region"}
    ends = {r.start: r.end for r in regions if r.type == "region"}
    spans: list[tuple[int, int, str]] = []
    floor = 0
    for match in matches(_FULL_TRIGGER, _FULL, text):
        start = _left(text, match.start(), floor, reach=40, starts=starts, full=True)
        if "有限" not in match[0] and _ANY_OF_A_COUNTRY.fullmatch(text, start, match.start()):
            continue
        if "有限" not in match[0] and _BREAK.search(text, start, match.start()):
            continue
        if start < match.start() and ("有限" in match[0] or match.start() - start >= 2):
            spans.append((start, match.end(), "full"))
            floor = match.end()
    for match in matches_at(places, _END_PAIRS, _END, text):
        start = _left(text, match.start(), max(0, match.start() - 14), reach=14, starts=starts, full=False)
        head = start
        while head in ends and ends[head] < match.start():
            head = ends[head]
        name = text[head : match.start()]
        if _is_name(name, match[0], strong=bool(match["strong"]), placed=head > start):
            spans.append((start, match.end(), "short"))
    for hit in scanner()(text, places=places):
        if hit.word.startswith("中国") and _THE_COUNTRY.match(text, hit.end):
            continue
        unit = _UNIT_OF.match(text, hit.end)
        spans.append((hit.start, unit.end(), "short") if unit and not _BREAK.search(unit[0][:-2]) else (hit.start, hit.end, "known"))
    spans += [(m.start(), m.end(), "known") for m in matches_at(places, latin_pairs(), latin_known(), text)]
    spans += [(m.start(), m.end(), "short") for m in matches_at(places, _COUNTRY_PAIRS, _NATIONAL, text) if _of_a_country(m)]
    fulls = [text[s:e] for s, e, rule in spans if rule == "full"]
    spans += _defined(text, spans)
    subject = _SUBJECT.match(text, 0, title_length)
    if subject and subject.start(1) not in starts:
        name = subject[1]
        if tied(name, fulls) or (_LATIN.fullmatch(name) and name.upper() not in latin_schemes()):
            spans.append((*subject.span(1), "subject"))
            spans += _again(text, name, subject.end(1))
    spans += [(*span, "acts") for span in acting(text, regions=starts, no_part=_BREAK, generic=_GENERIC_ONLY)]
    spans += [(m.start(1), m.end(1), "latin") for m in matches(_CAPITAL, _LATIN_FIRM, text) if m[1].upper() not in latin_schemes()]
    codes: dict[int, str] = {}
    for listing in listings(text):
        # The code goes to the name before its bracket, be it found already or told by the code alone.
        ended = next((s for s in reversed(spans[-2000:]) if s[1] == listing.before), None)
        where = ended[:2] if ended else listing.name or (listing.start, listing.end)
        codes[where[1]] = listing.code
        if not ended:
            spans.append((*where, "listed_code"))
    spans += _listed(text, spans, regions)
    return [_coded(found, codes) for found in _resolved(text, spans, list(dict.fromkeys(fulls))[:MOST_FULL], outside)]


def _coded(found: Found, codes: dict[int, str]) -> Found:
    facts = dict(found.canonical or {})
    if found.end in codes:
        facts["code"] = codes[found.end]
    if _CERTIFIES.search(facts.get("name", "") or str(found.value)) or found.value in certifiers():
        facts["kind"] = "certifier"
    return found._replace(canonical=facts or None)


def _again(text: str, name: str, after: int) -> list[tuple[int, int, str]]:
    """Other mentions of a headline's subject."""
    edge = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
    return [(m.start(), m.end(), "subject") for m in edge.finditer(text, after)]


def _of_a_country(match: re.Match[str]) -> bool:
    """Whether 美国联合航空公司 is one firm; 美国科技公司 is any."""
    return not _GENERIC_ONLY.fullmatch(match[2]) and not _BREAK.search(match[2].replace("联合", ""))


_PART = re.compile(r"([一-鿿A-Za-z]{2,6})(?=[、,，。和等])")


def _listed(text: str, spans: list[tuple[int, int, str]], regions: list[Found]) -> list[tuple[int, int, str]]:
    """Names in a list (A、B、C等) of which two are companies already: the others are, too."""
    after: dict[int, int] = {}
    for start, end, _ in spans:
        after[start] = max(end, after.get(start, 0))
    taken = after.keys() | {r.start for r in regions}
    walked: set[int] = set()
    found = []
    for end in sorted(after.values()):
        if end in walked:
            continue
        at, known, run = end, 1, []
        while text[at : at + 1] == "、":
            part = _PART.match(text, at + 1)
            if at + 1 in after:
                known, at = known + 1, after[at + 1]
                walked.add(at)
            elif part and at + 1 not in taken and part[1] not in _NOT_NAME:
                run.append((part.start(1), part.end(1), "listed"))
                at = part.end(1)
            else:
                break
        if known >= 2 and known >= len(run):
            found += run
    return found


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """A well-known name right before another one is the beginning of it: 国网 + 甘肃省电力公司."""
    by_start = {start: (end, rule) for start, end, rule in spans if rule in ("full", "short")}
    joined = []
    for start, end, rule in spans:
        after = by_start.get(end)
        joined.append((start, after[0], after[1]) if rule == "known" and after else (start, end, rule))
    return joined


def _resolved(text: str, spans: list[tuple[int, int, str]], fulls: list[str], outside: Spans) -> list[Found]:
    found: list[Found] = []
    end = 0
    order = {"full": 0, "subject": 1, "defined": 2, "known": 3, "short": 4, "latin": 5, "listed_code": 6, "acts": 7, "listed": 8}
    for start, stop, rule in sorted(_joined(spans), key=lambda s: (s[0], -s[1], order[s[2]])):
        if start < end or outside.touch(start, stop):
            continue
        end = stop
        name = text[start:stop]
        full = name if rule == "full" else tied(name, fulls) or known().get(name)
        found.append(Found("company", start, stop, name, {"name": full} if full and full != name else None, rule=f"company:{rule}"))
    return found


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
        if depth < 0 or not (c.isalnum() or c in "·&.-()"):
            low = i + 1
            break
    places = [s for s in range(low, end) if s in starts and text[s - 1 : s] != "("]
    breaks = {m.end() for m in _BREAK.finditer(text, low, end)}
    if end in breaks and not full:
        return end
    for cut in sorted({low, *breaks, *places}, reverse=True):
        if cut == end or _GENERIC_ONLY.fullmatch(text, cut, end):
            continue
        if cut in breaks and cut not in places and text[cut - 1] in _SOFT:
            # 深圳市道和能源: a name that begins with its place may hold a character that elsewhere stands between names.
            place = next((s for s in places if cut - 8 <= s < cut), None)
            if place is not None:
                return place
        return cut
    return low


_SOFT = frozenset("和与为于对以在由是将至据")


_COUNTED = re.compile(r"[一二两三四五六七八九十几数][轮批期代类项大家]")
"""新一轮汽车以旧换新, 第二批集团 …: counted, not named."""
_FUND_KIND = re.compile(r"偏[债股]|混合|债券|股票|货币|指数|灵活|配置|[一二]级|转债|主题|产业|引导|对冲|养老|慈善|发展|专项|投资|股权")


def _is_name(name: str, ending: str, *, strong: bool, placed: bool) -> bool:
    """Whether `name` before a company-like ending is one: not an ordinary word, and short, as such names are."""
    if not name or (placed and _GENERIC_ONLY.fullmatch(name)):
        return placed and strong and ending in ("银行", "证券", "交易所", "交易中心", "石化", "油田", "控股", "集团", "股份")
    if "的" in name or _COUNTED.search(name) or (ending == "基金" and _FUND_KIND.search(name)):
        return False
    if (name + ending).endswith(("高科技", "硬科技", "新科技", "黑科技", "与科技")):
        return False
    if len(name) > (8 if strong else 4) or re.search(r"\d", name) or _GENERIC_ONLY.fullmatch(name):
        return False
    if len(name) < 2 and not placed:
        return False
    return name not in _NOT_NAME and name + ending not in _NOT_NAME and not name.startswith(_NO_PART) and not name.endswith(_NO_PART)


def _defined(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Short names in brackets behind a full one, wherever they stand after it."""
    found: list[tuple[int, int, str]] = []
    if "称" not in text:  # every form has it
        return found
    ends = {end for _, end, rule in spans if rule == "full"}
    names = set()
    for match in _DEFINED.finditer(text):
        if match.start() in ends:
            names.add(match[1])
    for name in sorted(names)[:50]:
        found += [(m.start(), m.end(), "defined") for m in re.finditer(re.escape(name), text)]
    return found


def tied(name: str, fulls: list[str]) -> str | None:
    """The one full name that has the characters of `name` in order, the first among its first fifteen; None if there is none or several."""
    stem = _ENDING.sub("", name) if len(name) > 3 else name
    stem = stem if len(stem) >= 2 else name
    matches = {full for full in fulls if full != name and stem in full} or {full for full in fulls if full != name and name in full}
    return matches.pop() if len(matches) == 1 else None
