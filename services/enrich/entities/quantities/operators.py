"""A number and the words around it in, the operator they make of it out. Pure.

以上 is >=, 超 is >, 左右, 约 and 近 are ~, 以内, 不超过 and 最高 are <=.
"""

import re

from services.enrich.entities.quantities.lists import AFTER, Op
from services.enrich.entities.quantities.numerals import Numeral

_BEFORE: tuple[tuple[Op, re.Pattern[str]], ...] = (
    (">=", re.compile(r"(?:不低于|不少于|不小于|至少|最低|大于等于|≥|不得低于|不得少于|高达?于或等于|下限为?)(?:达到|达|为)?$")),
    (
        "<=",
        re.compile(
            r"(?:不超过|不高于|不大于|不多于|不得超过|最高(?:可?达?|不超过|给予|奖励|补助|补贴|可获|支持|"
            r"可享)?|(?:最高|最多)(?:可|给予|享受?)*(?:优惠|补贴|补助|奖励|减免|资助|让利|支持|或|、|和)+|最多|至多|上限(?:通?常?设?定?)?为?|≤|控制在|控制到|以内|低于或等于|封顶)(?:为|在|到|"
            r"达)?$"
        ),
    ),
    (">", re.compile(r"(?:超过|超出|超|突破|逾|大于|高于|多于|远超|首超|跨越|破|>|站上)(?:了)?$")),
    ("<", re.compile(r"(?:低于|小于|少于|不足|不到|不满|跌破|<)$")),
    ("~", re.compile(r"(?:大?约|近|将近|接近|大概|左右|约为|约达|近乎|可达约|逼近)$")),
)
_CEILING = re.compile(r"上限[^,，。;；]{2,18}$")


def operator(text: str, before: str, found: Numeral) -> tuple[Op, int, int]:
    """Return the operator, how many characters of it stand before the number, and where the quantity ends with what stands behind."""
    end = found.end
    after = AFTER.match(text, end)
    if after:
        op: Op = ">=" if after["ge"] else "<=" if after["le"] else "~" if after["about"] else ">"
        return op, 0, after.end()
    if found.over:
        return ">", 0, end
    if _CEILING.search(before):
        return "<=", 0, end
    tail = before[-14:].rstrip()
    for sign, pattern in _BEFORE:
        hit = pattern.search(tail)
        if hit:
            return sign, len(tail) - hit.start() + (len(before) - len(before.rstrip())), end
    return "=", 0, end
