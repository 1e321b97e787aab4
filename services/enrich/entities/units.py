"""Units of measure as they are printed: the pattern that finds them, and the base unit and factor of those that have one. Pure."""

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
UNIT = any_of(_WORDS) + rf"(?:/{any_of(_PER)}(?![A-Za-z]))?"
"""A pattern of every unit, longest first."""

_FACTORS = {
    "": 1.0,
    "十": 10.0,
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
_TO_BASE: dict[str, tuple[float, str]] = {
    "元": (1, "CNY"), "人民币": (1, "CNY"), "美元": (1, "USD"), "欧元": (1, "EUR"), "港元": (1, "HKD"), "日元": (1, "JPY"),
    "千瓦": (1, "kW"), "瓦": (1e-3, "kW"), "kW": (1, "kW"), "MW": (1e3, "kW"), "GW": (1e6, "kW"), "W": (1e-3, "kW"), "TW": (1e9, "kW"),
    "千瓦时": (1, "kWh"), "度": (1, "kWh"), "度电": (1, "kWh"), "kWh": (1, "kWh"), "MWh": (1e3, "kWh"), "GWh": (1e6, "kWh"), "TWh": (1e9, "kWh"),
    "吨": (1, "t"), "吨级": (1, "t"), "公斤": (1e-3, "t"), "千克": (1e-3, "t"), "t": (1, "t"), "kg": (1e-3, "t"), "Mt": (1e6, "t"),
    "吨标准煤": (1, "tce"), "吨标煤": (1, "tce"), "tce": (1, "tce"), "吨二氧化碳": (1, "tCO2"), "tCO2": (1, "tCO2"),
    "吨二氧化碳当量": (1, "tCO2e"), "tCO2e": (1, "tCO2e"), "kgCO2e": (1e-3, "tCO2e"),
    "立方米": (1, "m3"), "立方": (1, "m3"), "m3": (1, "m3"), "m³": (1, "m3"),
    "平方米": (1, "m2"), "平方公里": (1e6, "m2"), "亩": (10000 / 15, "m2"), "公顷": (1e4, "m2"),
    "公里": (1e3, "m"), "千米": (1e3, "m"), "米": (1, "m"), "km": (1e3, "m"), "m": (1, "m"),
    "家": (1, "家"), "个": (1, "个"), "项": (1, "项"), "人": (1, "人"), "辆": (1, "辆"), "户": (1, "户"), "台": (1, "台"), "人次": (1, "人次"),
}  # fmt: skip
"""Factor and base unit; 亩 by the State Council's order of 1984: 15 of them are a hectare."""

BASE: dict[str, tuple[float, str]] = {
    scale + unit: (factor * to, base) for unit, (to, base) in _TO_BASE.items() for scale, factor in _FACTORS.items()
}
BASE |= {
    "%": (1.0, "%"),
    "‰": (0.1, "%"),
    "个百分点": (1.0, "百分点"),
    "百分点": (1.0, "百分点"),
    "个基点": (0.01, "百分点"),
    "基点": (0.01, "百分点"),
}
