"""Folded text in, names that end in a trade and 公司, 厂 or 事务所 (明月食品公司, 红星曲轴厂) out, as places where their end begins. Pure."""

import re
from collections.abc import Iterator

from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import any_of

_TRADES = lexicon("companies", "trades")
_TRADE = re.compile(rf"(?:{any_of(_TRADES)})$")
_FACTORY = re.compile(rf"(?:{any_of(lexicon('companies', 'factories'))})$")
_HOLDS = re.compile(r"\((?:集团|控股)\)(?:股份)?$")
_OFFICE = re.compile(r"(?:会计师|律师|税务师|资产评估|房地产估价)$")
_END = re.compile(r"公司(?![法债章治])|厂(?![商房区家址子长矿站网界牌])|事务所(?:\((?:特殊)?普通合伙\))?")
_LONGEST = 6
"""Characters of the longest trade."""


def trading(text: str) -> Iterator[tuple[int, int]]:
    """Where the trade begins and where the name ends."""
    for match in _END.finditer(text):
        low = max(0, match.start() - _LONGEST)
        end = match[0][0]
        pattern = _TRADE if end == "公" else _FACTORY if end == "厂" else _OFFICE
        trade = (_HOLDS.search(text, low, match.start()) if end == "公" else None) or pattern.search(text, low, match.start())
        if trade:
            yield trade.start(), match.end()
