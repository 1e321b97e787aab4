"""Characters that stand for others → those that people type: radicals for ideographs, raised figures for exponents. Pure.

Each is one character for one, so that places in a text stay what they are.
"""

import re
import unicodedata

_SUPPLEMENT = {
    "⺁": "厂", "⺌": "小", "⺎": "兀", "⺐": "尢", "⺒": "巳", "⺓": "幺", "⺝": "月", "⺟": "母", "⺠": "民", "⺩": "王", "⺬": "示", "⺮": "竹",
    "⺶": "羊", "⺻": "聿", "⺽": "臼", "⻁": "虎", "⻄": "西", "⻅": "见", "⻆": "角", "⻇": "角", "⻉": "贝", "⻊": "足", "⻋": "车", "⻑": "長",
    "⻒": "镸", "⻓": "长", "⻔": "门", "⻕": "阜", "⻗": "雨", "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻢": "马",
    "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻪": "黾", "⻫": "斉", "⻬": "齐", "⻭": "歯", "⻮": "齿",
    "⻯": "竜", "⻰": "龙", "⻱": "龜", "⻲": "亀", "⻳": "龟",
}  # fmt: skip
"""CJK Radicals Supplement, those that are words by themselves; the file EquivalentUnifiedIdeograph.txt of Unicode names their ideographs."""

_RADICALS = str.maketrans({chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | _SUPPLEMENT)
_RADICAL = re.compile("[\u2e80-\u2fd5]")

_RAISED = str.maketrans("0123456789+-−=()[]（）［］n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾⁽⁾⁽⁾⁽⁾ⁿ")
_LEVELLED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", "0123456789+-=()n") | str.maketrans("−[]（）［］", "-()()()")
_RAISABLE = re.compile(r"[\s0-9+\-−=()\[\]（）［］n]+")


def ideographs(text: str) -> str:
    """`text` with ideographs in the place of radicals (⼭东 → 山东), which the fonts of some PDFs and phones give out."""
    return text.translate(_RADICALS) if _RADICAL.search(text) else text


def raised(text: str) -> str:
    """`text` as it is printed above the line: 10 and a raised 4 are 10⁴ and not 104, a mark of a note joins no figure.

    Words above the line stay as they are, such as ™ written in letters.
    """
    return text.translate(_RAISED) if _RAISABLE.fullmatch(text) else text


def levelled(text: str) -> str:
    """`text` with what may have been `raised` back on the line, for comparing a text with its source."""
    return text.translate(_LEVELLED)
