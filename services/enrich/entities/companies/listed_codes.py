"""Folded text in, listed companies by their exchange's code (600519.SH, SH:600519, 00700.HK, NASDAQ: AAPL) out. Pure.

A code in brackets gives its name to what stands before them: 贵州茅台(600519.SH) is a company of that code, whatever it is called. Six digits
alone are anything; an exchange must be named with them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from services.enrich.entities.words import matches

_CODE = re.compile(
    r"(?<![A-Za-z0-9.])(?:(?P<a>SH|SZ|BJ|HK)\s?[:.]?\s?(?P<an>\d{4,6})|(?P<bn>\d{4,6})\s?\.\s?(?P<b>SH|SS|SZ|BJ|HK)"
    r"|(?P<c>NASDAQ|Nasdaq|NYSE|纳斯达克|纽交所|港交所|上交所|深交所|北交所)\s?[:代码]{1,3}\s?(?P<cn>[A-Z]{1,5}|\d{4,6}))(?![A-Za-z0-9])"
)
_TRIGGER = re.compile(r"[SBHN0-9纳纽港上深北](?<![A-Za-z0-9.].)(?=[HZJKAaY0-9斯交])")
_NAME = re.compile(
    r"(?:^|(?<=[\n。,，;；、:：\"“”\s]))([*A-Z]{0,3}[一-鿿]{2,7}(?:-[UW]{1,2})?|[A-Z][A-Za-z.]{1,20})\s?\((?:股票代码|证券代码|代码)?[:：]?\s?$"
)
_EXCHANGES = {"SS": "SH", "Nasdaq": "NASDAQ", "纳斯达克": "NASDAQ", "纽交所": "NYSE", "港交所": "HK", "上交所": "SH", "深交所": "SZ", "北交所": "BJ"}
_DIGITS = {"SH": 6, "SZ": 6, "BJ": 6, "HK": 5}
_NO_NAME = re.compile(r"股票|证券|代码|简称|公司$|板块|指数")


class Listing(NamedTuple):
    """A code at [start, end), and where the name before its brackets is, if one is there."""

    start: int
    end: int
    code: str
    name: tuple[int, int] | None
    before: int
    """Where the bracket opens, or `start`."""


def listings(text: str) -> Iterator[Listing]:
    """Codes in `text`, as 600519.SH whatever their print."""
    for match in matches(_TRIGGER, _CODE, text):
        exchange = match["a"] or match["b"] or match["c"]
        number = match["an"] or match["bn"] or match["cn"]
        exchange = _EXCHANGES.get(exchange, exchange)
        if exchange in _DIGITS and not (number.isdigit() and (len(number) == 6) == (exchange != "HK")):
            continue
        code = f"{number.zfill(_DIGITS[exchange])}.{exchange}" if exchange in _DIGITS else f"{exchange}:{number}"
        low = max(0, match.start() - 30)
        window = text[low : match.start()]
        named = _NAME.search(window)
        bracket = window.rfind("(")
        opens = low + bracket if bracket >= 0 and not re.search(r"[)\n。,，]", window[bracket:]) else match.start()
        name = None if named is None or _NO_NAME.search(named[1]) else (low + named.start(1), low + named.end(1))
        yield Listing(match.start(), match.end(), code, name, opens)
