"""Units of measure as they are printed → base unit and factor, so that 10GW and 1000万千瓦 are the same 10,000,000 kW. Pure.

The enricher writes with it what a quantity amounts to, the search compares targets by it.
"""

import math
import unicodedata
from functools import lru_cache

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

_MORE: dict[str, tuple[float, str]] = {
    "兆瓦": (1e3, "kW"), "吉瓦": (1e6, "kW"), "太瓦": (1e9, "kW"), "Wh": (1e-3, "kWh"), "瓦时": (1e-3, "kWh"),
    "兆瓦时": (1e3, "kWh"), "吉瓦时": (1e6, "kWh"), "太瓦时": (1e9, "kWh"), "W": (1e-3, "kW"),
    "斤": (5e-4, "t"), "克": (1e-6, "t"), "Gt": (1e9, "t"), "标准煤": (1, "tce"), "吨碳": (1, "tC"), "吨CO2": (1, "tCO2"), "吨CO2e": (1, "tCO2e"),
    "克标准煤": (1e-6, "tce"), "克标煤": (1e-6, "tce"), "公斤标准煤": (1e-3, "tce"), "gce": (1e-6, "tce"), "kgce": (1e-3, "tce"),
    "平方千米": (1e6, "m2"), "m2": (1, "m2"), "米2": (1, "m2"), "hm2": (1e4, "m2"), "Nm3": (1, "Nm3"), "升": (1e-3, "m3"), "L": (1e-3, "m3"),
    "厘米": (1e-2, "m"), "cm": (1e-2, "m"), "毫米": (1e-3, "m"), "mm": (1e-3, "m"), "海里": (1852, "m"),
    "英镑": (1, "GBP"), "澳元": (1, "AUD"), "加元": (1, "CAD"), "瑞郎": (1, "CHF"), "卢布": (1, "RUB"), "韩元": (1, "KRW"), "港币": (1, "HKD"),
    "美金": (1, "USD"), "新台币": (1, "TWD"), "台币": (1, "TWD"), "新加坡元": (1, "SGD"), "澳门元": (1, "MOP"), "泰铢": (1, "THB"),
    "林吉特": (1, "MYR"), "雷亚尔": (1, "BRL"), "兰特": (1, "ZAR"), "越南盾": (1, "VND"), "印尼盾": (1, "IDR"),
    "千伏": (1, "kV"), "kV": (1, "kV"), "伏": (1e-3, "kV"), "V": (1e-3, "kV"), "千伏安": (1, "kVA"), "kVA": (1, "kVA"), "MVA": (1e3, "kVA"),
    "小时": (1, "h"), "h": (1, "h"), "分钟": (1 / 60, "h"), "秒": (1 / 3600, "h"),
    "年": (1, "年"), "a": (1, "年"), "个月": (1, "月"), "月": (1, "月"), "天": (1, "天"), "日": (1, "天"), "d": (1, "天"), "周": (1, "周"),
    "摄氏度": (1, "℃"), "°C": (1, "℃"), "成": (10, "%"), "pct": (1, "%"), "bp": (0.01, "百分点"), "BP": (0.01, "百分点"), "bps": (0.01, "百分点"),
}  # fmt: skip
"""Less usual ones; a sea mile by ISO 80000-3."""

_PLAIN = """
倍 级 股 手 分 票 桶 标箱 标准箱 TEU 安时 mAh Ah 焦 微克 毫克 毫升 mL 微米 纳米 μm nm 吨油当量 油当量 吨公里 人公里 车公里 英热 英热单位
蒲式耳 盎司 加仑 磅 总吨 载重吨 综合吨 工作日 个工作日 季度 个季度 公里/小时 MPa GPa Pa GB TB PB MB EFLOPS PFLOPS TFLOPS TOPS Hz kHz MHz GHz
Gbps Mbps ppm ppb K
"""
"""Measures that stay as they are."""

_COUNTS = """
家 个 项 条 处 座 户 名 位 人 人次 件 列 只 张 份 辆 艘 架 次 场 起 批 宗 款 类 所 株 头 间 栋 幢 班 支 颗 枚 块 片 箱 袋 瓶 盒 门 篇 部 本
册 期 轮 笔 单 台 套 点 组 种 例 码 层 村 单位 对 尊 户次 桩 把 根 盏 具 顶 帧 字 页 集 首 届次 口 眼 井次 孔 排 碗 杯 滴 根次 节 匹 册次
车次 架次 班次 票次 枚次 幅 例次
"""
COUNTED = tuple(_COUNTS.split())
"""What counts things; a bare number is compared with these."""

KNOWN: dict[str, tuple[float, str]] = {
    scale + unit: (factor * to, base)
    for unit, (to, base) in ({unit: (1.0, unit) for unit in (*_PLAIN.split(), *COUNTED, "℃", "")} | _MORE).items()
    for scale, factor in _FACTORS.items()
} | BASE
"""Every unit that is understood → factor and base unit."""

# The square of a kilometre, not a thousand square metres.
KNOWN |= {"兆元": (1e12, "CNY"), "兆美元": (1e12, "USD")}  # as Taiwan counts: 1兆 is 万亿
KNOWN |= {"千米2": (1e6, "m2"), "公里2": (1e6, "m2"), "km2": (1e6, "m2"), "ha": (1e4, "m2")}

_CASELESS = {unit.lower(): unit for unit in KNOWN if len(unit) > 1}
"""gw is GW; no two units differ in their case alone, but M is no metre."""


@lru_cache(maxsize=4096)
def base(unit: str) -> tuple[float, str] | None:
    """Factor and base unit of `unit` in any width and case, also of one per another (吨标准煤/万元 is 0.0001 tce/CNY); None where it is not known."""
    written = unicodedata.normalize("NFKC", "".join(unit.split())).replace("W·h", "Wh").replace("₂", "2")
    known = KNOWN.get(written) or KNOWN.get(_CASELESS.get(written.lower(), written))
    if known or "/" not in written:
        return known
    above, _, below = written.partition("/")
    of, per = KNOWN.get(above), KNOWN.get(below)
    return (of[0] / per[0], f"{of[1]}/{per[1]}") if above and below and of and per else None


def amount(number: float, unit: str) -> tuple[float, str] | None:
    """A number of a unit in the base unit; None for an unknown unit or an infinite amount.

    To twelve digits, so that what is equal on paper is equal.
    """
    known = base(unit)
    value = float(f"{number * known[0]:.12g}") if known else math.inf
    return (value, known[1]) if known and math.isfinite(value) else None
