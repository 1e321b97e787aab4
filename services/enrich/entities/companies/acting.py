"""Folded text in, short words that do what only companies do out, wherever they stand: 某某斥资, 某某第二季度营收, 某某跌3.65%. Pure."""

import re

from services.enrich.entities.lexicon import lexicon

_AT = r"(?:(?<=^)|(?<=[\n。,，;；、:]))"
_DOING = "斥资|公告称|公告显示|公告,|公告，|涨停|跌停|涨超|跌超|涨逾|跌逾|股价|总市值|发布财报|发布公告|港股|冲刺"
_DO = re.compile(_DOING)
_DOES = re.compile(rf"{_AT}([一-鿿]{{3,5}}?)(?={_DOING})")
"""A short word at the beginning of a clause that does what only listed companies do."""
_REPORTS = re.compile(
    r"(?:(?<=^)|(?<=[\n。]))([一-鿿]{2,6}?)(?=(?:(?:公布|发布|披露)[^,，。;；\n]{0,12}(?:业绩|财报|年报|季报|中报))"
    r"|(?:\d{4}年|\d{4}财年|本财年)?(?:第?[一二三四]季度|上半年|全年|前三季度|财年)?(?:实现|调整后|总)*"
    r"(?:每股收益|营收|营业收入|净利润|归母净利)(?:为|达)?[ ]?\d)"
)
"""One at the beginning of a sentence that reports earnings."""
_REPORTED = re.compile("业绩|财报|年报|季报|中报|每股收益|营收|营业收入|净利润|归母净利")
"""What is reported: one of them stands in all that `_REPORTS` matches, or right behind."""
_MOVES = re.compile(rf"{_AT}([一-鿿]{{2,6}}?)(?=[涨跌][ ]?\d+(?:\.\d+)?%)")
"""One that rises or falls by per cents, where shares are spoken of."""
_SHARES = re.compile(r"[美港A]股|中概|道指|纳指|个股|热门股|科技股|成分股|领[涨跌]")
_NO_SHARE = re.compile(
    r"指数|指$|板块|概念|期货|现货|合约|主力|期[指债]|[债油金银铜铝锌铅镍锡豆粕米麦棉糖煤币钢]$|收益率|汇率|[元镑卢]$|板$|[行产]业|[五十]{0,2}0$|市场|房价|价格|股$|盘$|均$|[同环]比|[月年日周]"
)
_ORDINARY = re.compile(
    r"指数|板块|概念|公司|个股|大行|盘|期货|油价|金价|市场|部门|两市|多只|主力|合约|股份制|[沪深]|日|月|年|行业|产业|企业|经济|工业|累计|合计|其中|全[国省市县区]|平均|同期|期间|整体|总体|银行业|地区|政府|财政|居民|预[计期测]|分别|去年|今年"
)
_NOT_NAME = frozenset(lexicon("companies", "not_name"))
MOST = 50
"""Different ones of them in one text: each is looked for in the whole of it."""


def acting(text: str, *, regions: set[int], no_part: re.Pattern[str], generic: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where such words stand; none that begins at one of `regions`, has `no_part` in it or is `generic` throughout."""
    names: dict[str, None] = {}
    # The patterns try every beginning of a clause: they are asked only of texts that have the words they look for.
    patterns = []
    if _DO.search(text):
        patterns.append((_DOES, _ORDINARY))
    if _REPORTED.search(text):
        patterns.append((_REPORTS, _ORDINARY))
    if _SHARES.search(text):
        patterns.append((_MOVES, _NO_SHARE))
    for pattern, ordinary in patterns:
        for match in pattern.finditer(text):
            name = match[1]
            if not (match.start(1) in regions or no_part.search(name) or name in _NOT_NAME or generic.fullmatch(name) or ordinary.search(name)):
                names[name] = None
    return [m.span() for name in list(names)[:MOST] for m in re.finditer(re.escape(name), text)]
