"""The pattern that finds units of measure as they are printed; what they are worth says shared.text.units. Pure."""

import re

from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import any_of

_SCALES = ["", "万", "亿", "千", "百", "十万", "百万", "千万", "万亿", "千亿", "百亿", "十亿", "百万亿"]
_MEASURES = lexicon("units", "measures")
_LATIN = lexicon("units", "latin")
_PERCENT = ["%", "‰", "个百分点"]
_COUNTERS = lexicon("units", "bracketed")

_EXCLUDED = {"千年", "百年", "万年", "亿年", "十亿年", "百点", "万点", "千分", "百分"}
_WORDS = {scale + unit for unit in _MEASURES for scale in _SCALES} - _EXCLUDED
_WORDS |= {scale + unit for unit in _LATIN for scale in ("", "万", "百", "千", "亿", "百万")} | set(_PERCENT)
_WORDS |= {"万", "亿", "万亿"}
_PER = any_of({*_WORDS, "h", "d", "a", "月", "学时", "瓦·时", "千瓦·时"} - {"%"}) + "(?![A-Za-z])"
_BRACKETED = rf"\({any_of(_COUNTERS)}(?:[/、]{any_of(_COUNTERS)})?\)"
_FURTHER = any_of(("h", "d", "a", "时", "小时", "年", "月", "日", "天", "学时", "次", "人", "户", "公里", "千米", "米", "吨", "kg", "km"))
"""Second parts of what is measured per: 元/千瓦·月."""
UNIT = (
    rf"{any_of(_WORDS)}(?:{_BRACKETED})?(?:/(?:\([^()\d\s,，。;；:：]{{1,12}}\)|{_PER}(?:·{_FURTHER})?))?"
    r"(?:·(?:时|小时|年|月|日|天|次|公里))?(?:(?<![A-Za-z米])|(?![⁰¹²³⁴-⁹⁻]))"
)
"""A pattern of every unit, longest first: 万套(间), 元/(千瓦·时); 5km² is no length."""

UNITS = re.compile(UNIT)
"""The same, compiled once: with some 30,000 characters it takes 50 ms, and every process that enriches waits for it."""

MEASURED = any_of(lexicon("units", "in_words"))
"""A pattern of the units before which a number in Chinese numerals is an amount, without scales, which belong to the number."""

COUNTED = any_of(lexicon("units", "counted_in_words"))
"""One of the units that count what is many: 三百家, 二十万人."""
