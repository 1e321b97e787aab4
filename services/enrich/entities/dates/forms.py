"""The forms that dates have in Chinese texts: patterns, and `forms(text)` which gives each match from left to right. Pure.

A pattern is only tried where a character stands that a date can begin with, before one that can go on with it; elsewhere the scan costs one
look at the character.
"""

import re
from collections.abc import Iterator

YEAR = r"(?:(?:1[6-9]|2[01])\d{2}|[一二][〇零○一二三四五六七八九]{3}(?=年))"
_S = r"[ ]?"
_WEEKDAY = rf"(?:{_S}\(本?(?:周|星期|礼拜)[一二三四五六日天](?:[上下]午|晚)?\)|[,，]{_S}(?:周|星期)[一二三四五六日天](?![至到、\-—~]))?"
"""9月15日(周一): says the day before it again."""
_HOUR = r"\d{1,2}(?:[:：]\d{2}|[时点](?:\d{1,2}分|半|整)?)"
_TIME = (
    rf"(?:{_S}(?:[上下中]午|凌晨|早上|晚上?|夜间|傍晚)?{_S}(?:{_HOUR})"
    rf"(?:{_S}[-—~～至到]{_S}{_HOUR}(?!\d{{0,2}}[月日]))?|{_S}[上下中]午)?"
)
_FROM = rf"{_WEEKDAY}{_TIME}{_S}起?"
"""What may stand behind the first day of an interval."""
_DASH = rf"{_S}(?:[-—~～–至到]|——|--)(?:{_S}到)?{_S}"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_REL_Y = "今年|去年|明年|前年|后年(?![产收均销薪营])|本年|上年|当年|同年"
_QUARTER = (
    r"(?:第?[一二三四1-4]季度|(?:第[一二三四1-4]|首)季(?=营收|收入|业绩|财报|净利|纯利|毛利|获利|盈[余利]|出货|经济|GDP|每股)|"
    r"[上下]半年|(?<![提此之以目先])前(?:1[0-2]|[1-9]|[一二三四五六七八九十])[ ]?个?月(?!\d)|前三季度|前两个月|Q[1-4]|H[12]|全年(?=$|[^一-鿿]))"
)
_MD = rf"(?P<m>{_M}){_S}月(?:{_S}份)?(?:{_S}(?P<d>{_D}){_S}[日号](?!楼|线|机组|令|文|院))?"
_MM = r"(?:0[1-9]|1[0-2])"
_FULL = rf"(?P<y>{YEAR}){_S}财?年(?:度|年度)?(?:{_S}(?P<ym>{_M}){_S}月(?:份)?(?:{_S}(?P<yd>{_D}){_S}[日号](?!楼|线|机组|令))?)?"
_NO_TAIL = (
    r"(?<![初底末])|(?<=初)(?![心级次一二三稿衷诊恋婚犯夏秋冬春筛]|步(?![入调])|始(?![终于])|中(?=[生学毕教阶班部课高])"
    r"|创(?![立建办下新造始])|具(?![有备体])|审(?![议批计查])|评(?![选估为定])|赛(?!事))"
    r"|(?<=底)(?!部(?![署门队委长分])|[层气色蕴线座盘牌])|(?<=末)(?!端|位(?![居列于])|梢|日(?![均前])|期(?:股息|分红|派息))"
)
"""2030年初步建成 is no beginning of a year, 2025年末期股息 no end of one; but 年初步入, 年底部署 and 年末位居 are."""
_ISO = rf"{YEAR}(?P<sep>[-/.]){_M}(?P=sep){_D}"

