"""Folded text in, the quantities it states as {indicator, op, number, unit} out: targets, sizes, changes, results. Pure.

The indicator is the noun phrase that the number measures: what stands before it in its clause (绿电直供比例达60%以上), or behind it
(新建50条断头路, 发行50亿元债券); where the clause says only how it moved (…60199亿元、增长5%), that of the number before. A range gives two,
as do two nouns that share a number (入学率、巩固率均达99%). Ordinals, dates and the length of a list (等8个城市) are none.
"""

import re

from services.enrich.entities.found import Found, Spans
from services.enrich.entities.quantities.cells import Cells
from services.enrich.entities.quantities.lists import Op, Reading, Stated, shared
from services.enrich.entities.quantities.no_quantity import is_none
from services.enrich.entities.quantities.nouns import LETTER, indicator_of, nouns_of_all
from services.enrich.entities.quantities.numerals import numerals
from services.enrich.entities.quantities.operators import operator
from services.enrich.entities.quantities.worth import currency, direction, worth
from shared.records import QuantityValue

_CLAUSE = re.compile(r"[,，。;；!！?？:：\n|]")
_LIST_OF = re.compile(r"^(?:改革|政策|服务|重点)?(?:举措|措施)|(?:举措|措施|领域|方面|任务|要求|问题|环节|内容|原则|条件|部分|维度|主要指标)$")
"""15项改革举措, 3个重点领域: how long a list is, not how much of something there is."""


def find_quantities(text: str, *, outside: Spans) -> list[Found]:
    """Quantities in `text` that do not begin in `outside` (dates, numbers of documents and standards)."""
    numbers = numerals(text)
    if not numbers and "|" not in text:  # and so no table
        return []
    breaks = [m.end() for m in _CLAUSE.finditer(text)]
    cells = Cells(text)
    readings: list[Reading] = []
    clause = at = used = 0
    for numeral in numbers:
        start = numeral.start
        if start < used or outside.cover(start) or outside.cover(numeral.end - 1):
            continue
        while at < len(breaks) and breaks[at] <= start:
            clause = breaks[at]
            at += 1
        limit = max(clause, start - 60)
        before = text[limit:start]
        if is_none(text, before, numeral):
            continue
        op, cut, stop = operator(text, before, numeral)
        measured = cells.measured(start)
        if measured:
            indicators, used, rule = [measured], stop, "cell"
        elif shared_by := nouns_of_all(text[max(limit, min(used, start - cut)) : start - cut]):
            indicators, used, rule = shared_by, stop, "before"
        else:
            one, used, rule = indicator_of(text, limit, start - cut, stop, numeral.unit, readings[-1] if readings else None, used)
            indicators = [one]
        if not LETTER.search(indicators[0]) or _LIST_OF.search(indicators[0]):
            used = max(used, stop)
            continue
        stated: list[Stated] = [(op, numeral.number, numeral.unit)]
        if numeral.high:
            stated = [(">=", numeral.number, numeral.unit), ("<=", *numeral.high)]
        money = currency(before, text, numeral.end, numeral.unit)
        facts = direction(numeral.number, before)
        readings += [Reading(start, max(numeral.end, stop), op, stated, name, rule, facts, money) for name in indicators]
    taken = {reading.start for reading in readings}
    for bare in cells.bare():
        if bare.start not in taken and not outside.cover(bare.start):
            readings.append(Reading(bare.start, bare.end, "=", [("=", bare.number, bare.unit)], bare.indicator, "cell", {}, None))
    readings.sort(key=lambda reading: reading.start)
    return [_found(r, op, number, unit) for r in shared(text, readings) for op, number, unit in r.stated]


def _found(reading: Reading, op: Op, number: float, unit: str) -> Found:
    value = QuantityValue.model_construct(indicator=reading.indicator, op=op, number=number, unit=unit)
    facts = worth(number, unit, reading.currency) | reading.facts
    return Found("quantity", reading.start, reading.end, value, facts or None, rule=f"quantity:{reading.rule}")
