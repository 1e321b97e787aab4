"""Folded text and the issue's day in, the days, months, years and intervals it names out as ISO 8601. Pure.

到2030年, 2030年前 are open intervals, `../2030`. 近日 and 日前 have no value: `canonical` says that they are vague and mean the week before the
issue. `canonical` further holds the precision, what a year that is not written was taken from, and whether the date lies ahead of the issue.
"""

import re
from datetime import date
from typing import Any

from services.enrich.entities.dates.forms import forms
from services.enrich.entities.dates.iso import bounds, day_after, last_day, precision
from services.enrich.entities.dates.values import Reading, read
from services.enrich.entities.dates.years import BEFORE, Context
from services.enrich.entities.found import Found, Spans

_BY = re.compile(r"(?:到|施行至|截止至?|有效期至|不晚于|延续至|延长至|延期至|截止时间为?|截止日期为?)\s?$")
_AS_OF = re.compile(r"(?:截至|截止|截止到|截至到)\s?$")
_SINCE = re.compile(r"(?:从|由|自)[^,，。;]{0,12}$")


def find_dates(text: str, *, published_on: date | None, outside: Spans, titles: Spans) -> list[Found]:
    """Dates in `text`; those beginning in `outside` (numbers of documents and standards) are left out, as are
    five-year plans in `titles`: 《十五五碳达峰行动方案》 names a plan, not a time."""
    found: list[Found] = []
    context = Context(text, published_on)
    for match in forms(text):
        start, end = match.span()
        kind = match.lastgroup
        if outside.cover(start) or (kind == "plan" and titles.cover(start)):
            continue
        reading = read(match, context)
        if reading.year is not None:
            context = context._replace(year=reading.year)
        if reading.value == "":
            continue
        value, end = _open(text, start, end, reading.value)
        while end > start and text[end - 1] in ",， ":
            end -= 1
        vague = reading.precision == "vague"
        found.append(Found("date", start, end, value, _facts(value, reading, published_on), inferred=vague, rule=f"date:{kind}"))
    return found


def _open(text: str, start: int, end: int, value: str | None) -> tuple[str | None, int]:
    """`../value` where the words around say 'by'."""
    if value is None:
        return value, end
    after = BEFORE.match(text, end)
    if "/" in value:
        # 4月中旬前, 二季度前: by its last day.
        return (f"../{value.rpartition('/')[2]}", after.end()) if after and not value.startswith("..") and len(value) == 21 else (value, end)
    around = text[max(0, start - 8) : start]
    if after:
        last = last_day(value) if re.search(r"[底末]", text[start : after.end()]) else value
        return f"../{last}", after.end()
    if _AS_OF.search(around) and not around.rstrip().endswith(("截止",)):
        return value, end
    if _BY.search(around) and not _SINCE.search(text[max(0, start - 24) : start]):
        return f"../{value}", end
    return value, end


def _facts(value: str | None, reading: Reading, published: date | None) -> dict[str, Any] | None:
    """precision, basis where the year is not written (`year` says inferred then), and `ahead` for what lies after the issue's day."""
    if reading.precision == "vague":
        week = day_after(published, -7) if published else None
        return {"precision": "vague", "within": f"{week}/{published}"} if week else {"precision": "vague"}
    facts: dict[str, Any] = {}
    if value is not None:
        facts["precision"] = "by" if value.startswith("..") else reading.precision or precision(value)
        if published and bounds(value.removeprefix("../"))[0] > published.isoformat():
            facts["ahead"] = True
    if reading.basis != "written":
        facts |= {"year": "inferred", "basis": reading.basis}
    return facts or None
