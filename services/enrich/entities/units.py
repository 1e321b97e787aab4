"""The pattern that finds units of measure as they are printed; what they are worth says shared.text.units. Pure."""

from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import any_of

_SCALES = ["", "万", "亿", "千", "百", "十万", "百万", "千万", "万亿", "千亿", "百亿", "十亿", "百万亿"]
_MEASURES = lexicon("units", "measures")
_LATIN = lexicon("units", "latin")
_PERCENT = ["%", "‰", "个百分点"]

_EXCLUDED = {"千年", "百年", "万年", "亿年", "十亿年", "百点", "万点", "千分", "百分"}
_WORDS = {scale + unit for unit in _MEASURES for scale in _SCALES} - _EXCLUDED
_WORDS |= {scale + unit for unit in _LATIN for scale in ("", "万", "百", "千", "亿", "百万")} | set(_PERCENT)
_WORDS |= {"万", "亿", "万亿"}
_PER = {*_WORDS, "h", "d", "a", "月", "学时"} - {"%"}
UNIT = any_of(_WORDS) + rf"(?:/{any_of(_PER)}(?![A-Za-z]))?(?![⁰¹²³⁴-⁹⁻])"
"""A pattern of every unit, longest first; 5km² is no length."""
