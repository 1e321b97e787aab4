"""The name of a place, as somebody types it → the divisions that it may be, or a group's members. Pure.

昆山, 昆山市, 苏州昆山, 320583, kunshan      320583: one place, with all that lies within it
粤                                        440000
长三角                                     310000, 320000, 330000, 340000
鼓楼区, 朝阳                               every one that is called so; 北京朝阳 is one
"""

from collections.abc import Mapping
from functools import lru_cache

from shared.names.divisions import ABBREVIATIONS, GROUPS, Gazetteer, gazetteer
from shared.text.folding import compact, fold
from shared.text.pinyin import syllables

LONGEST = 40
"""Characters of a name with all that it lies in; the longest has some thirty."""

ENGLISH: Mapping[str, str] = {
    "shaanxi": "610000", "innermongolia": "150000", "tibet": "540000", "hongkong": "810000", "macao": "820000", "macau": "820000",
    "taipei": "710100", "kaohsiung": "710200", "harbin": "230100", "urumqi": "650100", "lhasa": "540100", "hohhot": "150100",
}  # fmt: skip
"""What English calls otherwise than pinyin does, by the names that the places themselves use."""


def group(said: str) -> tuple[str, ...]:
    """The members of a group of provinces: 长三角; () for what is none."""
    return GROUPS.get(compact(fold(said)), ())


def members(said: str) -> tuple[str, ...]:
    """The divisions that a group is all of; () for 雄安新区, which is only a part of its single one."""
    found = group(said)
    return found if len(found) > 1 else ()


def group_names(divisions: tuple[str, ...]) -> list[str]:
    """All that a group is called: 长三角, 长江三角洲, 沪苏浙皖."""
    return [name for name, others in GROUPS.items() if others == divisions]


def codes(said: str) -> tuple[str, ...]:
    """The divisions that a name may mean, those alone that lie in none of the others; () where none is called so."""
    key = compact(fold(said))
    if len(key) > LONGEST:
        return ()
    if key.isascii():
        return (key,) if key in gazetteer().divisions else _spelt(key)
    return _named(key, gazetteer())


def label(code: str) -> str:
    """江苏省苏州市: a division with all that it lies in."""
    return "".join(division.name for division in gazetteer().path(code))


def above(code: str) -> str:
    """江苏省 of 苏州市: all that a division lies in; empty for a province."""
    return "".join(division.name for division in gazetteer().path(code)[:-1])


def _named(key: str, divisions: Gazetteer) -> tuple[str, ...]:
    if key in ABBREVIATIONS:
        return (ABBREVIATIONS[key],)
    if key in divisions.spellings:
        spelling = divisions.spellings[key]
        every = spelling.codes if spelling.strength in ("full", "short") else spelling.every
        return tuple(code for code in every if not divisions.ancestors(code) & set(every))
    for size in range(2, len(key) - 1):
        above = divisions.spellings.get(key[:size])
        if above is None:
            continue
        below = _below(key[size:], divisions)
        if held := tuple(code for code in below if divisions.ancestors(code) & set(above.every)):
            return held
    return ()


def _below(key: str, divisions: Gazetteer) -> tuple[str, ...]:
    """Behind its province or city a name means whatever lies there: 鼓楼 of 南京, 朝阳 of 北京."""
    return divisions.spellings[key].every if key in divisions.spellings else _named(key, divisions)


def _spelt(key: str) -> tuple[str, ...]:
    letters = key.replace("'", "").replace("-", "")
    return (ENGLISH[letters],) if letters in ENGLISH else sounds().get(letters, ())


@lru_cache(maxsize=1)
def sounds() -> Mapping[str, tuple[str, ...]]:
    """Pinyin of provinces, cities and counties, with and without 市: kunshan. Of those alike the highest level.

    Made once, in a third of a second: see services.search.web.app.
    """
    found: dict[str, dict[str, None]] = {}
    divisions = gazetteer()
    for spelling, (strength, every, _) in divisions.spellings.items():
        if strength != "adjacent":
            found.setdefault("".join(syllables(spelling)), {}).update(dict.fromkeys(every))
    return {sound: _highest(tuple(every), divisions) for sound, every in found.items()}


def _highest(every: tuple[str, ...], divisions: Gazetteer) -> tuple[str, ...]:
    level = min(divisions.divisions[code].level for code in every)
    return tuple(code for code in every if divisions.divisions[code].level == level)
