"""Folded text in, the numbers with units that it holds out, from left to right: figures and Chinese numerals, ranges, powers of ten. Pure.

1亿5000万元 → 1.5 亿元    二十万吨 → 20 万吨    百分之五 → 5 %    1.2×10^8千瓦时 → 120,000,000 千瓦时    千亿元 → 1,000 亿元
5000万元至1亿元 → from 5,000 万元 to 1 亿元: each end in its own unit, the lower one first by what both amount to
"""

import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from services.enrich.entities.quantities.units import COUNTED, MEASURED, UNIT, UNITS
from shared.text.numerals import counted
from shared.text.units import amount


class Numeral(NamedTuple):
    """A number with its unit at [start, end), or a range of two."""

    start: int
    end: int
    number: float
    unit: str
    high: tuple[float, str] | None = None
    """The other end of a range"""
    over: bool = False
    """Whether it is somewhat more: 20余家, 20+家, 3倍多, 9万余户"""
    written: str = ""
    """The number as it is printed"""


_PLAIN = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
_NUMBER = rf"(?:(?:(?P<m>{_PLAIN})[ ]?[×xX*][ ]?)?10(?:\^\(?(?P<power>-?\d{{1,2}})\)?|(?P<raised>⁻?[⁰¹²³⁴-⁹]{{1,2}}))|(?P<n>{_PLAIN}))"
_FIGURES = re.compile(
    rf"(?P<sign>-(?=\d))?{_NUMBER}(?P<plus>余|多|\+)?[ ]?(?P<scale>[百千万亿]{{1,2}}[余多](?=[一-鿿]))?"
    rf"(?P<u>{UNIT}(?:(?<![A-Za-z])|(?![A-Za-z])))?(?P<more>[多余])?"
)
_TRIGGER = re.compile(r"[-0-9](?<![0-9A-Za-z.^].)")
_COMPOUND = re.compile(r"(?P<n>\d{1,9}(?:\.\d+)?)[ ]?(?P<s>万亿|兆|亿|万|千)零?[ ]?(?P<rest>\d,\d{3}|\d{1,4}(?:\.\d+)?)[ ]?")
_CENTS = re.compile(r"(?P<yuan>\d{1,9})元(?P<jiao>\d)角(?:(?P<fen>\d)分)?")
_GOES_ON = frozenset(("万", "亿", "万亿", "千", "元", "个"))
"""Units behind which a number may go on."""
_BILLIONS = re.compile(r"(?P<n>\d{1,9}(?:\.\d+)?)个(?P<u>万亿元?|亿元?)")
_SCALED = re.compile(r"(?P<s>百万亿|万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千(?![瓦克米伏焦赫])|百)?(?P<base>.*)")
_SCALES = {
    "百万亿": 1e14,
    "兆": 1e12,
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "十亿": 1e9,
    "百亿": 1e10,
    "千亿": 1e11,
    "万亿": 1e12,
}
_DASH = re.compile(r"(?:以上|左右)?[ ]?(?:——|[-—~～至到])[ ]?(?=[\d一二两三四五六七八九十百千])")
_MOVES = re.compile(r"(?:增加|增长|减少|下降|上涨|下跌|上调|下调|提高|降低|回落|上升|下滑|调升|调降|[升降涨跌增减])(?:了|约|近)?[ ]?$")
_ABOVE, _BELOW = re.compile("及?以上[、,，]?"), re.compile("及?以[下内]")
_BARE_SCALE = frozenset(("万", "亿", "万亿"))
_POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

_HAN = r"[一二两三四五六七八九十百千万亿零〇]"
_HAN_TRIGGER = re.compile(
    r"[一二两三四五六七八九十百千万亿](?=[一二两三四五六七八九十百千万亿零〇点余多元人美欧英日港韩澳加卢泰吨公斤兆吉瓦度米亩平立桶个倍成分家户辆台套名GM])"
)
_AMOUNT = re.compile(
    rf"(?<![\d一二两三四五六七八九十百千万亿零〇几数第点])(?<!(?<!以)上)"
    rf"(?:(?P<part>百|千)分之(?P<of>(?:{_HAN}{{1,12}}(?:点{_HAN}{{1,12}})?|\d+(?:\.\d+)?))"
    rf"|(?P<n>{_HAN}{{1,20}}?(?:点[一二三四五六七八九零〇]{{1,9}}{_HAN}{{0,9}}?)?)(?P<plus>余|多)?(?:(?P<u>{MEASURED})|(?P<c>{COUNTED}))"
    r"|(?P<tenths>[一二两三四五六七八九])成(?![一-鿿]?[不为员立果功长效品都就熟型语])(?=以上|左右|[多的]|(?<=[近约超逾过达占足升降增减跌涨到]..)))"
)
_STANDS = re.compile(r"(?<=[破超达逾近过])|(?<=带动|惠及|培训|吸引|组织|培育)(?=[百千万][名人户家亩])")
_OPEN = re.compile(r"以上|以下|级|[储光风]")


