"""A word such as 两部门 → the items in which so many bodies issue something together, counted in words or not. Pure.

两部门      two; 五部委: five
多部门      three and more: two are called two
"""

import re
from typing import Any

from shared.text.folding import compact, fold
from shared.text.numerals import number

Json = dict[str, Any]

FIELD = "joint_issuers"
SEVERAL = 3
"""From how many on people speak of several"""

_WORD = re.compile(r"等?(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,3}|多)个?(?:国家)?(?:部门|部委|机关)(?:联合)?")


def least_and_most(text: str) -> tuple[int, int | None] | None:
    """How many are meant, None for no bound above; None for any other word."""
    found = _WORD.fullmatch(compact(fold(text)))
    if not found:
        return None
    if found["count"] == "多":
        return SEVERAL, None
    count = number(found["count"])
    return (count, count) if count and count > 1 else None


def condition(text: str) -> Json | None:
    """The query for such items; None for any other word."""
    bounds = least_and_most(text)
    if not bounds:
        return None
    least, most = bounds
    return {"range": {FIELD: {"gte": least} | ({"lte": most} if most else {})}}


def notice(text: str) -> str | None:
    """What is to be said of it."""
    bounds = least_and_most(text)
    if not bounds:
        return None
    least, most = bounds
    return f"“{text}”连同 {least} 个{'' if most else '以上'}机关联合印发、发布的条目一起查找。"
