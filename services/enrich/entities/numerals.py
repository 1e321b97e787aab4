"""Folded text in, the numbers with units that it holds out, as matches from left to right. Pure.

Groups of a match: `n` the number, `u` its unit, `n2` the other end of a range, `sign`, `plus` (20余家, 20+家) and `more` (3倍多).
"""

import re
from collections.abc import Iterator

from services.enrich.entities.units import UNIT
from services.enrich.entities.words import matches
from shared.text.units import BASE

_NUMERAL, _SCALE = re.compile(r"[-0-9](?<![0-9A-Za-z.].)"), re.compile(r"[百千十万亿](?=[百千万亿元吨公GM])")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
_PATTERN = (
    rf"(?<![\dA-Za-z.])(?P<sign>-(?=\d))?(?P<n>{_NUMBER})(?P<plus>余|多|\+)?[ ]?(?:(?P<u1>%|{UNIT})?(?P<pre>以上|"
    rf"左右)?[ ]?(?P<dash>[-—~～至到]|——)[ ]?(?P<n2>{_NUMBER})[ ]?)?(?P<u>(?:[百千万亿]{{1,2}}[余多](?=[一-鿿]))?{UNIT})(?:(?<![A-Za-z])|"
    r"(?![A-Za-z]))(?P<more>多|余)?"
)
_QUANTITY = re.compile(_PATTERN)
_SINGLE = re.compile(_PATTERN.replace("[-—~～至到]|——", "(?!)"))
_BARE = re.compile(
    r"(?<![\d一二两三四五六七八九十百千万亿数几])(?P<sign>)(?P<n>)(?P<n2>(?!))?(?P<plus>(?!))?(?P<u>(?:[百千十]?[万亿]|万亿|"
    r"[百千])(?:元|吨级|吨|千瓦级|千瓦时|千瓦|GWh|GW|MW|公里))(?P<more>(?!))?(?=以上|以下|级|(?<=级)|"
    r"[储光风]|(?<=[破超达]..)|(?<=[破超达]...)|(?<=[破超达]....))"
)
"""A unit that stands alone, 突破千亿元, 亿元以上项目, 百万吨级: one of it. Groups as in `_QUANTITY`."""


def numerals(text: str) -> list[re.Match[str]]:
    """Numbers with units, and units that stand for one of themselves."""
    return sorted([*_numbers(text), *matches(_SCALE, _BARE, text)], key=lambda m: m.start())


def _numbers(text: str) -> Iterator[re.Match[str]]:
    for match in matches(_NUMERAL, _QUANTITY, text):
        if match["n2"] and match["u1"] and not _alike(match["u1"], match["u"]):
            # 增长3.1%至672亿美元 is no range: two numbers of different things.
            for one in (_SINGLE.match(text, match.start()), _SINGLE.match(text, match.start("n2"))):
                if one:
                    yield one
        else:
            yield match


def _alike(one: str, other: str) -> bool:
    """Whether a range can go from a number of one unit to one of the other: 5万至1.5亿元, 800千瓦到1.2万千瓦."""
    if "%" in (one, other):
        return one == other
    return one not in BASE or other not in BASE or BASE[one][1] == BASE[other][1]
