"""Folded text and its regions in, the bodies of the state and the Party it names out. Pure.

A body is either one of `shared/names/data/agencies.toml`, or found by the form of its name: what it is for, in words of the lexicon
(发展 改革 和 …), ended by 局, 厅, 委 …, behind a region, 省, 市 … In a list the head may be left out (甘肃省发展改革委、
工业和信息化厅): the later names count as they are written, and `canonical` gives them the head of the first.
"""

import re
from functools import lru_cache
from typing import Any

from services.enrich.entities.agencies.names import Body, abroad, known, named, scanner
from services.enrich.entities.agencies.parts import defined, part_of
from services.enrich.entities.found import Found, Spans
from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import Places, any_of, matches, matches_at, pairs_of

_FOR = lexicon("agencies", "for")
_KINDS = lexicon("agencies", "kinds")
_FOR_PAIRS = pairs_of(_FOR, then=("和与及、", *(word[0] for word in (*_FOR, *_KINDS))))
"""What names by form begin with; 水, 核, 绿 and 化 are followed by and, by another of these words, or by the kind of body."""
_NOT_KIND = "(?!面|长|会(?![议商同见晤])|员|部门|势|级|限|托|派|任|理|置|罚|务|属)"
_CORE = re.compile(
    rf"(?:{any_of(_FOR)})(?:(?:和|与|及|、(?=[一-鿿]{{2,8}}(?:委员会|局)))?(?:{any_of(_FOR)})){{0,9}}"
    rf"(?:{any_of([k for k in _KINDS if k not in ('处', '人民政府')])}){_NOT_KIND}(?:(?:党组|办公室|办公厅|办)(?!理|法))?"
)
_SEAT = re.compile(
    r"(?:人民政府|政府)(?:(?:办公厅|办公室|国有资产监督管理委员会)(?!主任))?(?!采购|工作报告|性|债|"
    r"投资|引导|补贴|补助|部门|网|专项)|人大常委会|人大(?!代表)|政协(?!委员)|纪委监委|纪委|监委"
    r"|(?:第[一二三四五])?(?:高级|中级|高等)?人民(?:法院|检察院)|(?:高等|高级|中级|知识产权|金融|海事|互联网|铁路运输)?法院|[一二三四五]?中院|"
    r"高院|检察院|委(?:办公厅|"
    r"办公室|常委会|宣传部|组织部|统战部|政法委|网信办|金融办|社会工作部|改革办|编办|财经办|全会)?(?=[、,，。\s和及与印发办公召会提决研])"
    r"|(?:党工委|管委会|管理委员会|公安局|公安厅|科委|经委|商委|农委|国资委|交委|教委|住建委|卫健委|"
    r"卫生健康委|发改委|消防救援总队|教育厅|教育局|教育委员会|海关|警方(?!面))(?:办公室)?"
)
_HEADS = "自治区|全省|我省|全市|我市|本市|省|市|县|区|州|旗|国家|中国|全国|中央|国务院"
_HEAD = re.compile(rf"(?:{_HEADS})$")
_LOCAL = re.compile(
    r"(?<![一-鿿])(?:省|市|县|区|州|自治区)(?:委(?=[、,，\s和]|办公)|政府(?:办公厅|办公室)?|人民政府(?:办公厅|办公室)?)"
    r"|(?:(?<![一-鿿])|(?<=[在由经受据向和与按对]))[省市县区州]委(?=领导|部署|决定|高度|常委会|全会|书记|主要|统一|要求|同意|批准|工作会议|省政府|市政府)"
)
_LOCAL_TRIGGER = re.compile(r"[省市县区州自](?:(?<![一-鿿].)|(?<=[在由经受据向和与按对].))(?=[委政人治])")
_BRANCH = re.compile(r"[一-鿿]{2,6}?(?:监管局|监管办公室|监管办|证监局|分局|特派员办事处|专员办|监察局|督察局)")
_COUNTRIES = any_of(lexicon("agencies", "countries"))
_COUNTRY_PAIRS = pairs_of(["中国", "我国", *lexicon("agencies", "countries")])
_ABROAD = re.compile(rf"{_COUNTRIES}|[俄美英法德日韩印乌以伊]")
_ABROAD_BEFORE = re.compile(rf"(?:{_COUNTRIES}|(?<![一-鿿0-9 ])[俄美英法德日韩印乌以伊])$")
"""俄罗斯国防部 is not the 国防部."""
_OF_ISRAEL = frozenset(("国防部", "外交部", "财政部", "卫生部"))
"""Before other bodies 以 is the preposition: 以公安部为主."""
_FOREIGN = re.compile(
    rf"(?:{_COUNTRIES})(?:联邦|国家|中央)?(?:{any_of([*_FOR, *lexicon('agencies', 'for_abroad')])}){{1,4}}"
    r"(?:部(?![门委署队分])|署|局(?![势部面])|委员会|省(?=[、,，。公发]))"
    rf"|(?:{_COUNTRIES}|中国|我国)政府(?!采购|工作报告|性|债|部门|网|专项|间|首脑|军|主导|投资|补贴|资助)"
    rf"|(?:{_COUNTRIES})(?:联邦|国家|中央)?(?:国会|议会|内阁|参议院|众议院|央行|中央银行|储备银行|警方(?!面)|(?:联邦|最高|宪法|高等|上诉|地方|地区|普通|行政|"
    r"巡回|刑事|首都|[一-鿿]{2}(?:州|市|地方|地区|中央|联邦))*法院)"
)
"""Ministries of other countries, 美国农业部; their governments, parliaments, central banks and courts."""
_GAP = re.compile(r"(?:[、,]|\s|(?:已|将|正)?(?:和|及|与|以及|会同|联合))\s*$")
_AREA = re.compile(r"(?:华北|华东|华中|华南|东北|西北|西南|南方|长江|黄河|珠江|淮河|海河|太湖|松辽|京津冀)$")
_EACH = re.compile(r"(?:[各每]|所在地|所在|当地|地方|有关|相关|基层)[^,，。;；:\n]{0,7}$")
"""各市(州)发展改革委 names none."""
_NEW_AREA = re.compile(r"(?:[一-鿿]{1,4}(?:新区|开发区|高新区|园区|林区|示范区|功能区|经开区|保税区|综改区|合作区))$")


