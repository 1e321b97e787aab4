"""Folded text in, numbers of standards (GB/T 32151.1—2015, ISO 14064-1, T/CEC 123) out, with one canonical spelling. Pure."""

import re

from services.enrich.entities.found import Found
from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import matches_from

# National, industry (code letters of GB/T 1.1 annex), local DBxx, association T/…, enterprise Q/…, and the international and foreign bodies in use.
_INDUSTRY = lexicon("standards", "industry")
_CHINESE = re.compile(
    rf"(?<![A-Za-z0-9])((?:{'|'.join(sorted(_INDUSTRY, key=len, reverse=True))})(?:\d{{1,4}}(?=\s?/))?(?:\s?/\s?[TZJ])?|"
    rf"DB\d{{2,6}}\s?/\s?T?|[TQ]\s?/\s?[A-Z]{{2,10}})\s{{0,2}}(\d{{1,6}}(?:\.\d{{1,3}}){{0,2}})(?:\s?[-—]{{1,2}}\s?((?:19|"
    rf"20)\d{{2}}|\d{{2}}))?(?![A-Za-z0-9])"
)
_FOREIGN = re.compile(
    r"(?<![A-Za-z0-9])(ISO(?:\s?/\s?(?:IEC|TS|TR|CD|DIS|FDIS|PAS|ASTM|SAE|IEEE|CIE|IWA))*|IEC(?:\s?/\s?(?:TS|"
    r"TR|IEEE))?|EN(?:\s(?:ISO|IEC))?|BS(?:\s(?:EN|ISO))*|DIN(?:\s(?:EN|ISO))*|ASTM|ANSI|IEEE|ITU-T|"
    r"PAS|UL|JIS|AA|SAE|IFRS|GRI|SASB|ESRS|AS/NZS|ETSI|RFC)"
    r"\s{0,2}([A-Z]?\.?\d{1,6}(?:[.\-]\d{1,3}(?!\d))*)(?:\s?[:\-—]{1,2}\s?((?:19|20)\d{2}))?(?![A-Za-z0-9])"
)
_TRIGGER = re.compile(r"[A-Z](?<![A-Za-z0-9].)(?=[A-Z0-9/ ])")


def find_standards(text: str) -> list[Found]:
    """Standards in `text`, as written; `canonical` has `GB/T 32151.1-2015`, its number and year."""
    starts = [hit.start() for hit in _TRIGGER.finditer(text)]
    found = []
    for match in matches_from(starts, _CHINESE, text):
        prefix = re.sub(r"\s", "", match[1])
        # QC 08 and SC 3 are anything; without /T or a year a number this short is no standard.
        if len(match[2]) < 3 and match[3] is None and "/" not in prefix:
            continue
        if prefix in ("DA", "SH", "SC", "JR", "MT", "TB", "GM", "SL", "SB", "SW", "YC") and match[3] is None:
            continue
        found.append(_standard(text, match, prefix))
    for match in matches_from(starts, _FOREIGN, text):
        if match[1] in ("UL", "AA", "BS", "DIN", "JIS", "SAE") and len(match[2]) < 3:
            continue
        found.append(_standard(text, match, re.sub(r"\s?/\s?", "/", match[1])))
    return sorted(found, key=lambda f: f.start)


def _standard(text: str, match: re.Match[str], prefix: str) -> Found:
    year = match[3]
    name = f"{prefix} {match[2]}" + (f"-{year}" if year else "")
    facts = {"name": name, "number": match[2], "year": int(year) if year and len(year) == 4 else None}
    return Found("standard", match.start(), match.end(), text[match.start() : match.end()], facts, rule="standard")
