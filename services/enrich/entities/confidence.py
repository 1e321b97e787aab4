"""What was found in, how sure its rule is out: 0 to 1, two decimals. Pure.

`CONFIDENCE` has a number for each rule, of one of two origins:

    measured   the share of its findings that are right, (right + 1) / (found + 2), so that few cases never say 1, on 78 gold items and 77
               further ones that were labelled before looking, where the rule had 10 cases at least; where it did worse on those before it was
               mended, that lower share. `make eval` prints the gold's shares beside these numbers.
    judged     fewer cases: by what the rule needs to see. 0.95 a form that hardly anything else has, 0.9 a form that other words have too,
               0.8 words around decide, 0.7 a guess from the way such words are used.

What the text left open takes from it: `AMBIGUOUS` where several divisions have the name, `INFERRED` for what the text does not say itself.
"""

from services.enrich.entities.found import Found

CONFIDENCE: dict[str, float] = {
    "region:full": 0.97,  # measured
    "region:short": 0.98,  # measured
    "region:weak": 0.8,
    "region:adjacent": 0.8,
    "region:abbreviation": 0.9,
    "region_group": 0.95,
    "agency:known": 0.97,  # measured
    "agency:form": 0.97,  # measured
    "agency:seat": 0.95,
    "agency:local": 0.9,
    "agency:abroad": 0.9,
    "agency:bare": 0.8,
    "agency:defined": 0.9,
    "company:full": 0.95,
    "company:known": 0.95,  # measured
    "company:listed_code": 0.95,
    "company:defined": 0.95,
    "company:subject": 0.9,
    "company:short": 0.85,  # measured
    "company:latin": 0.8,
    "company:deal": 0.8,
    "company:acts": 0.75,
    "company:listed": 0.7,
    "document:brackets": 0.98,  # measured
    "document:about": 0.94,  # measured
    "document:numbered": 0.9,
    "document:law": 0.9,
    "document:title": 0.9,
    "document:plan": 0.8,
    "document:quoted": 0.9,
    "document:issued": 0.8,
    "document:alias": 0.9,
    "document:newspaper": 0.9,
    "document:work": 0.9,
    "document_no:code": 0.95,  # measured
    "document_no:order": 0.9,
    "standard": 0.95,
    "quantity:behind": 0.95,  # measured
    "quantity:before": 0.93,  # measured
    "quantity:cell": 0.95,  # measured
    "quantity:carried": 0.85,  # measured
    "scheme": 0.95,
    "person:office": 0.85,
}
"""Rule, or kind where it has but one, and how sure it is: judged where it does not say measured; dates have a table of their own."""

_DATES: dict[str, float] = {
    "full": 0.98,  # measured
    "day": 0.97,  # measured, as are the next four
    "md": 0.97,
    "iso": 0.95,
    "rel": 0.96,
    "dday": 0.94,
    "part": 0.93,  # measured
    "week": 0.92,
    "vague": 0.9,
    "plan": 0.85,
    "decade": 0.85,
    "wday": 0.85,
    "only": 0.7,
    "short": 0.9,
    "packed": 0.9,
    "month": 0.85,
    "dots": 0.85,
    "ll": 0.9,
}
_DATE = 0.95
"""Other forms with digits and 年, 月 or 日 in them, judged."""

WITHOUT_YEAR = 0.97
"""Factor for a date whose year the text does not say."""

UNRATED = 0.7
"""Of a rule that the table has not; a test sees to it that there is none."""

AMBIGUOUS = 0.5
"""Several divisions have the name and nothing around says which."""

INFERRED = 0.9
"""Factor for what the text does not say itself: the place in a company's name."""


def confidence(found: Found) -> float:
    """How sure it is that `found` is what it is said to be."""
    if found.type == "date":
        sure = _DATES.get(found.rule.removeprefix("date:"), _DATE)
        return round(sure * WITHOUT_YEAR, 2) if (found.canonical or {}).get("year") == "inferred" else sure
    if found.type == "region" and found.value is None:
        return AMBIGUOUS
    sure = CONFIDENCE.get(found.rule, UNRATED)
    return round(sure * INFERRED, 2) if found.inferred else sure