_FORMS = {
    # intervals
    "yy": rf"(?P<y1>{YEAR}){_S}(?:(?:年(?:度)?起?)?{_DASH}|/(?=\d{{4}}年度))(?:(?P<y2>{YEAR}){_S}(?:年度?|(?=\)))|(?P<y3>\d{{2}})年度?)",
    "ii": rf"(?:(?P<i1>{YEAR}){_S}年|(?P<i1r>{_REL_Y})){_S}(?P<i1m>{_M}){_S}月(?:份)?(?:{_S}(?P<i1d>{_D}){_S}[日号]{_FROM}|起)?{_DASH}"
    rf"(?:(?:(?P<i2y>{YEAR}){_S}年|(?P<i2r>{_REL_Y})){_S})?(?P<i2m>{_M}){_S}月(?:份)?(?:{_S}(?P<i2d>{_D}){_S}[日号]{_WEEKDAY}{_TIME})?止?",
    "xx": rf"(?P<x1m>{_M}){_S}月(?:份)?(?P<x1>[上中下]旬){_DASH}(?P<x2m>{_M}){_S}月(?:份)?(?P<x2>[上中下]旬)",
    "mm": rf"(?P<a1m>{_M}){_S}月(?:份)?(?:{_S}(?P<a1d>{_D}){_S}[日号]{_FROM}|起)?{_DASH}"
    rf"(?P<a2m>{_M}){_S}月(?:份)?(?:{_S}(?P<a2d>{_D}){_S}[日号]{_WEEKDAY}{_TIME})?止?",
    "dots": rf"(?P<o1m>{_M})\.(?P<o1d>{_D}){_DASH}(?P<o2m>{_M})\.(?P<o2d>{_D})(?![\d.%‰])",
    "ym2": rf"(?P<b1y>(?:{YEAR}){_S}年{_S}|(?:{_REL_Y}))?(?P<b1m>{_M}){_DASH}(?P<b2m>{_M}){_S}月(?:份)?(?!{_S}\d{{1,2}}{_S}日)",
    "dd": rf"(?:(?P<c0y>{YEAR}){_S}年{_S})?(?P<c0m>{_M}){_S}月{_S}(?P<c1d>{_D}){_S}(?:[日号]{_FROM})?{_DASH}"
    rf"(?P<c2d>{_D}){_S}[日号]{_WEEKDAY}{_TIME}止?",
    # year and a part of it
    "part": rf"(?:(?P<py>{YEAR}){_S}财?年?度?{_S}|(?P<pr>{_REL_Y}))?(?P<q>{_QUARTER})(?P<pt>(?<=[度年])[底末])?",
    "full": rf"{_FULL}(?P<tail>底|末|初|上旬|中旬|下旬|年底|年末|年初|春季?(?!节)|以来)?(?:{_NO_TAIL}){_WEEKDAY}",
    "rel": rf"(?P<ry>{_REL_Y})(?:{_S}(?P<rm>{_M}){_S}月(?:份)?(?:{_S}(?P<rd>{_D}){_S}日)?)?"
    rf"(?P<rtail>底|末|年底|初|上旬|中旬|下旬|以来)?(?:{_NO_TAIL}){_WEEKDAY}",
    "md": rf"{_MD}(?P<mtail>底|末|初|上旬|中旬|下旬)?(?:{_NO_TAIL})(?!{_S}龄){_WEEKDAY}",
    "iso2": rf"(?P<n1>{_ISO}){_DASH}(?P<n2>{_ISO.replace('sep', 'sep2')})(?!\d)",
    "iso": rf"(?P<n>{_ISO.replace('sep', 'sep3')})(?!\d)",
    "short": rf"(?<![\d.近满历第逾超这约共前后’'])(?P<sy>[0-4]\d)(?:(?P<sh>[QH][1-4])(?![A-Za-z0-9])|"
    rf"{_S}年(?:(?P<sm>{_M}){_S}月(?:份)?(?:{_S}(?P<sd>{_D}){_S}[日号])?"
    rf"(?P<st>底|末|初|上旬|中旬|下旬)?|(?P<se>年?[底末初])|(?P<sq>{_QUARTER})))(?:{_NO_TAIL})",
    "packed": r"(?<![\dA-Za-z\-_./〔\[])(?P<k>(?:19|20)\d{2}(?P<gap>[ ]?)"
    r"(?:0[1-9]|1[0-2])(?P=gap)(?:0[1-9]|[12]\d|3[01]))(?![\dA-Za-z\-_./])",
    "month": rf"(?<![\dA-Za-z\-_./])(?P<mo>(?:19|20)\d{{2}}[./]{_MM})(?![\d./%‰]|-\d|{_S}[年万亿元吨千百倍点度个米公平立美欧港日])",
    "minguo": rf"(?:民国{_S}(?P<g>\d{{2,3}}){_S}年度?|(?<![\d.])(?P<g2>1[01]\d){_S}年{_S}(?=\d{{1,2}}{_S}月{_S}\d{{1,2}}{_S}日))"
    rf"(?:{_S}(?P<gm>{_M}){_S}月(?:{_S}(?P<gd>{_D}){_S}日)?)?",
    "decade": r"(?P<century>(?:19|20|21|十九|二十|二十一|上|本)世纪)?(?P<tens>[1-9]0|[一二三四五六七八九]十)年代",
    "plan": r"[\"“‘]?(?P<p>十[一二三四五六七]五)[\"”’]?(?P<ptail>时期|期间|末|规划|以来|开局)?",
    "day": r"(?P<word>(?<!中)今日(?!头条|美国|说法|俄罗斯|资本)|今天(?!的)|昨日|昨天|昨晚|昨夜|今晚|今早|(?<!光)明日(?!报)|明天|前日|前天|"
    r"后天|大前天|大后天|当日(?=收盘))",
    "week": rf"(?P<span>(?:本|这个?|上上个?|下下个?|上一?个?|下一?个?)(?:周|星期)(?![期边转年长报刊])|本月(?!龄)|这个月|上个?月|下个?月)"
    rf"(?:(?P<wd>(?<=[周期])[一二三四五六日天])|(?P<wmd>(?<=月){_D})[日号]|(?P<wt>(?<=[周期])末)"
    rf"|(?P<we>(?<=月)[底末](?:{_NO_TAIL})))?",
    "wday": r"(?<![每上下本这该逢隔两一二三四五六七八九十几数整个\d当同半首次末多环至到])(?:周|星期)"
    r"(?P<lonely>[一二三四五六日]|(?<=期)天)(?![至到、\-—~至次期岁年个致圈])",
    "vague": r"(?<![最临])近日(?![来期])|(?<![\d作节每生假今昨明次当即])日前(?!市场|交易|现货|申报|出清|电价|电能)",
    "only": rf"(?P<oy>(?:19|20)\d{{2}}){_S}(?=\))",
    "endy": rf"(?P<ey>今年|本年|去年|明年)?年[底末](?:{_NO_TAIL})",
    "ll": r"(?<![\d月.第前后近共续期每超约满\-—~至到])(?P<l1>3[01]|[12]\d|[1-9])[ ]?[日号][ ]?(?:[-—~～至到]|——)[ ]?"
    r"(?P<l2>3[01]|[12]\d|[1-9])[ ]?[日号](?!楼|线|机组|令)",
    "dday": r"(?P<lone>(?<!\d至)(?<![\d月.第前后近共续期每超约满\-—~])(?:3[01]|[12]\d|[1-9])(?!\d))"
    r"[ ]?日(?![内间前后均龄程志常用子益游产照晒]|报(?!道))",
}
_BY_NUMBER = (
    *("yy", "ii", "xx", "mm", "ym2", "dd", "dots", "short", "part", "full", "md", "iso2", "iso", "packed", "month", "minguo"),
    *("decade", "plan", "only", "ll", "dday"),
)
_BY_WORD = ("ii", "minguo", "ym2", "part", "rel", "decade", "plan", "day", "week", "wday", "vague", "endy")


def _either(kinds: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind}>{_FORMS[kind]})" for kind in kinds))


_NUMBERED, _WORDED = _either(_BY_NUMBER), _either(_BY_WORD)
_NUMBERS = "0-9一二三四五六七八九十"
_TRIGGER = re.compile(
    rf"[{_NUMBERS}今去明前后本上下当同昨近日大这第年全周星民首QH\"“‘](?<![0-9][0-9])"
    rf"(?=[{_NUMBERS}〇零○年月日天晚夜早周星期个季半底末前后世这上下第全国QH /.\-—~～至到号三两)])"
)


def forms(text: str) -> Iterator[re.Match[str]]:
    """Each form of a date in `text`, none overlapping another; `lastgroup` of a match is its kind."""
    end = 0
    for trigger in _TRIGGER.finditer(text):
        start = trigger.start()
        if start < end:
            continue
        match = (_NUMBERED if text[start] in _DIGITS else _WORDED).match(text, start)
        if match:
            end = match.end()
            yield match


_DIGITS = frozenset("0123456789一二三四五六七八九十")
