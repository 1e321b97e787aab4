"""A text with moments that say their zone → the same text with days in Asia/Shanghai in their place. Pure.

2026-02-05T18:30:00Z, Thu, 05 Feb 2026 18:30:00 GMT → 2026-02-06; Thu Feb 05 18:30:00 CST 2026 → 2026-02-05.
"""

import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Without daylight saving since 1991: no digest is older."""

_ISO = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)(?:T|\s+)(\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)(?!\w)")
_WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = r"\d{1,2}:\d\d(?::\d\d)?"
_ZONE = r"(?:[+-]\d{4}|UTC?|GMT|Z|[A-Z]{3})"
_RFC_822 = re.compile(rf"\b(?:{_WEEKDAY},?\s+)?\d{{1,2}}\s+{_MONTH}\s+\d{{4}}(?:\s+{_TIME}(?:\s+{_ZONE}(?!\w))?)?")
_CTIME = re.compile(rf"\b{_WEEKDAY}\s+{_MONTH}\s+\d{{1,2}}\s+{_TIME}(?:\s+{_ZONE})?\s+\d{{4}}(?!\d)")
"""As Unix and Java print a time."""


def in_shanghai(text: str) -> str:
    """The text with each moment as ISO 8601, RFC 822 or Unix write it as a day in Shanghai: 2026-02-06. One
    without a zone is at its word."""
    text = _ISO.sub(_iso, text) if ":" in text else text
    # Names of months are quicker looked for than dates, and most texts have none.
    return _CTIME.sub(_english, _RFC_822.sub(_english, text)) if re.search(_MONTH, text) else text


def _iso(match: re.Match[str]) -> str:
    zone = "+00:00" if match[3][0] in "ZUG" else match[3]
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}").astimezone(SHANGHAI).date().isoformat()
    return match[0]


def _english(match: re.Match[str]) -> str:
    # CST is China's here and not Chicago's; -0000 says that the sender's own zone is not known, but the moment is of UTC.
    said = re.sub(r"\bCST\b", "+0800", match[0]).replace("-0000", "+0000")
    with suppress(ValueError, OverflowError, TypeError):
        moment = parsedate_to_datetime(said if ":" in said else f"{said} 00:00:00")
        return (moment.astimezone(SHANGHAI) if moment.tzinfo else moment).date().isoformat()
    return match[0]
