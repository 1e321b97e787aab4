"""Folded text and its regions in, the companies it names out, short names tied to the full ones of the same item. Pure.

Found by the form of a full name (…有限公司, …集团, …会计师事务所), by the ends of short ones (…科技, …银行), as the subject of a headline
(`炘隆:获…`), as a defined short name (以下简称) or one of a full name's own characters, by what is done with money (…领投), by the tables of names
(`shared/names/data/companies.toml`, `shared/names/data/listed.tsv`). A short name is tied to the one full name that has its characters in order.
"""

import re
from functools import lru_cache

from services.enrich.entities.companies.acting import acting
from services.enrich.entities.companies.deals import dealing
from services.enrich.entities.companies.forms import END_PAIRS, behind, formed
from services.enrich.entities.companies.latin import latin_firms
from services.enrich.entities.companies.listed_codes import listings
from services.enrich.entities.companies.names import certifiers, known, latin_pairs, scanner
from services.enrich.entities.companies.short import abbreviated, defined, tied
from services.enrich.entities.companies.tables import tabled
from services.enrich.entities.companies.words import BREAK, COUNTRY_PAIRS, GENERIC, GENERIC_ONLY, NOT_NAME
from services.enrich.entities.found import Found, Spans
from services.enrich.entities.schemes import latin_schemes
from services.enrich.entities.words import Places
from shared.names.divisions import gazetteer

_SUBJECT = re.compile(r"\s*([^\s:：|丨,，。]{2,20}?)\s*[:：](?=\S)")
_LATIN = re.compile(r"^[A-Z][A-Za-z0-9.&\- ]{1,24}$")
_LASTING = re.compile(r"(?:有限|股份|集团)(?:责任)?(?:公司)?$")
"""What names end in that a text shortens; 机场管理公司 in a law is no name at all."""
MOST_FULL = 500
"""Different full names that short ones are tied to: an item with more is a list."""
_CERTIFIES = re.compile(r"认证(?:中心|集团|有限|股份|技术|服务|检测|\()|检验认证|船级社|检测认证|认证检测")


@lru_cache(maxsize=1)
def pairs() -> frozenset[str]:
    """What names of companies, or the ends of them, begin with: the places to look at."""
    return END_PAIRS | COUNTRY_PAIRS | latin_pairs() | scanner().pairs


def find_companies(text: str, regions: list[Found], *, title_length: int, outside: Spans, places: Places, traditional: bool = False) -> list[Found]:
    """Companies in `text`, whose first `title_length` characters are a title, outside `outside` (titles of documents).

    `places` are those of `pairs()`; `traditional` says that the text, which is folded, was written in traditional characters.
    """
    ends = {r.start: r.end for r in regions if r.type == "region"}
    starts = set(ends)
    spans: list[tuple[int, int, str]] = list(formed(text, ends, places=places))
    codes: dict[int, str] = {}
    for start, end, rule, code in tabled(text, places=places, traditional=traditional):
        spans.append((start, end, rule))
        if code:
            codes[end] = code
    spans = _without_words_before(text, spans, starts)
    fulls = [text[s:e] for s, e, rule in spans if rule == "full"]
    spans += [(*span, "defined") for span in defined(text, {end for _, end, rule in spans if rule == "full"})]
    stems = dict.fromkeys(text[behind(start, end, ends) : end] for start, end, _ in spans if _LASTING.search(text, start, end))
    spans += [(*span, "defined") for span in abbreviated(text, stems, is_plain=_is_plain)]
    subject = _SUBJECT.match(text, 0, title_length)
    if subject and subject.start(1) not in starts:
        name = subject[1]
        if tied(name, fulls) or (_LATIN.fullmatch(name) and name.upper() not in latin_schemes()):
            spans.append((*subject.span(1), "subject"))
            spans += _again(text, name, subject.end(1))
    spans += [(*span, "acts") for span in acting(text, regions=starts, no_part=BREAK, generic=GENERIC_ONLY)]
    spans += [(*span, "deal") for span in dealing(text, regions=starts, no_part=BREAK, generic=GENERIC_ONLY)]
    spans += [(*span, "latin") for span in latin_firms(text)]
    for listing in listings(text):
        # The code goes to the name before its bracket, be it found already or told by the code alone.
        ended = next((s for s in reversed(spans[-2000:]) if s[1] == listing.before), None)
        where = ended[:2] if ended else listing.name or (listing.start, listing.end)
        codes[where[1]] = listing.code
        if not ended:
            spans.append((*where, "listed_code"))
    spans += _listed(text, spans, regions)
    spans += _elsewhere(text, spans)
    return [_coded(found, codes) for found in _resolved(text, spans, list(dict.fromkeys(fulls))[:MOST_FULL], outside)]