def numerals(text: str) -> list[Numeral]:
    """Numbers with units, and units that stand for one of themselves (突破千亿元)."""
    return sorted([*_figures(text), *_in_words(text)], key=lambda n: n.start)


def _figures(text: str) -> Iterator[Numeral]:
    end = 0
    for trigger in _TRIGGER.finditer(text):
        start = trigger.start()
        if start < end or (start == end and start and text[start] == "-"):  # of 5%-3% the second is not below zero
            continue
        if found := _at(text, start):
            end = found.end
            if found.unit and not _raised(text, found):
                yield found


def _at(text: str, start: int) -> Numeral | None:
    """The number or range that begins at `start`."""
    first = _one(text, start)
    if first is None:
        return None
    if first.unit and (bounds := _bounded(text, first, _one)):
        return bounds
    dash = _DASH.match(text, first.end)
    second = _one(text, dash.end()) if dash and text[dash.end()].isdigit() else None
    if dash and second and second.unit and not second.written.startswith("-") and not _moved(text, first, dash):
        if joined := _range(first, second):
            return joined
        if not first.unit:
            return first._replace(end=second.end)  # 2024-25年, 9-3个: neither a range nor the second number alone
    return first if first.unit else None


def _moved(text: str, first: Numeral, dash: re.Match[str]) -> bool:
    """增加10万桶至1340万桶 goes up by the first to the second."""
    by = bool(first.unit) and "%" not in first.unit and dash[0].strip() in ("至", "到")
    return by and _MOVES.search(text, max(0, first.start - 8), first.start) is not None


def _bounded(text: str, low: Numeral, read: Callable[[str, int], Numeral | None]) -> Numeral | None:
    """一万元以上十万元以下 as a range."""
    above = _ABOVE.match(text, low.end)
    high = read(text, above.end()) if above else None
    below = _BELOW.match(text, high.end) if high and high.unit else None
    if high is None or below is None or not _alike(low.unit, high.unit) or not _ordered(low.number, low.unit, high):
        return None
    return low._replace(end=below.end(), high=(high.number, high.unit), over=False)


def _raised(text: str, found: Numeral) -> bool:
    """3.5×104吨, 5×10-3毫克: a power of ten that lost its form, and so no number that can be relied on."""
    if text[found.start - 1 : found.start] not in ("×", "*") or not found.written.startswith("10"):
        return False
    return found.high is not None or re.search(r"\d\.\d+$", text[max(0, found.start - 8) : found.start - 1]) is not None


def _one(text: str, start: int) -> Numeral | None:
    """One number at `start` with its unit, '' if it has none."""
    match = _FIGURES.match(text, start)
    if match is None:
        return None
    if (match["u"] in _GOES_ON or text.startswith("兆", match.end())) and (longer := _longer(text, start)):
        return longer
    number = _number(match["n"] or match["m"] or "1")
    if power := match["power"] or (match["raised"] or "").translate(_POWERS):
        number = float(f"{number}e{power}")
    if not math.isfinite(number):
        return None
    unit = (match["scale"] or "")[:-1] + (match["u"] or "")
    if not match["u"]:
        return Numeral(start, match.end("n") if match["n"] else match.end(), number, "", written=match["n"] or "")
    over = bool(match["plus"] or match["more"] or match["scale"])
    return Numeral(start, match.end(), -number if match["sign"] else number, unit, None, over, match["n"] or match[0])


def _longer(text: str, start: int) -> Numeral | None:
    """A number in two scales at `start`, be it of 亿 and 万, of 元 and 角, or 1.2个亿."""
    if (compound := _COMPOUND.match(text, start)) and (measure := UNITS.match(text, compound.end())) and (read := _compound(compound, measure)):
        return read
    if cents := _CENTS.match(text, start):
        number = int(cents["yuan"]) + int(cents["jiao"]) / 10 + int(cents["fen"] or 0) / 100
        return Numeral(start, cents.end(), round(number, 2), "元", written=cents[0])
    if billions := _BILLIONS.match(text, start):
        unit = billions["u"] if billions["u"].endswith("元") else billions["u"] + "元"
        return Numeral(start, billions.end(), float(billions["n"]), unit, written=billions["n"])
    return None


