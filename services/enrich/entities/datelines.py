"""A region's place in a text in, whether it only says where a report was filed out. Pure.

    新华社北京3月5日电   (北京综合讯)   本报记者 张三 上海报道   美联社香港3月5日报道   北京3月5日电

Who wrote it sat there; the news may be from anywhere.
"""

import re

_LOOKED_AT = 32
"""Characters before the region: 本报记者 and the names of four people."""
_PRESS = re.compile(r"(?:社|网|报》?|讯|(?:电视|电|广播)台|央视|央广|在线|财经|频道|客户端|路透|彭博|记者|通讯员)(?:[一-鿿]{2,4}省)?[ ]?$")
_WHO = r"[一-鿿·]{2,4}"
_REPORTER = re.compile(rf"(?:记者|通讯员|特派员)[ :：/|]{{0,2}}(?:{_WHO}[ 、,，/和]{{1,2}}){{0,3}}{_WHO}[ ]?$")
_OPENS = re.compile(r"(?:^|[\n(【\[])[ \t\u3000]*$")

_ENDS = r"(?=记者|[称说]|[^一-鿿]|$)"
_DAY = r"[ ]?(?:\d{1,2}月)?\d{1,2}日(?:[上下]午|凌晨|晚)?[ ]?"
_KIND = r"(?:综合)?(?:专?电|讯|消息|报道)"
_DATED = re.compile(rf"{_DAY}{_KIND}{_ENDS}")
_DATED_BEHIND_MORE = re.compile(rf"[、/ ]?[一-鿿]{{2,6}}{_DAY}{_KIND}{_ENDS}")
"""新疆|阿勒泰3月5日电, 北京|、上海3月5日电."""
_PLAIN = re.compile(rf"[ ]?{_KIND}{_ENDS}")
_ALONE = re.compile(r"(?:综合(?:电|讯|报道|消息)|[电讯])[ ]?(?=[)】\] (\n])")


def is_dateline(text: str, start: int, end: int, *, follows: bool) -> bool:
    """Whether the region at [start, end) is where a report was filed; `follows`: one stands right before it."""
    dated = _DATED.match(text, end) is not None
    # Where neither form follows there is no dateline, whatever stands before: most are done with that.
    if not (dated or _PLAIN.match(text, end) or _DATED_BEHIND_MORE.match(text, end)):
        return False
    before = text[max(0, start - _LOOKED_AT) : start]
    if follows or _PRESS.search(before):
        return True
    if _DATED_BEHIND_MORE.match(text, end) and not dated and not _PLAIN.match(text, end):
        return False
    if _REPORTER.search(before):
        return True
    return _OPENS.search(before) is not None and (dated or _ALONE.match(text, end) is not None)