def _without_words_before(text: str, spans: list[tuple[int, int, str]], regions: set[int]) -> list[tuple[int, int, str]]:
    """用招商银行 is 招商银行: a short name that ends in a well-known one is that one, unless it begins with a place."""
    known = {end: start for start, end, rule in spans if rule == "known"}
    cut = []
    for start, end, rule in spans:
        at = known.get(end, start)
        glued = rule == "short" and at > start and start not in regions and text[start : start + 2] not in COUNTRY_PAIRS
        cut.append((at if glued else start, end, rule))
    return cut


def _is_plain(word: str) -> bool:
    """Whether `word` is a place or an ordinary word."""
    return word in gazetteer().spellings or word in NOT_NAME or word in GENERIC or word in COUNTRY_PAIRS


def _coded(found: Found, codes: dict[int, str]) -> Found:
    facts = dict(found.canonical or {})
    if found.end in codes:
        facts["code"] = codes[found.end]
    if _CERTIFIES.search(facts.get("name", "") or str(found.value)) or found.value in certifiers():
        facts["kind"] = "certifier"
    return found._replace(canonical=facts or None)


_TOLD = frozenset(("short", "deal", "acts", "latin", "listed_code", "listed"))
"""Rules that the words around tell: the same name stands elsewhere without them."""
MOST_TOLD = 50
"""Such names of one text, each of which is looked for in the whole of it."""


def _elsewhere(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Other mentions of names that their neighbours told; those of two characters are parts of other words too often."""
    names = dict.fromkeys((text[start:end], rule) for start, end, rule in spans if rule in _TOLD and end - start > 2)
    return [(start, end, rule) for name, rule in list(names)[:MOST_TOLD] for start, end, _ in _again(text, name, 0)]


def _again(text: str, name: str, after: int) -> list[tuple[int, int, str]]:
    """Mentions of a name, the first of them at `after` or behind; letters do not go on before or behind it."""
    edge = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
    return [(m.start(), m.end(), "subject") for m in edge.finditer(text, after)]


_PART = re.compile(r"([一-鿿A-Za-z]{2,6}|[A-Z][A-Za-z:&.]+(?: [A-Z][A-Za-z:&.]+){0,3})(?=[、,，。和等])")


_PLACE = re.compile(r"[省市区县镇乡村州盟旗港岛山湖江河]$|等")


def _is_no_place(part: re.Match[str], regions: dict[int, int]) -> bool:
    """Whether a part of a list is more than a place: 泸州老溪 is, 江苏南京 and 泸州 are none."""
    own = regions.get(part.start(1))
    return own is None or (part.end(1) - own >= 2 and own not in regions and not _PLACE.search(part[1]))


def _listed(text: str, spans: list[tuple[int, int, str]], regions: list[Found]) -> list[tuple[int, int, str]]:
    """Names in a list (A、B、C等) of which two are companies already: the others are, too."""
    after: dict[int, int] = {}
    for start, end, _ in spans:
        after[start] = max(end, after.get(start, 0))
    ends = {r.start: r.end for r in regions}
    walked: set[int] = set()
    found = []
    for end in sorted(after.values()):
        if end in walked:
            continue
        at, known, run = end, 1, []
        while text[at : at + 1] == "、":
            part = _PART.match(text, at + 1)
            if at + 1 in after:
                known, at = known + 1, after[at + 1]
                walked.add(at)
            elif part and part[1] not in NOT_NAME and _is_no_place(part, ends):
                run.append((part.start(1), part.end(1), "listed"))
                at = part.end(1)
            else:
                break
        if known >= 2 and known >= len(run):
            found += run
    return found


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """A well-known name right before another one is the beginning of it: 国网 + 甘肃省电力公司."""
    by_start = {start: (end, rule) for start, end, rule in spans if rule in ("full", "short")}
    joined = []
    for start, end, rule in spans:
        after = by_start.get(end)
        joined.append((start, after[0], after[1]) if rule == "known" and after else (start, end, rule))
    return joined


def _resolved(text: str, spans: list[tuple[int, int, str]], fulls: list[str], outside: Spans) -> list[Found]:
    found: list[Found] = []
    end = 0
    order = {"full": 0, "subject": 1, "defined": 2, "known": 3, "short": 4, "latin": 5, "deal": 6, "listed_code": 7, "acts": 8, "listed": 9}
    for start, stop, rule in sorted(_joined(spans), key=lambda s: (s[0], -s[1], order[s[2]])):
        if start < end or outside.touch(start, stop):
            continue
        end = stop
        name = text[start:stop]
        # What the tables have is called as they call it, also by its full name, so that one firm is one value of the facet.
        full = known().get(name) or (name if rule == "full" else tied(name, fulls))
        found.append(Found("company", start, stop, name, {"name": full} if full and full != name else None, rule=f"company:{rule}"))
    return found