@lru_cache(maxsize=1)
def pairs() -> frozenset[str]:
    """What names of bodies begin with: the places to look at."""
    return _FOR_PAIRS | _COUNTRY_PAIRS | scanner().pairs


def find_agencies(text: str, regions: list[Found], *, outside: Spans, places: Places, traditional: bool = False) -> list[Found]:
    """Bodies named in `text`, outside `outside` (titles of documents, names of companies); `places` are those of `pairs()`.

    `traditional` says that the text, which is folded, was written in traditional characters.
    """
    starts = {region.start: region for region in regions if region.type in ("region", "region_group")}
    ends = {region.end: region for region in regions if region.type in ("region", "region_group") and not region.inferred}
    whole = {body.start: body for body in named(text, places=places, traditional=traditional)}
    spans: list[tuple[int, int, str]] = []  # start, end, rule
    end = 0
    for match in matches_at(places, _FOR_PAIRS, _CORE, text):
        head = _head(text, match.start(), ends, starts)
        spans.append((head if head is not None else match.start(), match.end(), "form" if head is not None else "bare"))
    for region in regions:
        if region.type != "region" or region.inferred:
            continue
        seat = _SEAT.match(text, region.end)
        if seat:
            spans.append((_leftmost(region.start, ends), seat.end(), "seat"))
    spans += [(match.start(), match.end(), "local") for match in matches(_LOCAL_TRIGGER, _LOCAL, text)]
    spans += [(match.start(), match.end(), "abroad") for match in matches_at(places, _COUNTRY_PAIRS, _FOREIGN, text)]
    spans += [(body.start, body.end, "known") for body in whole.values()]
    found: list[Found] = []
    for start, stop, rule in _longest(spans):
        if outside.touch(start, stop):
            continue
        if rule == "bare" and not _follows(text, found, start):
            continue
        if _EACH.search(text, max(0, start - 10), start):
            continue
        if rule == "known" and text[start - 1 : start] in tuple("省市县区州"):
            continue
        if rule == "known":
            office = re.compile(r"(?:办公厅|综合司|办公室)").match(text, stop)
            stop = office.end() if office else stop
        if rule in ("known", "seat"):
            branch = _BRANCH.match(text, stop) if rule == "known" else None
            stop = branch.end() if branch else part_of(text, stop, court=text[stop - 1] in "院法")
        while traditional and rule == "known" and stop in whole:  # 卫生福利部食品药物管理署
            stop = whole[stop].end
        country = _ABROAD_BEFORE.search(text[max(0, start - 6) : start]) if rule == "known" else None
        if country and (country[0] != "以" or text[start:stop] in _OF_ISRAEL):
            start -= len(country[0])
        if rule == "known" and text[start - 2 : start] == "中国":
            start -= 2
        if start < end:
            continue
        end = stop
        found.append(_agency(text, start, stop, rule, found, starts, whole))
    return defined(text, found, outside=outside)


