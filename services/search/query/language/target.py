"""`装机>=10GW@2030` → metric, comparison, number, unit and year of a target. Pure."""

import math
import re
from typing import Literal

from services.search.query.language.nodes import Target

Comparison = Literal[">=", "<=", ">", "<", "="]

_COMPARISONS: dict[str, Comparison] = {
    ">=": ">=", "=>": ">=", "≥": ">=", "⩾": ">=", "≧": ">=", "＞＝": ">=", "＞=": ">=",
    "<=": "<=", "=<": "<=", "≤": "<=", "⩽": "<=", "≦": "<=", "＜＝": "<=", "＜=": "<=",
    ">": ">", "＞": ">", "<": "<", "＜": "<", "=": "=", "＝": "=",
}  # fmt: skip
_SIGN = "|".join(map(re.escape, _COMPARISONS))
_TARGET = re.compile(
    rf"(?P<metric>[^<>=≥⩾≧≤⩽≦＞＜＝@＠]*?)\s*"
    rf"(?:(?P<op>{_SIGN})\s*(?P<number>\d[\d,，]*(?:[.．]\d+)?)\s*(?P<unit>[^\s<>=≥⩾≧≤⩽≦＞＜＝@＠]*))?"
    r"\s*(?:[@＠]\s*(?P<by>\d{4})年?)?"
)

EXPECTED = (
    "write a target as 装机>=10GW or 装机>=10GW@2030",
    "目标要写成 装机>=10GW 或 装机>=10GW@2030:指标、比较号、数、单位、年份,可以只写一部分。",
)


def target(text: str, start: int, end: int) -> Target | None:
    """The target that stands at [start, end) of a query; None for what can't be read."""
    # Blanks in a row are one: the pattern would try each way to part them.
    found = _TARGET.fullmatch(" ".join(text.split()))
    if not found or not any(found.groups()):
        return None
    number = float(re.sub("[,，]", "", found["number"]).replace("．", ".")) if found["number"] else None
    if number is not None and not math.isfinite(number):
        return None
    op = _COMPARISONS[found["op"]] if found["op"] else None
    return Target(found["metric"].strip(), op, number, found["unit"] or None, int(found["by"]) if found["by"] else None, start, end)


def loose_end(query: str, end: int) -> str | None:
    """The query with what follows a target behind a blank joined to it: 装机 >= 10GW was meant as one. None where nothing
    of the kind follows."""
    follows = rf"\s+(?:{_SIGN})\s*\d[^\s)）]*|\s+[@＠]\s*\d{{4}}年?(?=[\s)）]|$)"
    if re.search(rf"(?:{_SIGN})$", query[:end]):
        follows = r"\s+\d[^\s)）]*"
    rest = re.match(follows, query[end:])
    return query[:end] + re.sub(r"\s", "", rest[0]) + query[end + len(rest[0]) :] if rest else None
