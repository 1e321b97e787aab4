"""Folded text in, the regions and groups of regions it names out. Pure.

Codes are those of GB/T 2260. A name that several divisions share (朝阳区, 鼓楼区) is resolved by the province or city named right before it,
else by one named anywhere in the text; if neither decides, the value is None and `canonical` holds the candidates.
"""

import re
from functools import lru_cache
from typing import Any

from services.enrich.entities.datelines import is_dateline
from services.enrich.entities.found import Found, Spans
from services.enrich.entities.region_borders import is_firm, is_part, is_seated
from services.enrich.entities.words import Hit, Places, Scanner
from shared.names.divisions import ABBREVIATIONS, GROUPS, Spelling, gazetteer

_NEIGHBOUR = re.compile(r"[、和与及—\-/~至到]$")
_LANDSCAPE = re.compile(r"[山江河湖岭峡岛寺塔桥港]")
"""缙云山 and 长白山 are mountains, not their counties."""
NEAR = 12
"""Characters between a region and an estate or street within it."""

DATELINE = "region:dateline"
"""The rule of a region that only says where a report was filed: a hint for 省政府, and no mention of its own."""

_SUBJECT = re.compile(r"\s*([^\s:：|丨]{1,8}?)\s*[:|丨]")


@lru_cache(maxsize=1)
def scanner() -> Scanner:
    """The scan for spellings of divisions and groups of them."""
    return Scanner([*gazetteer().spellings, *GROUPS])


def find_regions(text: str, *, title_length: int, places: Places) -> list[Found]:
    """Regions and groups in `text`; in the order of the text.

    `title_length` is the length of the title that `text` begins with: its subject may be a bare short name. `places` are those of
    `scanner().pairs`.
    """
    book = gazetteer()
    hits = list(scanner()(text, places=places))
    found: list[Found] = []
    for hit in hits:
        if hit.word in GROUPS and (not found or hit.start >= found[-1].end):
            found.append(_group(hit))
    grouped = Spans((f.start, f.end) for f in found)
    subject = _SUBJECT.match(text, 0, title_length)
    if subject and subject[1] in ABBREVIATIONS:
        found.append(_region(subject.start(1), subject.end(1), ABBREVIATIONS[subject[1]], rule="abbreviation"))
    named = [hit for hit in hits if hit.word in book.spellings and not grouped.cover(hit.start)]
    surely = [hit for hit in named if book.spellings[hit.word].strength in ("full", "short")]
    near = {code for hit in surely if len(book.spellings[hit.word].codes) == 1 for code in book.spellings[hit.word].codes}
    above = near | {a for code in near for a in book.ancestors(code)}
    before: tuple[int, str | None] = (-NEAR - 1, None)  # where the last accepted region ended, and its code
    for n, hit in enumerate(named):
        if hit.start < before[0]:
            continue
        spelling = book.spellings[hit.word]
        parent = before[1] if hit.start - before[0] <= 1 and text[before[0] : hit.start].strip(" ") == "" else None
        is_subject = subject is not None and subject.span(1) == (hit.start, hit.end)
        in_list = hit.start - before[0] == 1 and _NEIGHBOUR.search(text, before[0], hit.start) is not None
        if not in_list and n + 1 < len(named) and named[n + 1].start - hit.end == 1:
            in_list = text[hit.end] == "、" and book.spellings[named[n + 1].word].strength in ("full", "short")
        code, candidates = _resolve(spelling, parent=parent, above=above, stands=is_subject or in_list or is_seated(text, hit), joined=in_list)
        if code is None and not candidates:
            continue
        if spelling.strength in ("weak", "adjacent") and hit.word[-1] not in "区县市旗" and _LANDSCAPE.match(text, hit.end):
            continue
        full = spelling.strength == "full"
        if is_part(text, hit, full=full, other_before=hit.start - before[0] <= NEAR):
            continue
        one = _region(hit.start, hit.end, code, candidates=candidates, rule=spelling.strength)
        follows = bool(found) and found[-1].rule == DATELINE and hit.start - before[0] <= 1
        if is_dateline(text, hit.start, hit.end, follows=follows):
            one = one._replace(inferred=True, rule=DATELINE)
        elif not full and is_firm(text, hit):
            one = one._replace(inferred=True)
        found.append(one)
        before = (hit.end, code)
    return sorted(found, key=lambda f: f.start)


_FIRST = re.compile(r"[^。;；!！\n]*")


def about(text: str, regions: list[Found], *, title_length: int) -> list[Found]:
    """`regions` with `about: True` for those that the item is about, not merely names: the title's, else those of the body's first sentence."""
    lead = _FIRST.match(text, title_length + 1)
    ends = lead.end() if lead else title_length
    told = any(r.end <= title_length for r in regions if not r.inferred)
    return [
        r._replace(canonical={**(r.canonical or {}), "about": True}) if not r.inferred and (r.end <= title_length if told else r.end <= ends) else r
        for r in regions
    ]


def _resolve(spelling: Spelling, *, parent: str | None, above: set[str], stands: bool, joined: bool) -> tuple[str | None, tuple[str, ...]]:
    """The code that a spelling stands for here, or (None, candidates) if it can't be told; (None, ()) if it is no region here."""
    book = gazetteer()
    codes = spelling.codes
    if parent is not None:
        below = [code for code in spelling.every if parent in book.ancestors(code)]
        if below:
            return below[0], ()
    if spelling.strength == "adjacent" and not joined:
        return None, ()
    close = [code for code in codes if book.ancestors(code) & above]
    if ((spelling.strength == "weak" and not stands) or spelling.strength == "adjacent") and not close:
        return None, ()
    if len(codes) == 1:
        return codes[0], ()
    # The city decides before the province: 南京 and 徐州 both have a 鼓楼区 and lie in one province.
    exact = [code for code in close if code[:4] + "00" in above] or close
    return (exact[0], ()) if len(exact) == 1 else (None, tuple(codes))


def _region(start: int, end: int, code: str | None, *, candidates: tuple[str, ...] = (), rule: str) -> Found:
    return Found("region", start, end, code, region_facts(code) if code else {"candidates": list(candidates)}, rule=f"region:{rule}")


@lru_cache(maxsize=4096)
def region_facts(code: str) -> dict[str, Any]:
    """The `canonical` of a region: its name, path and codes from the province down. One value for all its mentions: not to be changed."""
    path = gazetteer().path(code)
    return {"name": path[-1].name, "path": [d.name for d in path], "codes": [d.code for d in path]}


def _group(hit: Hit) -> Found:
    return Found("region_group", hit.start, hit.end, hit.word, {"name": hit.word, "codes": list(GROUPS[hit.word])}, rule="region_group")
