"""Titles and top lines of a digest → its issue number as printed: 第6期, 2026年第3期, Vol.12. Pure."""

import re

_HAN = "[〇零一二三四五六七八九十百]"
_PATTERNS = (
    # 2026年第3期, 第 395 期, 总第12期, 第三十六辑; not the third phase of a works (三期工程), which has no 第 or goes on with a noun
    re.compile(rf"(?:(?:19|20)\d{{2}}\s*年?\s*)?(?:总\s*)?第\s*(?:\d{{1,5}}|{_HAN}{{1,6}})\s*[期辑刊](?![工项建])"),
    re.compile(r"\b(?:vol|no|issue)(?:ume|\.)?\s*[.:#]?\s*\d{1,5}(?![\d.]\d)\b", re.IGNORECASE),
    re.compile(r"(?<![\w#&])#\s?\d{1,4}(?![\w#])"),
)
_BLANK = re.compile(r"\s+")


def issue_number(*lines: str | None) -> str | None:
    """The number in the first of `lines` that has one, without white space; words before figures (`第6期` before `#6`)."""
    for pattern in _PATTERNS:
        for line in lines:
            if line and (match := pattern.search(line)):
                return _BLANK.sub("", match[0])
    return None
