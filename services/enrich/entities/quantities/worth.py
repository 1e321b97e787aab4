"""A number, its unit and the words around it in, what it amounts to in the base unit, in which currency, and which way it moved out. Pure.

港币5000万元, 5000万元港币 → 50,000,000 HKD    负增长2.3% → 2.3 %, down
"""

import re
from functools import lru_cache

from shared.text.units import amount, base

CURRENCIES = {
    "人民币": "CNY", "港币": "HKD", "港元": "HKD", "美元": "USD", "美金": "USD", "欧元": "EUR", "日元": "JPY", "日币": "JPY",
    "英镑": "GBP", "新台币": "TWD", "台币": "TWD", "澳元": "AUD", "加元": "CAD", "瑞郎": "CHF", "瑞士法郎": "CHF", "韩元": "KRW",
    "韩币": "KRW", "新加坡元": "SGD", "新元": "SGD", "澳门元": "MOP", "澳门币": "MOP", "卢布": "RUB", "泰铢": "THB",
    "林吉特": "MYR",
}  # fmt: skip
"""What stands apart from 元 and says whose it is, by ISO 4217."""

_NAMES = "|".join(sorted(CURRENCIES, key=len, reverse=True))
BEFORE = re.compile(rf"({_NAMES})[ ]?(?:约|近|逾|超)?[ ]?$")
"""A currency right before the number, which belongs to no noun phrase."""
BEHIND = re.compile(rf"[ ]?\(?({_NAMES})\)?")
_ALSO = re.compile(r"\([^()·/]*\)")
"""万套(间) is what 万套 are."""
_SIGNS = str.maketrans("", "", "()·")
_DIRECTION = re.compile(
    r"(按?[年月季][减降跌](?=[约近逾]?[ ]?$)|负增长|增长为负|下降|减少|降低|下滑|回落|下跌|压减|缩减|收窄|↓)"
    r"|(按?[年月季][增升涨](?=[约近逾]?[ ]?$)|增长|增加|提升|提高|上升|上涨|新增|扩大|↑)"
)


def currency(before: str, text: str, end: int, unit: str) -> str | None:
    """Return the ISO 4217 code of the currency named before or behind an amount in 元; None where none is."""
    if not unit.endswith("元") or unit.endswith(tuple(CURRENCIES)):
        return None
    hit = BEFORE.search(before) or BEHIND.match(text, end)
    return CURRENCIES[hit[1]] if hit else None


def worth(number: float, unit: str, money: str | None) -> dict[str, object]:
    """Return `value` and `unit` in the base unit, nothing where the unit has none; `money` is the currency of 元."""
    known = amount(number, _plain(unit))
    return {"value": round(known[0], 6), "unit": money or known[1]} if known and known[1] else {}


@lru_cache(maxsize=4096)
def _plain(unit: str) -> str:
    """A unit without what is said beside it, in the spelling that has a base unit: 套 of 套(间), 元/千瓦时 of 元/(千瓦·时)."""
    plain = _ALSO.sub("", unit)
    return plain if base(plain) else plain.translate(_SIGNS)


def direction(number: float, before: str) -> dict[str, object]:
    """Return `direction` by the last word before a number that says so; what grew by less than nothing went down."""
    moves = list(_DIRECTION.finditer(before[-14:]))
    return {"direction": "down" if moves[-1][1] or number < 0 else "up"} if moves else {}
