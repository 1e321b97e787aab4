"""Folded text in, companies that a table names out, with the codes of listed ones. Pure."""

import re
from collections.abc import Iterator

from services.enrich.entities.companies.listed_names import listed_names
from services.enrich.entities.companies.names import groups_short, latin_known, latin_pairs, scanner, stands_alone
from services.enrich.entities.companies.words import ACTS, BREAK, GENERIC_ONLY, GOES_ON, NOT_NAME, PAUSES
from services.enrich.entities.words import Places, any_of, matches_at

_UNIT_OF = re.compile(r"[一-鿿]{2,8}?(?:热电厂|发电厂|电厂|分公司|分行|支行|(?<![子母总属家])公司)(?![法债])")
"""What makes a well-known name the beginning of a longer one: 华能某地热电厂."""
_LONGER = re.compile(rf"[一-鿿]{{2,3}}?(?=(?:{ACTS}|否认|证实|任命|辞任|召回|停产|下调|上调|销量|交付|董事长|总经理|总裁))")
"""What a firm of a group is called behind the group's name of two characters: 广汽|远山."""
_STANDS = re.compile(rf"(?:{ACTS}|{PAUSES}|扩大|没有|的(?:股|营|产|订|客)|今|昨|受|董事长|营收|股|法说)")
_GOES_ON_NAME = re.compile(rf"(?!业绩){any_of(GOES_ON)}(?<![的])")
_THE_COUNTRY = re.compile(r"发展|行业|产业|市场|事业|体制|协会|学会|企业联合|工业协会|建设(?!银行)|技术|标准|[与和]世界")
"""中国核电发展报告 speaks of the country's nuclear power, not of the firm of that name."""
_FORM = re.compile(r"(?:集团(?!军)(?:公司(?![法债]))?|(?:\((?:集团|控股)\)(?:股份)?)?公司(?![法债章治]))")
_SECURITIES = re.compile(r"证券(?![部事代简时日投市])")


def _with_form(text: str, end: int) -> int:
    """Where a well-known name that ends at `end` does so with 集团 or 公司 behind it."""
    form = _FORM.match(text, end)
    return form.end() if form and text[end - 1] != "所" else end


def tabled(text: str, *, places: Places, traditional: bool) -> Iterator[tuple[int, int, str, str | None]]:
    """Where such names stand, by which rule, and the code if one is known; `places` are those of the tables' pairs."""
    for hit in scanner()(text, places=places):
        if (hit.word.startswith("中国") and _THE_COUNTRY.match(text, hit.end)) or not stands_alone(text, hit.start, hit.end):
            continue
        unit = _UNIT_OF.match(text, hit.end)
        longer = _LONGER.match(text, hit.end) if hit.word in groups_short() else None
        if unit and not BREAK.search(unit[0][:-2]):
            yield hit.start, unit.end(), "short", None
        elif longer and not (BREAK.search(longer[0]) or longer[0] in NOT_NAME or GENERIC_ONLY.fullmatch(longer[0])):
            yield hit.start, longer.end(), "short", None
        else:
            yield hit.start, _with_form(text, hit.end), "known", None
    for name in listed_names(text, traditional=traditional):
        country = text.startswith("中国", name.start) and _THE_COUNTRY.match(text, name.end)
        if (name.sure or _STANDS.match(text, name.end)) and not (country or _GOES_ON_NAME.match(text, name.end)):
            securities = _SECURITIES.match(text, name.end)
            yield name.start, securities.end() if securities else _with_form(text, name.end), "known", name.code
    for match in matches_at(places, latin_pairs(), latin_known(), text):
        if stands_alone(text, *match.span()):
            yield match.start(), match.end(), "known", None
