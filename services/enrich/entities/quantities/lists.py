"""Readings of the numbers of a text in, the same with what lists share out: operators, and what each of several numbers measures. Pure."""

import re
from typing import Literal, NamedTuple

Op = Literal["=", ">=", "<=", ">", "<", "~"]
Stated = tuple[Op, float, str]
"""An operator, a number and its unit."""
AFTER = re.compile(
    r"[ ]?(?:(?P<ge>以上|及以上|起(?=[,，。;；、]))|(?P<le>以内|之内|以下|内(?=[,，。;；、换完建到实])|封顶)|(?P<about>左右|上下)|(?P<over>有余|多))"
)
_EACH_OF_THEM = re.compile(
    r"[,，]?\s?(?:同比|环比|年均|同口径|比上年|较上年|比上年同期|较上年同期)*"
    r"分别(?:为|约为|占|增长|下降|提高|提升|增加|减少|上涨|下跌|回落|达到|达|超|约)*$"
)
"""What stands between the numbers before and a list of as many that says how each of them moved."""
_SENTENCE = re.compile(r"[。;；!！\n]")
MOST = 10
"""Numbers of a list; longer ones are tables."""


class Reading(NamedTuple):
    """A number with what was read around it, before what lists share is known."""

    start: int
    end: int
    op: Op
    stated: list[Stated]
    indicator: str
    rule: str
    facts: dict[str, object]
    currency: str | None
    """Of 元, where it is named apart"""

    @property
    def unit(self) -> str:
        """Of its first number."""
        return self.stated[0][2]


def shared(text: str, readings: list[Reading]) -> list[Reading]:
    """`readings`, which are in the order of the text, with the operators and indicators of their lists."""
    return _operators(text, _indicators(text, _ahead(text, readings)))


def _ahead(text: str, readings: list[Reading]) -> list[Reading]:
    """开展6000亿元、5月3日开展3000亿元操作: what is done with the first is what the next one says."""
    out = list(readings)
    for n in range(len(out) - 2, -1, -1):
        one, other = out[n], out[n + 1]
        if one.rule == "ahead":
            found = other.rule == "behind" and one.unit == other.unit and not _SENTENCE.search(text, one.end, other.start)
            out[n] = one._replace(indicator=other.indicator, rule="behind") if found else one._replace(rule="before")
    if out and out[-1].rule == "ahead":
        out[-1] = out[-1]._replace(rule="before")
    return out


def _operators(text: str, readings: list[Reading]) -> list[Reading]:
    """分别突破1.5万亿元、1.4万亿元 and 分别增长5%、6.5%左右: the operator of one holds for all of such a list."""
    out = list(readings)
    for i in range(1, len(out)):
        if out[i].op == "=" and out[i - 1].op != "=" and _joins(text, out[i - 1], out[i]) and not AFTER.match(text, out[i - 1].end - 2):
            out[i] = _with(out[i], out[i - 1].op)
    for i in range(len(out) - 2, -1, -1):
        if out[i].op == "=" and out[i + 1].op in ("~", ">=") and _joins(text, out[i], out[i + 1]):
            out[i] = _with(out[i], out[i + 1].op)
    return out


def _indicators(text: str, readings: list[Reading]) -> list[Reading]:
    """接待游客17亿人次、旅游花费1万亿元,分别增长32%、41%: the first is how the first before it moved, and so on."""
    out = list(readings)
    for first in range(1, len(out)):
        if not _EACH_OF_THEM.fullmatch(text, out[first - 1].end, out[first].start - _operator_length(text, out[first])):
            continue
        last = first + 1
        while last < min(len(out), first + MOST) and text[out[last - 1].end : out[last].start].strip("约近超") in ("、", "和", "及", "与"):
            last += 1
        count = last - first
        before = out[max(0, first - count) : first]
        if len(before) == count and len({one.indicator for one in before}) == count and not _SENTENCE.search(text, before[0].start, out[first].start):
            for n, one in enumerate(before):
                out[first + n] = out[first + n]._replace(indicator=one.indicator, rule="carried")
    return out


def _operator_length(text: str, reading: Reading) -> int:
    """Of a word like 约 right before the number."""
    return 1 if text[reading.start - 1 : reading.start] in tuple("约近超逾") else 0


def _joins(text: str, one: Reading, other: Reading) -> bool:
    return text[one.end : other.start] in ("、", "和") and one.unit == other.unit and "分别" in text[max(0, one.start - 40) : one.start]


def _with(reading: Reading, op: Op) -> Reading:
    return reading._replace(op=op, stated=[(op, number, unit) for _, number, unit in reading.stated])
