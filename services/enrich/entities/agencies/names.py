"""`shared/names/data/agencies.toml` in, the bodies that have one name found in a text out. Pure.

Names of bodies of Taiwan, Hong Kong and Macao mean others elsewhere, or none (经济部, 教育局): they count in a text in traditional characters,
or right behind 香港, 澳门, 台湾. Abbreviations in letters count where no other letter touches them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from services.enrich.entities.words import Places, Scanner
from shared.names.aliases import full_names, groups

_OF_REGIONS = ("taiwan", "hongkong")
_SEATS = re.compile(r"(?:香港|澳门|台湾)(?:特区|特别行政区|地区|当局)?$")
_NO_BODY = re.compile(r"(?<=部)[门件队位落级属族委署]|(?<=[局署])长|(?<=央行)[政业动]|(?<=[中国]办)[理法事学案公]")
"""What makes a name the beginning of other words: 水利部门, 国防部队, 中央行政."""
_ACROSS = {"国办": "全我各外该", "中办": "集其空", "央行": "中", "电力部": "火水", "机械部": "程工"}
"""Short forms and the characters before them that make them part of other words: 全国办, 集中办理, 中央行."""


class Body(NamedTuple):
    """A printed form at [start, end), and where a body of that name is: None for all but those of the regions above."""

    start: int
    end: int
    form: str
    region: str | None


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """Every printed form of a body with one name, and that name."""
    return dict(full_names("agency"))


@lru_cache(maxsize=1)
def abroad() -> frozenset[str]:
    """Full names of bodies of other countries and unions."""
    return frozenset(groups("agency")["foreign"])


@lru_cache(maxsize=1)
def scanner() -> Scanner:
    """The scan for all of them."""
    return Scanner(known())


@lru_cache(maxsize=1)
def _regional() -> dict[str, tuple[str, bool]]:
    """Forms of the regions' own bodies: the region's code, and whether a body of that name stands elsewhere, too."""
    elsewhere = {form for group, named in groups("agency").items() if group not in (*_OF_REGIONS, "local") for form in _all(named)}
    codes = {"taiwan": "710000", "hongkong": "810000"}
    return {form: (codes[group], form in elsewhere) for group in _OF_REGIONS for form in _all(groups("agency")[group])}


def _all(named: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for full, others in named.items():
        yield full
        yield from others


def named(text: str, *, places: Places, traditional: bool) -> Iterator[Body]:
    """Bodies with one name in a folded text; `traditional` says how it was written."""
    regional = _regional()
    for start, end, form in scanner()(text, places=places):
        if _NO_BODY.match(text, end) or text[start - 1 : start] in tuple(_ACROSS.get(form, "")):
            continue
        if form[-1].isascii() and _touches(text, start, end):
            continue
        code, elsewhere = regional.get(form, (None, True))
        seat = _SEATS.search(text, max(0, start - 7), start) if code else None
        if code and seat:
            yield Body(seat.start(), end, form, code)
        elif traditional and code:
            yield Body(start, end, form, None if elsewhere else code)
        elif elsewhere:
            yield Body(start, end, form, None)


def _touches(text: str, start: int, end: int) -> bool:
    """Whether a letter or digit stands right before or behind."""
    return any(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in (text[start - 1 : start], text[end : end + 1]) if sign)