def _compound(match: re.Match[str], unit: re.Match[str]) -> Numeral | None:
    """A number in two scales, 1亿5000万元 and 25万6千人, as one of the greater; None where these are two numbers."""
    base, times = unit[0], 1.0
    if (scaled := _SCALED.fullmatch(base)) and scaled["s"] and scaled["base"]:
        base, times = scaled["base"], _SCALES[scaled["s"]]
    scale = _SCALES[match["s"]]
    rest = _number(match["rest"]) * times
    if not base or not scale / 1000 <= rest < scale or "/" in base or base == "%":
        return None
    number = round(float(match["n"]) + rest / scale, 8)
    return Numeral(match.start(), unit.end(), number, match["s"] + base, written=match[0] + unit[0])


def _range(first: Numeral, second: Numeral) -> Numeral | None:
    """Both ends of a range, each in its own unit; None where the two are no ends of one."""
    base = _SCALED.fullmatch(second.unit)
    unit = first.unit or second.unit
    if unit in _BARE_SCALE and base and second.unit not in _BARE_SCALE:
        unit += base["base"] if amount(1, base["base"]) else second.unit  # 9000万—1.1亿元
    if not _alike(unit, second.unit):
        return None
    if not _ordered(first.number, unit, second) and not first.unit and base and base["s"]:
        unit = base["base"]  # 500至1万元
    if not _ordered(first.number, unit, second):
        return None
    return first._replace(end=second.end, unit=unit, high=(second.number, second.unit), over=False)


def _ordered(number: float, unit: str, second: Numeral) -> bool:
    """Whether the lower end is not the higher one."""
    low, high = amount(number, unit), amount(second.number, second.unit)
    return low[0] <= high[0] if low and high else number <= second.number


def _alike(one: str, other: str) -> bool:
    """Whether a range can go from a number of one unit to one of the other: 5万至1.5亿元, 800千瓦到1.2万千瓦, but not 3.1%至672亿美元."""
    if "%" in (one, other):
        return one == other
    first, second = amount(1, one), amount(1, other)
    return first is None or second is None or first[1] == second[1]


def _number(written: str) -> float:
    return float(written.replace(",", ""))


def _in_words(text: str) -> Iterator[Numeral]:
    """Amounts in Chinese numerals."""
    end = 0
    for trigger in _HAN_TRIGGER.finditer(text):
        start = trigger.start()
        if start >= end and (found := _word(text, start)):
            found = _bounded(text, found, _word) or found
            end = found.end
            yield found


def _word(text: str, start: int) -> Numeral | None:
    match = _AMOUNT.match(text, start)
    return _amount(text, match) if match else None


def _amount(text: str, match: re.Match[str]) -> Numeral | None:
    start, end = match.span()
    if match["part"]:
        number = _number(match["of"]) if match["of"][0].isdigit() else counted(match["of"])
        return None if number is None else Numeral(start, end, number, "%" if match["part"] == "百" else "‰", written=match["of"])
    if match["tenths"]:
        number = counted(match["tenths"])
        return None if number is None else Numeral(start, end, number, "成", written=match["tenths"])
    written, unit = match["n"], match["u"] or match["c"]
    number = counted(written)
    if number is None:
        return None
    if len(written) == 1 and written not in "百千万亿" and not unit.endswith(("倍", "百分点")) and not _OPEN.match(text, end):
        return None  # 三元猪, 一亩泉: numbers of one character are parts of names as often
    if written[0] in "百千万亿":
        alone = _STANDS.match(text, start) or _OPEN.match(text, end) or unit.endswith("级")
        if not alone or (unit[-1] == "元" and text[end : end + 1] == "级"):
            return None  # 千万元 alone may be the end of 数千万元 or of a name
        if not unit.endswith("元"):
            return Numeral(start, end, 1.0, written + unit, written=written)  # 百万吨级 is a class of sizes
    if match["c"] and (
        len(written) < 2 or not re.search("[百千万亿]" if unit in ("名", "个", "项", "件", "只", "处", "场", "份") else "[十百千万亿]", written)
    ):
        return None
    scale = next((s for s in ("万亿", "亿", "万") if s in written and number >= _SCALES[s]), "")
    return Numeral(start, end, round(number / _SCALES.get(scale, 1.0), 8), scale + unit, None, bool(match["plus"]), written)