def _head(text: str, start: int, ends: dict[int, Found], starts: dict[int, Found]) -> int | None:
    """Where the head of a name (甘肃省, 市, 国家, 兰州新区) that ends at `start` begins; None if there is none."""
    if start in ends:
        return _leftmost(ends[start].start, ends)
    before = text[max(0, start - 12) : start]
    area = _NEW_AREA.search(before)
    if area:
        for cut in range(start - 8, start):
            if cut in ends:
                return _leftmost(ends[cut].start, ends)
            if cut in starts:
                return _leftmost(cut, ends)
    head = _HEAD.search(before) or _AREA.search(before)
    return start - (len(before) - head.start()) if head else None


def _leftmost(start: int, ends: dict[int, Found]) -> int:
    """江苏省昆山市 is one head: back over regions that touch."""
    while start in ends:
        start = ends[start].start
    return start


def _longest(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda s: (s[0], -s[1], s[2] != "known")):
        if kept and span[0] < kept[-1][1]:
            if span[1] > kept[-1][1] and kept[-1][2] == "bare":
                kept[-1] = span
            continue
        kept.append(span)
    return kept


def _follows(text: str, found: list[Found], start: int) -> bool:
    """Whether a name without a head stands in a list behind another body."""
    return bool(found) and 0 < start - found[-1].end <= 3 and _GAP.fullmatch(text, found[-1].end, start) is not None


def _agency(text: str, start: int, end: int, rule: str, before: list[Found], starts: dict[int, Found], whole: dict[int, Body]) -> Found:
    name = text[start:end]
    facts: dict[str, Any] = {}
    if rule == "known":
        # 工信部办公厅 and 国家能源局华中监管局 begin with a name that is known.
        own = name.removeprefix("中国") if name not in known() else name
        country = _ABROAD.match(own)
        base = next((n for n in range(len(own), 1, -1) if own[:n] in known()), None)
        facts["name"] = name if base is None or (country and base < len(own)) else known()[own[:base]] + own[base:]
        if (country and name not in known()) or facts["name"] in abroad():
            facts["level"] = "境外"
        elif start in whole and (code := whole[start].region):
            facts |= {"level": "省", "region": code}
    elif rule == "abroad":
        facts |= {"name": name} if name.startswith(("中国", "我国")) else {"name": name, "level": "境外"}
    elif rule == "bare" and before:
        # The head is that of the last name which had one; ten names back is further than any list goes.
        first = next((b for b in reversed(before[-10:]) if b.rule != "agency:bare"), None)
        region = starts.get(first.start) if first else None
        if region is not None:
            facts["name"] = text[region.start : region.end] + name
    return Found("agency", start, end, name, facts or None, rule=f"agency:{rule}")
