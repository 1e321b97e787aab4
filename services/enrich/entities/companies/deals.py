"""Folded text in, names that the money around them makes companies out, whatever they are called. Pure.

本轮由青石创投领投，白鹭资本、远帆生物医药基金跟投   investors, before 领投, 跟投, 参投
「澄明医疗」完成近亿元A轮融资                     who raises money
拟入主罗湖特, 保荐人对罗湖特的督导                whose shares, whose sponsor
"""

import re
from collections.abc import Callable, Iterator

from services.enrich.entities.lexicon import lexicon

_INVEST = re.compile(r"(?:联合|共同|独家|继续|持续|战略|超额|分别|跟进|追加|加码| )*(?:领投|跟投|参投|加注)")
_CLAUSE = re.compile(r"[,，。;；:\n!?、]|\d轮|轮由|由|融资|股东|其中|来自|获得?|拟|将|正由|由")
_ETC = re.compile(r"(?:等(?:[一二三四五六七八九十多数\d]*家)?(?:知名|老牌|头部)?(?:投资)?(?:机构|方|公司|基金)?|等)$")
_LED = re.compile(r"^(?:本轮|此轮|该轮|次轮|新|老|原|现有|既有|并|并由|及|和|与|以及|而|则|还有|另有|股东|资方|机构|投资方|知名|分别由|同时)+")
_SPLIT = re.compile(r"(?<=[一-鿿A-Za-z0-9]{3})(?:以及|[和与及])(?=[一-鿿A-Za-z0-9]{3})| +(?:以及|[和与及]) +")
_INVESTOR = re.compile(r"[一-鿿A-Za-z0-9·.& -]{2,20}$")
_NO_INVESTOR = re.compile(
    r"[的了是在轮元]|\d[亿万%]|多家|若干|知名|机构$|投资者|投资人|产业方$|股东$|资方$|领投|跟投|参投|融资|完成|旗下|加码|^(?:政府|国资|地方|社会资本|社会|资本|基金|产业资本|国有资本|央企|高管|员工|个人)$"
)
_LONGEST_LIST = 120

_ANY_NAME = r"[一-鿿A-Za-z][一-鿿A-Za-z0-9·.& -]{1,13}?"
_RAISES = r"[^,，。\n“”]{0,6}?(?:完成[^,，。\n]{0,24}融资|(?:获得?|宣布|筹集|斩获)[^,，。\n]{0,24}(?:轮|元|美元|股权)(?:战略)?(?:融资|投资))"
_QUOTED = re.compile(rf"“({_ANY_NAME})”(?={_RAISES})")
_RAISER = re.compile(
    r"(?:(?<=[\n。;；:])|^|(?<=近日[,，])|(?<=日前[,，]))([一-鿿A-Za-z][一-鿿A-Za-z0-9·]{1,11}?)(?=(?:近日|日前|今日|宣布|已|正式|于近日|成功|再次)*(?:完成|获得?)"
    r"[^,，。\n]{0,20}(?:轮(?:战略)?融资|元融资|股权融资|轮投资))"
)
_OBJECT = re.compile(
    r"(?:(?:(?<!进)入主|举牌|借壳|要约收购|注资|做空)了?|(?:保荐人|保荐机构|承销商|审计机构|会计师|独立董事|控股股东|实控人|实际控制人)对)"
    r"([一-鿿]{2,5}?)(?=[,，。;；、\n(]|的(?:股|督|审|控|持|收|重|要|子|业|尽|核|关|财|担|资)|股份|股权|后|案|控制权|$)"
)
_HEADED = re.compile(
    r"(?:(?<=[\n。;；:、,，])|^)([一-鿿]{3,6}?)(?=(?:联合创始人|联席总裁|创始人|董事长|总经理|总裁|首席执行官|CEO|董秘)(?:兼[^,，。\n]{2,8})?[一-鿿]{2,3}"
    r"(?:表示|称|发文|说|透露|介绍|指出|认为|宣布|在[^,，。\n]{2,14}(?:表示|称|说|指出)))"
)
_SPECIAL = re.compile(r"(?<![A-Za-z])(\*?ST(?![股板概类公个标])[一-鿿]{2})")
_MONEY = re.compile("ST|总裁|总经理|创始人|CEO|首席|董秘|投|融资|入主|举牌|借壳|收购|并购|注资|做空|起诉|保荐|承销|审计|会计|董事|股东|控[人制]")
_NOT_NAME = frozenset(lexicon("companies", "not_name"))
_ORDINARY = re.compile(
    r"公司|企业|项目|[该本其此]|平台|行业|产业|市场|政府|机构|银行业|团队|集团$|医院|大学|多家|一家|两家|三家|数家|[一两三几]个|对手|竞争|标的|创始|董事长|兼$|"
    r"同行|国家|部门|科技股|我国|中国|美国|欧洲|日本|全球|海外|境外|资产|业务|股东|他人|对方|自己|上市|美|被告|原告|法院|案件|记者|媒体|其他|相关|去年|今年|目前|品牌"
)


def dealing(text: str, *, regions: set[int], no_part: re.Pattern[str], generic: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where such names stand; none that begins at one of `regions` and goes no further, has `no_part` in it or is `generic` throughout."""
    if not _MONEY.search(text):
        return

    def named(start: int, end: int) -> bool:
        name = text[start:end]
        return not (name in _NOT_NAME or generic.fullmatch(name) or _ORDINARY.search(name) or no_part.search(name) or start in regions)

    yield from _investors(text, generic)
    for pattern, sure in ((_QUOTED, True), (_SPECIAL, True), (_RAISER, False), (_OBJECT, False), (_HEADED, False)):
        for match in pattern.finditer(text):
            if (sure and not _ORDINARY.search(match[1])) or named(*match.span(1)):
                yield match.span(1)


def _investors(text: str, generic: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for match in _INVEST.finditer(text):
        low = max(0, match.start() - _LONGEST_LIST)
        # Back over parts that 、 joins, to where the clause begins.
        at = match.start()
        for clause in reversed(list(_CLAUSE.finditer(text, low, at))):
            if clause[0] != "、":
                low = clause.end()
                break
        yield from _parts(text, low, at, lambda name: bool(_INVESTOR.match(name)) and not _NO_INVESTOR.search(name) and not generic.fullmatch(name))


def _parts(text: str, start: int, end: int, is_name: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """The names of the list at [start, end) that 、, 和, 与, 及 join."""
    etc = _ETC.search(text, start, end)
    end = etc.start() if etc else end
    led = _LED.match(text[start:end])
    start += led.end() if led else 0
    at = start
    for part in text[start:end].split("、"):
        offset = at
        for cut in [*_SPLIT.finditer(part), None]:
            stop = at + (cut.start() if cut else len(part))
            name = text[offset:stop]
            first, last = offset + len(name) - len(name.lstrip(' “"')), stop - (len(name) - len(name.rstrip(' ”"')))
            if is_name(text[first:last]):
                yield first, last
            offset = at + (cut.end() if cut else 0)
        at += len(part) + 1
